#pragma once
#include <optional>
#include <string_view>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::stack {

/// A change of the database's schema that a release needs. An expansion (a new column, a new table)
/// fits the release before as well, so `old_fails` is 0; a contraction (a column dropped, a column
/// renamed) does not. [APP-9]
struct MigrationOptions {
  Seconds takes = 0;
  bool locks = false;
  std::optional<Seconds> lock_wait_timeout;
  Seconds retry = 30;
  Share old_fails = 0, new_fails = 1;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("takes", takes, {.help = "from its begin until the schema is another", .min = 0});
    visit("locks", locks,
          {.help = "writes wait as long (ALTER TABLE ... ALGORITHM=COPY, LOCK=SHARED)"});
    visit(
        "lock_wait_timeout", lock_wait_timeout,
        {.help = "it gives up (error 1205) when open transactions have kept its table from it for "
                 "so long; until then every later statement waits behind it",
         .source = "DB-28",
         .otherwise = "a day",
         .min = 0.001});
    visit("retry", retry, {.help = "pause before it is tried again", .min = 0.001});
    visit("old_fails", old_fails,
          {.help = "share of the statements of every release before it that fail from then on "
                   "(error 1054: they name a column that is gone)",
           .source = "APP-9",
           .min = 0,
           .max = 1});
    visit("new_fails", new_fails,
          {.help = "share of its own statements that fail until then",
           .source = "APP-9",
           .min = 0,
           .max = 1});
  }
};

/// What a release of the code base does to whoever asks for it; beside that it is as any other.
struct ReleaseOptions {
  Share errors = 0;
  int status = 500;
  bool fails_check = false;
  double cost = 1;
  Share leaks = 0;
  std::optional<MigrationOptions> migration;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("errors", errors,
          {.help = "share of its requests in which a bug shows", .min = 0, .max = 1});
    visit("status", status, {.help = "HTTP status of these", .min = 400, .max = 599});
    visit("fails_check", fails_check, {.help = "its health page is answered so, too"});
    visit("cost", cost,
          {.help = "processor time of its requests, times this", .min = 0.001, .max = 1000});
    visit("leaks", leaks,
          {.help = "share of its statements after which the connection to the database is kept "
                   "open and used no more, until the process ends",
           .source = "DB-7",
           .min = 0,
           .max = 1});
    visit("migration", migration,
          {.help = "what it needs of the schema; see \"migrate\" of deploy",
           .otherwise = "the schema stays as it is"});
  }
};

/// The number by which files and messages know a release; 0: none.
constexpr std::uint16_t number_of_release(std::string_view version) {
  std::uint32_t hash = 2166136261u;  // FNV-1a
  for (const char one : version) hash = (hash ^ static_cast<unsigned char>(one)) * 16777619u;
  return static_cast<std::uint16_t>(1 + hash % 65535);
}

}  // namespace spof::stack
