#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A daemon's certificates reach their last day; at the repair new ones are in use. Its own checks,
/// and those of others that do not verify, see nothing. [TLS-4]
struct CertificateExpiry : Targeted {
  static constexpr const char* kind = "certificate_expiry";
  static constexpr const char* help =
      "a daemon's certificate ends: every new connection of a client that verifies fails";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon with \"tls\", as haproxy@lb1");
  }
  void strike(Switches& site, Hold by) const { site.daemon(target).certificate_ended.add(by); }
  void repair(Switches& site, Hold by) const { site.daemon(target).certificate_ended.drop(by); }
};

}  // namespace spof::fault
