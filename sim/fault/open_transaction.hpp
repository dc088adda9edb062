#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A client of a database has read its tables in a transaction, and leaves that open until the
/// repair: a report, a forgotten session, a backup. It harms nobody, until a change of a table
/// waits for it, and every later statement behind that. [DB-28] It ends with the database's
/// process. Not modelled: what it makes InnoDB keep (the history list); one that has written holds
/// rows, too.
struct OpenTransaction : Targeted {
  static constexpr const char* kind = "open_transaction";
  static constexpr const char* help =
      "a client leaves a transaction open that has read all tables: nobody can change one";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "database, as mysql@server1");
  }
  void strike(Switches& site, Hold by) const { site.daemon(target).hold_tables(by, true); }
  void repair(Switches& site, Hold by) const { site.daemon(target).hold_tables(by, false); }
};

}  // namespace spof::fault
