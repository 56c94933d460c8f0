# Sourced. PostgreSQL refuses to run as root, and the other servers have no need of it: started by root they run as
# the user "postgres" of Debian's package, started by anybody else they run as that user.

# own_folder FOLDER: makes the folder, for the servers' user alone.
own_folder() {
    mkdir -p "$1"
    [[ $EUID -ne 0 ]] || chown postgres:postgres "$1"
    chmod 700 "$1"
}

# Fills AS_SERVER_USER with the words to put before a command that works below FOLDER.
find_server_user() {
    # The kernel tells the server when its starter dies, whatever killed it: no server stays behind alone.
    AS_SERVER_USER=(setpriv --pdeathsig TERM)
    [[ $EUID -eq 0 ]] || return 0
    id -u postgres > /dev/null 2>&1 || fail "The user 'postgres' is missing: is the package postgresql-common installed?"
    AS_SERVER_USER+=(--reuid=postgres --regid=postgres --clear-groups)
    local ability
    for ability in '' dac_read_search dac_override; do
        local words=("${AS_SERVER_USER[@]}")
        # A repository below a closed folder (/root, mktemp -d): the servers may pass it, without changing its rights.
        [[ -z $ability ]] || words+=("--inh-caps=+$ability" "--ambient-caps=+$ability")
        if "${words[@]}" test -x "$1" 2>/dev/null; then
            AS_SERVER_USER=("${words[@]}")
            return 0
        fi
    done
    fail "The user 'postgres' cannot reach $1: choose a data folder whose parent folders it may enter."
}

as_server_user() { "${AS_SERVER_USER[@]}" "$@"; }

# write_owned FILE: standard input becomes the file, readable by the servers' user alone.
write_owned() {
    local file=$1
    (umask 077; cat > "$file")
    [[ $EUID -ne 0 ]] || chown postgres:postgres "$file"
}

# run_until_told COMMAND...: runs the command in the foreground; SIGTERM and SIGINT call the function named in
# ON_STOP with the command's process id, then its end is waited for.
run_until_told() {
    "$@" &
    local child=$!
    trap '"$ON_STOP" '"$child"' || true' TERM INT
    local code=0
    while :; do
        wait "$child" && code=0 || code=$?
        kill -0 "$child" 2>/dev/null || break
    done
    trap - TERM INT
    return "$code"
}
