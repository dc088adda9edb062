#include "report/format.hpp"

namespace spof::report {

std::string run_json(const Campaign& campaign) {
  const Json& content = campaign.provenance;
  return (content.is_null() ? Json::object() : content)
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace spof::report
