#include "fault/catalogue.hpp"

#include <fmt/format.h>

namespace spof::fault {

std::string target_of(const Fault& fault) {
  if (const auto* partition = std::get_if<Partition>(&fault))
    return fmt::format("{} {} {}", fmt::join(partition->from, ","), partition->one_way ? "to" : "|",
                       fmt::join(partition->to, ","));
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.target; })
          return one.target;
        else
          return {};
      },
      fault);
}

}  // namespace spof::fault
