#include <fmt/format.h>

#include <algorithm>

#include "analysis/detection.hpp"
#include "analysis/verdict.hpp"
#include "measure/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

Card availability(const Campaign& campaign, bool with_fault) {
  const auto all = figure(campaign, "availability");
  Card card{"availability", value_text(all.mean, Unit::share), interval_text(all, Unit::share),
            all.mean < 1 ? Tone::bad : Tone::good};
  const auto during = total(campaign, Phase::during);
  if (with_fault && during.requests() > 0)
    card.note +=
        "\nduring the fault " + share_text(double(during.good()) / double(during.requests()));
  return card;
}

Card failed(const Campaign& campaign) {
  const auto bad = figure(campaign, "failed");
  const auto requests = figure(campaign, "requests");
  const std::string of = fmt::format("of {}{}", count_text(requests.mean),
                                     campaign.results.size() > 1 ? " a run" : "");
  return {"failed requests", value_text(bad.mean, Unit::count),
          interval_text(bad, Unit::count) + "\n" + of, bad.mean > 0 ? Tone::bad : Tone::good};
}

/// What happens some time after the fault, or never.
Card after_fault(const Campaign& campaign, const char* label, const char* metric) {
  const auto when = figure(campaign, metric);
  if (when.measured == 0) return {label, "-", "nothing to measure"};
  if (when.never == when.measured) return {label, "never", "", Tone::bad};
  if (when.never > 0)
    return {label, "not always", fmt::format("never in {} of {} runs", when.never, when.measured),
            Tone::bad};
  return {label, value_text(when.mean, Unit::seconds), interval_text(when, Unit::seconds)};
}

/// Nothing that failed, nothing that anybody had to recover from or to notice.
bool harmless(const Campaign& campaign) {
  const auto recovery = figure(campaign, "recovery");
  return recovery.never == 0 && recovery.measured > 0 && recovery.mean == 0;
}

Card recovered(const Campaign& campaign) {
  if (harmless(campaign)) {
    const bool waited = std::ranges::any_of(harms(campaign), &Harm::stood_still);
    return {"recovered after (RTO)", waited ? "no failure" : "no outage",
            waited ? "requests waited" : "", waited ? Tone::warn : Tone::good};
  }
  Card card = after_fault(campaign, "recovered after (RTO)", "rto");
  // Outages that began after the repair are none of the RTO, and yet nobody has recovered.
  const Card last = after_fault(campaign, "recovered after (RTO)", "recovery");
  if (last.tone != Tone::bad || card.tone == Tone::bad) return card;
  return {last.label, last.value, "first outages " + card.value, Tone::bad};
}

Card detected(const Campaign& campaign) {
  Card card = after_fault(campaign, "detected after", "detected");
  if (harmless(campaign) && card.tone == Tone::bad) card.tone = Tone::plain;
  const auto told = call(campaign);
  if (card.value != "never" || !told) return card;
  return {"noticed after", time_text(told->after),
          told->who + " called" + told->runs + "; no check of the stack saw it", Tone::warn};
}

Card p99(const Campaign& campaign, bool with_fault) {
  const auto before = total(campaign, Phase::before);
  const auto during = total(campaign, Phase::during);
  const auto text = [](const Tally& tally, double share) {
    return tally.ok.count() > 0 ? time_text(static_cast<double>(tally.ok.quantile(share)) / 1e6)
                                : "-";
  };
  if (!with_fault)
    return {"p99", text(before, 0.99), "p50 " + text(before, 0.5),
            std::ranges::any_of(harms(campaign), &Harm::crawled) ? Tone::warn : Tone::plain};
  const bool slower = is_slower(static_cast<double>(before.ok.quantile(0.99)),
                                static_cast<double>(during.ok.quantile(0.99)));
  return {"p99 during fault", text(during, 0.99), text(before, 0.99) + " before",
          slower ? Tone::warn : Tone::plain};
}

/// Where there are writes and a database that may lose them.
void lost_writes(const Campaign& campaign, Cards& cards) {
  const auto acknowledged = figure(campaign, "acknowledged_writes");
  const auto lost = figure(campaign, "lost_writes");
  if (!(acknowledged.mean > 0 || lost.mean > 0)) return;
  const std::string of = fmt::format("of {} acknowledged", count_text(acknowledged.mean));
  const auto age = figure(campaign, "rpo");
  const std::string rpo = lost.mean > 0 ? "of the last " + value_text(age.mean, Unit::seconds) : "";
  cards.push_back({"lost writes (RPO)", value_text(lost.mean, Unit::count),
                   fmt::format("{}\n{}\n{}", interval_text(lost, Unit::count), of, rpo),
                   lost.mean > 0 ? Tone::bad : Tone::plain});
}

void expectations(const Campaign& campaign, Cards& cards) {
  const auto all = campaign.expectations.size();
  if (all == 0) return;
  const std::size_t hold = judged_as(campaign, Judgement::pass);
  const std::size_t unknown = judged_as(campaign, Judgement::unknown);
  const Tone undecided = hold + unknown == all ? Tone::warn : Tone::bad;
  cards.push_back({"expectations", fmt::format("{} of {}", hold, all),
                   unknown > 0 ? fmt::format("hold, {} unknown", unknown) : "hold",
                   hold == all ? Tone::good : undecided});
}

}  // namespace

Cards run_cards(const Campaign& campaign) {
  Cards cards;
  if (campaign.results.empty()) return cards;
  const bool with_fault = !campaign.faults.empty();
  cards.push_back(availability(campaign, with_fault));
  cards.push_back(failed(campaign));
  if (with_fault) {
    cards.push_back(detected(campaign));
    cards.push_back(recovered(campaign));
  }
  cards.push_back(p99(campaign, with_fault));
  if (with_fault) lost_writes(campaign, cards);
  expectations(campaign, cards);
  return cards;
}

}  // namespace spof::report
