#!/bin/sh
# Wrong scenarios and every word of what is said of them, all mistakes at once, exit code 2; odd ones,
# 0.
. "${0%/*}/helpers"
cp -r "$SPOF_SOURCE_DIR/scenarios" "$SPOF_SOURCE_DIR/platforms" . || fail "no scenarios to start from"

# wrong NAME: the scenario on standard input, merged over the baseline, is checked.
wrong() {
  cat >"$1.json"
  say check "$1.json"
}

wrong unknown_things <<'JSON'
{ "extends": "scenarios/baseline.json",
  "faults": [
    { "kind": "crsh", "target": "mysql@server1", "at": "5" },
    { "kind": "crash", "target": "mysql@server9", "at": "5s" },
    { "kind": "link_down", "target": "server1", "at": "5s" },
    { "kind": "power_off", "target": "server3", "at": "5s", "for": "1s" } ],
  "haproxy": { "retry": 3, "servers": { "server3": {} } } }
JSON
wrong databases_and_pools <<'JSON'
{ "extends": "scenarios/baseline.json",
  "app": { "database": { "pool": { "size": 0, "timeout": "0s" }, "max_age": "-1s" },
           "releases": { "2": { "migration": { "lock_wait_timeout": "0s", "locks": 1 } } } },
  "faults": [ { "kind": "open_transaction", "target": "app@server1", "at": "5s" },
              { "kind": "open_transaction", "target": "server1", "at": "5s" } ] }
JSON
wrong near_names <<'JSON'
{ "extends": "scenarios/baseline.json",
  "haproxy": { "server": { "server1": {} } },
  "nginx": { "hosts": { "server3": {} } },
  "faults": [{ "kind": "crash", "target": "mysql@server1", "at": "40 seconds" },
             { "kind": "crash", "target": "mysql@server1", "at": 40 },
             { "kind": "power_off", "target": "mysql@server1", "at": "5s" }] }
JSON
wrong not_extended <<'JSON'
{ "extend": "scenarios/baseline.json", "runs": 1 }
JSON
wrong two_primaries <<'JSON'
{ "extends": "scenarios/baseline.json",
  "hosts": { "db1": { "like": "server1" } },
  "mysql": { "hosts": { "db1": {} } } }
JSON
wrong misplaced <<'JSON'
{ "extends": "scenarios/baseline.json",
  "haproxy": { "inter": "2s", "option redispatch": true, "servers": { "server1": { "inter": "1s" } } },
  "faults": [{ "kind": "crash", "target": "server1", "at": "5s" }] }
JSON
wrong own_words <<'JSON'
{ "extends": "scenarios/baseline.json",
  "nginx": { "worker_processes": "auto" },
  "app": { "workers": 4, "pool_size": 5, "CONN_MAX_AGE": "1m" },
  "mysql": { "innodb_flush_log_at_trx_commit": 2, "master_delay": "1h", "replica_parallel_workers": 4 } }
JSON
wrong left_out <<'JSON'
{ "extends": "scenarios/baseline.json",
  "haproxy": { "timeout": { "tunnel": "1h" }, "option http-server-close": true,
               "servers": { "server1": { "minconn": 5, "check": { "port": 9200 } } } },
  "nginx": { "listen": 80, "keepalive": 32, "proxy_next_upstream": ["error", "http_404", "off"] },
  "mysql": { "skip_slave_start": true } }
JSON
wrong idle_rule <<'JSON'
{ "extends": "scenarios/baseline.json",
  "faults": [{ "kind": "firewall_rule", "target": "server1", "port": 80, "at": "5s" },
             { "kind": "firewall_rule", "target": "lb1", "port": 8080, "incoming": false, "at": "5s" },
             { "kind": "crash", "target": "app@server1", "at": "5s", "for": "1s", "times": 3, "every": "60s" }] }
JSON
wrong list_of_hosts <<'JSON'
{ "extends": "scenarios/baseline.json", "nginx": { "hosts": ["server1", "server2"] },
  "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s" }] }
