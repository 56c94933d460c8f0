# Sourced. One running instance, known by its data folder ($data): what belongs to it, whether it runs, how it ends.
# Every process of it carries the folder in its environment, whoever started it.

# Ids of all processes of the instance, but not of this script.
instance_processes() {
    local pid
    env -u PANORAMAX_INSTANCE grep -lzFx "PANORAMAX_INSTANCE=$data" /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r _ _ pid _; do
        if [[ $pid != $$ && $pid != "$BASHPID" ]]; then printf "%s\n" "$pid"; fi
    done || true # a process that ended meanwhile cannot be read
}

# instance_setting NAME: of the "NAME=value" lines that up.sh wrote at the start.
instance_setting() { sed -n "s/^$1=//p" "$data/instance" 2>/dev/null; }

# True while the AppHost of the instance lives.
instance_runs() {
    local pid
    pid=$(instance_setting pid)
    [[ -n $pid ]] && grep -zFx "PANORAMAX_INSTANCE=$data" "/proc/$pid/environ" > /dev/null 2>&1
}

# http_status PORT PATH: the status of a GET on localhost, or nothing.
http_status() {
    local line=
    exec 9<> "/dev/tcp/localhost/$1" || return 0
    printf 'GET %s HTTP/1.0\r\nHost: localhost:%s\r\n\r\n' "$2" "$1" >&9
    IFS= read -r -t 10 line <&9 || true
    exec 9>&-
    [[ $line != HTTP/* ]] || printf '%s\n' "${line:9:3}"
} 2> /dev/null

instance_is_ready() { [[ $(http_status "$1" /health/ready) == 200 ]]; }

# Ends everything of the instance: in order by the AppHost; by force what is left after half a minute.
stop_instance() {
    local pid tries=0 left
    pid=$(instance_setting pid)
    if instance_runs; then
        kill -TERM "$pid" 2>/dev/null || true
    else
        # The AppHost was killed: its children are told one by one.
        left=$(instance_processes)
        # shellcheck disable=SC2086
        [[ -z $left ]] || kill -TERM $left 2>/dev/null || true
    fi
    while left=$(instance_processes) && [[ -n $left ]]; do
        if [[ $((tries += 1)) -gt 150 ]]; then
            # shellcheck disable=SC2086
            kill -KILL $left 2>/dev/null || true
        elif [[ $tries -gt 75 ]] && ! instance_runs; then
            # shellcheck disable=SC2086
            kill -TERM $left 2>/dev/null || true
        fi
        sleep 0.2
    done
    rm -f "$data/instance"
}

# What runs, one line a process of ours and of the servers.
print_instance() {
    local pid
    for pid in $(instance_processes); do
        ps -o pid=,rss=,comm=,args= -p "$pid" 2>/dev/null
    done | awk '{ name = $4; sub(".*/", "", name)
        if (name ~ /^(Panoramax\.|postgres$|beam|ceph-|radosgw)/) printf "  %-26s process %s, %d MB\n", name, $1, $2 / 1024 }' | sort
}
