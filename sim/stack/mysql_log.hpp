#pragma once
#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "measure/histories.hpp"

namespace spof::stack {

using measure::LogEnd;
using measure::Transaction;

/// The binary log of one database, and on a replica the relay log behind it: what has been received
/// and waits to be applied. Both are ranges of a history (see measure::Histories, which keeps the
/// transactions themselves, on the wire, too): a log knows where it ends, and of others only what
/// they said. A replica that clients write to has writes of its own behind what it has applied; of
/// its source it applies nothing any more. Not modelled: the expiry of old binary logs.
class BinaryLog {
 public:
  BinaryLog(measure::Histories& histories, std::string owner)
      : histories_(histories), number_(histories.add_log(std::move(owner))) {}
  std::size_t number() const { return number_; }
  /// After the last transaction that is committed here.
  LogEnd end() const { return histories_.end(number_); }
  /// How much of another log's beginning this one holds.
  std::uint64_t common(LogEnd other) const {
    const std::uint64_t both = histories_.common(end(), other);
    return other.history == torn_.history ? std::min(both, torn_.logged) : both;
  }
  bool holds(LogEnd other) const { return common(other) == other.position; }
  /// The same place in this log. Who holds what is in this log and was lost by the tables stands
  /// where these went on.
  LogEnd here(LogEnd other) const {
    const bool has_more = other.history == torn_.history && other.position > torn_.data &&
                          other.position <= torn_.logged;
    return has_more ? LogEnd{end().history, torn_.data} : other;
  }
  /// Of what a commit writes; the rest is redo. Measured on MariaDB 10.11.19: 388 of 997 bytes for
  /// a row of 190, 238 of 689 for one of 40, 1238 of 2698 for one of 1040.
  static constexpr double share = 0.39;
  /// Bytes of this log of the `count` transactions that come after an end.
  double bytes_after(LogEnd from, std::uint64_t count) const {
    double bytes = 0;
    for (; count > 0; --count, ++from.position)
      if (const Transaction* one = histories_.after(from)) bytes += share * one->bytes;
    return bytes;
  }

  /// A client's transaction, of a primary or of a replica.
  LogEnd commit(const Transaction& one, bool by_replica = false) {
    if (!by_replica) return received_ = histories_.commit(number_, one);
    if (own_ == 0) {
      own_after_ = end().position;
      histories_.part(number_, own_after_);
    }
    ++own_;
    return histories_.commit(number_, one);
  }
  /// What a replica has of its own, and what it has applied of its source.
  std::uint64_t own() const { return own_; }
  std::uint64_t applied() const { return own_ > 0 ? own_after_ : end().position; }
  /// So much survives the death of the machine.
  void secure(std::uint64_t position) { histories_.secure(number_, position); }
  std::uint64_t secured() const { return histories_.secured(number_); }
  /// A death from which the tables come back with so many transactions, and this log with so many.
  /// How many the tables lost. What comes after is no longer what replicas have. [DB-4]
  std::uint64_t tear(std::uint64_t data, std::uint64_t logged) {
    const std::uint64_t lost = end().position - data;
    torn_ = {end().history, data, logged};
    histories_.part(number_, data);
    received_ = end();
    return lost;
  }
  /// From now on its own history is the one that counts.
  bool leads() const { return histories_.leads(number_); }
  void lead(double date = 0) {
    if (own_ > 0) received_ = end();
    own_ = 0;
    histories_.lead(number_, date);
  }
  /// What came before is in its tables, and in no log of its own.
  void begin() { begins_ = end().position; }
  std::uint64_t begins() const { return begins_; }

  /// Up to where the relay log goes.
  LogEnd received() const { return received_; }
  /// The source's log, which holds all that is here, has sent everything up to there.
  void receive(LogEnd upto) {
    received_ = upto;
    if (own_ == 0) histories_.move(number_, {upto.history, histories_.common(end(), upto)});
  }
  /// It is a copy of another log up to there, whatever it was.
  void copy(LogEnd upto) {
    received_ = upto;
    torn_ = {};
    begins_ = own_ = 0;
    histories_.move(number_, upto);
    histories_.secure(number_, upto.position);
  }
  /// What was received and not applied is thrown away, but for those that are being applied.
  void discard_received(std::uint64_t applying) { received_.position = applied() + applying; }
  std::uint64_t waiting() const { return received_.position - applied(); }
  /// One of those that wait, from 0 on; null: nothing is known of it but that it is there.
  const Transaction* event(std::uint64_t index) const {
    return histories_.after({received_.history, applied() + index});
  }
  /// The first so many of those that wait are committed here, unless own writes came before.
  void apply(std::uint64_t count) {
    if (own_ > 0) return;
    count = std::min(count, waiting());
    const LogEnd now{received_.history, end().position + count};
    histories_.move(number_, now);
    histories_.secure(number_, now.position);
  }

 private:
  measure::Histories& histories_;
  std::size_t number_;
  LogEnd received_;
  std::uint64_t begins_ = 0, own_ = 0, own_after_ = 0;
  /// Where tables and log of a history parted last.
  struct Torn {
    std::uint32_t history = 0;
    std::uint64_t data = std::numeric_limits<std::uint64_t>::max(), logged = data;
  } torn_;
};

}  // namespace spof::stack
