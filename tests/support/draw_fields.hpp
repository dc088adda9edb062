#pragma once
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/random.hpp"
#include "fault/schedule.hpp"

namespace spof::test {

/// What a die has to know of a field's type that is not one word or number.
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_optional<Absent<T>> = true;
template <class T>
inline constexpr bool is_named = false;
template <class T>
inline constexpr bool is_named<Named<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = !is_named<std::vector<T>>;
template <class T>
inline constexpr bool is_derived = false;
template <class T>
inline constexpr bool is_derived<Derived<T>> = true;
template <class T>
inline constexpr bool is_choice = false;
template <class... T>
inline constexpr bool is_choice<std::variant<T...>> = true;
template <class T>
struct NamedItem;
template <class T>
struct NamedItem<Named<T>> {
  using type = T;
};

/// Draws an options struct as JSON: the visitor that is to reading what a die is to a writer. Each
/// field that its `fields()` names is given by chance, with a value of its type and within its
/// bounds, so that an option is tried from the day it is born. What bounds do not say (that a name
/// must be one of another list) is left to words that fit the field's name, and to the reader.
class Draw {
 public:
  /// What draws are made from.
  struct Dice {
    Random random;
    double share = 0.1;  ///< of the fields that are given
    /// By a field's name, or "" for all others: texts for it, names in it. By its pointer, with
    /// names in it: exactly these and all of them.
    std::map<std::string, std::vector<std::string>> words;
    std::map<std::string, std::vector<std::string>> exactly;

    bool chance(double probability) { return random.chance(probability); }
    /// Between two positive numbers, as many within a decade as within another.
    double log_uniform(double low, double high) {
      return low * std::pow(high / low, random.uniform());
    }
    const std::string& one_of(const std::vector<std::string>& list) {
      return list[random.below(list.size())];
    }
    const std::vector<std::string>& fitting(const std::string& name) {
      const auto found = words.find(name);
      return found == words.end() ? words[""] : found->second;
    }
  };

  Draw(Dice& dice, std::string pointer, bool asks = true)
      : dice_(dice), pointer_(std::move(pointer)), asks_(asks) {}

  void left_out(std::string_view) {}
  /// Called by `fields()`.
  template <class T>
  void operator()(const char* name, T&& value, const About& about) {
    using Field = std::remove_cvref_t<T>;
    const std::string at = child_pointer(pointer_, name);
    const bool is_given = is_struct<Field> || dice_.exactly.count(at) ||
                          (asks_ && about.required) || dice_.chance(dice_.share);
    if (!is_given) return;
    Json drawn = of(name, at, value, about);
    if (!drawn.empty() || !is_struct<Field>) out_[name] = std::move(drawn);
  }

  template <class T>
  static Json struct_of(Dice& dice, const std::string& pointer, const T& value, bool asks = true) {
    Draw draw(dice, pointer, asks);
    if constexpr (requires { T::target_kind; }) draw.target_ = static_cast<int>(T::target_kind);
    const_cast<T&>(value).fields(draw);  // only looks
    return std::move(draw.out_);
  }

 private:
  template <class T>
  static constexpr bool is_struct = !ScalarField<T> && !is_optional<T> && !is_named<T> &&
                                    !is_derived<T> && !is_list<T> && !is_choice<T>;

  template <class T>
  Json of(const std::string& name, const std::string& at, const T& value, const About& about) {
    if constexpr (ScalarField<T>)
      return scalar(name, value, about);
    else if constexpr (is_optional<T>)
      return dice_.chance(0.1) ? Json(nullptr)
                               : of(name, at, value.value_or(typename T::value_type{}), about);
    else if constexpr (is_named<T>)
      return named(name, at, typename NamedItem<T>::type{}, about, asks_);
    else if constexpr (is_derived<T>)
      return named(name, at, value.pattern, about, false);
    else if constexpr (is_list<T>)
      return list(name, at, typename T::value_type{}, about);
    else if constexpr (is_choice<T>)
      return choice(at, value, dice_.random.below(std::variant_size_v<T>));
    else
      return struct_of(dice_, at, value, asks_);
  }

  template <class T>
  Json named(const std::string& name, const std::string& at, const T& pattern, const About& about,
             bool asks) {
    Json out = Json::object();
    const auto exactly = dice_.exactly.find(at);
    std::vector<std::string> keys;
    if (exactly != dice_.exactly.end())
      keys = exactly->second;
    else
      for (auto left = dice_.random.below(3); left > 0; --left)
        keys.push_back(dice_.one_of(dice_.fitting(name)));
    for (const std::string& key : keys) {
      Draw draw(dice_, at, asks);
      out[key] = draw.of(name, child_pointer(at, key), pattern, about);
    }
    return out;
  }

