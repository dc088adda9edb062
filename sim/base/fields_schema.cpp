#include "base/fields.hpp"

namespace spof {
namespace {

Json schema_of(const Shape& shape, void* value, Asks asks);

Json or_null(Json schema) {
  if (schema.contains("type") && !schema.contains("enum")) {
    schema["type"] = {schema["type"], "null"};
    return schema;
  }
  return {{"anyOf", Json::array({std::move(schema), {{"type", "null"}}})}};
}

/// What a value's bounds apply to: itself, or what it holds.
const ScalarShape* scalar_in(const Shape& shape) {
  if (const auto* scalar = std::get_if<const ScalarShape*>(&shape)) return *scalar;
  if (const auto* optional = std::get_if<const OptionalShape*>(&shape))
    return scalar_in((*optional)->item.shape);
  if (const auto* items = std::get_if<const ItemsShape*>(&shape))
    return scalar_in((*items)->item.shape);
  return nullptr;
}

void add_bounds(Json& schema, const Shape& shape, const About& about) {
  if (const auto* optional = std::get_if<const OptionalShape*>(&shape))
    return add_bounds(schema, (*optional)->item.shape, about);
  if (const auto* items = std::get_if<const ItemsShape*>(&shape)) {
    const char* const inside = (*items)->is_named ? "additionalProperties" : "items";
    return add_bounds(schema[inside], (*items)->item.shape, about);
  }
  const auto* scalar = std::get_if<const ScalarShape*>(&shape);
  if (!scalar || (*scalar)->number == ScalarShape::Number::no) return;
  const auto number = [&](double value) {
    const bool whole = (*scalar)->number == ScalarShape::Number::whole;
    return whole && std::abs(value) <= 0x1p53 ? Json(static_cast<std::int64_t>(value))
                                              : Json(value);
  };
  if (std::isfinite(about.min)) schema["minimum"] = number(about.min);
  if (std::isfinite(about.max)) schema["maximum"] = number(about.max);
}

void describe_field(Json& schema, const About& about, const std::string& bounds) {
  std::string text = about.help;
  const auto add = [&text](std::string_view part) {
    if (!text.empty()) text += "; ";
    text += part;
  };
  if (!bounds.empty()) add(bounds);
  if (*about.otherwise) add(fmt::format("if absent: {}", about.otherwise));
  if (*about.source) text += fmt::format("{}[{}]", text.empty() ? "" : " ", about.source);
  if (!text.empty()) schema["description"] = text;
}

/// Defaults are told field by field, not again for the object that holds them.
bool has_default(const Shape& shape) {
  const auto* items = std::get_if<const ItemsShape*>(&shape);
  return items ? !(*items)->is_named : std::holds_alternative<const ScalarShape*>(shape);
}

class Schema final : public FieldVisitor {
 public:
  explicit Schema(Asks asks) : asks_(asks) {}
  Json out = {{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};

 private:
  void field(const char* name, const Shape& shape, void* value, const About& about) override {
    Json schema = schema_of(shape, value, asks_);
    add_bounds(schema, shape, about);
    const ScalarShape* const scalar = scalar_in(shape);
    describe_field(schema, about, scalar ? scalar->bounds(about) : "");
    if (has_default(shape) && !about.required && asks_ != Asks::all)
      schema["default"] = echo_value(shape, value);
    out["properties"][name] = std::move(schema);
    const auto* optional = std::get_if<const OptionalShape*>(&shape);
    const bool is_absent = optional && (*optional)->is_absent;
    if (asks_ == Asks::all ? !is_absent : about.required && asks_ == Asks::required)
      out["required"].push_back(name);
  }

  Asks asks_;
};

Json schema(const ScalarShape& shape, void*, Asks) { return shape.schema(); }

Json schema(const OptionalShape& shape, void* value, Asks asks) {
  const auto made = shape.item.make();
  void* const item = shape.is_absent ? nullptr : shape.get(value);
  Json out = schema_of(shape.item.shape, item ? item : made.get(), asks);
  return shape.is_absent ? out : or_null(std::move(out));
}

Json schema(const ItemsShape& shape, void* value, Asks asks) {
  const auto made = shape.item.make();
  if (!shape.is_named)
    return {{"type", "array"},
            {"items", schema_of(shape.item.shape, made.get(), std::max(asks, Asks::required))}};
  const void* const pattern = shape.pattern(value);
  Json item = pattern ? schema_of(shape.item.shape, const_cast<void*>(pattern), Asks::nothing)
                      : schema_of(shape.item.shape, made.get(), asks);
  return {{"type", "object"},
          {"additionalProperties", asks != Asks::nothing ? item : or_null(std::move(item))}};
}

Json schema(const ChoiceShape& shape, void*, Asks) {
  Json all = Json::array();
  for (const ChoiceShape::Alternative& one : shape.alternatives) {
    Schema visit(Asks::required);
    visit.out["properties"]["kind"] = {{"const", one.kind}};
    visit.out["required"].push_back("kind");
    one.shape->fields(one.item.make().get(), visit);
    all.push_back(std::move(visit.out));
  }
  return {{"oneOf", std::move(all)}};
}

Json schema(const ObjectShape& shape, void* value, Asks asks) {
  return schema_of_object(shape, value, asks);
}

Json schema_of(const Shape& shape, void* value, Asks asks) {
  return std::visit([&](const auto* one) { return schema(*one, value, asks); }, shape);
}

}  // namespace

Json schema_of_object(const ObjectShape& shape, void* value, Asks asks) {
  Schema visit(asks);
  shape.fields(value, visit);
  return std::move(visit.out);
}

}  // namespace spof
