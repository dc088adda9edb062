#include "scenario/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <tuple>
#include <vector>

namespace spof {
namespace {

namespace fs = std::filesystem;

Place to_place(const Spot& spot) {
  return {spot.file ? *spot.file : std::string(), spot.line, spot.column};
}

/// The places at the pointer, or of the nearest value around it.
const PlaceTree& nearest_places(const PlaceTree& root, std::string_view pointer) {
  const PlaceTree* at = &root;
  for (const std::string& name : pointer_names(pointer)) {
    const auto found = at->children.find(name);
    if (found == at->children.end()) break;
    at = &found->second;
  }
  return *at;
}

/// RFC 7396, with the places going along.
void merge(Json& base, PlaceTree& places, Json&& patch, PlaceTree&& patch_places) {
  if (!patch.is_object()) {
    base = std::move(patch);
    places = std::move(patch_places);
    return;
  }
  if (!base.is_object()) {
    base = Json::object();
    places.children.clear();
  }
  places.key = patch_places.key;
  places.value = patch_places.value;
  for (auto& [name, value] : patch.get_ref<Json::object_t&>()) {
    if (value.is_null()) {
      base.erase(name);
      places.children.erase(name);
    } else {
      merge(base[name], places.children[name], std::move(value),
            std::move(patch_places.children[name]));
    }
  }
}

/// The file's bytes, one more than allowed at most, or why there are none.
std::optional<std::string> read_file(const std::string& path, std::string& why) {
  std::error_code code;
  if (fs::is_directory(path, code)) {
    why = "it is a directory";
    return std::nullopt;
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) {
    why = std::generic_category().message(errno);
    return std::nullopt;
  }
  std::string text;
  for (std::size_t got = 1; got > 0 && text.size() <= TextLimits::bytes;) {
    const std::size_t size = text.size();
    text.resize(size + 65536);
    got = std::fread(text.data() + size, 1, 65536, file.get());
    text.resize(size + got);
  }
  if (!std::ferror(file.get())) return text;
  why = "reading failed";
  return std::nullopt;
}

/// Loads one file after the other down the chain of `extends`.
class Loader {
 public:
  explicit Loader(Mistakes& mistakes) : mistakes_(mistakes) {}

  /// `wanted_by` is where the file's name was written; none for the first.
  Document load(const std::string& path, const Place& wanted_by) {
    if (!enter(path, wanted_by)) return {};
    std::string why;
    const std::optional<std::string> text = read_file(path, why);
    if (!text) {
      refuse_missing(path, wanted_by, why);
      return {};
    }
    const std::size_t before = mistakes_.size();
    Document document = parse_document(*text, path, mistakes_);
    if (mistakes_.size() > before) return document;
    return extend(std::move(document), path);
  }

 private:
  /// Reports a circle, and chains so long that they can only be meant to hurt.
  bool enter(const std::string& path, const Place& wanted_by) {
    std::error_code code;
    const std::string real = fs::weakly_canonical(path, code).string();
    const auto circle = std::ranges::find(real_paths_, real);
    const bool again = circle != real_paths_.end();
    real_paths_.push_back(real);
    chain_.push_back(path);
    if (again)
      mistakes_.add_at(wanted_by,
                       fmt::format("\"extends\" goes in a circle: {}", fmt::join(chain_, " -> ")));
    else if (chain_.size() > 50)
      mistakes_.add_at(wanted_by, "more than 50 files extend each other");
    return !again && chain_.size() <= 50;
  }

  void refuse_missing(const std::string& path, const Place& wanted_by, const std::string& why) {
    if (wanted_by.file.empty())
      mistakes_.add_at({path, 0, 0}, fmt::format("cannot read the file: {}", why));
    else
      mistakes_.add_at(wanted_by, fmt::format("cannot read {}, which this file extends: {}",
                                              in_quotes(path), why));
  }

  Document extend(Document document, const std::string& path) {
    const auto found = document.value.find("extends");
    if (found == document.value.end()) {
      for (const auto& [name, unused] : document.value.items())
        if (!near_word(name, {"extends"}).empty())
          mistakes_.add_at(
              document.place_of(child_pointer("", name)),
              fmt::format("unknown field {}; did you mean \"extends\"?", in_quotes(name)));
      return document;
    }
    const Place place = document.place_of("/extends");
    if (!found->is_string() || found->get_ref<const std::string&>().empty()) {
      mistakes_.add_at(place, fmt::format("\"extends\": expected the path of a file such as "
                                          "\"baseline.json\", not {}",
                                          describe(*found)));
      return document;
    }
    const fs::path other = fs::path(path).parent_path() / found->get<std::string>();
    document.value.erase("extends");
    document.places.children.erase("extends");
    Document base = load(other.lexically_normal().string(), place);
    // What another file is about says nothing of one that has a title of its own.
    if (document.value.contains("title") && base.value.is_object()) {
      base.value.erase("description");
      base.places.children.erase("description");
    }
    merge_document(base, std::move(document));
    return base;
  }

