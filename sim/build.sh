# shellcheck shell=sh disable=SC2154,SC2034  # root is the sourcing script's
# Sourced by sim/spof and tests/run, with $root set to the project's folder: installs what a build
# needs, and builds. Speaks on stderr only. POSIX sh.

say() { printf 'spof: %s\n' "$*" >&2; }

# fresh PRESET: the program is there, and nothing it is made of was touched since its build began.
# Folders count, so that a removed file is noticed too.
fresh() {
  [ -x "$root/.build/$1/spof" ] && [ -e "$root/.build/$1/built" ] &&
    [ -z "$(find "$root/sim" "$root/CMakeLists.txt" "$root/CMakePresets.json" \
      -newer "$root/.build/$1/built" -print -quit)" ]
}

# has PACKAGE: a tool counts when it can be run, a library when Debian or pkg-config knows it.
has() {
  case $1 in
    g++) command -v "${CXX:-c++}" >/dev/null ;;
    ninja-build) command -v ninja >/dev/null ;;
    gnuplot-nox) command -v gnuplot >/dev/null ;;
    clang | cmake | pkg-config | chromium | parallel | prometheus | python3) command -v "$1" >/dev/null ;;
    *) has_library "$@" ;;
  esac
}

has_library() {
  case $1 in
    libsimgrid-dev) module='simgrid >= 3.32' ;;
    libfmt-dev) module=fmt ;;
    libyaml-cpp-dev) module=yaml-cpp ;;
    nlohmann-json3-dev) module='nlohmann_json >= 3.11' ;;
    libcli11-dev) module=CLI11 ;;
    catch2) module=catch2 ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ||
    pkg-config --exists "$module" 2>/dev/null
}

# refuse WORDS: packages are missing and cannot be installed from here.
refuse() {
  say "$*"
  say "install them yourself, then try again: apt-get install$missing"
  exit 2
}

# install_packages PACKAGE...: installs those that are missing. Package lists are fetched only where
# the ones at hand (none, on a fresh machine) do not lead to the packages.
install_packages() {
  missing=
  for package; do has "$package" || missing="$missing $package"; done
  [ -n "$missing" ] || return 0
  say "missing Debian packages:$missing"
  command -v apt-get >/dev/null || refuse "cannot install them: there is no apt-get here"
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || refuse "cannot install them: not root, and there is no sudo"
    as_root=sudo
    sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ] && sudo -v; } ||
      refuse "cannot install them: sudo does not let this user in"
  fi
  say "installing them with apt-get ${as_root:+(as root, by sudo) }..."
  run_apt_get install || { run_apt_get update && run_apt_get install; } || {
    tail -n 15 "$log" >&2
    refuse "apt-get failed (no network?); all it said: $log"
  }
}

run_apt_get() {
  words=
  [ "$1" = update ] || words="--no-install-recommends $missing"
  # shellcheck disable=SC2086  # a list of words
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get "$1" -y -o DPkg::Lock::Timeout=300 $words >>"$log" 2>&1 </dev/null
}

# job_count: one per core, but no more than memory holds compilers (some take 1.6 GB).
job_count() {
  cores=$(nproc 2>/dev/null || echo 1)
  room=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo 2>/dev/null)
  room=$((${room:-1600000} / 1600000))
  [ "$room" -ge "$cores" ] || cores=$room
  [ "$cores" -ge 1 ] || cores=1
  echo "${CMAKE_BUILD_PARALLEL_LEVEL:-$cores}"
}

# Copies what it reads to the log and, on a terminal, keeps one line of progress.
progress() {
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    case $line in
      '['[0-9]*/*']'*) [ ! -t 2 ] || printf '\rspof: building %s]  ' "${line%%]*}" >&2 ;;
    esac
  done
  [ ! -t 2 ] || printf '\r\033[K' >&2
}

# compile PRESET TARGET
compile() {
  cache=$root/.build/$1/CMakeCache.txt
  if [ -e "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    rm -rf "$root/.build/$1" # the project was moved or copied here
  fi
  mkdir -p "$root/.build/$1" && : >"$root/.build/$1/begun" || exit 3
  failed=$root/.build/$1.failed
  : >"$failed"
  { (cd "$root" && cmake --preset "$1" &&
    NINJA_STATUS='[%f/%t] ' cmake --build --preset "$1" --target "$2" -j "$(job_count)") 2>&1 &&
    rm -f "$failed"; } </dev/null | progress
  if [ -e "$failed" ]; then
    what='error:|CMake Error|undefined reference|Killed|No space left'
    found=$(grep -E -A 2 "$what" "$log" | head -n 20)
    printf '%s\n' "${found:-$(tail -n 20 "$log")}" >&2
    say "the build failed; everything it said: $log"
    exit 3
  fi
  # The stamp is as old as the build's beginning: what was edited meanwhile is newer.
  mv "$root/.build/$1/begun" "$root/.build/$1/built"
}

# build PRESET TARGET PACKAGE...: leaves TARGET built, or exits: 2 where packages are missing, 3
# where the build failed. Of two at once the second waits and finds the work done.
build() {
  log=$root/.build/$1.log
  mkdir -p "$root/.build" 2>/dev/null
  if [ ! -w "$root/.build" ]; then
    say "cannot build: $root/.build is not writable"
    exit 2
  fi
  (
    flock -n 9 2>/dev/null || { say "waiting for another build of $root ..." && flock 9; }
    [ "$2" = all ] || ! fresh "$1" || exit 0
    preset=$1 target=$2
    shift 2
    : >"$log"
    install_packages "$@"
    began=$(date +%s)
    [ "$target" = all ] && what="the program and its tests" || what="the program"
    [ -e "$root/.build/$preset/built" ] || what="$what (the first time takes minutes)"
    say "building $what ..."
    compile "$preset" "$target"
    say "built in $(($(date +%s) - began)) s"
  ) 9>"$root/.build/lock" || exit
}

build_packages='g++ cmake ninja-build pkg-config libsimgrid-dev libfmt-dev nlohmann-json3-dev
  libyaml-cpp-dev libcli11-dev gnuplot-nox'
