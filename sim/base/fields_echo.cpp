#include "base/fields.hpp"

namespace spof {
namespace {

class Echo final : public FieldVisitor {
 public:
  Json out = Json::object();

 private:
  void field(const char* name, const Shape& shape, void* value, const About&) override {
    const auto* optional = std::get_if<const OptionalShape*>(&shape);
    if (optional && (*optional)->is_absent && !(*optional)->get(value)) return;
    out[name] = echo_value(shape, value);
  }
};

Json echo(const ScalarShape& shape, void* value) { return shape.echo(value); }

Json echo(const OptionalShape& shape, void* value) {
  void* const item = shape.get(value);
  return item ? echo_value(shape.item.shape, item) : Json(nullptr);
}

Json echo(const ItemsShape& shape, void* value) {
  Json out = shape.is_named ? Json::object() : Json::array();
  for (std::size_t i = 0; i < shape.size(value); ++i) {
    Json item = echo_value(shape.item.shape, shape.at(value, i));
    if (shape.is_named)
      out[shape.name(value, i)] = std::move(item);
    else
      out.push_back(std::move(item));
  }
  return out;
}

Json echo(const ChoiceShape& shape, void* value) {
  const ChoiceShape::Alternative& given = shape.alternatives[shape.index(value)];
  Echo visit;
  visit.out["kind"] = given.kind;
  given.shape->fields(shape.get(value), visit);
  return std::move(visit.out);
}

Json echo(const ObjectShape& shape, void* value) {
  Echo visit;
  shape.fields(value, visit);
  return std::move(visit.out);
}

}  // namespace

Json echo_value(const Shape& shape, void* value) {
  return std::visit([&](const auto* one) { return echo(*one, value); }, shape);
}

}  // namespace spof