  Mistakes& mistakes_;
  std::vector<std::string> chain_;
  std::vector<std::string> real_paths_;
};

}  // namespace

Place Document::place_of(std::string_view pointer) const {
  return to_place(nearest_places(places, pointer).value);
}

Place Document::key_place_of(std::string_view pointer) const {
  return to_place(nearest_places(places, pointer).key);
}

Document parse_document(std::string_view text, const std::string& name, Mistakes& mistakes) {
  Document document;
  if (!parse_json_text(text, name, document.value, document.places, mistakes)) return document;
  if (!document.value.is_object())
    mistakes.add_at(document.place_of(""),
                    fmt::format("expected an object {{ ... }}, not {}", describe(document.value)));
  return document;
}

Document load_document(const std::string& path, Mistakes& mistakes) {
  return Loader(mistakes).load(path, {});
}

void merge_document(Document& base, Document patch) {
  merge(base.value, base.places, std::move(patch.value), std::move(patch.places));
}

namespace {

/// Walks from the root to the slot that `--set` writes, creating objects on the way.
class Setter {
 public:
  Setter(Document& document, const std::string& assignment)
      : value_(&document.value),
        places_(&document.places),
        file_(std::make_shared<const std::string>("--set " + assignment)) {}

  /// One step down; what is wrong with it, or "".
  std::string enter(const std::string& name) {
    if (value_->is_array()) return enter_list(name);
    if (!value_->is_object())
      return fmt::format("{} is not an object; it has no {}", describe(*value_), in_quotes(name));
    value_ = &(*value_)[name];
    step_places(name);
    return {};
  }

  /// Objects on the way come into being when they are first entered.
  void make_object() {
    if (value_->is_null()) *value_ = Json::object();
  }

  void write(Json value, PlaceTree&& places) {
    *value_ = std::move(value);
    *places_ = std::move(places);
    mark(*places_);
  }

  const std::string& file() const { return *file_; }

 private:
  std::string enter_list(const std::string& name) {
    const std::string end = std::to_string(value_->size());
    if (name == "-" || name == end) {
      value_->push_back(nullptr);
      value_ = &value_->back();
      step_places(end);
      return {};
    }
    std::size_t index = 0;
    while (index < value_->size() && std::to_string(index) != name) ++index;
    if (index == value_->size())
      return fmt::format("the list has no element {}; allowed: 0 to {}, where {} appends one",
                         in_quotes(name), end, end);
    value_ = &(*value_)[index];
    step_places(name);
    return {};
  }

  void step_places(const std::string& name) {
    PlaceTree& child = places_->children[name];
    if (!child.value.file) child.key = child.value = Spot{file_, 0, 0};
    places_ = &child;
  }

  /// Everything below was written on the command line.
  void mark(PlaceTree& places) {
    places.key = places.value = Spot{file_, 0, 0};
    for (auto& [name, child] : places.children) mark(child);
  }

  Json* value_;
  PlaceTree* places_;
  std::shared_ptr<const std::string> file_;
};

}  // namespace

void set_value(Document& document, const std::string& assignment, Mistakes& mistakes) {
  const std::size_t equals = assignment.find('=');
  const Place place{"--set " + assignment, 0, 0};
  if (equals == std::string::npos || equals < 2 || assignment[0] != '/') {
    mistakes.add_at(place, "expected POINTER=VALUE such as /haproxy/retries=0");
    return;
  }
  if (as_utf8(assignment) != assignment) {
    mistakes.add_at(place, "is not UTF-8, as a scenario must be");
    return;
  }
  const std::string pointer = assignment.substr(0, equals);
  const std::string text = assignment.substr(equals + 1);
  const std::vector<std::string> names = pointer_names(pointer);
  if (names.size() >= TextLimits::depth) {
    mistakes.add_at(place, fmt::format("nested more than {} deep", TextLimits::depth));
    return;
  }
  Mistakes not_json;
  Document value;
  if (!parse_json_text(text, place.file, value.value, value.places, not_json)) {
    value.value = text;
    value.places = {};
  }
  Document changed = document;
  Setter setter(changed, assignment);
  for (const std::string& name : names) {
    setter.make_object();
    if (const std::string wrong = setter.enter(name); !wrong.empty()) {
      mistakes.add_at(place, fmt::format("{}: {}", pointer, wrong));
      return;
    }
  }
  setter.write(std::move(value.value), std::move(value.places));
  document = std::move(changed);
}

namespace {

struct Line {
  Place place;
  std::string pointer;
  std::string what;

  auto order() const { return std::tie(place.file, place.line, place.column, pointer, what); }
};

std::string print(const Line& line, const char* rank) {
  std::string out = line.place.file;
  if (line.place.line > 0) out += fmt::format(":{}:{}", line.place.line, line.place.column);
  if (!out.empty()) out += ": ";
  out += fmt::format("{}: ", rank);
  if (!line.pointer.empty()) out += visible(line.pointer) + ": ";
  return out + line.what + "\n";
}

Line to_line(const Document& document, const Mistake& mistake) {
  if (!mistake.place.file.empty()) return {mistake.place, mistake.pointer, mistake.what};
  return {
      mistake.at_key ? document.key_place_of(mistake.pointer) : document.place_of(mistake.pointer),
      mistake.pointer, mistake.what};
}

template <class List>
std::string format_list(const Document& document, const List& mistakes, const char* rank) {
  constexpr std::size_t most = 100;
  std::vector<Line> lines;
  for (const Mistake& mistake : mistakes) lines.push_back(to_line(document, mistake));
  std::ranges::sort(lines, {}, &Line::order);
  const auto same = [](const Line& a, const Line& b) { return a.order() == b.order(); };
  lines.erase(std::unique(lines.begin(), lines.end(), same), lines.end());
  std::string out;
  for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) out += print(lines[i], rank);
  if (lines.size() > most) out += fmt::format("... and {} more\n", lines.size() - most);
  return out;
}

}  // namespace

std::string format_mistakes(const Document& document, const Mistakes& mistakes) {
  return format_list(document, mistakes, "error");
}

std::string format_warnings(const Document& document, const Mistakes& mistakes) {
  return format_list(document, mistakes.warnings(), "warning");
}

}  // namespace spof
