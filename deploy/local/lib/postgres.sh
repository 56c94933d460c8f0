# Sourced. A private PostgreSQL with PostGIS: loopback only, passwords always asked, all below one folder.

# Folder of the newest PostgreSQL's programs, or of the one that made the data.
postgres_programs() {
    local data=$1 version=
    [[ -f $data/PG_VERSION ]] && version=$(cat "$data/PG_VERSION")
    local folder=
    for folder in /usr/lib/postgresql/"${version:-*}"/bin; do :; done
    if [[ -z $version ]]; then
        folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
    fi
    [[ -x $folder/postgres ]] || fail "PostgreSQL ${version} is not installed (looked for $folder/postgres)."
    printf '%s\n' "$folder"
}

# postgres_run FOLDER PORT PASSWORD DURABLE: stays in the foreground. DURABLE=false is for tests: quick, and lost
# with the machine's power.
postgres_run() {
    local folder=$1 port=$2 password=$3 durable=$4
    own_folder "$folder"
    find_server_user "$folder"
    local data=$folder/data programs
    programs=$(postgres_programs "$data")
    if [[ ! -f $data/PG_VERSION ]]; then
        rm -rf "$data"
        write_owned "$folder/password" <<< "$password"
        # Made aside and renamed: an initdb that was interrupted is not taken for a cluster.
        rm -rf "$data.new"
        as_server_user "$programs/initdb" -D "$data.new" -U panoramax_superuser --pwfile="$folder/password" \
            --auth=scram-sha-256 -E UTF8 --locale=C.UTF-8 > "$folder/initdb.log" 2>&1 \
            || fail "initdb failed, see $folder/initdb.log: $(tail -1 "$folder/initdb.log")"
        rm -f "$folder/password"
        mv "$data.new" "$data"
    fi
    local settings=(-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300
        -c logging_collector=off -c log_destination=stderr -c shared_buffers=256MB)
    [[ $durable == true ]] || settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
    ON_STOP=postgres_tell_to_stop run_until_told \
        "${AS_SERVER_USER[@]}" "$programs/postgres" -D "$data" -p "$port" "${settings[@]}"
}

# SIGINT is PostgreSQL's "fast" stop: it does not wait for clients to go.
postgres_tell_to_stop() { kill -INT "$1" 2>/dev/null || true; }

# postgres_answers PORT PASSWORD
postgres_answers() {
    PGPASSWORD=$2 PGCONNECT_TIMEOUT=2 "$(postgres_programs /nowhere)/psql" -h 127.0.0.1 -p "$1" -U panoramax_superuser \
        -d postgres -Atc 'SELECT 1' > /dev/null 2>&1
}
