#pragma once
#include <string>
#include <vector>

#include "analysis/matrix/matrix.hpp"

namespace spof::report {

/// What a part is in a stack, in words that are the same for every stack: `mysql@server1` of one
/// and `mysql@db1` of another are both the process of the primary database.
struct StackRole {
  std::string base;  ///< "primary database"; of what is nobody's, its own name
  /// "process", "host", "network card", "disk", "certificate", ...; "" of what is nobody's.
  std::string aspect;
  /// "primary database: process"; "link internet".
  std::string text() const { return aspect.empty() ? base : base + ": " + aspect; }
  bool operator==(const StackRole&) const = default;
};

/// The roles of what breaks in a way in a matrix. A daemon has one. A machine, and its network
/// card, has that of each tier that it carries: where all are on one machine, its failure stands in
/// every tier's row. A partition lies between the first roles of its two machines. Roles follow
/// from who talks to whom when the scenario begins: a database that copies from another is a
/// replica.
std::vector<StackRole> roles_of(const Matrix& matrix, const std::string& target,
                                const std::string& kind);

/// Whether some part of the stack has a role of this base, as far as daemons go.
bool plays(const Matrix& matrix, const std::string& base);

}  // namespace spof::report
