#!/usr/bin/env bash
# The servers that tests need, on free loopback ports: PostgreSQL with PostGIS, RabbitMQ, an S3 server.
#
#   tests/servers.sh start [--data DIR]    installs what is missing, starts what does not run
#   tests/servers.sh env   [--data DIR]    prints the settings of the running servers, for "source <(...)"
#   tests/servers.sh stop  [--data DIR]    ends them and removes their data
#
# DIR is artifacts/test-servers unless told otherwise. Data is made for speed, not to last.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
library=$repository/deploy/local/lib
for part in console ports packages server-user postgres rabbitmq s3; do
    # shellcheck disable=SC1090
    source "$library/$part.sh"
done

command=${1:-}
[[ $# -eq 0 ]] || shift
data=$repository/artifacts/test-servers
while [[ $# -gt 0 ]]; do
    case $1 in
        --data) [[ $# -ge 2 ]] || fail "--data needs a folder."; data=$2; shift 2 ;;
        *) fail "Unknown option '$1'. Usage: tests/servers.sh start|env|stop [--data DIR]" ;;
    esac
done
data=$(realpath -m "$data")

# Nothing but this machine's loopback reaches these servers, and they hold test data: the passwords are fixed.
readonly user=panoramax_tests password=panoramax_tests secret_key=panoramax_tests_secret

port_of() { sed -n "s/^$1=//p" "$data/ports"; }

# is_running NAME: by the process id that start wrote down, checked against what that process is.
is_running() {
    local pid
    pid=$(cat "$data/$1.pid" 2>/dev/null) || return 1
    [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' < "/proc/$pid/cmdline" | grep "server.sh $1" > /dev/null
}

# start_server NAME SETTING=VALUE...: in a session of its own, so that Ctrl-C in the terminal does not reach it.
start_server() {
    local name=$1
    shift
    env SERVER_FOLDER="$data/$name" SERVER_USER=$user SERVER_PASSWORD=$password SERVER_DURABLE=false "$@" \
        setsid "$repository/deploy/local/server.sh" "$name" > "$data/$name.log" 2>&1 < /dev/null 8>&- &
    printf '%s\n' $! > "$data/$name.pid"
    disown
}

# wait_for NAME SECONDS COMMAND...
wait_for() {
    local name=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@"; do
        is_running "$name" || fail "$name ended at its start, see $data/$name.log: $(tail -1 "$data/$name.log")"
        [[ $SECONDS -lt $deadline ]] || fail "$name did not answer in time, see $data/$name.log."
        sleep 0.2
    done
}

start() {
    install_packages database broker s3 >&2
    mkdir -p "$data"
    # One start at a time; the servers do not inherit the lock.
    exec 8> "$data/lock"
    flock 8
    if ! is_running s3; then
        sed -i '/^s3/d' "$data/ports" 2>/dev/null || true
        start_server s3 SERVER_PORT="$(kept_port "$data/ports" s3)" SERVER_PASSWORD=$secret_key \
            SERVER_MONITOR_PORT="$(kept_port "$data/ports" s3_monitor)"
    fi
    if ! is_running rabbitmq; then
        start_server rabbitmq SERVER_PORT="$(kept_port "$data/ports" rabbitmq)" \
            SERVER_DISTRIBUTION_PORT="$(kept_port "$data/ports" rabbitmq_distribution)" \
            SERVER_EPMD_PORT="$(kept_port "$data/ports" rabbitmq_epmd)" \
            SERVER_MANAGEMENT_PORT="$(kept_port "$data/ports" rabbitmq_management)"
    fi
    if ! is_running postgres; then
        start_server postgres SERVER_PORT="$(kept_port "$data/ports" postgres)"
    fi
    wait_for postgres 60 postgres_answers "$(port_of postgres)" $password
    wait_for rabbitmq 120 rabbitmq_answers "$(port_of rabbitmq)"
    wait_for s3 120 s3_answers "$(port_of s3)"
}

stop() {
    local name pid tries
    for name in postgres rabbitmq s3; do
        if is_running $name; then kill -TERM "$(cat "$data/$name.pid")" 2>/dev/null || true; fi
    done
    for name in postgres rabbitmq s3; do
        tries=0
        while is_running $name; do
            pid=$(cat "$data/$name.pid")
            # The servers themselves are told by the kernel when server.sh dies.
            [[ $((tries += 1)) -lt 300 ]] || { kill -KILL "$pid" 2>/dev/null || true; break; }
            sleep 0.1
        done
    done
    # Only what start made.
    rm -rf "$data"/{postgres,rabbitmq,s3} "$data"/{postgres,rabbitmq,s3}.{pid,log} "$data/rabbitmq.ctl" "$data"/{ports,lock}
    rmdir "$data" 2>/dev/null || true
}

print_env() {
    local name
    for name in postgres rabbitmq s3; do
        is_running $name || fail "$name does not run for $data: 'tests/servers.sh start' first."
    done
    printf "export PANORAMAX_TEST_POSTGRES='Host=127.0.0.1;Port=%s;Username=panoramax_superuser;Password=%s;Database=postgres'\n" \
        "$(port_of postgres)" $password
    printf "export PANORAMAX_TEST_RABBITMQ='amqp://%s:%s@127.0.0.1:%s/'\n" $user $password "$(port_of rabbitmq)"
    # The management API: PUT /api/vhosts/NAME with the same user and password.
    printf "export PANORAMAX_TEST_RABBITMQ_MANAGEMENT='http://127.0.0.1:%s'\n" "$(port_of rabbitmq_management)"
    # rabbitmqctl of this broker.
    printf "export PANORAMAX_TEST_RABBITMQ_CTL='%s'\n" "$data/rabbitmq.ctl"
    printf "export PANORAMAX_TEST_S3='http://127.0.0.1:%s'\n" "$(port_of s3)"
    printf "export PANORAMAX_TEST_S3_ACCESS_KEY='%s'\n" $user
    printf "export PANORAMAX_TEST_S3_SECRET_KEY='%s'\n" $secret_key
}

case $command in
    start) start ;;
    stop) stop ;;
    env) print_env ;;
    *) fail "Usage: tests/servers.sh start|env|stop [--data DIR]" ;;
esac
