#pragma once
#include <cstddef>
#include <map>
#include <string>

#include "base/json.hpp"

namespace spof::plan {

/// One of several processes that share the pieces of a command, perhaps on different machines.
struct Shard {
  unsigned index = 1;  ///< 1 to count
  unsigned count = 1;
  bool whole() const { return count == 1; }
  /// Whether this one does piece number `piece`.
  bool does(std::size_t piece) const { return piece % count == index - 1; }
  /// How many of so many pieces it does.
  std::size_t turns(std::size_t pieces) const { return (pieces + count - index) / count; }
};

/// The finished pieces of a long command, by name, kept in a file as they come: what Ctrl-C left is
/// not done again, and what several shards did is put together. The file is a sequence of CBOR
/// items (RFC 8742), each after its length and its checksum: a header, which says what command it
/// is, then name and value of each piece. An item that was cut off by a sudden end, or is damaged,
/// is as if it had never been, and so is what follows it.
class Parts {
 public:
  /// Kept in memory only.
  Parts() = default;
  /// Reads what `path` holds already and appends to it from now on. Throws std::runtime_error, in
  /// words for the user, where the file cannot be used, is that of another command, or another
  /// process has it open so.
  Parts(std::string path, Json header);
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts();

  const Json& header() const { return header_; }
  /// nullptr when that piece is not done.
  const Json* find(const std::string& name) const;
  std::size_t size() const { return pieces_.size(); }
  /// Keeps a piece: when this returns, the end of this process cannot take it away. Throws
  /// std::runtime_error when it cannot.
  void add(const std::string& name, Json value);
  /// Takes over the pieces of a file of the same command, whatever its shard; the first file read
  /// gives the header. Throws std::runtime_error as the constructor does.
  void merge(const std::string& path);
  /// The command is done: removes the file.
  void remove();

 private:
  void go_on();
  void append(const Json& item);

  std::string path_;
  int file_ = -1;
  Json header_;
  std::map<std::string, Json> pieces_;
};

/// What a part file says of itself.
struct PartFile {
  std::string path;
  Json header;             ///< with its shard
  std::size_t pieces = 0;  ///< how many are in it
};

/// The header of a part file without what differs from shard to shard.
Json command_in(Json header);

/// Throws std::runtime_error, in words for the user, where it is none.
PartFile read_part_file(const std::string& path);

}  // namespace spof::plan