JSON
wrong units_and_bounds <<'JSON'
{ "extends": "scenarios/baseline.json", "duration": "120", "runs": 0,
  "clients": { "visitors": { "rate": "fast", "timeout": "-1s" } },
  "haproxy": { "balance": "roundrobbin", "timeout": { "connect": 5 } },
  "app": { "threads": "eight" } }
JSON
wrong times <<'JSON'
{ "extends": "scenarios/baseline.json",
  "faults": [
    { "kind": "hang", "target": "app@server1", "at": "200s" },
    { "kind": "crash", "target": "app@server1", "at": "5s", "times": 3 },
    { "kind": "crash", "target": "app@server1", "at": "5s", "for": "1s", "until": "9s" },
    { "kind": "hang", "target": "app@server1", "at": "115s", "jitter": "5s" } ] }
JSON
wrong tls <<'JSON'
{ "extends": "scenarios/baseline.json", "eavesdropper": { "links": ["lb1"] },
  "haproxy": { "tls": { "version": "1.4", "key": "dsa", "session_cache": -1,
                        "certificate": { "ends": "5s" } } } }
JSON
wrong tls_odd <<'JSON'
{ "extends": "scenarios/baseline.json",
  "classes": { "write": { "password": true } },
  "haproxy": { "frontends": { "http": {}, "https": { "bind": 443,
    "tls": { "certificate": { "expires": "40s" } } } } } }
JSON
wrong tls_tunnel <<'JSON'
{ "extends": "scenarios/baseline.json",
  "haproxy": { "frontends": { "web": {}, "db": { "mode": "tcp", "bind": 3306, "default_backend": "db", "tls": {} } },
    "backends": { "web": {}, "db": { "mode": "tcp", "servers": { "db1": { "address": "mysql@server1" } } } } } }
JSON
wrong reserved_name <<'JSON'
{ "extends": "scenarios/baseline.json",
  "classes": { "all": { "kind": "static" }, "All": { "kind": "static" } } }
JSON
wrong loads <<'JSON'
{ "extends": "scenarios/baseline.json", "platform": "",
  "classes": { "static": { "mix": 1e300 } } }
JSON
wrong nothing_named <<'JSON'
{ "extends": "scenarios/baseline.json", "platform": "" }
JSON
wrong mixes <<'JSON'
{ "extends": "scenarios/baseline.json",
  "clients": {
    "visitors": { "mix": { "static": 0 } },
    "others": { "mix": { "static": -1, "read": 1 }, "rate": "1e9/s" },
    "users": { "mix": { "static": 1e308, "read": 1e308 }, "users": 2000000 } } }
JSON

wrong keepalived_mistakes <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "keepalived": { "track_script": ["chk_haprox"], "advert_int": "200ms", "track_process": { "httpd": {} },
                  "unicast_peer": ["server1"], "virtual_ipaddress": ["haproxy@lb1"],
                  "hosts": { "lb2": { "virtual_ipaddress": [] } } } }
JSON
wrong keepalived_script <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "keepalived": { "vrrp_script": { "chk": { "checks": "primary" } }, "track_script": ["chk"] } }
JSON
wrong keepalived_habits <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "keepalived": {
    "vrrp_script": { "chk_haproxy": { "weight": 2 }, "site": { "checks": "http", "through": true, "interval": "2s", "fall": 2 } },
    "track_script": ["chk_haproxy", "site"],
    "hosts": { "lb1": { "state": "MASTER", "priority": 150, "nopreempt": true },
               "lb2": { "priority": 100, "virtual_router_id": 52 } } } }
JSON
wrong keepalived_alike <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "keepalived": { "track_script": [],
    "hosts": { "lb1": { "priority": 100 }, "lb2": { "priority": 100, "advert_int": "2s" } } } }
JSON
wrong keepalived_addresses <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "dns": { "addresses": ["10.0.0.100", "10.0.0.100:8080"], "standby": ["haproxy@lb2"] },
  "keepalived": { "hosts": { "lb1": { "virtual_ipaddress": ["10.0.0.100/24", "", "server1", "10.0.0.256"] } } } }
