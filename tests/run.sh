#!/usr/bin/env bash
# Installs, builds and starts what the tests need, runs them, and prints as its last line "N passed, N failed".
#
#   tests/run.sh [unit|service|e2e|all]
#
# unit needs nothing; service needs PostgreSQL, RabbitMQ and an S3 server; e2e needs those, all processes and a browser.
# The servers are private, on free loopback ports, and gone at the end, as everything else that this starts.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for part in console ports packages build instance; do
    # shellcheck disable=SC1090
    source "$repository/deploy/local/lib/$part.sh"
done

lane=${1:-all}
case $lane in
    unit) projects=(UnitTests) purposes=(pictures) ;;
    service) projects=(ServiceTests) purposes=(pictures database broker s3) ;;
    e2e) projects=(EndToEndTests) purposes=(pictures database broker s3 viewer browser proxy tools) ;;
    all) projects=(UnitTests ServiceTests EndToEndTests) purposes=(pictures database broker s3 viewer browser proxy tools) ;;
    *) fail "Usage: tests/run.sh [unit|service|e2e|all]" ;;
esac

results=$repository/tests/results
# Everything this run starts carries it in its environment.
data=$repository/artifacts/test-run.$$
export PANORAMAX_INSTANCE=$data

# Whatever ends the run: the tests, the servers and what the tests started.
clean_up() {
    local left tries signal=TERM
    trap '' INT TERM
    [[ -z ${running:-} ]] || kill -TERM "$running" 2>/dev/null || true
    [[ $lane == unit ]] || "$repository/tests/servers.sh" stop --data "$data/servers" || true
    for ((tries = 0; tries < 50; tries++)); do
        left=$(instance_processes)
        [[ -n $left ]] || break
        [[ $tries -lt 30 ]] || signal=KILL
        # shellcheck disable=SC2086
        kill -$signal $left 2>/dev/null || true
        sleep 0.2
    done
    rm -rf "$data"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# in_background COMMAND...: waits for it, but lets a signal end the run at once.
in_background() {
    "$@" &
    running=$!
    local code=0
    wait $running || code=$?
    running=
    return $code
}

# The value of a counter of a result file.
counter() { sed -n "s/.*<Counters[^>]* $2=\"\([0-9]*\)\".*/\1/p" "$1" | head -1; }

check_sdk
check_disk "$repository" "$([[ -d $repository/artifacts/bin ]] && echo 1500 || echo 6000)" "the build and the tests"
install_packages "${purposes[@]}"
rm -rf "$results"
mkdir -p "$results" "$data/tmp"
export TMPDIR=$data/tmp

# The servers start while the build runs.
if [[ $lane != unit ]]; then
    "$repository/tests/servers.sh" start --data "$data/servers" &
    servers=$!
fi
[[ $lane == unit || $lane == service ]] || in_background fetch_web_parts "$results"
in_background build_dotnet "$results" Panoramax.sln
if [[ $lane != unit ]]; then
    wait $servers || fail "The servers that the tests need did not start (see above)."
    settings=$("$repository/tests/servers.sh" env --data "$data/servers")
    eval "$settings"
fi

passed=0 failed=0 skipped=0
for project in "${projects[@]}"; do
    say "Running $project..."
    code=0
    # A test that hangs is named and ends the project, instead of the machine's patience.
    in_background dotnet test "$repository/tests/Panoramax.$project/Panoramax.$project.csproj" -c $CONFIGURATION \
        --no-build --no-restore -nodeReuse:false --results-directory "$results" --logger "trx;LogFileName=$project.trx" \
        --logger "console;verbosity=minimal" --blame-hang-timeout 10m --blame-hang-dump-type none || code=$?
    trx=$results/$project.trx
    if [[ -f $trx ]]; then
        passed=$((passed + $(counter "$trx" passed)))
        skipped=$((skipped + $(counter "$trx" total) - $(counter "$trx" executed)))
        failures=$(($(counter "$trx" executed) - $(counter "$trx" passed)))
    else
        failures=0
    fi
    # The run itself failed, not a test of it: a crash, or nothing found to run.
    [[ $code -eq 0 || $failures -gt 0 ]] || { say "$project ended with code $code." >&2; failures=1; }
    failed=$((failed + failures))
done

clean_up
trap - EXIT
total="$passed passed, $failed failed"
[[ $skipped -eq 0 ]] || total+=", $skipped skipped"
say "$total"
[[ $failed -eq 0 ]]
