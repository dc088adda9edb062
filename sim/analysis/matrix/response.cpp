#include "analysis/matrix/response.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/kinds.hpp"
#include "base/append_new.hpp"
#include "base/words.hpp"
#include "measure/sample.hpp"

namespace spof::report {
namespace {

using Why = measure::Cause;

/// What the log of who gave up says. HAProxy: the termination state of its HTTP log [HA-37]; Nginx:
/// error.log; applications: the client library of MySQL.
struct LogWords {
  Why cause;
  const char* words;
};
constexpr std::array log_words{
    LogWords{Why::no_server, "HAProxy `<NOSRV>` `SC--`"},
    LogWords{Why::connect_error, "HAProxy `SC--`"},
    LogWords{Why::connect_timeout, "HAProxy `sC--`"},
    LogWords{Why::queue_timeout, "HAProxy `sQ--`"},
    LogWords{Why::queue_full, "HAProxy `SQ--`"},
    LogWords{Why::server_closed, "HAProxy `SH--`"},
    LogWords{Why::server_timeout, "HAProxy `sH--`"},
    LogWords{Why::marked_down, "HAProxy `DH--`"},
    LogWords{Why::answer_cut, "HAProxy status 200 with `SD--`"},
    LogWords{Why::client_silent, "HAProxy status 200 with `cD--`"},
    LogWords{Why::answer_stalled, "HAProxy status 200 with `sD--`"},
    LogWords{Why::rate_limited, "HAProxy `PR--`"},
    LogWords{Why::upstream_refused, "Nginx `connect() failed` while connecting to upstream"},
    LogWords{Why::upstream_closed, "Nginx `upstream prematurely closed connection`"},
    LogWords{Why::upstream_timeout, "Nginx `upstream timed out`"},
    LogWords{Why::no_live_upstream, "Nginx `no live upstreams`"},
    LogWords{Why::worker_connections, "Nginx `worker_connections are not enough`"},
    LogWords{Why::request_limited, "Nginx `limiting requests`"},
    LogWords{Why::no_temp_file, "Nginx `No space left on device`"},
    LogWords{Why::body_too_large, "Nginx `client intended to send too large body`"},
    LogWords{Why::db_refused, "application: error 2003, `Can't connect to MySQL server`"},
    LogWords{Why::db_connect_timeout, "application: error 2003, `Can't connect to MySQL server`"},
    LogWords{Why::db_lost, "application: error 2013, `Lost connection to MySQL server`"},
    LogWords{Why::db_timeout, "application: error 2013, `Lost connection to MySQL server`"},
    LogWords{Why::db_connections, "application: error 1040, `Too many connections`"},
    LogWords{Why::db_read_only, "application: error 1290, `--read-only`"},
    LogWords{Why::pool_timeout, "application: `QueuePool limit ... reached`"}};

std::string code(const std::string& name) { return "`" + name + "`"; }

std::string repair_of(const Finding& finding) {
  const KnownKind* known = known_kind(finding.kind);
  std::string text(known ? known->undone_by : KnownKind().undone_by);
  return text.replace(text.find('%'), 1, code(finding.target));
}

Recovery recovery_of(const Finding& finding) {
  const Fate fate = worst_fate(finding);
  if (fate >= Fate::degraded || fails_on(finding)) return Recovery::by_hand;
  return fate <= Fate::untouched ? Recovery::none_needed : Recovery::automatic;
}

std::string recovery_words(const Finding& finding, Recovery recovery) {
  const std::string& who = finding.acted_by;
  if (recovery == Recovery::by_hand)
    return who.empty() ? "by hand" : "by hand; " + code(who) + " does not suffice";
  if (recovery == Recovery::none_needed)
    return loses_writes(finding) ? "users notice nothing, and writes are lost" : "none needed";
  return who.empty() ? "by itself" : "automatic: " + code(who);
}

/// "25 min"; "40 s".
std::string about(double seconds) {
  return seconds < 120 ? fmt::format("{:.0f} s", seconds) : fmt::format("{:.0f} min", seconds / 60);
}

/// How long users are without: until somebody repairs it, or until it is taken over.
std::string outage(const MatrixCase& one, Recovery recovery) {
  const Finding& finding = one.finding;
  if (recovery == Recovery::by_hand) {
    const std::string down = listed(classes_down(finding));
    const std::string mean = one.repair > 0 ? ", " + about(one.repair) + " on average" : "";
    return fmt::format("until the repair{}{}", mean, down.empty() ? ", in part" : ": " + down);
  }
  if (worst_fate(finding) == Fate::interrupted) return cell_text(&finding);
  return worst_fate(finding) == Fate::slow ? "none, but slow" : "none";
}

std::string lost(const Finding& finding) {
  if (finding.lost_writes <= 0) return "0";
  return count_text(finding.lost_writes) +
         (finding.diverged_writes > 0
              ? fmt::format(", {} beside the primary", count_text(finding.diverged_writes))
              : "");
}

/// Of "500 db_refused, 503 connect_error" what logs say of each.
std::vector<std::string> logged(const std::string& seen) {
  std::vector<std::string> words;
  for (const std::string& one : parts_of(seen, ", ")) {
    if (one.find(' ') == std::string::npos) continue;  // what the client saw alone is in no log
    const auto cause = value_named<Why>(one.substr(one.rfind(' ') + 1));
    const auto known = std::ranges::find_if(
        log_words, [&](const LogWords& row) { return cause && row.cause == *cause; });
    if (known != log_words.end()) append_new(words, known->words);
  }
  return words;
}

std::vector<std::string> sees(const Finding& finding) {
  std::vector<std::string> lines;
  for (const auto& [what, after] : finding.sights)
    lines.push_back(fmt::format("{} after {}", code(what), time_text(after)));
  if (lines.empty() && !finding.detected_by.empty())
    lines.push_back(
        fmt::format("{} after {}", code(finding.detected_by), time_text(finding.detected)));
  if (lines.empty()) lines.emplace_back("no check");
  if (finding.is_watched && !std::isfinite(finding.notified))
    lines.emplace_back("monitoring calls nobody");
  if (!finding.seen.empty()) lines.push_back("users: " + finding.seen);
  auto words = logged(finding.seen);
  if (finding.kind == "disk_full") words.emplace_back("MariaDB `Disk is full writing`");
  if (!words.empty()) lines.push_back("logs: " + listed(words));
  return lines;
}

}  // namespace

Response response_of(const MatrixCase& one) {
  const Finding& finding = one.finding;
  const Recovery recovery = recovery_of(finding);
  Response made{recovery,
                recovery_words(finding, recovery),
                outage(one, recovery),
                lost(finding),
                sees(finding),
                repair_of(finding)};
  const bool is_way = finding.kind == "link_down" || finding.kind == "partition";
  if (finding.left.starts_with("switch on") && !is_way)  // who was fenced has to be there first
    made.does = finding.left;
  else if (!finding.left.empty())
    made.does += ", then " + finding.left;
  else if (!std::isfinite(finding.recovered) && !finding.acted_by.starts_with("db_manager") &&
           finding.seen.find("db_read_only") != std::string::npos)
    made.does += ", then make the primary writable (`read_write`): it starts read-only";
  if (finding.diverged_writes >= 1 && finding.left.find("save the") == std::string::npos)
    made.does += "; first copy what was written beside the primary, for nobody merges it";
  for (const RemedyFinding& remedy : one.remedies)
    made.helps.push_back(remedy.name +
                         (saves_writes(remedy) ? "" : " (but writes are lost as before)"));
  return made;
}

}  // namespace spof::report