JSON
wrong keepalived_names <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "keepalived": { "vrrp_instance": { "A": {}, "B": { "virtual_router_id": 52, "virtual_ipaddress": ["10.0.0.101"] } },
                  "hosts": { "lb1": { "priority": 101 } } } }
JSON
wrong keepalived_deaf <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "keepalived": {
    "vrrp_instance": { "A": {}, "B": { "virtual_router_id": 52, "virtual_ipaddress": ["10.0.0.101"] } },
    "hosts": {
      "lb1": { "state": "BACKUP", "priority": 100, "vrrp_instance": { "A": { "priority": 101, "unicast_peer": ["lb1", "lb2"] }, "B": { "priority": 101, "virtual_ipaddress": ["10.0.0.101", "10.0.0.102"] } } },
      "lb2": {} } } }
JSON
wrong keepalived_versions <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "keepalived": { "hosts": { "lb1": { "vrrp_version": 3, "advert_int": "33ms" } } } }
JSON
wrong a_record <<'JSON'
{ "extends": "scenarios/baseline.json",
  "faults": [
    { "kind": "command", "target": "dns@ns3", "command": "set_record", "object": "haproxy@lb1", "at": "5s" },
    { "kind": "command", "target": "dns@ns1", "command": "set_record", "object": "haproxy@lb2", "at": "5s" } ] }
JSON

# replayed NAME TEXT: the same with a file of arrivals; what is wrong is said with its line.
replayed() {
  printf "$2" >"$1.csv"
  wrong "$1" <<JSON
{ "extends": "scenarios/baseline.json",
  "clients": { "visitors": { "arrivals": "replay", "replay": "$1.csv" } } }
JSON
}
replayed no_line ''
replayed no_header '1\n2\n'
replayed byte_order_mark '\357\273\277time_s\n1\n2\n'
replayed no_rows 'time_s,class\n'
replayed wrong_rows \
  'time_s,class\nabc,\n1,static\n\n5,read\n4,read\nnan,\ninf,\n-5,\n6s,\n7\n8,nope\n9,\r\n'
echo '<platform' >broken.xml
wrong topology <<'JSON'
{ "extends": "scenarios/baseline.json",
  "mysql": { "hosts": { "server2": { "replica_of": "server2" } } },
  "nginx": { "hosts": { "server1": { "upstream": ["app@server7"] } } },
  "platform": "broken.xml" }
JSON
wrong ways <<'JSON'
{ "extends": "scenarios/baseline.json",
  "clients": { "internal": { "connect_to": "app@server1", "rate": "1/s", "mix": { "static": 1 } } },
  "haproxy": { "default_server": { "check": { "answered_by": "database" } } },
  "mysql": { "hosts": null } }
JSON
wrong balancers <<'JSON'
{ "extends": "scenarios/baseline.json",
  "dns": { "hosts": { "server2": { "addresses": ["haproxy@lb9"] } } },
  "haproxy": { "hosts": { "server2": { "servers": { "server1": { "address": "mysql@server1" } } } } },
  "faults": [{ "kind": "maintenance", "target": "haproxy@server2", "server": "server2", "at": "5s" }] }
JSON
wrong modes <<'JSON'
{ "extends": "scenarios/baseline.json",
  "app": { "database": { "primary": "haproxy@lb1:80" },
           "hosts": { "server2": { "database": { "primary": "mysql@server9" } } } },
  "haproxy": {
    "servers": null,
    "frontends": {
      "web": { "default_backend": "mixed" },
      "db": { "mode": "tcp", "bind": 3306, "stick_table": { "deny_above": 5 }, "default_backend": "web",
              "use_backend": [{ "backend": "db", "classes": ["write"] }] } },
    "backends": {
      "web": { "servers": { "server1": {} } },
      "mixed": { "servers": { "server1": {}, "db1": { "address": "mysql@server1" } } },
      "db": { "mode": "tcp", "default_server": { "check": { "answered_by": "app" } },
              "servers": { "db1": { "address": "mysql@server1:3306" }, "server2": {} } } } } }
