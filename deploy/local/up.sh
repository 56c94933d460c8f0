#!/usr/bin/env bash
# Sets up and runs a whole Panoramax on this machine: installs what is missing, builds, starts everything through the
# AppHost, and says where it is. Ctrl-C or SIGTERM ends all of it. "up.sh --help" lists the options.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for part in console ports packages build instance; do
    # shellcheck disable=SC1090
    source "$repository/deploy/local/lib/$part.sh"
done

usage() {
    cat <<'USAGE'
Usage: deploy/local/up.sh [options]

  (none)               install what is missing, build, start, and stay in the foreground
  --detach             start, and return when it is ready
  --stop               end the instance that was started
  --status             say whether it runs; exit code 0 if it is ready, 3 if it does not run, 1 in between
  --port N             port of the gateway on localhost (5000)
  --dashboard-port N   port of the dashboard on localhost (18888; unless given, the next free one)
  --data DIR           folder for everything it writes (.panoramax in the repository)
  --storage KIND       folder: pictures in the data folder; s3: in a private S3 server (the kind of the first start)
  --fresh              forget the data of an earlier start first
  --demo               send a small set of pictures and print where to look at them
  --login              run the development identity provider too, so that one can log in
  --no-build           take the programs of the last build as they are

Settings of the services in the environment reach them, for example: Upload__MaxFileBytes=200000000 deploy/local/up.sh
Panoramax__Infrastructure=containers|local|external says where PostgreSQL, RabbitMQ and S3 come from.
USAGE
}

action=start detach=false fresh=false demo=false login=false build=true
port=5000 dashboard= data=$repository/.panoramax storage=
while [[ $# -gt 0 ]]; do
    case $1 in
        --detach) detach=true ;;
        --stop) action=stop ;;
        --status) action=status ;;
        --fresh) fresh=true ;;
        --demo) demo=true ;;
        --login) login=true ;;
        --no-build) build=false ;;
        --port | --dashboard-port | --data | --storage)
            [[ $# -ge 2 ]] || fail "$1 needs a value."
            case $1 in
                --port) port=$2 ;;
                --dashboard-port) dashboard=$2 ;;
                --data) data=$2 ;;
                --storage) storage=$2 ;;
            esac
            shift ;;
        --help | -h) usage; exit 0 ;;
        *) fail "Unknown option '$1'; 'up.sh --help' lists them." ;;
    esac
    shift
done
for number in "$port" ${dashboard:+"$dashboard"}; do
    [[ $number =~ ^[0-9]{1,5}$ && $number -ge 1 && $number -le 65535 ]] || fail "'$number' is no port: a number from 1 to 65535 is expected."
