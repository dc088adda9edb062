#include "scenario/topology.hpp"

#include <algorithm>

#include "base/append_new.hpp"
#include "scenario/scenario.hpp"

namespace spof::scenario {

using stack::Purpose;
using stack::RequestKind;

namespace {

bool answers(const std::string& daemon_kind, RequestKind kind) {
  if (daemon_kind == stack::NginxOptions::kind) return kind == RequestKind::static_file;
  if (daemon_kind == stack::AppOptions::kind) return kind <= RequestKind::page;
  return daemon_kind == stack::MysqlOptions::kind;
}

}  // namespace

bool carries(const stack::Wire& wire, RequestKind kind) {
  switch (wire.purpose) {
    case Purpose::door:
      return true;
    case Purpose::server:
      return !wire.leads_to_database() || (kind == RequestKind::read && wire.reads) ||
             (kind == RequestKind::write && wire.writes);
    case Purpose::upstream:
      return kind != RequestKind::static_file;
    case Purpose::read:
      return kind == RequestKind::read;
    case Purpose::write:
      return kind == RequestKind::write;
    default:
      return false;
  }
}

const Node* Topology::find(const std::string& name) const {
  const auto found = std::ranges::find(nodes, name, &Node::name);
  return found == nodes.end() ? nullptr : &*found;
}

std::vector<std::string> Topology::names(const std::vector<std::string>& kinds) const {
  std::vector<std::string> found;
  for (const Node& one : nodes)
    if (has(kinds, one.kind)) found.push_back(one.name);
  return found;
}

std::vector<std::string> Topology::parts() const {
  std::vector<std::string> found;
  for (const Node& one : nodes)
    if (one.kind != "clients")
      for (const std::string& part : {one.name, one.host}) append_new(found, part);
  return found;
}

std::vector<stack::Wire> Topology::wires_of(const std::string& from) const {
  std::vector<stack::Wire> found;
  for (const Edge& edge : edges)
    if (edge.from == from) found.push_back(edge.wire);
  return found;
}

std::vector<std::string> Topology::behind(const stack::Wire& wire) const {
  std::vector<std::string> found;
  for (const auto& [address, host, priority] : addresses)
    for (const Node& node : nodes)
      if (address == wire.host && node.host == host && has(node.ports, wire.port))
        append_new(found, node.name);
  if (found.empty()) found.push_back(wire.to);
  return found;
}

std::vector<std::string> Topology::ends(stack::Purpose purpose, const std::string& label) const {
  std::vector<std::string> found;
  for (const Edge& edge : edges)
    if (edge.wire.purpose == purpose && (label.empty() || edge.wire.label == label))
      for (const std::string& end : behind(edge.wire)) append_new(found, end);
  return found;
}

std::vector<std::string> Topology::reach(const std::string& from, RequestKind kind) const {
  std::vector<std::string> found = {from};
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const Edge& edge : edges)
      if (edge.from == found[i] && carries(edge.wire, kind))
        for (const std::string& next : behind(edge.wire)) append_new(found, next);
  return found;
}

bool Topology::is_answered(const std::string& from, RequestKind kind) const {
  return std::ranges::any_of(reach(from, kind), [&](const std::string& name) {
    const Node* node = find(name);
    return node && answers(node->kind, kind);
  });
}

RequestKind needs_of(stack::AnsweredBy page) {
  return page == stack::AnsweredBy::nginx      ? RequestKind::static_file
         : page == stack::AnsweredBy::app      ? RequestKind::page
         : page == stack::AnsweredBy::database ? RequestKind::read
                                               : RequestKind::write;
}

}  // namespace spof::scenario