JSON
wrong modes_and_doors <<'JSON'
{ "extends": "scenarios/baseline.json",
  "dns": { "addresses": ["haproxy@server1:3306"] },
  "app": { "database": { "primary": "haproxy@server1" } },
  "haproxy": { "hosts": { "server1": { "mode": "tcp", "bind": 3306,
    "servers": { "server1": { "address": "mysql@server1", "check": { "answered_by": "primary" } } } } } } }
JSON
wrong added_hosts <<'JSON'
{ "extends": "scenarios/baseline.json",
  "hosts": {
    "server2": { "like": "server1" },
    "server3": { "like": "server9", "network": "land" },
    "internet": { "cores": 0, "disk": 200 },
    "lan": {},
    "a b": {} },
  "haproxy": { "hosts": { "lb2": {} } } }
JSON
wrong no_disk <<'JSON'
{ "extends": "scenarios/baseline.json",
  "hosts": { "db3": { "like": "lb1" } },
  "mysql": { "hosts": { "db3": { "replica_of": "server1" }, "db4": { "replica_of": "server1" } } } }
JSON
sed '/<route src="server2"/d' platforms/two-server.xml >no-route.xml
wrong no_route <<'JSON'
{ "extends": "scenarios/baseline.json", "platform": "no-route.xml" }
JSON
sed 's/<route src="server2"/<route src="server1"/' platforms/two-server.xml >two-routes.xml
wrong two_routes <<'JSON'
{ "extends": "scenarios/baseline.json", "platform": "two-routes.xml" }
JSON
wrong idle <<'JSON'
{ "extends": "scenarios/baseline.json",
  "hosts": { "server3": { "like": "server2" } },
  "nginx": { "hosts": { "server3": {} } },
  "app": { "hosts": { "server3": {} } },
  "mysql": { "hosts": { "server3": { "replica_of": "server1" } } } }
JSON
wrong idle_pair <<'JSON'
{ "extends": "scenarios/two-balancers.json", "dns": { "addresses": ["haproxy@lb1:80"] },
  "classes": { "read": { "cpu": { "app": "0ms" } } } }
JSON
wrong unchecked <<'JSON'
{ "extends": "scenarios/baseline.json",
  "haproxy": { "check": { "inter": "1s" },
               "default_server": { "check": { "kind": "none", "inter": "1s" } } } }
JSON
wrong few_connections <<'JSON'
{ "extends": "scenarios/baseline.json",
  "app": { "threads": 60 }, "mysql": { "max_connections": 350 } }
JSON
wrong no_connections <<'JSON'
{ "extends": "scenarios/baseline.json",
  "nginx": { "worker_connections": 4, "listens": 3, "hosts": { "server2": { "worker_connections": 3 } } } }
JSON
wrong manager_mistakes <<'JSON'
{ "extends": "scenarios/baseline.json",
  "db_manager": { "tool": "orchestrater", "misses": 0, "repoint": "address",
    "hosts": { "lb1": {}, "lb9": {}, "server1": { "virtual_address": "10.0.0.300" } } },
  "faults": [
    { "kind": "command", "target": "mysql@server1", "command": "restore", "at": "5s" },
    { "kind": "command", "target": "mysql@server1", "command": "read_only", "at": "5s", "for": "5s" },
    { "kind": "command", "target": "mysql@server1", "command": "switch_over", "object": "mysql@server2", "at": "5s" },
    { "kind": "command", "target": "db_manager@lb1", "command": "switch_over", "object": "mysql@server7", "at": "5s" } ] }
JSON
wrong manager_habits <<'JSON'
{ "extends": "scenarios/baseline.json",
  "mysql": { "semi_sync": "AFTER_SYNC", "semi_sync_timeout": "1h" },
  "db_manager": { "tool": "orchestrator", "auto_failover": true, "hosts": { "server2": {} } } }
JSON
wrong manager_of_nothing <<'JSON'
{ "extends": "scenarios/baseline.json", "mysql": { "hosts": { "server2": null } },
  "db_manager": { "hosts": { "lb1": {} } } }
