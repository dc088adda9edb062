#include "stack/exporter.hpp"

#include <algorithm>
#include <cmath>

#include "stack/mysql_options.hpp"
#include "stack/nginx_options.hpp"

namespace spof::stack {
namespace {

/// Bytes of a disk that no fault fills.
constexpr double common_disk = 100e9;

double free_space(const engine::Machine& machine, double size) {
  double left = machine.is_disk_full() ? 0 : size / 2;
  machine.filling.each([&](double one) { left = std::min(left, one); });
  return left;
}

double scrape_timeout(const Body& request) { return static_cast<double>(request.number) / 1e6; }

}  // namespace

Exporter::Exporter(Context& context, engine::Machine& machine, const ExporterOptions&)
    : Component(context, ExporterOptions::kind, machine, 1, ExporterOptions::port) {
  listen(ExporterOptions::mysqld_port,
         [this](const Message& message) { return ask_mysql(message); });
  listen(ExporterOptions::nginx_port,
         [this](const Message& message) { return ask_nginx(message); });
}

void Exporter::started() {
  Component::started();
  load_ = 0;
  start(average_load());
}

/// As Linux does it: who computes or waits for a core, every 5 s, over a minute.
Task<> Exporter::average_load() {
  const double kept = std::exp(-5.0 / 60);
  for (;;) {
    co_await sleep_for(5);
    load_ = load_ * kept + machine().cpu()->users() * (1 - kept);
  }
}

void Exporter::answer(net::Exchange& exchange, MetricsPage page) {
  Body said = success(exchange.request(), 1000 + 100 * static_cast<double>(page.size()));
  said.number = context_.luggage.leave(std::move(page));
  exchange.answer(said);
}

/// node_exporter.
Task<> Exporter::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  const double size = machine().disk_size > 0 ? machine().disk_size : common_disk;
  const double left = free_space(machine(), size);
  answer(exchange, {{"node_filesystem_size_bytes", {{"mountpoint", "/"}}, size},
                    {"node_filesystem_avail_bytes", {{"mountpoint", "/"}}, left},
                    {"node_load1", {}, load_}});
  co_return;
}

/// mysqld_exporter gives up 0.25 s before whoever asks would. [MON-7]
Task<> Exporter::ask_mysql(const Message& message) {
  net::Exchange exchange(*this, message);
  const double patience = std::max(0.01, scrape_timeout(exchange.request()) - 0.25);
  MetricsPage page = co_await page_of(MysqlOptions::port, true, patience);
  page.push_back({"mysql_up", {}, page.empty() ? 0. : 1.});
  answer(exchange, std::move(page));
}

/// Its own patience is 5 s. [MON-7]
Task<> Exporter::ask_nginx(const Message& message) {
  net::Exchange exchange(*this, message);
  MetricsPage page = co_await page_of(NginxOptions::port, false, 5);
  page.push_back({"nginx_up", {}, page.empty() ? 0. : 1.});
  answer(exchange, std::move(page));
}

/// Empty: no answer.
Task<MetricsPage> Exporter::page_of(std::uint16_t port, bool logs_in, double patience) {
  const double deadline = now() + patience;
  const net::Address there{network().fabric().ip(machine()), port};
  net::Socket socket = co_await dial(there, patience);
  if (!socket) co_return MetricsPage();
  Body request;
  request.bytes = 100;
  request.flags = net::keep_open;
  for (const Verb verb : {Verb::login, Verb::metrics}) {
    if (verb == Verb::login && !logs_in) continue;
    request.verb = code(verb);
    const net::Reply reply = co_await ask(socket, request, std::max(1e-6, deadline - now()));
    if (!reply) break;
    if (verb == Verb::login) continue;
    auto page = context_.luggage.take<MetricsPage>(reply.body.number);
    if (page) co_return std::move(*page);
  }
  co_return MetricsPage();
}

std::unique_ptr<Component> ExporterOptions::build(Context& context, engine::Machine& machine,
                                                  const ExporterOptions& options) {
  return std::make_unique<Exporter>(context, machine, options);
}

}  // namespace spof::stack
