#pragma once
#include <string>

#include "fault/schedule.hpp"
#include "world/site.hpp"

namespace spof::world {

/// The first thing that is not as somebody wants to see it, in words: "app@server1 does not
/// answer";
/// "": all of it is. He sees no more than the daemons' own words.
std::string missing(Site& site, const fault::Sight& wanted);

}  // namespace spof::world
