#pragma once
#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::stack {

/// What a release of the code base does to whoever asks for it; beside that it is as any other.
struct ReleaseOptions {
  Share errors = 0;
  int status = 500;
  bool fails_check = false;
  double cost = 1;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("errors", errors,
          {.help = "share of its requests in which a bug shows", .min = 0, .max = 1});
    visit("status", status, {.help = "HTTP status of these", .min = 400, .max = 599});
    visit("fails_check", fails_check, {.help = "its health page is answered so, too"});
    visit("cost", cost,
          {.help = "processor time of its requests, times this", .min = 0.001, .max = 1000});
  }
};

}  // namespace spof::stack
