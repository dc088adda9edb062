#include <algorithm>
#include <cctype>

#include "base/append_new.hpp"
#include "base/fields.hpp"

namespace spof {
namespace {

/// Whether it is one of these, which stand between commas; whatever its letters' case.
bool is_among(std::string_view words, std::string_view word) {
  const auto same = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
  const std::string all = fmt::format(", {},", words), wanted = fmt::format(" {},", word);
  return std::search(all.begin(), all.end(), wanted.begin(), wanted.end(), same) != all.end();
}

/// Whether a help text gives this word as the software's own: "worker processes (workers)".
bool gives_own_word(std::string_view help, std::string_view word) {
  const auto open = help.rfind('('), close = help.rfind(')');
  return open != help.npos && close != help.npos &&
         is_among(help.substr(open + 1, close - open - 1), word);
}

/// Finds in which parts of a struct there is a field of this name, or one that stands for it.
class Below final : public FieldVisitor {
 public:
  explicit Below(const std::string& name) : name_(name) {}
  std::vector<std::string> places;    ///< "default_server/check", in quotes
  std::vector<std::string> meanings;  ///< "database/pool/size", in quotes

 private:
  void field(const char* name, const Shape& shape, void* value, const About& about) override {
    if (!path_.empty() && name == name_) places.push_back(in_quotes(path_));
    const std::string before = path_;
    path_ += (before.empty() ? "" : "/") + std::string(name);
    if (gives_own_word(about.help, name_)) meanings.push_back(in_quotes(path_));
    if (const auto* object = std::get_if<const ObjectShape*>(&shape)) {
      (*object)->fields(value, *this);
    } else if (const auto* optional = std::get_if<const OptionalShape*>(&shape)) {
      const Inner& item = (*optional)->item;
      if (const auto* inner = std::get_if<const ObjectShape*>(&item.shape))
        (*inner)->fields(item.make().get(), *this);
    }
    path_ = before;
  }

  const std::string& name_;
  std::string path_;
};

/// Reads one JSON object into one struct.
class Reader final : public FieldVisitor {
 public:
  Reader(const Json& object, std::string pointer, Mistakes& mistakes, Reading reading)
      : object_(object), pointer_(std::move(pointer)), mistakes_(mistakes), reading_(reading) {}

  /// A field that is known but not of this struct, such as "kind".
  void know(const char* name) { known_.emplace_back(name); }

  /// After `fields()`: what the file gives and nobody asked for. HAProxy's file says "option"
  /// first.
  void finish(const ObjectShape& shape, void* of) {
    if (reading_ == Reading::record) return;
    for (const auto& [name, value] : object_.items()) {
      if (has(known_, name)) continue;
      Below below(name);
      shape.fields(of, below);
      const std::string bare = name.starts_with("option ") ? name.substr(7) : name;
      std::string plain = bare;
      std::ranges::replace(plain, '-', '_');
      if (below.meanings.empty() && below.places.empty() && is_among(left_out_, plain)) {
        mistakes_.add_at_key(
            child_pointer(pointer_, name),
            in_quotes(name) + " is not modelled; sim/stack/README.md says what is");
        continue;
      }
      std::string hint = nearest(bare, known_);
      if (!below.meanings.empty())
        hint = fmt::format("here it is {}", fmt::join(below.meanings, " or "));
      else if (!below.places.empty() && near_word(bare, known_).empty())
        hint = fmt::format("it belongs in {}", fmt::join(below.places, " or "));
      mistakes_.add_at_key(child_pointer(pointer_, name),
                           fmt::format("unknown field {}; {}", in_quotes(name), hint));
    }
  }

  void left_out(std::string_view words) override { left_out_ += fmt::format("{}, ", words); }

 private:
  void field(const char* name, const Shape& shape, void* value, const About& about) override;

  void missing(const char* name, const About& about) {
    const std::string help = *about.help ? fmt::format(" ({})", about.help) : "";
    mistakes_.add(pointer_, fmt::format("missing \"{}\"{}", name, help));
  }

  const Json& object_;
  std::string pointer_;
  Mistakes& mistakes_;
  Reading reading_;
  std::vector<std::string> known_;
  std::string left_out_;  ///< words, each with a comma behind it
};

/// A value in the file, and how it is taken.
struct Given {
  const Json& json;
  std::string pointer;
  const About& about;
  Mistakes& mistakes;
  Reading reading;

