#pragma once
#include <array>
#include <string>

#include "base/distribution.hpp"
#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::stack {

/// Which tiers a request needs.
enum class RequestKind : std::uint8_t {
  static_file,  ///< answered by Nginx from a file
  page,         ///< answered by the application without a database
  read,         ///< the application reads one row
  write,        ///< the application commits one row on the primary
};
constexpr auto names(RequestKind) { return std::array{"static", "page", "read", "write"}; }

/// Processor time a request of a class costs each daemon it meets. Defaults: measured on the real
/// stack at 80 to 200 requests per second (/proc/PID/stat), see tests/reality/README.md.
struct Demand {
  Distribution haproxy = Distribution::constant(0.19e-3);
  Distribution nginx = Distribution::constant(0.10e-3);
  Distribution app = Distribution::constant(0);
  Distribution mysql = Distribution::constant(0);
  Distribution apply = Distribution::constant(0);
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("haproxy", haproxy, {.help = "on the load balancer"});
    visit("nginx", nginx, {.help = "in Nginx"});
    visit("app", app, {.help = "in the application server"});
    visit("mysql", mysql, {.help = "in the database that answers"});
    visit("apply", apply, {.help = "in each replica that applies the write"});
  }
};

/// A class of requests: what it asks of whom, how often, how large.
struct RequestClass {
  RequestKind kind = RequestKind::static_file;
  double mix = 1;
  Bytes request = 440;
  Bytes response = 1253;
  Demand cpu;
  Distribution sleep = Distribution::constant(0);
  Bytes commit = 1000;
  Share from_disk = 0;
  Share of_release = 0;
  bool password = false, cookie = false;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("kind", kind, {.help = "which tiers it needs", .required = true});
    visit("mix", mix, {.help = "its weight among all classes", .min = 0, .max = 1e9});
    visit("request", request, {.help = "size of the request on the wire", .min = 1});
    visit("response", response, {.help = "size of the answer on the wire", .min = 1});
    visit("cpu", cpu, {.help = "processor time it costs each daemon"});
    visit("sleep", sleep,
          {.help = "time an application thread spends waiting for something that "
                   "is not modelled (a remote API)"});
    visit("commit", commit, {.help = "write: bytes of redo and binary log", .min = 1});
    visit(
        "from_disk", from_disk,
        {.help = "share of answers whose data is not in memory (page cache, buffer pool) and costs "
                 "one access to the server's disk"});
    visit(
        "of_release", of_release,
        {.help = "static: share of its files whose name belongs to one release (app.3f2a.js): the "
                 "one of the page that was answered last; a server without it answers 404",
         .source = "APP-9"});
    visit("password", password,
          {.help = "the request carries a password, as a log-in form does: counts what an "
                   "eavesdropper gets"});
    visit("cookie", cookie, {.help = "and a session's cookie"});
  }
};

}  // namespace spof::stack
