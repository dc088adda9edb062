#include "plan/parts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/fnv1a.hpp"
#include "base/write_all.hpp"

namespace spof::plan {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw std::runtime_error(fmt::format("cannot use {}: {}", path, why));
}

/// A file of pieces as it was read: whole items, and how many bytes they take.
struct Content {
  std::vector<Json> items;
  std::size_t good_bytes = 0;
};

/// Self-described CBOR (RFC 8949, 3.4.6): what every such file begins with.
constexpr std::array<std::uint8_t, 3> magic{0xd9, 0xd9, 0xf7};

/// An item is its length and its checksum, each 8 bytes, big end first, as CBOR numbers (1b...),
/// then the item itself: they tell a whole one from one that was cut off or damaged.
constexpr std::size_t number_size = 9, prefix_size = 2 * number_size;
constexpr std::uint8_t number = 0x1b;

std::uint64_t number_in(std::span<const std::uint8_t> bytes) {
  std::uint64_t found = 0;
  for (const std::uint8_t byte : bytes.subspan(1, number_size - 1)) found = found << 8 | byte;
  return found;
}

void add_number(std::uint64_t value, std::vector<std::uint8_t>& bytes) {
  bytes.push_back(number);
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// The item that a file begins with from here on; nothing: it is not whole.
std::optional<std::span<const std::uint8_t>> item_in(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < prefix_size || bytes[0] != number || bytes[number_size] != number) return {};
  const std::uint64_t length = number_in(bytes), sum = number_in(bytes.subspan(number_size));
  if (length > bytes.size() - prefix_size) return {};
  const auto item = bytes.subspan(prefix_size, length);
  if (fnv1a(item) != sum) return {};
  return item;
}

/// Whether a file that begins so is one of ours, or one that was cut off within the magic bytes.
bool is_ours(const std::vector<std::uint8_t>& bytes) {
  const std::size_t length = std::min(bytes.size(), magic.size());
  return std::equal(magic.begin(), magic.begin() + length, bytes.begin());
}

/// Refuses what nests absurdly deep, or claims to be longer than a file can be: a reader would run
/// out of stack or throw.
class Bounds : public nlohmann::json_sax<Json> {
 public:
  explicit Bounds(std::size_t bytes) : bytes_(bytes) {}
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t size) override { return opens(size); }
  bool start_array(std::size_t size) override { return opens(size); }
  bool end_object() override { return closes(); }
  bool end_array() override { return closes(); }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  bool opens(std::size_t size) {
    const bool is_known = size != std::numeric_limits<std::size_t>::max();
    return ++depth_ <= 1000 && (!is_known || size <= bytes_);
  }
  bool closes() {
    --depth_;
    return true;
  }
  std::size_t bytes_, depth_ = 0;
};

std::optional<Json> json_in(std::span<const std::uint8_t> item) {
  Bounds bounds(item.size());
  if (!Json::sax_parse(item.begin(), item.end(), &bounds, Json::input_format_t::cbor)) return {};
  return Json::from_cbor(item.begin(), item.end(), true, false);
}

/// The first is the header, the others name and value of a piece.
bool has_form(const Json& item, bool first) {
  return first ? item.is_object() : item.is_array() && item.size() == 2 && item[0].is_string();
}

Content content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) refuse(path, std::strerror(errno));
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
  if (!is_ours(bytes)) refuse(path, "it holds no pieces of a spof command");
  Content content;
  if (bytes.size() < magic.size()) return content;
  content.good_bytes = magic.size();
  while (const auto found = item_in(std::span(bytes).subspan(content.good_bytes))) {
    auto item = json_in(*found);
    if (!item || !has_form(*item, content.items.empty())) break;
    content.items.push_back(std::move(*item));
    content.good_bytes += prefix_size + found->size();
  }
  return content;
}

void write(int file, const std::string& path, std::span<const std::uint8_t> bytes) {
  if (const int error = write_all(file, bytes); error != 0) refuse(path, std::strerror(error));
}

/// Two at once would mix their pieces. The children of one that was killed hold the lock for a
/// moment more. Where the file system knows no locks, there is none.
void lock_file(int file, const std::string& path) {
  constexpr int tries = 20;
  constexpr timespec pause{0, 50'000'000};
  for (int i = 0; ::flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; ++i) {
    if (i == tries) refuse(path, "another spof is at work on it");
    ::nanosleep(&pause, nullptr);
  }
}

}  // namespace

Json command_in(Json header) {
  if (header.is_object()) header.erase("shard");
  return header;
}

Parts::Parts(std::string path, Json header) : path_(std::move(path)), header_(std::move(header)) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0) refuse(path_, std::strerror(errno));
  try {
    go_on();
  } catch (...) {
    ::close(file_);
    throw;
  }
}

void Parts::go_on() {
  lock_file(file_, path_);
  Content old = content_of(path_);
  if (!old.items.empty() && old.items[0] != header_)
    refuse(path_, "it belongs to another command; remove it or choose another folder");
  for (std::size_t i = 1; i < old.items.size(); ++i)
    pieces_[old.items[i][0]] = std::move(old.items[i][1]);
  const auto size = old.items.empty() ? 0 : static_cast<off_t>(old.good_bytes);
  if (::ftruncate(file_, size) != 0 || ::lseek(file_, size, SEEK_SET) < 0)
    refuse(path_, std::strerror(errno));
  if (!old.items.empty()) return;
  write(file_, path_, magic);
  append(header_);
}

Parts::~Parts() {
  if (file_ >= 0) ::close(file_);
}

const Json* Parts::find(const std::string& name) const {
  const auto found = pieces_.find(name);
  return found == pieces_.end() ? nullptr : &found->second;
}

void Parts::add(const std::string& name, Json value) {
  if (file_ >= 0) append(Json::array({name, value}));
  pieces_[name] = std::move(value);
}

void Parts::append(const Json& item) {
  const std::vector<std::uint8_t> body = Json::to_cbor(item);
  std::vector<std::uint8_t> bytes;
  add_number(body.size(), bytes);
  add_number(fnv1a(body), bytes);
  bytes.insert(bytes.end(), body.begin(), body.end());
  write(file_, path_, bytes);
}

void Parts::merge(const std::string& path) {
  Content content = content_of(path);
  if (content.items.empty()) refuse(path, "it is empty, or damaged");
  if (header_.is_null()) header_ = command_in(content.items[0]);
  if (command_in(content.items[0]) != header_)
    refuse(path, "it is part of another command than the files before it");
  for (std::size_t i = 1; i < content.items.size(); ++i)
    pieces_[content.items[i][0]] = std::move(content.items[i][1]);
}

void Parts::remove() {
  if (file_ >= 0) ::unlink(path_.c_str());
}

PartFile read_part_file(const std::string& path) {
  Content content = content_of(path);
  if (content.items.empty()) refuse(path, "it is empty, or damaged");
  return {path, std::move(content.items[0]), content.items.size() - 1};
}

}  // namespace spof::plan