  bool expect(bool good, const char* what) const {
    if (!good) mistakes.add(pointer, fmt::format("expected {}, not {}", what, describe(json)));
    return good;
  }
  Given member(const std::string& name, const Json& value, Reading how) const {
    return {value, child_pointer(pointer, name), about, mistakes, how};
  }
};

void read(const Shape& shape, const Given& given, void* value);

void read_one(const ScalarShape& shape, const Given& given, void* value) {
  std::string wrong = shape.read(given.json, value, given.about);
  if (!wrong.empty()) given.mistakes.add(given.pointer, std::move(wrong));
}

/// "auto" of "auto: as many as the host has cores".
bool is_absence(const std::string& word, const About& about) {
  const std::string_view otherwise = about.otherwise;
  return !word.empty() && otherwise.substr(0, otherwise.find(':')) == word;
}

void read_one(const OptionalShape& shape, const Given& given, void* value) {
  if (given.json.is_null()) return shape.put(value, nullptr);
  void* const old = shape.get(value);
  const auto item = old ? shape.item.copy(old) : shape.item.make();
  Mistakes found;
  read(shape.item.shape, {given.json, given.pointer, given.about, found, given.reading},
       item.get());
  if (found.empty()) return shape.put(value, item.get());
  if (given.json.is_string() && is_absence(given.json.get<std::string>(), given.about))
    return given.mistakes.add(given.pointer, fmt::format("leave it out, or write null, for \"{}\"",
                                                         given.about.otherwise));
  for (const Mistake& one : found) given.mistakes.add(one);
}

/// What the file gives replaces what was there; null is an item taken away. A derived item starts
/// as the one of its name that was there.
void read_named(const ItemsShape& shape, const Given& given, void* value) {
  if (!given.expect(given.json.is_object(), "an object { ... } of named items")) return;
  const void* const pattern = shape.pattern(value);
  std::vector<std::pair<std::string, std::shared_ptr<void>>> before;
  for (std::size_t i = 0; pattern && i < shape.size(value); ++i)
    before.emplace_back(shape.name(value, i), shape.item.copy(shape.at(value, i)));
  shape.clear(value);
  for (const auto& [name, member] : given.json.items()) {
    if (member.is_null()) continue;
    auto item = pattern ? shape.item.copy(pattern) : shape.item.make();
    for (const auto& [known, old] : before)
      if (known == name) item = shape.item.copy(old.get());
    read(shape.item.shape, given.member(name, member, pattern ? Reading::overrides : given.reading),
         item.get());
    shape.add(value, name, item.get());
  }
}

void read_one(const ItemsShape& shape, const Given& given, void* value) {
  if (shape.is_named) return read_named(shape, given, value);
  if (!given.expect(given.json.is_array(), "a list [ ... ]")) return;
  shape.clear(value);
  const Reading reading = given.reading == Reading::record ? Reading::record : Reading::whole;
  for (std::size_t i = 0; i < given.json.size(); ++i) {
    const auto item = shape.item.make();
    read(shape.item.shape, given.member(std::to_string(i), given.json[i], reading), item.get());
    shape.add(value, "", item.get());
  }
}

void read_fields_of(const ObjectShape& shape, const Given& given, void* value,
                    std::initializer_list<const char*> also_known) {
  if (!given.expect(given.json.is_object(), "an object { ... }")) return;
  Reader reader(given.json, given.pointer, given.mistakes, given.reading);
  for (const char* name : also_known) reader.know(name);
  shape.fields(value, reader);
  reader.finish(shape, value);
}

/// Which of several kinds an object says that it is; none with a mistake.
std::optional<std::size_t> kind_in(const Given& given, EnumNames kinds) {
  if (!given.expect(given.json.is_object(), "an object { \"kind\": ... }")) return {};
  const auto found = given.json.find("kind");
  if (found == given.json.end()) {
    given.mistakes.add(given.pointer,
                       fmt::format("missing \"kind\"; allowed: {}", fmt::join(kinds, ", ")));
    return {};
  }
  const std::string pointer = child_pointer(given.pointer, "kind");
  std::size_t index = 0;
  if (!found->is_string()) {
    given.mistakes.add(pointer, read_name(*found, kinds, index));
    return {};
  }
  const auto kind = found->get<std::string>();
  const auto place = std::ranges::find(kinds, kind);
  if (place != kinds.end()) return static_cast<std::size_t>(place - kinds.begin());
  given.mistakes.add(pointer, fmt::format("unknown kind {}; {}", in_quotes(kind),
                                          nearest(kind, {kinds.begin(), kinds.end()})));
  return {};
}

void read_one(const ChoiceShape& shape, const Given& given, void* value) {
  std::vector<const char*> kinds;
  for (const ChoiceShape::Alternative& one : shape.alternatives) kinds.push_back(one.kind);
  const auto index = kind_in(given, kinds);
  if (!index) return;
  const ChoiceShape::Alternative& chosen = shape.alternatives[*index];
  const bool same = shape.index(value) == *index;
  const auto object = same ? chosen.item.copy(shape.get(value)) : chosen.item.make();
  const Given taken{given.json, given.pointer, given.about, given.mistakes,
                    same ? given.reading : Reading::whole};
  read_fields_of(*chosen.shape, taken, object.get(), {"kind"});
  chosen.put(value, object.get());
}

void read_one(const ObjectShape& shape, const Given& given, void* value) {
  read_fields_of(shape, given, value, {});
}

void read(const Shape& shape, const Given& given, void* value) {
  std::visit([&](const auto* one) { read_one(*one, given, value); }, shape);
}

void Reader::field(const char* name, const Shape& shape, void* value, const About& about) {
  known_.emplace_back(name);
  const auto found = object_.find(name);
  if (found != object_.end())
    read(shape, {*found, child_pointer(pointer_, name), about, mistakes_, reading_}, value);
  else if (about.required && reading_ != Reading::overrides)
    missing(name, about);
}

}  // namespace

void read_object(const ObjectShape& shape, const Json& json, void* value, Mistakes& mistakes,
                 const std::string& pointer, std::initializer_list<const char*> also_known,
                 Reading reading) {
  const About nothing;
  read_fields_of(shape, {json, pointer, nothing, mistakes, reading}, value, also_known);
}

}  // namespace spof
