#include <fmt/format.h>

#include <algorithm>

#include "base/words.hpp"
#include "report/pages/run_page.hpp"

namespace spof::report {
namespace {

using measure::Overheard;

/// The same row of all runs, as a mean.
struct Exposed {
  std::string link, what;
  double requests = 0, passwords = 0, cookies = 0, queries = 0, readable = 0, sealed = 0;
  void add(const Overheard& one, double runs) {
    requests += static_cast<double>(one.requests) / runs;
    passwords += static_cast<double>(one.passwords) / runs;
    cookies += static_cast<double>(one.cookies) / runs;
    queries += static_cast<double>(one.queries) / runs;
    readable += one.readable / runs;
    sealed += one.sealed / runs;
  }
};

/// By link and class, or `whole` links; where nothing passed there is no row.
std::vector<Exposed> exposed(const Campaign& campaign, bool whole) {
  std::vector<Exposed> rows;
  const auto& classes = campaign.plan.classes;
  for (const measure::Result& run : campaign.results)
    for (const Overheard& one : run.overheard) {
      const std::string what = whole                                ? ""
                               : one.request_class < classes.size() ? classes[one.request_class]
                                                                    : "checks, log-ins, copies";
      auto row = std::find_if(rows.begin(), rows.end(), [&](const Exposed& other) {
        return other.link == one.link && other.what == what;
      });
      if (row == rows.end()) row = rows.insert(rows.end(), {one.link, what});
      row->add(one, static_cast<double>(campaign.results.size()));
    }
  std::erase_if(rows, [](const Exposed& row) { return row.readable + row.sealed == 0; });
  return rows;
}

std::string megabytes(double bytes) { return fmt::format("{:.3g} MB", bytes / 1e6); }

Facts overheard_lines(const Campaign& campaign) {
  Facts facts{"Overheard", {}};
  for (const Exposed& row : exposed(campaign, true))
    facts.lines.push_back(fmt::format(
        "on {}: {} requests, {} passwords, {} cookies, {} queries; {} in clear, {} encrypted",
        row.link, count_text(row.requests), count_text(row.passwords), count_text(row.cookies),
        count_text(row.queries), megabytes(row.readable), megabytes(row.sealed)));
  return facts;
}

Section overheard_table(const Campaign& campaign) {
  Table table{
      "llrrrrrr",
      {"link", "class", "requests", "passwords", "cookies", "queries", "in clear", "encrypted"}};
  for (const Exposed& row : exposed(campaign, false)) {
    const auto bad = [](double count) {
      return Cell{count_text(count), count > 0 ? Tone::bad : Tone::plain};
    };
    table.row({row.link, row.what, count_text(row.requests), bad(row.passwords), bad(row.cookies),
               bad(row.queries), megabytes(row.readable), megabytes(row.sealed)});
  }
  return {"What could be overheard",
          {std::move(table), Paragraph{"Read by whoever listens on the link, mean of a run: a "
                                       "request counts on every link that it passes in clear.",
                                       true}}};
}

Facts tls_lines(const Campaign& campaign) {
  Facts facts{"TLS", {}};
  if (campaign.results.empty()) return facts;
  const auto& first = campaign.results.front().handshakes;
  for (std::size_t i = 0; i < first.size(); ++i) {
    double full = 0, resumed = 0;
    for (const measure::Result& run : campaign.results) {
      full += static_cast<double>(run.handshakes[i].full);
      resumed += static_cast<double>(run.handshakes[i].resumed);
    }
    const auto runs = static_cast<double>(campaign.results.size());
    facts.lines.push_back(fmt::format("{}: {} full handshakes a run, {} resumed", first[i].daemon,
                                      count_text(full / runs), count_text(resumed / runs)));
  }
  return facts;
}

}  // namespace

Blocks run_exposure(const Campaign& campaign, Medium medium) {
  const Facts heard = overheard_lines(campaign);
  if (medium == Medium::screen || heard.lines.empty()) return {tls_lines(campaign), heard};
  return {tls_lines(campaign), overheard_table(campaign)};
}

}  // namespace spof::report