  template <class T>
  Json list(const std::string& name, const std::string& at, const T& item, const About& about) {
    Json out = Json::array();
    Draw draw(dice_, at, true);
    for (auto left = dice_.random.below(is_choice<T> ? 6 : 3); left > 0; --left)
      out.push_back(draw.of(name, at + "/-", item, about));
    return out;
  }

  template <class... T>
  Json choice(const std::string& at, const std::variant<T...>&, std::size_t index) {
    Json out;
    std::size_t i = 0;
    ((i++ == index ? void(out = struct_of(dice_, at, T{})) : void()), ...);
    out["kind"] = kinds_of(std::variant<T...>{})[index];
    return out;
  }

  // Words and numbers.
  Json scalar(const std::string&, bool, const About&) { return dice_.chance(0.5); }
  Json scalar(const std::string& name, const std::string&, const About&) {
    const bool target = name == "target" && target_ >= 0;
    return dice_.one_of(dice_.fitting(target ? targets[target_] : name));
  }
  template <NamedEnum T>
  Json scalar(const std::string&, T, const About&) {
    return dice_.one_of({FieldType<T>::allowed.begin(), FieldType<T>::allowed.end()});
  }
  template <std::integral T>
  Json scalar(const std::string&, T usual, const About& about) {
    const double sign = about.min < 0 && std::isfinite(about.min) && dice_.chance(0.5) ? -1 : 1;
    return static_cast<std::int64_t>(
        std::round(sign * number(static_cast<double>(usual), 1, 60, about)));
  }
  Json scalar(const std::string&, double usual, const About& about) {
    return number(usual, 0.1, 100, about);
  }
  template <class Unit>
  Json scalar(const std::string&, Quantity<Unit> usual, const About& about) {
    using Q = Quantity<Unit>;
    if constexpr (std::same_as<Q, Share>) {
      if (dice_.chance(0.3)) return FieldType<Q>::echo(dice_.chance(0.5) ? 1.0 : 0.0);
      return FieldType<Q>::echo(dice_.random.uniform());
    }
    constexpr bool time = std::same_as<Q, Seconds>;
    constexpr bool rate = std::same_as<Q, Rate>, line = std::same_as<Q, Bandwidth>;
    const double low = time   ? 0.01
                       : line ? 3e5
                              : 10,
                 high = time   ? 8
                        : rate ? 300
                        : line ? 1e9
                               : 2e7;
    return FieldType<Q>::echo(number(usual, low, high, about));
  }
  Json scalar(const std::string& name, Until, const About& about) {
    return dice_.chance(0.3) ? Json("repaired") : scalar(name, Seconds(8), about);
  }
  template <std::derived_from<Distribution> T>
  Json scalar(const std::string&, const T& usual, const About&) {
    const double mean =
        usual.first > 0 ? usual.first * dice_.log_uniform(0.1, 3) : dice_.log_uniform(1e-5, 5e-3);
    const Distribution all[] = {
        Distribution::constant(mean),
        Distribution::constant(0),
        Distribution::exponential(mean),
        Distribution::lognormal(mean, dice_.log_uniform(0.1, 1.5)),
        Distribution::uniform(mean / 2, 2 * mean),
        Distribution::pareto(mean, dice_.log_uniform(1.2, 4)),
        Distribution::erlang(mean, static_cast<int>(1 + dice_.random.below(5)))};
    return FieldType<T>::echo(T(all[dice_.random.below(std::size(all))]));
  }
  /// Between the field's bounds and, as far as these allow, within `low` and `high`: the least,
  /// near the usual one, or any.
  double number(double usual, double low, double high, const About& about) {
    const double least = std::max(about.min, low),
                 most = std::max(std::min(about.max, high), least);
    const double draw = dice_.random.uniform();
    if (draw < 0.1 && std::isfinite(about.min)) return about.min > 0 ? least : about.min;
    const bool near = draw < 0.4 && usual > 0 && usual <= high;
    const double value = near ? usual * dice_.log_uniform(0.2, 3) : dice_.log_uniform(least, most);
    return std::clamp(value, std::max(about.min, 0.0), most);
  }

  /// Which words a fault's target is: by TargetKind.
  static constexpr const char* targets[] = {"daemon", "host", "link", "daemon or host", "host"};

  Dice& dice_;
  std::string pointer_;
  bool asks_;
  int target_ = -1;
  Json out_ = Json::object();
};

}  // namespace spof::test