done
[[ -n $data ]] || fail "--data needs a folder."
[[ ${storage:-folder} == folder || $storage == s3 ]] || fail "'$storage' is no kind of storage: folder or s3."
# It goes into settings files of the servers.
[[ $data != *[\'\"[:space:]]* ]] || fail "The data folder must have no blanks or quotes in its path: $data"
data=$(realpath -m "$data")
log=$data/logs/apphost.log

status() {
    if ! instance_runs; then
        say "Panoramax does not run (data in $data)."
        exit 3
    fi
    local at
    at=$(instance_setting port)
    if ! instance_is_ready "$at"; then
        say "Panoramax is starting or not ready: http://localhost:$at (dashboard http://localhost:$(instance_setting dashboard)), data in $data."
        exit 1
    fi
    say "Panoramax is ready: http://localhost:$at (dashboard http://localhost:$(instance_setting dashboard)), data in $data."
    print_instance
}

stop() {
    if [[ -z $(instance_processes) ]]; then
        say "Panoramax does not run (data in $data)."
        rm -f "$data/instance"
        return
    fi
    stop_instance
    say "Panoramax is stopped."
}

# Containers where their engine answers, else the servers of this machine.
choose_infrastructure() {
    infrastructure=${Panoramax__Infrastructure:-}
    if [[ -z $infrastructure ]]; then
        infrastructure=local
        if command -v docker > /dev/null && timeout 5 docker info > /dev/null 2>&1; then infrastructure=containers; fi
    fi
    infrastructure=${infrastructure,,}
    [[ $infrastructure == containers || $infrastructure == local || $infrastructure == external ]] \
        || fail "Panoramax__Infrastructure is '$infrastructure': containers, local or external is expected."
}

check_ports() {
    ! port_is_taken "$port" || fail "Port $port is taken by another program: choose another one with --port."
    if [[ -n $dashboard ]]; then
        ! port_is_taken "$dashboard" || fail "Port $dashboard is taken by another program: choose another one with --dashboard-port."
        [[ $dashboard != "$port" ]] || fail "--port and --dashboard-port must differ."
    else
        # Held until the dashboard itself listens: two instances may start at the same moment.
        mkdir -p "$repository/artifacts/locks"
        dashboard=18888
        until exec 7> "$repository/artifacts/locks/port.$dashboard" && flock -n 7 && ! port_is_taken $dashboard && [[ $dashboard != "$port" ]]; do
            dashboard=$((dashboard + 1))
        done
    fi
}

forget_data() {
    say "Forgetting the data in $data."
    # Only what a start makes: the folder may hold other things of its owner.
    (cd "$data" 2>/dev/null || exit 0
        rm -rf postgres rabbitmq rabbitmq.ctl s3 pictures containers tmp home logs secrets.json console.env storage instance lock) \
        || fail "The data in $data could not be removed (see above)."
}

install_needed_packages() {
    local purposes=(pictures)
    [[ $infrastructure != local ]] || purposes+=(database broker)
    [[ $infrastructure != local || $storage != s3 ]] || purposes+=(s3)
    [[ ! -x $repository/gateway/viewer/build.sh && ! -x $repository/deploy/models/fetch.sh ]] || purposes+=(viewer)
    [[ $demo == false ]] || purposes+=(tools)
    install_packages "${purposes[@]}"
}

# The AppHost in a session of its own: Ctrl-C reaches this script alone, which then ends it in order.
start_apphost() {
    mkdir -p "$data/tmp" "$data/home" "$data/logs"
    local held=()
    # Were this script killed, the kernel would tell the AppHost. In the foreground only: else it ends before its child.
    [[ $detach == true ]] || held=(setpriv --pdeathsig TERM)
    # Aspire keeps files in the home and temporary folders; a container engine's settings stay where they are.
    env PANORAMAX_INSTANCE="$data" TMPDIR="$data/tmp" DOCKER_CONFIG="${DOCKER_CONFIG:-$HOME/.docker}" HOME="$data/home" \
        Blur__Kind="${Blur__Kind:-Detect}" Blur__Models="${Blur__Models:-${PANORAMAX_MODELS:-$repository/artifacts/models}}" \
        setsid "${held[@]}" "$repository/artifacts/bin/Panoramax.AppHost/${CONFIGURATION,,}/Panoramax.AppHost" \
        --environment=Development --Panoramax:Infrastructure="$infrastructure" --Panoramax:Data="$data" --Panoramax:Port="$port" \
        --Panoramax:DashboardPort="$dashboard" --Panoramax:Storage="$storage" --Panoramax:Login="$login" \
        > "$log" 2>&1 < /dev/null 5>&- 7>&- &
    apphost=$!
    printf 'pid=%s\nport=%s\ndashboard=%s\n' $apphost "$port" "$dashboard" > "$data/instance"
}

wait_until_ready() {
    local deadline=$((SECONDS + 300)) reason
    until instance_is_ready "$port"; do
        if ! kill -0 $apphost 2>/dev/null; then
            stop_instance
            reason=$(sed -n 's/^FAILED: //p' "$log" | tail -1)
            fail "Panoramax did not start: ${reason:-$(grep -v '^ *$' "$log" | tail -1)} (the log is $log)"
        fi
        if [[ $SECONDS -ge $deadline ]]; then
            stop_instance
            fail "Panoramax was not ready after five minutes and was ended; the log is $log, those of its parts lie beside it."
        fi
        sleep 0.3
    done
}

start() {
    check_sdk
    if instance_runs; then
        [[ $detach == true && $(instance_setting port) == "$port" && $fresh == false ]] || fail \
            "Panoramax already runs with this data: http://localhost:$(instance_setting port); end it with 'up.sh --stop --data $data' or choose another folder with --data."
        dashboard=$(instance_setting dashboard)
        say "Panoramax is ready: http://localhost:$port (dashboard http://localhost:$dashboard)"
        return
    fi
    mkdir -p "$data" 2>/dev/null || fail "The data folder $data cannot be made."
    [[ -w $data ]] || fail "The data folder $data cannot be written to."
    exec 5> "$data/lock"
    flock -n 5 || fail "Another start with the data folder $data is under way."
    # Left over from a start whose AppHost was killed.
    [[ -z $(instance_processes) ]] || stop_instance
    check_ports
    choose_infrastructure
    [[ $fresh == false ]] || forget_data
    check_disk "$data" 1000 "the data of this instance"
    [[ -d $repository/artifacts ]] || check_disk "$repository" 4000 "the build"
    # Pictures stay where the first start put them.
    storage=${storage:-$(cat "$data/storage" 2>/dev/null || true)}
    [[ $infrastructure == containers ]] || storage=${storage:-folder}
    install_needed_packages
    if [[ $build == true ]]; then
        fetch_web_parts "$data/logs"
        build_dotnet "$data/logs" AppHost/Panoramax.AppHost.csproj
        [[ $login == false ]] || build_dotnet "$data/logs" tests/Panoramax.DevelopmentLogin/Panoramax.DevelopmentLogin.csproj
    fi
    [[ -z $storage ]] || printf '%s\n' "$storage" > "$data/storage"

    trap 'say "Stopping..."; stop_instance; exit 0' INT TERM HUP
    say "Starting (servers: $infrastructure, pictures: ${storage:-s3}, data: $data)..."
    start_apphost
    wait_until_ready
    exec 5>&- 7>&-
    say "Panoramax is ready: http://localhost:$port (dashboard http://localhost:$dashboard)"
    [[ $demo == false ]] || "$repository/deploy/local/demo.sh" "http://localhost:$port"
    if [[ $detach == true ]]; then
        disown $apphost
        return
    fi
    local code=0
    wait $apphost || code=$?
    stop_instance
    fail "Panoramax ended by itself (code $code); the log is $log."
}

[[ $login == false || -d $repository/tests/Panoramax.DevelopmentLogin ]] || fail "--login is not available yet in this version."
[[ $demo == false || -x $repository/deploy/local/demo.sh ]] || fail "--demo is not available yet in this version."
"$action"
