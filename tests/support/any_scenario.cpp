#include "support/any_scenario.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "scenario/check.hpp"
#include "scenario/document.hpp"
#include "support/draw_fields.hpp"

namespace spof::test {
namespace {

using Names = std::vector<std::string>;

Names numbered(const char* name, std::uint64_t count) {
  Names names;
  for (std::uint64_t i = 1; i <= count; ++i) names.push_back(name + std::to_string(i));
  return names;
}

/// What runs where: the part of a scenario that must make sense as a whole.
class Maker {
 public:
  explicit Maker(std::uint64_t number) : dice_{Random(number, "any scenario"), 0, {}, {}} {
    made_.number = number;
  }

  AnyScenario make() {
    constexpr double shares[] = {0.02, 0.05, 0.1, 0.3};
    dice_.share = shares[dice_.random.below(4)];
    duration_ = std::round(dice_.log_uniform(1, 6) * 100) / 100;
    servers_ = numbered("server", 1 + dice_.random.below(3));
    balancers_ = numbered("lb", dice_.chance(0.4) ? 2 : 1);
    name_servers_ = numbered("ns", dice_.random.below(3));
    moves_ = dice_.chance(balancers_.size() > 1 ? 0.7 : 0.2);
    place();
    vocabulary();
    made_.json = usual();
    if (dice_.chance(0.5)) under_pressure(made_.json);
    made_.json.merge_patch(Draw::struct_of(dice_, "", scenario::Scenario()));
    made_.json.merge_patch(bones());
    in_time();
    if (dice_.chance(0.3)) made_.platform = platform_text();
    return std::move(made_);
  }

 private:
  /// Which hosts have a daemon of a section; a component that is not known here is put anywhere.
  void place() {
    Names all{"clients"};
    for (const Names& some : {servers_, balancers_, name_servers_})
      all.insert(all.end(), some.begin(), some.end());
    for (const char* section : {"nginx", "app", "mysql"}) on(section, servers_);
    on("haproxy", balancers_);
    on("dns", name_servers_);
    on("keepalived", moves_ ? balancers_ : Names{});
    on("firewall", dice_.chance(0.3) ? servers_ : dice_.chance(0.3) ? balancers_ : Names{});
    on("db_manager", dice_.chance(0.3) ? Names{balancers_.back()} : Names{});
    scenario::Scenario().each_section([&]<class Options>(const scenario::Section<Options>&) {
      const std::string hosts = fmt::format("/{}/hosts", Options::kind);
      if (!dice_.exactly.count(hosts)) on(Options::kind, {dice_.one_of(all)});
    });
    dice_.words["host"] = all;
    for (const char* host : {"server3", "lb2", "ns2"})
      if (std::find(all.begin(), all.end(), host) != all.end())
        dice_.exactly["/hosts"].emplace_back(host);
  }
  void on(const std::string& section, const Names& hosts) {
    dice_.exactly[fmt::format("/{}/hosts", section)] = hosts;
    for (const std::string& host : hosts) dice_.words["daemon"].push_back(section + "@" + host);
  }
  Names all_on(const char* section) {
    Names found;
    for (const std::string& host : dice_.exactly[fmt::format("/{}/hosts", section)])
      found.push_back(fmt::format("{}@{}", section, host));
    return found;
  }

