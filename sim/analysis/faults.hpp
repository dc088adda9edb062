#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/campaign.hpp"
#include "measure/chronicle.hpp"

namespace spof::report {

/// Faults as an operator would say them.

/// Whether it breaks something, and is no command alone.
bool is_felt(const FaultLine& fault);
/// A target in a sentence: "app@server1 and app@server2" of a release that went to both.
std::string spoken(const std::string& target);
/// "server1 of haproxy@lb1" where a fault is about one server of a balancer, else the target.
std::string struck_part(const FaultLine& fault, const std::string& target);
/// "hang of mysql@server1", "cut of link server1-nic"
std::string fault_words(std::string_view kind, std::string_view target);
/// Of each "{was|were}" in a text the one that fits a count; other braces stay.
std::string in_number(std::string text, std::uint64_t count);
/// A text with the targets in the place of "%", in the number that fits them.
std::string with_targets(std::string_view text, const std::vector<std::string>& targets);
/// "mysql@server1 crashed", "links a and b were cut: silence"
std::string struck_words(std::string_view kind, const std::vector<std::string>& targets);
/// "mysql@server1 started again"; empty for a fault that ends by itself, as a restart.
std::string repaired_words(std::string_view kind, const std::vector<std::string>& targets);
/// All faults of a campaign, those of a kind together: "slow-down of app@server1 and app@server2",
/// "crash of nginx@server1 (5 times)". Without a fault: "fault". `told`: of these alone; empty:
/// all.
std::string faults_words(const Campaign& campaign, const std::vector<bool>& told = {});
/// The parts that were broken, each once: "mysql@server1", "Link server1-nic".
std::vector<std::string> broken_parts(const Campaign& campaign, const std::vector<bool>& told = {});
/// " The plan was not finished: "go on" (nginx@server1 does not answer)." Empty: it was.
std::string unfinished_words(const Campaign& campaign);

/// A manager is done with its failover, and is not to tell the applications.
bool is_told_to_nobody(const Event& event);
/// What an event of role `ready` says of whom it concerns: "serves again", "is the primary";
/// `then`: "served again", "became the primary".
std::string ready_words(const Event& event, bool then = false);

/// A fault of the campaign as it struck in a run; none: it did not.
std::optional<Episode> strike_in(const Campaign& campaign, const Result& run, std::size_t fault);
/// When a fault was planned, and when it struck and was repaired in the runs, as far as jitter made
/// that differ: "at 40.0 s, repaired after 15.0 s", "planned at 40.0 s, struck at 40.3 s ... 41.9 s
/// (mean 41.4 s), ...".
std::string schedule_words(const Campaign& campaign, std::size_t fault);
/// When the first fault struck, over the runs: "at 41.4 s (40.3 s ... 41.9 s)"; "from 40.0 s on" if
/// others struck later.
std::string strike_words(const Campaign& campaign);

}  // namespace spof::report
