#include "stack/keepalived/vrrp_instance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "stack/keepalived/keepalived.hpp"

namespace spof::stack {

constexpr double never = std::numeric_limits<double>::infinity();

Body Advert::body() const {
  Body body;
  body.bytes = 46;
  body.number =
      static_cast<std::uint64_t>(version) << 40 | static_cast<std::uint64_t>(centiseconds) << 16 |
      static_cast<std::uint64_t>(virtual_router_id) << 8 | static_cast<std::uint64_t>(priority);
  body.id = addresses;
  body.flags = unicast;
  return body;
}

Advert Advert::of(const Body& body) {
  return {static_cast<int>(body.number >> 40),
          static_cast<int>(body.number >> 8 & 255),
          static_cast<int>(body.number & 255),
          static_cast<int>(body.number >> 16 & 0xFFFFFF),
          body.id,
          body.source,
          body.flags != 0};
}

VrrpInstance::VrrpInstance(Keepalived& daemon, const KeepalivedOptions& all,
                           const VrrpInstanceOptions& options)
    : daemon_(daemon),
      all_(all),
      options_(options),
      own_ip_(daemon.network().fabric().ip(daemon.machine())) {
  for (const std::string& address : options.virtual_ipaddress)
    ips_.push_back(daemon.network().fabric().ip(address));
  std::vector<std::uint32_t> sorted = ips_;
  std::ranges::sort(sorted);
  for (const std::uint32_t ip : sorted) packed_ips_ = packed_ips_ * 65537 + ip;
}

void VrrpInstance::settle() {
  for (const std::uint32_t ip : ips_)
    daemon_.network().fabric().settle(ip, daemon_.machine(), best_priority());
}

/// With all that it tracks good.
int VrrpInstance::best_priority() const {
  int priority = options_.priority;
  for (const Tracked& one : tracked_) priority += std::max(0, one.weight);
  return std::clamp(priority, 1, 254);
}

void VrrpInstance::track(const std::string& what, int weight, bool is_script) {
  tracked_.push_back({what, weight, is_script});
}

/// [VR-2]
double VrrpInstance::skew(int priority) const {
  return (256 - priority) / 256.0 * (all_.vrrp_version == 3 ? interval_ : 1.0);
}

double VrrpInstance::down_timer() const {
  return options_.down_timer_adverts * interval_ + skew(priority_);
}

double VrrpInstance::patience() const { return state_ == State::backup ? down_timer() : never; }

/// A start: as a backup, whatever `state` says [VR-7]; once all scripts that decide alone have
/// ended for the first time. [VR-5]
void VrrpInstance::restart(bool for_long, double phase) {
  net::Host& host = daemon_.network().fabric().host(daemon_.machine());
  const bool owner = std::ranges::any_of(ips_, [&](auto ip) { return host.owns(ip); });
  timer_ = {};
  heard_ = -1;
  given_up_ = false;
  is_back_ = !for_long;
  preempt_after_ = 0;
  interval_ = options_.advert_int;
  for (Tracked& one : tracked_) {
    one.good = true;
    one.known = for_long || !one.is_script || one.weight != 0;
  }
  priority_ = best_priority();
  state_ = State::backup;
  expires_ = now() + down_timer();
  if (for_long && owner) {
    state_ = State::master;
    expires_ = now() + phase * options_.advert_int;
  } else if (!for_long) {
    for (const std::uint32_t ip : ips_) host.release(ip);  // what a killed one has left
    if (!std::ranges::all_of(tracked_, &Tracked::known)) {
      state_ = State::starting;
      expires_ = never;
    }
  }
  daemon_.start(run());
  if (state_ == State::master && all_.garp_master_refresh > 0) daemon_.start(refresh());
}

/// One timer: when the master is taken for dead, or when the next advert is due.
Task<> VrrpInstance::run() {
  for (;;) {
    if (expires_ > now())
      co_await engine::Nap(daemon_, timer_, std::isinf(expires_) ? 0 : expires_ - now());
    if (expires_ <= now()) expired();
  }
}

void VrrpInstance::expire_at(double date) {
  const bool sooner = date < expires_;
  expires_ = date;
  if (sooner && timer_.process && daemon_.find(timer_)) daemon_.accept(timer_);
}

void VrrpInstance::expired() {
  if (state_ == State::backup) return become_master();
  advertise(priority_);
  expires_ = now() + options_.advert_int;
}

void VrrpInstance::tell(const std::string& what, bool good) {
  for (Tracked& one : tracked_) {
    if (one.what != what) continue;
    const bool first = !std::exchange(one.known, true);
    if (std::exchange(one.good, good) != good || first) review(what);
  }
}

/// Weight 0: bad is FAULT. Others change the priority, and the timer by the difference. [VR-6]
void VrrpInstance::review(const std::string& why) {
  int priority = options_.priority;
  bool faulty = false, unsure = false;
  for (const Tracked& one : tracked_) {
    faulty = faulty || (one.weight == 0 && !one.good);
    unsure = unsure || !one.known;
    if ((one.weight > 0) == one.good) priority += one.weight;
  }
  priority = std::clamp(priority, 1, 254);
  if (priority != priority_) {
    const bool lower = priority < priority_;
    is_back_ = is_back_ || !lower;
    const double before = skew(std::exchange(priority_, priority));
    say(lower ? What::priority_lowered : What::priority_raised, why, priority);
    if (state_ == State::backup) expire_at(expires_ + skew(priority) - before);
  }
  if (faulty && state_ != State::fault) {
    say(What::vrrp_fault, why);
    if (state_ == State::master) leave_master(true);
    state_ = State::fault;
    expires_ = never;
  } else if (!faulty && !unsure && state_ <= State::fault) {
    const bool starts = std::exchange(state_, State::backup) == State::starting;
    is_back_ = true;
    interval_ = options_.advert_int;
    heard_ = -1;
    given_up_ = false;
    expire_at(now() + down_timer());
    if (!starts) say(What::vrrp_backup, why);
  }
}

/// Adverts of another instance, or that do not fit the configuration, are not heard. Version 2
/// drops those of another interval.
void VrrpInstance::hear(const Advert& advert) {
  const int centiseconds = static_cast<int>(std::lround(options_.advert_int * 100));
  if (advert.version != all_.vrrp_version ||
      advert.virtual_router_id != options_.virtual_router_id ||
      advert.unicast == options_.unicast_peer.empty() || advert.addresses != packed_ips_ ||
      (all_.vrrp_version == 2 && advert.centiseconds != centiseconds))
    return;
  if (state_ == State::backup) hear_as_backup(advert);
  if (state_ == State::master) hear_as_master(advert);
}

/// A lower priority's is ignored, unless `nopreempt`: the timer goes on running since the last
/// accepted one. [VR-6] [VR-7]
void VrrpInstance::hear_as_backup(const Advert& advert) {
  const bool is_master_of_old = options_.state == VrrpState::MASTER;
  const bool nopreempt = options_.nopreempt && !is_master_of_old;
  const double delay = is_master_of_old || nopreempt ? 0.0 : double(options_.preempt_delay);
  const bool delayed = delay > 0 && (preempt_after_ == 0 || now() < preempt_after_);
  if (advert.priority == 0) {
    given_up_ = true;
    return expire_at(now() + skew(priority_));
  }
  preempts_ = !nopreempt && advert.priority < priority_ && !delayed;
  if (preempts_) return;
  given_up_ = false;
  heard_ = now();
  if (all_.vrrp_version == 3) interval_ = advert.centiseconds / 100.0;
  if (advert.priority >= priority_)
    preempt_after_ = 0;
  else if (delay > 0 && preempt_after_ == 0)
    preempt_after_ = now() + delay;
  expire_at(now() + down_timer());
}

/// Higher priority, or the same and a higher address.
bool VrrpInstance::is_better(const Advert& advert) const {
  return std::tuple(advert.priority, advert.from) > std::tuple(priority_, own_ip_);
}

/// Of two masters the better one that hears the other forces an election and announces itself; the
/// worse one that hears the other first goes in silence. [VR-10]
void VrrpInstance::hear_as_master(const Advert& advert) {
  if (!is_better(advert)) {
    advertise(priority_);
    expires_ = now() + options_.advert_int;
    if (advert.priority == 0) return;
    say(What::rival_heard, "", advert.priority);
    const int times = all_.garp_lower_prio_repeat.value_or(all_.garp_master_repeat);
    if (times == 0) return;
    announce(times);
    daemon_.start(
        announce_later(all_.garp_lower_prio_delay.value_or(all_.garp_master_delay), times));
    return;
  }
  if (all_.higher_prio_send_advert) advertise(priority_);
  if (all_.vrrp_version == 3) interval_ = advert.centiseconds / 100.0;
  say(What::vrrp_backup, "", advert.priority);
  leave_master(false);
  state_ = State::backup;
  heard_ = now();
  expires_ = now() + down_timer();
}

/// The advert goes first, for who has the addresses now must let them go. [VR-9]
void VrrpInstance::become_master() {
  const bool is_worse = std::exchange(preempts_, false);  // the master, who is not silent
  const bool restored = is_worse && is_back_ && !given_up_;
  const double silent = given_up_ || heard_ < 0 ? 0.0 : now() - heard_;
  const std::string why = is_worse && !restored && silent > 0
                              ? fmt::format("only adverts of a lower priority for {:.2f} s", silent)
                              : "";
  say(restored ? What::address_taken_back : What::address_taken_over, why, silent, given_up_);
  state_ = State::master;
  is_back_ = false;
  interval_ = options_.advert_int;
  advertise(priority_);
  for (const std::uint32_t ip : ips_) daemon_.network().fabric().host(daemon_.machine()).take(ip);
  announce(all_.garp_master_repeat);
  if (all_.garp_master_delay > 0)
    daemon_.start(announce_later(all_.garp_master_delay, all_.garp_master_repeat));
  if (all_.garp_master_refresh > 0) daemon_.start(refresh());
  expires_ = now() + options_.advert_int;
}

void VrrpInstance::leave_master(bool says_so) {
  if (says_so) advertise(0);
  for (const std::uint32_t ip : ips_)
    daemon_.network().fabric().host(daemon_.machine()).release(ip);
  preempt_after_ = 0;
}

void VrrpInstance::stop() {
  if (state_ == State::master) leave_master(true);
}

void VrrpInstance::advertise(int priority) {
  const Advert advert{all_.vrrp_version,
                      options_.virtual_router_id,
                      priority,
                      static_cast<int>(std::lround(options_.advert_int * 100)),
                      packed_ips_,
                      own_ip_,
                      !options_.unicast_peer.empty()};
  daemon_.send_advert(advert, options_.unicast_peer);
}

void VrrpInstance::announce(int times) {
  for (int i = 0; i < times; ++i)
    for (const std::uint32_t ip : ips_) daemon_.network().announce(daemon_.machine(), ip);
}

Task<> VrrpInstance::announce_later(double delay, int times) {
  if (delay <= 0) co_return;
  co_await engine::Sleep(daemon_, now() + delay);
  if (state_ == State::master) announce(times);
}

Task<> VrrpInstance::refresh() {
  while (state_ == State::master) {
    co_await engine::Sleep(daemon_, now() + all_.garp_master_refresh);
    if (state_ == State::master) announce(all_.garp_master_refresh_repeat);
  }
}

void VrrpInstance::say(measure::What what, const std::string& why, double figure, int setting) {
  std::string addresses;
  for (const std::string& one : options_.virtual_ipaddress)
    addresses += (addresses.empty() ? "" : " ") + one;
  daemon_.tell(
      {.what = what, .target = addresses, .figure = figure, .setting = setting, .version = why});
}

}  // namespace spof::stack