  /// Texts that fit a field's name; others are drawn from all of them.
  void vocabulary() {
    auto& words = dice_.words;
    words["link"] = {"internet", "clients-nic"};
    for (const std::string& host : words["host"])
      if (host != "clients") words["link"].push_back(host + "-nic");
    words["daemon or host"] = words["daemon"];
    words["daemon or host"].insert(words["daemon or host"].end(), words["host"].begin(),
                                   words["host"].end());
    for (const char* field : {"from", "to", "peer", "unicast_peer", "replica_of"})
      words[field] = words["host"];
    words["like"] = {"lb1", "server1", "ns1"};
    words["network"] = {"lan", "world"};
    words["server"] = words["servers"] = servers_;
    words["upstream"] = all_on("app");
    words["address"] = all_on("nginx");
    words["object"] = all_on("mysql");
    words["connect_to"] = all_on("haproxy");
    words["connect_to"].push_back("nginx@server1");
    words["connect_to"].push_back("mysql@server1");
    words["service"] = {"http", "https", "haproxy", "nginx", "app", "mysql", "ssh", "vrrp", "80"};
    words["standby"] = {"nginx@server1", "app@server1", "haproxy@lb1"};
    words["classes"] = words["mix"] = {"static", "page", "read", "write"};
    words["backend"] = words["default_backend"] = words["backends"] = {"one", "two"};
    words["frontends"] = {"web", "api"};
    words["track_script"] = words["vrrp_script"] = {"alive", "page"};
    words["process"] = words["track_process"] = {"haproxy"};
    words["vrrp_instance"] = {"first", "second"};
    words["virtual_ipaddress"] = {"10.0.0.100", "10.0.0.101"};
    words["targets"] = all_on("app");
    words["targets"].push_back("haproxy@lb1");
    words["release"] = words["releases"] = words["version"] = {"1", "2"};
    words["shared"] = {"switch1", "rack"};
    words["parts"] = words["daemon or host"];
    words["parts"].insert(words["parts"].end(), words["link"].begin(), words["link"].end());
    words["kind"] = {"crash", "power_off", "link_down", "slow", "slow disk"};
    words["alertmanager"] = all_on("alertmanager");
    words["rules"] = {SPOF_SOURCE_DIR "/scenarios/rules/good-practice.yml"};
    words["group_by"] = {"alertname", "instance"};
    words["receiver"] = {"operator", "nobody"};
    words["rates"] = {"crash of app", "power_off of server1"};
    words["outage_hour"] = {"write", "all"};
    words["answers"] = words["daemon"];
    words["up"] = words["idle"] = servers_;
    words["caught_up"] = words["primary"] = all_on("mysql");
    words["after"] = {"first", "second", "third"};
    words["kinds"] = {"crash", "hang", "power_off", "link_down"};
    words["expect"] = {"availability(static) >= 50%", "lost_writes == 0", "failed.503 < 10"};
    words[""] = {"a", "Wörter mit \"Zeichen\" <b>&|\n\t`*", "x,y;z", ""};
    dice_.exactly["/clients"] = dice_.chance(0.3) ? Names{"users", "bots"} : Names{"users"};
    dice_.exactly["/classes"] = words["classes"];
    dice_.exactly["/haproxy/servers"] = servers_;
    dice_.exactly["/faults"] = {};
    dice_.exactly["/policy"] = {};
    dice_.exactly["/cost/hosts"] = {"lb1"};
    dice_.exactly["/operations"] = dice_.chance(0.3) ? words["after"] : Names{};
  }

