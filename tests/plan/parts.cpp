#include "plan/parts.hpp"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>

#include "catch.hpp"

using spof::Json;
using spof::plan::Parts;
using spof::plan::Shard;
namespace fs = std::filesystem;

namespace {

/// A folder that is gone at the end of the test.
struct Folder {
  Folder() { REQUIRE(::mkdtemp(name) != nullptr); }
  ~Folder() { fs::remove_all(name); }
  std::string file(const char* leaf) const { return std::string(name) + "/" + leaf; }
  char name[32] = "/tmp/spof-parts-XXXXXX";
};

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

Json header(unsigned index = 1, unsigned count = 1) {
  return {{"verb", "sweep"}, {"shard", {{"index", index}, {"count", count}}}};
}

template <class Work>
std::string complaint(Work work) {
  try {
    work();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("every piece is the turn of exactly one shard") {
  for (unsigned count : {1U, 2U, 7U})
    for (std::size_t piece = 0; piece < 20; ++piece) {
      int takers = 0;
      for (unsigned index = 1; index <= count; ++index) takers += Shard{index, count}.does(piece);
      CHECK(takers == 1);
    }
  CHECK(Shard{1, 4}.does(0));
  CHECK(Shard{4, 4}.does(7));
}

TEST_CASE("pieces come back bit for bit, whatever they are") {
  const Folder folder;
  const std::string path = folder.file("a.parts");
  const double odd = std::nextafter(0.1, 1);
  {
    Parts parts(path, header());
    parts.add("a", {odd, std::numeric_limits<double>::infinity(), -0.0, 1});
    parts.add("b", {{"bytes", Json::binary({0, 255, 10})}});
    parts.add("nothing", nullptr);
    parts.add("not a number", std::nan(""));
  }
  Parts again(path, header());
  REQUIRE(again.size() == 4);
  CHECK(again.find("a")->at(0).get<double>() == odd);
  CHECK(std::isinf(again.find("a")->at(1).get<double>()));
  CHECK(std::signbit(again.find("a")->at(2).get<double>()));
  CHECK(again.find("b")->at("bytes").get_binary().size() == 3);
  REQUIRE(again.find("nothing") != nullptr);
  CHECK(again.find("nothing")->is_null());
  CHECK(std::isnan(again.find("not a number")->get<double>()));
  CHECK(again.find("c") == nullptr);
}

TEST_CASE("a file cut anywhere keeps its whole pieces and goes on") {
  const Folder folder;
  const std::string path = folder.file("a.parts");
  std::vector<std::size_t> ends;  // of the header, of each piece
  {
    Parts parts(path, header());
    ends.push_back(fs::file_size(path));
    for (const char* name : {"one", "two", "three"}) {
      parts.add(name, {name, 1.5});
      ends.push_back(fs::file_size(path));
    }
  }
  const std::string whole = bytes_of(path);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    CAPTURE(length);
    write(path, whole.substr(0, length));
    std::size_t kept = 0;
    while (kept + 1 < ends.size() && ends[kept + 1] <= length) ++kept;
    {
      Parts parts(path, header());
      CHECK(parts.size() == kept);
      for (const char* name : {"one", "two", "three"})
        if (!parts.find(name)) parts.add(name, {name, 1.5});
    }
    CHECK(bytes_of(path) == whole);
  }
}

TEST_CASE("what follows a damaged item is dropped") {
  const Folder folder;
  const std::string path = folder.file("a.parts");
  {
    Parts parts(path, header());
    parts.add("one", 1);
  }
  const std::string good = bytes_of(path);
  // Zeros as a crashed machine leaves them, a length beyond the end, an item of another form.
  for (const std::string& tail :
       {std::string(40, '\0'), "\x1b" + std::string(8, '\xff') + "abc",
        "\x1b" + std::string(7, '\0') + "\x01" + std::string(1, '\x05')}) {
    write(path, good + tail);
    Parts parts(path, header());
    CHECK(parts.size() == 1);
    CHECK(bytes_of(path) == good);
  }
}

TEST_CASE("a piece in which one bit is another is dropped, and those behind it") {
  const Folder folder;
  const std::string path = folder.file("a.parts");
  std::size_t first = 0;  // the end of the first piece
  {
    Parts parts(path, header());
    parts.add("one", {1.5, "text"});
    first = fs::file_size(path);
    parts.add("two", {2.5, "text"});
  }
  const std::string good = bytes_of(path);
  for (std::size_t at = first; at < good.size(); ++at) {
    CAPTURE(at);
    std::string damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write(path, damaged);
    CHECK(Parts(path, header()).size() == 1);
    CHECK(bytes_of(path) == good.substr(0, first));
  }
}

TEST_CASE("a file of something else is left alone") {
  const Folder folder;
  const std::string path = folder.file("a.parts");
  for (const char* foreign : {"a", "{\"format\": 1}", "\x1b[1m", "\xd9\xd9 and more"}) {
    write(path, foreign);
    CHECK(has(complaint([&] { Parts(path, header()); }), "it holds no pieces of a spof command"));
    CHECK(bytes_of(path) == foreign);
  }
  { Parts(folder.file("b.parts"), header()).add("one", 1); }
  const std::string before = bytes_of(folder.file("b.parts"));
  CHECK(has(complaint([&] { Parts(folder.file("b.parts"), header(2, 3)); }),
            "it belongs to another command"));
  CHECK(bytes_of(folder.file("b.parts")) == before);
  CHECK(has(complaint([&] { Parts(folder.file("no/such.parts"), header()); }),
            "No such file or directory"));
}

TEST_CASE("one at a time holds the file") {
  const Folder folder;
  const std::string path = folder.file("a.parts");
  {
    const Parts first(path, header());
    CHECK(has(complaint([&] { Parts(path, header()); }), "another spof is at work on it"));
  }
  CHECK(complaint([&] { Parts(path, header()); }).empty());
}

TEST_CASE("the shards of one command are put together, those of another refused") {
  const Folder folder;
  { Parts(folder.file("1"), header(1, 2)).add("a", 1); }
  { Parts(folder.file("2"), header(2, 2)).add("b", 2); }
  { Parts(folder.file("3"), {{"verb", "run"}, {"shard", 1}}).add("c", 3); }
  write(folder.file("empty"), "");
  Parts all;
  all.merge(folder.file("1"));
  all.merge(folder.file("2"));
  CHECK(all.size() == 2);
  CHECK(*all.find("a") == 1);
  CHECK(*all.find("b") == 2);
  CHECK(all.header() == Json::object({{"verb", "sweep"}}));
  CHECK(has(complaint([&] { all.merge(folder.file("3")); }), "part of another command"));
  CHECK(has(complaint([&] { all.merge(folder.file("empty")); }), "it is empty"));
  CHECK(has(complaint([&] { all.merge(folder.file("none")); }), "No such file"));
  CHECK(all.size() == 2);
  const auto file = spof::plan::read_part_file(folder.file("2"));
  CHECK(file.pieces == 1);
  CHECK(file.header == header(2, 2));
}

TEST_CASE("a finished command removes its file; one in memory has none") {
  const Folder folder;
  {
    Parts parts(folder.file("a"), header());
    parts.remove();
  }
  CHECK_FALSE(fs::exists(folder.file("a")));
  Parts memory;
  memory.add("a", 1);
  memory.remove();
  CHECK(*memory.find("a") == 1);
}
