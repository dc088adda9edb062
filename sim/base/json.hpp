#pragma once
#include <nlohmann/json.hpp>

namespace spof {

/// A JSON value whose members keep the order of the file.
using Json = nlohmann::ordered_json;

}  // namespace spof
