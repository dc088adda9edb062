#pragma once
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

/// A file that holds the bytes of an input, for a reader that wants a path; gone at the end.
class Scratch {
 public:
  Scratch(const std::uint8_t* data, std::size_t size, const char* ending)
      : path((std::filesystem::temp_directory_path() /
              ("spof-fuzz-" + std::to_string(getpid()) + ending))
                 .string()) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove(path); }
  const std::string path;
};

inline void require(bool good) {
  if (!good) std::abort();
}
