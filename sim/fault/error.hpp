#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// The daemon answers a share of its requests with an error instead of doing the work.
struct Error : Targeted {
  static constexpr const char* kind = "error";
  static constexpr const char* help =
      "answers a share of requests with a 5xx (a database: with an error)";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  Share share = 1;
  int status = 500;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as app@server1");
    visit("share", share, {.help = "of its requests", .min = 0, .max = 1});
    visit("status", status, {.help = "HTTP status it answers", .min = 500, .max = 599});
  }
  void strike(Switches& site, Hold by) const {
    site.daemon(target).errors.add(by, {share, static_cast<std::uint16_t>(status)});
  }
  void repair(Switches& site, Hold by) const { site.daemon(target).errors.drop(by); }
};

}  // namespace spof::fault
