# shellcheck shell=bash
# What the scripts share. Sourcing it moves to the checkout.
set -euo pipefail

cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
export DEBIAN_FRONTEND=noninteractive
export PYTHONUTF8=1 NO_COLOR=1
# Images of machines often set it. Every kernel, server and test run would compile all that it imports, each time.
unset PYTHONDONTWRITEBYTECODE

failures=()

# step NAME COMMAND...: one line, with the seconds; all that the command said only when it fails.
step() {
  local name=$1 log seconds code=0
  shift
  log=$(mktemp)
  printf '%-26s' "$name"
  # `time` writes to the standard error of the braces; the command's own goes to the log.
  seconds=$(TIMEFORMAT=%1R && { time "$@" >"$log" 2>&1 </dev/null; } 2>&1) || code=$?
  if ((code == 0)); then
    printf '%7s s  %s\n' "$seconds" "$(sed -nE 's/.*[^0-9]([0-9]+ passed[^=]*).*/\1/p; s/^ +Tests +([0-9]+ passed).*/\1/p' "$log" | sed 's/ in .*//' | tail -1)"
  else
    printf '%7s s  FAILED, exit code %d\n' "$seconds" "$code"
    sed 's/^/    /' "$log"
    failures+=("$name")
  fi
  rm -f -- "$log"
  return "$code"
}

# try NAME COMMAND...: a step whose failure does not keep the next ones from running; see `finish`.
try() {
  step "$@" || true
}

# finish: the end of a script that tried several things.
finish() {
  if ((${#failures[@]})); then
    printf '%s failed:%s\n' "${0##*/}" "$(printf ' [%s]' "${failures[@]}")" >&2
    exit 1
  fi
}

# fail SENTENCE HINT
fail() {
  printf '%s\nHint: %s\n' "$1" "$2" >&2
  exit 1
}

# use_environment: puts the checkout's Python and its programs first on PATH.
use_environment() {
  export PATH="$PWD/.venv/bin:$PATH"
}

# use_node: puts a Node that is new enough first on PATH, behind an older one though it may be.
use_node() {
  local folder
  folder=$(python hatch_build.py --node)
  [[ $(command -v node) == "$folder/node" ]] || export PATH="$PWD/.venv/bin:$folder:$PATH"
}
