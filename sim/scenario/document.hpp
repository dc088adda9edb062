#pragma once
#include <string>
#include <string_view>

#include "base/fields.hpp"
#include "scenario/json_text.hpp"

namespace spof {

/// A scenario with everything it extends merged into it, and where each of its values was written.
struct Document {
  Json value = Json::object();
  PlaceTree places;

  /// Place of the value at this JSON pointer or, if there is none, of the nearest value around it.
  Place place_of(std::string_view pointer) const;
  /// The same for the name of the field.
  Place key_place_of(std::string_view pointer) const;
};

/// A document from a text; `name` is the file's name in messages. `extends` is left alone.
Document parse_document(std::string_view text, const std::string& name, Mistakes& mistakes);

/// Reads a file and all that it extends (RFC 7396 merge patch: objects merge, null removes, all
/// else replaces). `extends` is a path relative to the file that says it, and is gone from the
/// result. Whatever is wrong - a missing file, syntax, a field given twice, a circle - is added to
/// `mistakes`; the document is then not to be read.
Document load_document(const std::string& path, Mistakes& mistakes);

/// Merges `patch` over `base`, values and places.
void merge_document(Document& base, Document patch);

/// `--set /haproxy/retries=0`: sets one value, creating the objects on the way. The value is JSON
/// or, failing that, text: `/client/rate=200/s`. An element of a list is its number, "-" or the
/// list's length appends one. A pointer that leads nowhere is a mistake.
void set_value(Document& document, const std::string& assignment, Mistakes& mistakes);

/// One line each, sorted by file and position, none twice:
/// `scenarios/web1.json:6:18: error: /faults/1/duraton: unknown field "duraton"; did you mean ...`.
/// After a hundred lines the rest is counted only.
std::string format_mistakes(const Document& document, const Mistakes& mistakes);
/// Its warnings, in the same form.
std::string format_warnings(const Document& document, const Mistakes& mistakes);

/// Reads a whole struct from a document; "$schema" at the root is known.
template <class T>
void read_into(const Document& document, T& value, Mistakes& mistakes) {
  read_fields(document.value, value, mistakes, "", {"$schema", "extends"});
}

/// The JSON Schema of the files that `read_into` reads (draft 2020-12). What a file extends may
/// give what it leaves out, so that only objects in lists require their fields.
template <class T>
Json document_schema(const std::string& title) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(schema_fields<T>(Asks::nothing));
  Json& properties = schema["properties"];
  properties["$schema"] = {{"type", "string"},
                           {"description", "where an editor finds this schema"}};
  properties["extends"] = {
      {"type", "string"},
      {"description", "the file to start from, relative to this one; this one is merged over it"}};
  return schema;
}

}  // namespace spof
