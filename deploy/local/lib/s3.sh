# Sourced. A real S3 server from Debian's packages: Ceph's RADOS gateway with one monitor and one object store, all on
# loopback, as an ordinary user, below one folder.

# s3_run FOLDER PORT MONITOR_PORT ACCESS_KEY SECRET_KEY DURABLE: stays in the foreground. DURABLE=false keeps the
# objects in memory (for tests: quick, and gone at the stop).
s3_run() {
    local folder=$1 port=$2 monitor=$3 access_key=$4 secret_key=$5 durable=$6
    command -v radosgw > /dev/null || fail "The RADOS gateway is not installed (looked for radosgw)."
    own_folder "$folder"
    find_server_user "$folder"
    [[ $durable == true ]] || rm -rf "$folder"/{mon,osd,fsid,store-is-made,account-is-made}
    local part
    for part in mon osd run log; do own_folder "$folder/$part"; done
    [[ -s $folder/fsid ]] || write_owned "$folder/fsid" < /proc/sys/kernel/random/uuid

    local store
    if [[ $durable == true ]]; then
        # A sparse file in the folder instead of a device.
        store=$'osd objectstore = bluestore\nbluestore block create = true\nbluestore block size = 21474836480
bluestore cache autotune = false\nbluestore cache size = 134217728'
    else
        store=$'osd objectstore = memstore\nmemstore device bytes = 2147483648'
    fi
    write_owned "$folder/ceph.conf" <<CONF
[global]
fsid = $(cat "$folder/fsid")
auth cluster required = none
auth service required = none
auth client required = none
mon host = v1:127.0.0.1:$monitor
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr2 = false
run dir = $folder/run
admin socket =
log file = $folder/log/\$name.log
pid file = $folder/run/\$name.pid
crash dir = $folder/log
mon data = $folder/mon
osd data = $folder/osd
mon cluster log to file = false
mon data avail warn = 2
mon data avail crit = 1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
[osd.0]
$store
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port
rgw data = $folder/run
CONF
    S3_CONFIGURATION=$folder/ceph.conf
    S3_PROCESSES=()
    trap 's3_stop; exit 0' TERM INT

    if [[ ! -d $folder/mon/store.db ]]; then
        rm -f "$folder/monmap"
        s3_tool monmaptool --create --fsid "$(cat "$folder/fsid")" --addv a "[v1:127.0.0.1:$monitor]" "$folder/monmap"
        s3_tool ceph-mon -c "$S3_CONFIGURATION" --mkfs -i a --monmap "$folder/monmap"
    else
        # The map remembers the monitor's port; this start may have another.
        s3_tool ceph-mon -c "$S3_CONFIGURATION" -i a --extract-monmap "$folder/monmap"
        s3_tool monmaptool --rm a "$folder/monmap"
        s3_tool monmaptool --addv a "[v1:127.0.0.1:$monitor]" "$folder/monmap"
        s3_tool ceph-mon -c "$S3_CONFIGURATION" -i a --inject-monmap "$folder/monmap"
    fi
    s3_start ceph-mon -i a
    if [[ ! -f $folder/store-is-made ]]; then
        # The same id in both, or the store never reports for duty.
        local id
        id=$(cat /proc/sys/kernel/random/uuid)
        s3_tool ceph -c "$S3_CONFIGURATION" --connect-timeout 30 osd new "$id"
        s3_tool ceph-osd -c "$S3_CONFIGURATION" -i 0 --mkfs --osd-uuid "$id"
        as_server_user touch "$folder/store-is-made"
    fi
    s3_start ceph-osd -i 0
    local tries=0
    until as_server_user ceph -c "$S3_CONFIGURATION" --connect-timeout 10 osd stat 2>/dev/null | grep ' 1 up' > /dev/null; do
        [[ $((tries += 1)) -lt 60 ]] || { s3_stop; fail "Ceph's object store did not come up, see $folder/log."; }
        # Now and then its first word to the monitor comes before it knows the cluster ("wrong fsid"), and it gives up.
        if ! kill -0 "${S3_PROCESSES[-1]}" 2>/dev/null; then
            unset 'S3_PROCESSES[-1]'
            s3_start ceph-osd -i 0
        fi
        sleep 0.5
    done
    # Before the gateway: when that answers, all is there.
    if [[ ! -f $folder/account-is-made ]]; then
        s3_tool radosgw-admin -c "$S3_CONFIGURATION" user create --uid panoramax --display-name Panoramax \
            --access-key "$access_key" --secret-key "$secret_key"
        as_server_user touch "$folder/account-is-made"
    fi
    s3_start radosgw -n client.rgw
    # The first of the three to end takes the others with it.
    local code=0
    wait -n "${S3_PROCESSES[@]}" || code=$?
    s3_stop
    return "$code"
}

# One step of the set-up, silent unless it fails.
s3_tool() {
    local output
    output=$(as_server_user "$@" 2>&1) || { s3_stop; fail "$1 failed: $output"; }
}

s3_start() {
    local program=$1
    shift
    "${AS_SERVER_USER[@]}" "$program" -c "$S3_CONFIGURATION" -f "$@" &
    S3_PROCESSES+=($!)
}

# The gateway first, the monitor last, as each needs the next one to end in order.
s3_stop() {
    local i
    for ((i = ${#S3_PROCESSES[@]} - 1; i >= 0; i--)); do
        kill -TERM "${S3_PROCESSES[i]}" 2>/dev/null || true
        local tries=0
        while kill -0 "${S3_PROCESSES[i]}" 2>/dev/null; do
            [[ $((tries += 1)) -lt 50 ]] || { kill -KILL "${S3_PROCESSES[i]}" 2>/dev/null || true; break; }
            sleep 0.1
        done
    done
    S3_PROCESSES=()
}

# s3_answers PORT
s3_answers() {
    local status=
    exec 9<> "/dev/tcp/127.0.0.1/$1" || return 1
    printf 'GET / HTTP/1.0\r\n\r\n' >&9
    IFS= read -r -t 5 status <&9 || true
    exec 9>&-
    [[ $status == HTTP/*\ 200* || $status == HTTP/*\ 403* ]]
} 2> /dev/null