  /// What stays unless it is drawn.
  static Json usual() {
    return Json::parse(R"({
      "clients": { "users": { "rate": "100/s", "timeout": "3s" }, "bots": { "rate": "50/s", "timeout": "1s" } },
      "dns": { "timeout": "1s", "attempts": 1 },
      "haproxy": { "redispatch": true, "timeout": { "client": "4s", "server": "2s", "connect": "1s" },
        "default_server": { "check": { "kind": "httpchk", "answered_by": "app", "inter": "500ms", "fall": 2 } } },
      "nginx": { "proxy_connect_timeout": "2s", "proxy_read_timeout": "2s" },
      "app": { "database": { "connect_timeout": "1s", "read_timeout": "1s" } },
      "mysql": { "redo": "6.5MB", "connect_retry": "500ms", "net_timeout": "3s" },
      "db_manager": { "auto_failover": true, "poll_interval": "300ms", "timeout": "300ms" },
      "firewall": { "incoming": "allow" } })");
  }
  /// So small that everything fills: slots, threads, backlogs; what is then DOWN keeps its queue.
  static void under_pressure(Json& json) {
    json.merge_patch(Json::parse(R"({
      "haproxy": { "redispatch": false, "default_server": { "maxconn": 3, "check": { "inter": "100ms" } } },
      "nginx": { "backlog": 4 }, "app": { "processes": 1, "threads": 2, "backlog": 4 },
      "clients": { "users": { "keep_alive": true } },
      "mysql": { "max_connections": 4, "threads": 1, "flush_time": "5ms" } })"));
  }
  /// What must be so.
  Json bones() {
    Json out = {{"title", fmt::format("Random scenario {}", made_.number)},
                {"platform", "two-server.xml"},
                {"duration", to_text(Seconds(duration_))},
                {"runs", 1},
                {"seed", made_.number}};
    for (const char* kind : {"static", "page", "read", "write"})
      out["classes"][kind]["kind"] = kind;
    if (!moves_) {
      out["dns"]["addresses"] = all_on("haproxy");
    } else {
      out["dns"]["addresses"] = {"10.0.0.100:80"};
      int priority = 100;
      for (const std::string& host : balancers_) {
        Json& one = out["keepalived"]["hosts"][host];
        one["virtual_ipaddress"] = {"10.0.0.100"};
        if (dice_.chance(0.8)) one["priority"] = priority--;
      }
    }
    const std::string& primary = dice_.one_of(servers_);
    for (const std::string& host : servers_)
      out["mysql"]["hosts"][host]["replica_of"] = host == primary ? "" : primary;
    if (dice_.exactly["/clients"].size() == 1) out["clients"]["bots"] = nullptr;
    return out;
  }
  /// Dates within the run; not so many retries that it would never end.
  void in_time() {
    const auto within = [&](Json& date) {
      Seconds value;
      if (FieldType<Seconds>::read(date, value).empty() && value >= duration_)
        date = to_text(Seconds(std::round(std::fmod(value, duration_) * 1e6) / 1e6));
    };
    for (const char* list : {"faults", "operations"})
      for (Json& fault : made_.json[list]) {
        if (fault.contains("after")) fault.erase("at");
        if (!fault.contains("at") && !fault.contains("after"))
          fault["at"] =
              to_text(Seconds(std::round(dice_.random.uniform() * duration_ * 1e6) / 1e6));
        if (fault.contains("at")) within(fault["at"]);
      }
    if (auto& random = made_.json["random_failures"]; random.is_object())
      random["times"] = std::round(dice_.log_uniform(1e5, 1e7));
    for (auto& [name, one] : made_.json["clients"].items())
      if (one.contains("retry") && one["retry"].contains("attempts"))
        one["retry"]["attempts"] = one["retry"]["attempts"].get<int>() % 4;
  }

  /// The hosts of two-server.xml with other figures.
  std::string platform_text() {
    std::string hosts, routes;
    const auto link = [&](const std::string& name, double latency) {
      hosts += fmt::format(
          "<link id='{}' bandwidth='{:.0f}kBps' latency='{:.0f}us' "
          "sharing_policy='SPLITDUPLEX'/>\n",
          name, dice_.log_uniform(300, 1e6), latency * 1e6);
    };
    const auto route = [&](const std::string& from, const char* to, const std::string& by) {
      routes += fmt::format("<route src='{}' dst='{}'><link_ctn id='{}' direction='UP'/></route>\n",
                            from, to, by);
    };
    for (const char* name : {"clients", "ns1", "lb1", "server1", "server2"}) {
      const bool server = std::string_view(name).starts_with("server");
      hosts += fmt::format("<host id='{}' speed='{:.3f}Gf' core='{}'>", name,
                           dice_.log_uniform(0.3, 4), 1 + dice_.random.below(8));
      hosts += server ? fmt::format(
                            "<prop id='disk' value='{0}-disk'/></host>\n"
                            "<host id='{0}-disk' speed='{1:.0f}Mf'/>\n",
                            name, dice_.log_uniform(5, 500))
                      : "</host>\n";
      link(std::string(name) + "-nic", dice_.log_uniform(1e-5, 2e-3));
      route(name, server || std::string_view(name) == "lb1" ? "lan" : "world",
            std::string(name) + "-nic");
    }
    link("internet", dice_.log_uniform(1e-4, 0.1));
    route("world", "lan", "internet");
    return "<?xml version='1.0'?>\n"
           "<!DOCTYPE platform SYSTEM 'https://simgrid.org/simgrid.dtd'>\n"
           "<platform version='4.1'><zone id='any' routing='Floyd'>\n"
           "<router id='lan'/><router id='world'/>\n" +
           hosts + routes + "</zone></platform>\n";
  }