JSON
wrong firewall_rules <<'JSON'
{ "extends": "scenarios/baseline.json",
  "firewall": { "rules": [{ "from": "lb2", "service": "nginx" }, { "from": "lb1", "to": "server2" }],
    "hosts": { "server1": {}, "server9": {},
               "lb1": { "rules": [{ "rule": "deny" }, { "service": "htp" }, { "rule": "limit", "connections": 3 }],
                        "profiles": ["ufw-mail"], "conntrack_max": 0 } } } }
JSON
wrong firewall_shuts_doors <<'JSON'
{ "extends": "scenarios/two-balancers.json",
  "firewall": { "hosts": { "lb1": { "rules": [{ "service": "http" }, { "rule": "reset", "to": "server2", "service": "nginx" }] },
                           "server1": { "profiles": ["ufw-web"] }, "server2": { "profiles": ["ufw-web", "ufw-database"] } } } }
JSON
wrong attacks <<'JSON'
{ "extends": "scenarios/baseline.json",
  "clients": { "a": { "attack": "syn_flood", "arrivals": "closed" }, "b": { "attack": "slowloris" },
               "c": { "attack": "brute_force", "arrivals": "closed" },
               "d": { "attack": "brute_force", "arrivals": "closed", "connect_to": "nginx@server1" } } }
JSON
wrong tls_faults <<'JSON'
{ "extends": "scenarios/baseline.json",
  "haproxy": { "frontends": { "plain": { "redirect_scheme_https": 443 }, "sealed": { "bind": 444, "tls": { "key": "dsa" } },
               "round": { "bind": 445, "tls": {}, "redirect_scheme_https": 445 } } },
  "nginx": { "limit_req": { "rate": "0/s" }, "limit_conn": 0 },
  "faults": [{ "kind": "certificate_expiry", "target": "nginx@server1", "at": "5s" },
             { "kind": "certificate_expiry", "target": "server1", "at": "5s" }] }
JSON
wrong deployments <<'JSON'
{ "extends": "scenarios/baseline.json",
  "app": { "releases": { "2": { "errors": 2, "status": 200 } } },
  "faults": [{ "kind": "deploy", "targets": [], "release": "2", "at": "5s" },
             { "kind": "deploy", "targets": ["app@server1", "nginx@server2", "app@server1"], "release": "3", "at": "5s" },
             { "kind": "deploy", "target": "app@server1", "release": "2", "order": "slowly", "at": "5s" },
             { "kind": "memory_leak", "target": "server1", "rate": "0B/s", "at": "5s" }] }
JSON
wrong plan_of_steps <<'JSON'
{ "extends": "scenarios/baseline.json",
  "operations": {
    "first": { "kind": "reload", "target": "haproxy@lb1", "default_backend": "green", "after": "third" },
    "second": { "kind": "reboot", "target": "server3", "at": "5s", "after": "first" },
    "third": { "kind": "weight", "target": "haproxy@lb1", "server": "server3", "after": "first",
               "when": { "answers": ["app@server3"], "up": ["server2", "web"], "caught_up": ["app@server1"] } },
    "fourth": { "kind": "stop", "target": "nginx@server1" },
    "fifth": { "kind": "stop", "target": "nginx@server1", "after": "fifty", "for": "1s", "times": 2 },
    "sixth": { "kind": "command", "command": "repair", "target": "seventh", "after": "fourth" } },
  "random_failures": { "kinds": ["crash", "deploy"] } }
JSON
wrong shared_parts <<'JSON'
{ "extends": "scenarios/baseline.json",
  "shared": { "switch1": { "kind": "link_down", "parts": ["server1-nic", "server2"] }, "rack": { "kind": "deploy", "parts": ["server1"] },
              "server1": { "kind": "power_off", "parts": [] }, "feed": { "kind": "power_off", "parts": ["server1", "server2"] } },
  "faults": [{ "kind": "crash", "target": "feed", "at": "5s" }, { "kind": "crash", "target": "feeds", "at": "5s" }],
  "reliability": { "rates": { "power_off of feed": { "per_year": 1 }, "power_off of fed": { "per_year": 1 } } } }
