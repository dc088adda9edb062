#include "measure/event.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/words.hpp"
#include "measure/chronicle.hpp"

namespace spof::measure {
namespace {

/// Of a check's failure, in the order of the words.
constexpr std::array check_sentences{"",
                                     "L4TOUT, no connection",
                                     "L4CON, no route to host",
                                     "L4CON, connection refused",
                                     "L6TOUT, no answer to the TLS handshake",
                                     "L6RSP, SSL handshake failure",
                                     "SOCKERR, connection reset by peer",
                                     "L7RSP, connection closed without an answer",
                                     "L7TOUT, no answer",
                                     "L7STS, status {}",
                                     "{} error{} in a row in its traffic"};

std::string sentence(const CheckResult& check) {
  return fmt::format(fmt::runtime(check_sentences[static_cast<std::size_t>(check.failure)]),
                     check.figure, check.figure == 1 ? "" : "s");
}

std::string fault_sentence(const Event& event) {
  if (!event.version.empty()) return "\"" + event.version + "\", a step of the plan";
  if (std::isfinite(event.figure)) return fmt::format("for {:.1f} s", event.figure);
  return event.setting ? "until somebody repairs it" : "for good";
}

/// Why a source refuses a replica.
std::string broken_words(const Event& event) {
  if (event.figure < 0)
    return fmt::format("error 1062, duplicate key: it took {} of its own after {}",
                       counted(-event.figure, "write"), event.setting);
  if (event.figure > 0)
    return fmt::format("its log lacks {} that are here: they part after {}",
                       counted(event.figure, "transaction"), event.setting);
  return event.setting > 0
             ? fmt::format(
                   "its log begins after transaction {}: it logged none that it applied "
                   "(log_slave_updates), and this replica lacks some of these",
                   event.setting)
             : "refuses this replica for now";
}

std::string loss_words(const Event& event) {
  if (event.setting == 1)
    return fmt::format("{} rolled back: not in what was left of the binary log (sync_binlog=0)",
                       event.figure);
  return fmt::format("{} commits were not flushed (flush_log_at_trx_commit={}){}", event.figure,
                     event.setting, event.version.empty() ? "" : ", but " + event.version);
}

/// Of databases and applications, what depends on more than its numbers.
std::string sentence_of_data(const Event& event) {
  switch (event.what) {
    case What::worker_killed:
      if (event.setting == 1)
        return "its last worker has served max_requests; until the next one has imported the "
               "application whoever comes waits";
      return "silent for longer than its timeout";
    case What::transactions_lost:
      return loss_words(event);
    case What::replication_started:
      return event.setting ? "by command" : "connected again";
    case What::replication_stopped:
      if (event.setting) return event.setting == 1 ? "its applier, by command" : "by command";
      return event.figure > 0 ? fmt::format("no heartbeat for {} s", event.figure)
                              : "connection lost";
    case What::replication_broken:
      return broken_words(event);
    case What::promoted:
      return fmt::format("a primary from transaction {} on", event.setting + 1);
    case What::source_changed:
      return event.setting ? "it was a primary" : "";
    case What::migrated:
      return (event.figure == 0   ? "the schema of its database is that of version "
              : event.figure == 1 ? "its connection ended: the change of the schema for version "
                                  : "has changed its schema, though its client had left") +
             event.version;
    case What::table_open:
      return fmt::format("after {:.1f} s{}", event.figure,
                         event.setting == 0   ? ""
                         : event.setting == 1 ? ", given up (lock_wait_timeout, error 1205)"
                                              : ", given up: its client had left");
    case What::primary_silent:
      return event.figure > 0 ? fmt::format("does not answer; {} more and it is dead", event.figure)
                              : "does not answer";
    case What::primary_dead:
      return event.figure == 1 ? "a look failed"
                               : fmt::format("{} looks in a row failed", event.figure);
    case What::fenced:
      return event.version == "power_off" ? "the power of its host is cut"
             : event.version == "address" ? "its host has given the address up"
                                          : "it takes no writes any more";
    default:
      return "";
  }
}

/// Of whoever sends requests on, and of people, likewise.
std::string sentence_of_view(const Event& event) {
  switch (event.what) {
    case What::down:
      return sentence(event.check);
    case What::check_failed:
      return fmt::format("{}; {} more and it is DOWN", sentence(event.check), event.figure);
    case What::no_server:
      return event.setting ? "no server is UP: every connection is closed"
                           : "no server is UP: every request is answered 503";
    case What::connections_taken:
      if (section_of(event.source) == "app")
        return fmt::format("all {:.0f} connections of a pool are lent", event.figure);
      return fmt::format("worker_connections ({:.0f}) are not enough", event.figure);
    case What::vrrp_fault:
      return event.version + (event.version == "link" ? " of its card is down" : " failed");
    case What::vrrp_backup:
      return event.figure > 0 ? fmt::format("hears a master of priority {}", event.figure)
                              : event.version + " is good again";
    case What::address_taken_over:
      if (!event.version.empty()) return event.version;
      return event.figure > 0 ? fmt::format("no advert for {:.2f} s", event.figure)
             : event.setting  ? "its master gave it up"
                              : "hears no master";
    case What::rolled_back:
      return fmt::format("{:.0f} % of its requests failed with version {}", event.figure * 100,
                         event.version);
    case What::alert_firing:
      return event.figure > 0 ? fmt::format("{}, after {:.0f} s", event.version, event.figure)
                              : event.version;
    case What::notified:
      return fmt::format("{}{}, {:.1f} s after it {}", event.version,
                         event.setting ? " is over" : "", event.figure,
                         event.setting ? "was" : "fired");
    case What::repaired_by:
      return event.version + (event.setting ? ": in time, before it broke" : ": it was broken");
    default:
      return sentence_of_data(event);
  }
}

}  // namespace

std::string sentence(const Event& event) {
  if (!event.told.empty()) return event.told;
  if (event.role() == Role::fault) return fault_sentence(event);
  const std::string_view words = row_of(event.what).sentence;
  if (words.empty()) return sentence_of_view(event);
  return fmt::format(fmt::runtime(words), fmt::arg("figure", event.figure),
                     fmt::arg("s", event.figure == 1 ? "" : "s"),
                     fmt::arg("setting", event.setting), fmt::arg("version", event.version));
}

std::string in_brackets(const Event& event) {
  const std::string words = sentence(event);
  return words.empty() ? "" : fmt::format(" ({})", words);
}

std::string subject(const Event& event) {
  const bool itself = event.target.empty() || event.target == event.source;
  return itself ? word_of(event.what) : event.target + " " + word_of(event.what);
}

const std::string& concerned(const Event& event) {
  return event.target.empty() ? event.source : event.target;
}

std::optional<What> what_of(std::string_view word, Role role) {
  for (const EventRow& row : event_rows)
    if (word == row.word && role == row.role) return row.what;
  return std::nullopt;
}

}  // namespace spof::measure