  Draw::Dice dice_;
  AnyScenario made_;
  double duration_ = 3;
  Names servers_, balancers_, name_servers_;
  bool moves_ = false;  ///< an address, with Keepalived
};

/// Takes every member of this name out, wherever it is below.
bool drop_all(Json& json, const std::string& name) {
  bool found = json.is_object() && json.erase(name) > 0;
  if (json.is_structured())
    for (Json& one : json) found = drop_all(one, name) || found;
  return found;
}

/// What the reader complains about; where that follows from what a pattern says (`default_server`),
/// the field's name in the whole section. False: nothing can be left out.
bool leave_out(Json& json, const Mistakes& mistakes) {
  std::set<std::vector<std::string>, std::greater<>> pointers;
  for (const Mistake& one : mistakes) pointers.insert(pointer_names(one.pointer));
  bool found = false;
  for (std::vector<std::string> names : pointers) {
    if (names.empty()) continue;
    std::string pointer;
    for (const std::string& name : names) pointer = child_pointer(pointer, name);
    bool dropped = names.size() > 1 && drop(json, pointer);
    if (!dropped && names.size() > 2 && json.contains(names[0]))
      dropped = drop_all(json[names[0]], names.back());
    if (!dropped && names[0] == "faults") dropped = drop(json, "/faults/" + names[1]);
    found = found || dropped;
  }
  return found;
}

}  // namespace

bool drop(Json& json, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  if (pointer.empty() || !json.contains(at)) return false;
  Json& parent = json[at.parent_pointer()];
  if (parent.is_array())
    parent.erase(std::stoul(at.back()));
  else
    parent.erase(at.back());
  return true;
}

scenario::Scenario read_scenario(const Json& json, const std::string& platform_file,
                                 Mistakes& mistakes) {
  const Document document = parse_document(json.dump(), "random", mistakes);
  scenario::Scenario scenario;
  if (mistakes.empty()) read_into(document, scenario, mistakes);
  scenario.platform_file = platform_file;
  scenario.name = "random";
  if (mistakes.empty()) scenario::check(scenario, mistakes);
  return scenario;
}

std::string platform_of(const AnyScenario& any, const std::string& folder) {
  if (any.platform.empty()) return SPOF_SOURCE_DIR "/platforms/two-server.xml";
  const std::string path = fmt::format("{}/platform-{}-{}.xml", folder, any.number, getpid());
  std::ofstream(path) << any.platform;
  return path;
}

AnyScenario any_scenario(std::uint64_t number) {
  constexpr int rounds = 40;
  AnyScenario any = Maker(number).make();
  const std::string folder = std::filesystem::temp_directory_path().string();
  const std::string platform = platform_of(any, folder);
  for (int round = 0; round < rounds; ++round) {
    Mistakes mistakes;
    read_scenario(any.json, platform, mistakes);
    any.is_valid = mistakes.empty();
    any.dropped += mistakes.size();
    if (any.is_valid || !leave_out(any.json, mistakes)) break;
  }
  if (!any.platform.empty()) std::filesystem::remove(platform);
  return any;
}

}  // namespace spof::test