JSON
wrong names_of_two_lines <<'JSON'
{ "extends": "scenarios/baseline.json", "a\nb": 1, "nginx": { "hosts": { "x\u001b[1my": {} } } }
JSON
wrong no_schema <<'JSON'
{ "extends": "scenarios/baseline.json", "mysql": null,
  "classes": { "read": null, "write": null }, "clients": { "visitors": { "mix": { "static": 1 } } },
  "app": { "database": null, "releases": { "2": { "migration": {} } } } }
JSON
wrong blind_monitor <<'JSON'
{ "extends": "scenarios/monitored.json",
  "exporter": { "hosts": { "lb1": {}, "server1": {}, "server2": null, "monitor": null } },
  "prometheus": { "probes": { "static": { "target": "haproxy@lb1", "page": "nginx" }, "read": null, "write": null },
                  "hosts": { "monitor": null, "server1": {} } },
  "alertmanager": { "hosts": { "monitor": null, "server1": {} } },
  "faults": [{ "kind": "crash", "target": "mysql@server1", "at": "60s", "for": "30s" }] }
JSON
wrong monitor <<'JSON'
{ "extends": "scenarios/monitored.json",
  "prometheus": { "rules": "rules/no-such-file.yml", "scrape_timeout": "1m", "targets": ["haproxy@lb7"],
                  "probes": { "static": { "target": "haproxy@lb9", "class": "videos" } } },
  "alertmanager": { "group_by": ["alertname", ""], "routes": { "pages": { "group_by": ["...", "job"] } } },
  "operator": { "runbook": [{ "alert": "*", "action": "promote" }, { "alert": "*", "action": "restart", "target": "app@server7" },
                            { "alert": "*", "action": "start_replica", "target": "haproxy@lb1" },
                            { "alert": "*", "action": "reboot", "target": "mysql@server1" }] } }
JSON
cat >strange.yml <<'YML'
groups:
- name: site
  rules:
  - { alert: A, expr: 'mysql_up{instance="10.9.0.21:9104"} == 0' }
  - { alert: B, expr: 'up{job=~"mysql|nginx", instance!="server1:9113"} == 0 or haproxy_up{job="lb"} == 0' }
YML
wrong strange_labels <<'JSON'
{ "extends": "scenarios/monitored.json", "prometheus": { "rules": "strange.yml" } }
JSON
wrong nobody_hears <<'JSON'
{ "extends": "scenarios/monitored.json", "alertmanager": null }
JSON
wrong nobody_comes <<'JSON'
{ "extends": "scenarios/monitored.json", "operator": null,
  "faults": [{ "kind": "crash", "target": "mysql@server1", "at": "60s", "until": "repaired" }] }
JSON
wrong expectations <<'JSON'
{ "extends": "scenarios/baseline.json",
  "expect": ["availabilty > 1%", "outage(writes) < 3s", "lost_writes = 0", "latency.p99 < 5",
    "availability => 99%", "availability >= 0.99"] }
JSON
wrong rates <<'JSON'
{ "extends": "scenarios/baseline.json",
  "reliability": {
    "rates": {
      "crsh of haproxy": { "per_year": 1 },
      "crash of mysql@server9": { "per_year": 1, "repair": "10m" },
      "power_off of server3": { "per_year": 1 },
      "link_down of server1": { "per_year": 1 },
      "partition of server1": { "per_year": 1 },
      "haproxy": { "per_year": 1 },
      "crash of app": {},
      "crash of nginx": { "per_year": -1, "repair": 600, "rate": 2 } },
    "common_cause": 5 } }
JSON
wrong twice <<'JSON'
{ "extends": "scenarios/baseline.json", "seed": 1, "seed": 2 }
JSON
wrong circle <<'JSON'
{ "extends": "circle.json" }
JSON
printf '{ "title": "x", ' >torn.json
say check torn.json
transcript wrong_scenarios
[ ! -e results ] || fail "something was written"
