#include "base/fields_read.hpp"

namespace spof {

void Reader::finish() {
  if (reading_ == Reading::record) return;
  for (const auto& [name, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    mistakes_.add_at_key(
        child_pointer(pointer_, name),
        fmt::format("unknown field {}; {}", in_quotes(name), nearest(name, known_)));
  }
}

bool Reader::expect(bool good, const Json& json, const std::string& pointer, const char* what) {
  if (!good) mistakes_.add(pointer, fmt::format("expected {}, not {}", what, describe(json)));
  return good;
}

bool Reader::read_kind(const Json& json, const std::string& pointer,
                       const std::vector<std::string>& kinds, std::string& kind) {
  if (!expect(json.is_object(), json, pointer, "an object { \"kind\": ... }")) return false;
  const auto found = json.find("kind");
  if (found == json.end()) {
    mistakes_.add(pointer, fmt::format("missing \"kind\"; allowed: {}", fmt::join(kinds, ", ")));
    return false;
  }
  std::size_t index = 0;
  if (found->is_string()) {
    kind = found->get<std::string>();
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return true;
    mistakes_.add(child_pointer(pointer, "kind"),
                  fmt::format("unknown kind {}; {}", in_quotes(kind), nearest(kind, kinds)));
    return false;
  }
  mistakes_.add(child_pointer(pointer, "kind"), read_name(*found, kinds, index));
  return false;
}

void Reader::missing(const char* name, const About& about) {
  const std::string help = *about.help ? fmt::format(" ({})", about.help) : "";
  mistakes_.add(pointer_, fmt::format("missing \"{}\"{}", name, help));
}

}  // namespace spof
