#pragma once
#include "stack/component.hpp"
#include "stack/exporter_options.hpp"

namespace spof::stack {

/// Asks the daemons of its host when it is asked, and answers whatever becomes of that. [MON-7] Not
/// modelled: its own processor time.
class Exporter final : public Component {
 public:
  Exporter(Context& context, engine::Machine& machine, const ExporterOptions& options);

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  Task<> ask_mysql(const Message& message);
  Task<> ask_nginx(const Message& message);
  Task<MetricsPage> page_of(std::uint16_t port, bool logs_in, double patience);
  Task<> average_load();
  void answer(net::Exchange& exchange, MetricsPage page);
  double load_ = 0;
};

}  // namespace spof::stack
