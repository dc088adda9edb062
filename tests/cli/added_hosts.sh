#!/bin/sh
# A machine that a scenario adds gives the bytes of the same one written in the platform file.
. "${0%/*}/helpers"
mkdir file scenario
cp "$SPOF_SOURCE_DIR/platforms/two-server.xml" .
sed -e 's|<router id="lan"/>|&<host id="server3" speed="1Gf" core="4"><prop id="disk" value="server3-disk"/></host>\
      <host id="server3-disk" speed="200Mf"/>\
      <link id="server3-nic" bandwidth="125MBps" latency="50us" sharing_policy="SPLITDUPLEX"/>|' \
  -e 's|<route src="lb1"|<route src="server3" dst="lan"><link_ctn id="server3-nic" direction="UP"/></route>&|' \
  two-server.xml >three-server.xml
cat >third.json <<JSON
{ "extends": "$baseline", "platform": "two-server.xml", "duration": "20s", "runs": 2, "expect": [],
  "haproxy": { "servers": { "server3": {} } },
  "nginx": { "hosts": { "server3": {} } },
  "app": { "hosts": { "server3": {} } },
  "mysql": { "hosts": { "server3": { "replica_of": "server1" } } },
  "faults": [
    { "kind": "link_down", "target": "server3-nic", "at": "3s", "for": "3s" },
    { "kind": "partition", "from": ["server3"], "to": ["server1"], "at": "8s", "for": "2s" },
    { "kind": "slow", "target": "server3", "resource": "disk", "at": "12s", "for": "2s" },
    { "kind": "power_off", "target": "server3", "at": "16s", "for": "2s" } ] }
JSON
echo '{ "extends": "../third.json", "platform": "../three-server.xml" }' >file/third.json
echo '{ "extends": "../third.json", "hosts": { "server3": { "like": "server2" } } }' >scenario/third.json

formats=requests.csv,events.csv,latency.csv,quantiles.csv,json
for how in file scenario; do
  runs 0 run $how/third.json -q -o out-$how --format $formats
  grep fingerprint out-$how/third/report.json >$how.fingerprint || fail "no fingerprint"
done
cmp file.fingerprint scenario.fingerprint >&2 || fail "other fingerprints"
for file in requests.csv events.csv latency.csv quantiles.csv; do
  cmp out-file/third/$file out-scenario/third/$file >&2 || fail "$file differs"
done
grep -q ',server3-nic,' out-file/third/events.csv || fail "no fault of the added host's card"

# Hundreds of them are looked at, too.
awk -v baseline="$baseline" 'BEGIN {
  for (i = 0; i < 400; i++) {
    hosts = hosts (i ? "," : "") "\"s" i "\":{\"like\":\"server2\"}"
    daemons = daemons (i ? "," : "") "\"s" i "\":{}"
  }
  printf "{\"extends\":\"%s\",\"expect\":[],\"hosts\":{%s},", baseline, hosts
  printf "\"nginx\":{\"hosts\":{%s}},\"haproxy\":{\"servers\":{%s}}}", daemons, daemons
}' >hundreds.json
runs 0 check hundreds.json

# Its parts are broken like any other's.
runs 0 matrix scenario/third.json -n 1 --set /duration=10s --set "/faults=[]" --only 'server3*'
says stdout "server3-nic"
says stdout " server3 "

# A faster machine is one line; another network is another way.
sed 's/"like": "server2"/"like": "server2", "cores": 8, "speed": 2, "disk": "1GB\/s"/' scenario/third.json >scenario/faster.json
runs 0 check scenario/faster.json --set '/hosts/lb2={"cores":2,"network":"lan","latency":"1ms"}'
