#include "base/field_types.hpp"

#include <algorithm>

namespace spof {

std::string describe(const Json& json) {
  if (json.is_string()) return in_quotes(json.get_ref<const std::string&>());
  if (json.is_array()) return "a list";
  if (json.is_object()) return "an object";
  if (json.is_number_float()) return number_text(json.get<double>());
  return json.dump();
}

namespace {

std::string expected(std::string_view what, const Json& json) {
  return fmt::format("expected {}, not {}", what, describe(json));
}

std::string such_as(const Dimension& kind) {
  return fmt::format("{} such as {}", kind.what, kind.examples);
}

std::string expected_distribution(const Dimension* kind) {
  if (!kind) return R"_(a distribution such as "uniform(1, 5)" or a number such as 2)_";
  return fmt::format(R"_({0} such as "{1}" or a distribution such as "exponential({1})")_",
                     kind->what, kind->samples.front());
}

}  // namespace

std::string FieldType<bool>::read(const Json& json, bool& out) {
  if (!json.is_boolean()) return expected("true or false", json);
  out = json.get<bool>();
  return {};
}

std::string FieldType<double>::read(const Json& json, double& out) {
  if (!json.is_number()) return expected("a number such as 1.5", json);
  out = json.get<double>();
  return {};
}

std::string FieldType<std::string>::read(const Json& json, std::string& out) {
  if (!json.is_string()) return expected("a text such as \"abc\"", json);
  out = json.get<std::string>();
  return {};
}

std::string read_quantity(const Json& json, const Dimension& kind, double& out) {
  if (json.is_string()) return parse_quantity(json.get_ref<const std::string&>(), kind, out);
  if (!json.is_number()) return expected(such_as(kind), json);
  const std::string number = describe(json);
  if (number[0] == '-') return fmt::format("{} is negative; {} is 0 or more", number, kind.what);
  return fmt::format("{0} has no unit; write \"{0}{1}\" or \"{0}{2}\"", number, kind.base,
                     kind.second);
}

std::string read_share(const Json& json, double& out) {
  double value = 0;
  if (json.is_number()) {
    value = json.get<double>();
  } else if (!json.is_string()) {
    return expected(such_as(dimension<Share>()), json);
  } else {
    const auto& text = json.get_ref<const std::string&>();
    if (std::string wrong = parse_quantity(text, dimension<Share>(), value); !wrong.empty())
      return wrong;
  }
  if (!(value >= 0 && value <= 1))
    return fmt::format("{} is not a share; a share is from 0% to 100% (as a number 0 to 1)",
                       describe(json));
  out = value;
  return {};
}

std::string read_distribution(const Json& json, const Dimension* kind, Distribution& out) {
  if (json.is_string()) return parse_distribution(json.get_ref<const std::string&>(), kind, out);
  if (!json.is_number()) return expected(expected_distribution(kind), json);
  double value = 0;
  if (kind) return read_quantity(json, *kind, value);
  if (json.get<double>() < 0) return fmt::format("{} is negative", describe(json));
  out = Distribution::constant(json.get<double>());
  return {};
}

namespace {

/// 3.0 is a whole number in JSON; its integer is returned, otherwise the value as it is.
Json without_fraction(const Json& json) {
  if (!json.is_number_float()) return json;
  const double value = json.get<double>();
  if (!(std::abs(value) <= 0x1p53) || std::trunc(value) < value || std::trunc(value) > value)
    return json;
  return value < 0 ? Json(static_cast<std::int64_t>(value))
                   : Json(static_cast<std::uint64_t>(value));
}

}  // namespace

std::string read_integer(const Json& json, std::int64_t least, std::uint64_t most, Json& out) {
  const Json number = without_fraction(json);
  if (!number.is_number_integer()) return expected("a whole number such as 3", json);
  const bool negative = !number.is_number_unsigned() && number.get<std::int64_t>() < 0;
  if (!negative && number.get<std::uint64_t>() > most)
    return fmt::format("must be at most {}", most);
  if (negative && number.get<std::int64_t>() < least)
    return fmt::format("must be at least {}", least);
  out = number;
  return {};
}

std::string read_name(const Json& json, EnumNames allowed, std::size_t& out) {
  if (!json.is_string())
    return expected(fmt::format("one of \"{}\"", fmt::join(allowed, "\", \"")), json);
  const auto& word = json.get_ref<const std::string&>();
  const auto found = std::ranges::find(allowed, word);
  if (found == allowed.end())
    return fmt::format("unknown {}; {}", in_quotes(word),
                       nearest(word, {allowed.begin(), allowed.end()}));
  out = static_cast<std::size_t>(found - allowed.begin());
  return {};
}

std::string one_of(EnumNames allowed) { return fmt::format("one of {}", fmt::join(allowed, ", ")); }

Json name_in(EnumNames allowed, std::size_t index) {
  return index < allowed.size() ? Json(allowed[index]) : Json(nullptr);
}

Json names_schema(EnumNames allowed) { return {{"type", "string"}, {"enum", allowed}}; }

Json quantity_schema(const Dimension& kind) {
  Json text = {{"type", "string"}, {"pattern", "^" + quantity_pattern(kind) + "$"}};
  for (const char* sample : kind.samples) text["examples"].push_back(sample);
  if (kind.second[0] != '\0') return text;
  const Json number = {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
  return {{"anyOf", Json::array({text, number})}};
}

Json distribution_schema(const Dimension* kind) {
  const std::string sample = kind ? kind->samples.front() : "2";
  Json text = {{"type", "string"}, {"pattern", "^" + distribution_pattern(kind) + "$"}};
  text["examples"] = {sample, "exponential(" + sample + ")", "lognormal(" + sample + ", 0.8)"};
  if (kind) return text;
  const Json number = {{"type", "number"}, {"minimum", 0}};
  return {{"anyOf", Json::array({text, number})}};
}

}  // namespace spof
