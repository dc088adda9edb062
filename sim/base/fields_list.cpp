#include "base/fields.hpp"

namespace spof {
namespace {

std::string text_of(const Json& json) {
  return json.is_string() ? json.get<std::string>() : json.dump();
}

/// Lists the parameters of an object, and of those in it.
class Lister final : public FieldVisitor {
 public:
  Lister(std::string pointer, std::string kind, std::vector<Parameter>& out)
      : pointer_(std::move(pointer)), kind_(std::move(kind)), out_(out) {}

 private:
  /// Where a value is, and what is said about it.
  struct Place {
    std::string pointer;
    const About& about;
    std::string prefix = {};  ///< what surrounds a word or number: "list of "
    bool with_default = true;
  };

  void field(const char* name, const Shape& shape, void* value, const About& about) override {
    add(shape, value, {child_pointer(pointer_, name), about});
  }

  void add(const Shape& shape, void* value, const Place& place) {
    std::visit([&](const auto* one) { add_one(*one, value, place); }, shape);
  }

  void add_one(const ScalarShape& shape, void* value, const Place& place) {
    const About& about = place.about;
    Parameter& line = out_.emplace_back();
    line.pointer = place.pointer;
    line.kind = kind_;
    line.type = place.prefix + shape.name();
    if (place.with_default && !about.required) line.default_text = text_of(shape.echo(value));
    line.unit = shape.unit();
    line.bounds = shape.bounds(about);
    line.help = about.help;
    line.source = about.source;
    line.otherwise = about.otherwise;
    line.required = about.required;
  }

  void add_one(const OptionalShape& shape, void* value, Place place) {
    void* const item = shape.get(value);
    place.with_default = place.with_default && item;
    add(shape.item.shape, item ? item : shape.item.make().get(), place);
  }

  void add_one(const ItemsShape& shape, void* value, Place place) {
    const auto item = shape.item.make();
    const bool of_scalars = std::holds_alternative<const ScalarShape*>(shape.item.shape);
    if (shape.is_named || !of_scalars) place.pointer += "/*";
    if (shape.is_named) {
      const void* const pattern = shape.pattern(value);
      place.with_default = false;
      add(shape.item.shape, pattern ? const_cast<void*>(pattern) : item.get(), place);
    } else if (of_scalars) {
      place.prefix += "list of ";
      const bool with_default = std::exchange(place.with_default, false);
      add(shape.item.shape, item.get(), place);
      if (with_default && !place.about.required)
        out_.back().default_text = text_of(echo_value(&shape, value));
    } else {
      place.with_default = true;
      add(shape.item.shape, item.get(), place);
    }
  }

  void add_one(const ChoiceShape& shape, void*, const Place& place) {
    for (const ChoiceShape::Alternative& one : shape.alternatives) {
      Lister lister(place.pointer, one.kind, out_);
      one.shape->fields(one.item.make().get(), lister);
    }
  }

  void add_one(const ObjectShape& shape, void* value, const Place& place) {
    Lister lister(place.pointer, kind_, out_);
    shape.fields(value, lister);
  }

  std::string pointer_;
  std::string kind_;
  std::vector<Parameter>& out_;
};

}  // namespace

std::vector<Parameter> list_object(const ObjectShape& shape, void* value,
                                   const std::string& pointer) {
  std::vector<Parameter> out;
  Lister lister(pointer, "", out);
  shape.fields(value, lister);
  return out;
}

}  // namespace spof
