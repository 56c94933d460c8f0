#!/usr/bin/env bash
# Runs the operator's console on the instance that up.sh started: deploy/local/admin.sh [--data DIR] COMMAND...
# "deploy/local/admin.sh --help" lists the commands.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for part in console build; do
    # shellcheck disable=SC1090
    source "$repository/deploy/local/lib/$part.sh"
done

data=$repository/.panoramax
if [[ ${1:-} == --data ]]; then
    [[ $# -ge 2 ]] || fail "--data needs a folder."
    data=$(realpath -m "$2")
    shift 2
fi
check_sdk
program=$repository/artifacts/bin/Panoramax.Admin/${CONFIGURATION,,}/Panoramax.Admin
[[ -x $program ]] || fail "The console is not built yet: deploy/local/up.sh builds it."
if [[ ${1:-} != --help && ${1:-} != -h && $# -gt 0 ]]; then
    [[ -r $data/console.env ]] || fail "No instance was started with the data folder $data: start one with deploy/local/up.sh."
    # Values as they are: nothing of them is run.
    while IFS='=' read -r name value; do export "$name=$value"; done < "$data/console.env"
fi
exec "$program" "$@"
