#include "fault/catalogue.hpp"

#include <fmt/format.h>

#include "base/append_new.hpp"
#include "base/words.hpp"

namespace spof::fault {
namespace {

constexpr std::string_view comma = ",", both_ways = " | ", one_way = " to ";

template <std::size_t... index>
constexpr bool has_words_of_events(std::index_sequence<index...>) {
  return ((std::string_view(std::variant_alternative_t<index, Fault>::kind) ==
           measure::word_of(static_cast<measure::What>(index))) &&
          ...);
}
static_assert(has_words_of_events(std::make_index_sequence<std::variant_size_v<Fault>>()) &&
              std::variant_size_v<Fault> == static_cast<std::size_t>(measure::What::repaired));

}  // namespace

std::string target_of(const Fault& fault) {
  if (const auto* partition = std::get_if<Partition>(&fault))
    return fmt::format("{}{}{}", fmt::join(partition->from, comma),
                       partition->one_way ? one_way : both_ways, fmt::join(partition->to, comma));
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.target; })
          return one.target;
        else if constexpr (requires { one.targets; })
          return listed(one.targets);
        else
          return {};
      },
      fault);
}

bool has_struck(const Fault& fault, const std::string& part) {
  const auto* deploy = std::get_if<Deploy>(&fault);
  return target_of(fault) == part || (deploy && has(deploy->targets, part));
}

bool ends_with_process(const Fault& fault) {
  const auto* slow = std::get_if<Slow>(&fault);
  return std::holds_alternative<Crash>(fault) || std::holds_alternative<Hang>(fault) ||
         std::holds_alternative<OpenTransaction>(fault) || std::holds_alternative<Stop>(fault) ||
         ends_itself(fault) || (slow && slow->target.find('@') != std::string::npos);
}

bool ends_itself(const Fault& fault) { return std::holds_alternative<RestartDaemon>(fault); }

std::string name_of(const Fault& fault) {
  const auto* slow = std::get_if<Slow>(&fault);
  return slow ? slow->name() : target_of(fault);
}

std::string server_of(const Fault& fault) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.server; }) return one.server;
        return "";
      },
      fault);
}

std::string degree_of(const Fault& fault) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.degree(); }) return one.degree();
        return "";
      },
      fault);
}

std::optional<Partition> read_partition(std::string_view words) {
  for (const std::string_view between : {both_ways, one_way}) {
    const std::size_t at = words.find(between);
    if (at == std::string_view::npos) continue;
    Partition read;
    read.from = parts_of(words.substr(0, at), comma);
    read.to = parts_of(words.substr(at + between.size()), comma);
    read.one_way = between == one_way;
    return read;
  }
  return std::nullopt;
}

}  // namespace spof::fault
