#!/usr/bin/env bash
# Measures the release build over a large seeded database, beside a floor of each figure taken in the same run, and writes
# the table as Markdown to tests/benchmarks/results.
#
#   tests/benchmarks/run.sh [--quick] [--pictures N] [--only NAME,NAME] [--data DIR] [--no-build] [--stop]
#
#   --quick        short phases: to see that all of it works, not to state figures
#   --pictures N   size of the seeded database (1000000); it is seeded when it is not there
#   --only NAMES   rows whose names hold one of these, such as "read" or "upload large"
#   --data DIR     where the servers keep their data (artifacts/benchmark-servers); they go on running, so that the seeded
#                  database is there the next time
#   --stop         ends those servers and forgets their data
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for part in console packages build; do
    # shellcheck disable=SC1090
    source "$repository/deploy/local/lib/$part.sh"
done

usage() { fail "Usage: tests/benchmarks/run.sh [--quick] [--pictures N] [--only NAME,NAME] [--data DIR] [--no-build] [--stop]"; }

data=$repository/artifacts/benchmark-servers pictures=1000000 build=true stop=false
options=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --quick) options+=("$1"); shift ;;
        --only) [[ $# -ge 2 ]] || usage; options+=("$1" "$2"); shift 2 ;;
        --pictures) [[ $# -ge 2 ]] || usage; pictures=$2; shift 2 ;;
        --data) [[ $# -ge 2 ]] || usage; data=$2; shift 2 ;;
        --no-build) build=false; shift ;;
        --stop) stop=true; shift ;;
        *) usage ;;
    esac
done

if [[ $stop == true ]]; then
    "$repository/tests/servers.sh" stop --data "$data"
    exit
fi

check_sdk
# Ten million pictures are 40 GB.
check_disk "$repository" $((4000 + pictures * 45 / 10000)) "the seeded database"
install_packages database broker s3 proxy pictures
results=$repository/tests/benchmarks/results
mkdir -p "$results"
"$repository/tests/servers.sh" start --data "$data"
[[ $build == false ]] || build_dotnet "$repository/artifacts/benchmark-logs" tests/benchmarks/load/Panoramax.Load.csproj
settings=$("$repository/tests/servers.sh" env --data "$data")
eval "$settings"

programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
export PATH=$PATH:/usr/sbin:$programs
PANORAMAX_COMMIT=$(git -C "$repository" rev-parse --short HEAD 2>/dev/null || echo unknown)
[[ -z $(git -C "$repository" status --porcelain --untracked-files=no 2>/dev/null) ]] || PANORAMAX_COMMIT+="-changed"
export PANORAMAX_COMMIT
load=$repository/artifacts/bin/Panoramax.Load/release/Panoramax.Load
"$load" seed --pictures "$pictures"
report=$results/$(date -u +%Y-%m-%d)-$PANORAMAX_COMMIT-$pictures.md
code=0
"$load" run --pictures "$pictures" "${options[@]}" --report "$report" || code=$?
[[ ! -f $report ]] || say "The report is $report; the servers go on running ('tests/benchmarks/run.sh --stop' ends them)."
exit $code
