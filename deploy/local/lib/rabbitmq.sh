# Sourced. A private RabbitMQ: its own folders, node, port mapper and cookie; loopback only.

# rabbitmq_run FOLDER PORT DISTRIBUTION_PORT EPMD_PORT USER PASSWORD MANAGEMENT_PORT DURABLE: stays in the foreground.
# MANAGEMENT_PORT is 0 for a broker without the management plugin. DURABLE=false skips the orderly stop (tests).
rabbitmq_run() {
    local folder=$1 port=$2 distribution=$3 epmd=$4 user=$5 password=$6 management=$7 durable=$8
    local programs=/usr/lib/rabbitmq/bin
    [[ -x $programs/rabbitmq-server ]] || fail "RabbitMQ is not installed (looked for $programs/rabbitmq-server)."
    own_folder "$folder"
    find_server_user "$folder"
    own_folder "$folder/log"
    own_folder "$folder/mnesia"

    write_owned "$folder/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$port
default_user = $user
default_pass = $password
vm_memory_high_watermark.absolute = 512MiB
disk_free_limit.absolute = 200MB
log.console = true
log.console.level = warning
log.file.level = info
CONF
    if [[ $management -ne 0 ]]; then
        printf 'management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' "$management" >> "$folder/rabbitmq.conf"
        write_owned "$folder/enabled_plugins" <<< '[rabbitmq_management].'
    else
        write_owned "$folder/enabled_plugins" <<< '[].'
    fi
    # The wrapper in /usr/sbin would switch to the system's broker and its folders: the server's own script is
    # called, with this environment; rabbitmqctl below uses the same.
    write_owned "$folder/environment" <<ENVIRONMENT
export HOME='$folder'
export RABBITMQ_NODENAME=panoramax@localhost
export RABBITMQ_MNESIA_BASE='$folder/mnesia'
export RABBITMQ_MNESIA_DIR='$folder/mnesia/node'
export RABBITMQ_LOG_BASE='$folder/log'
export RABBITMQ_PID_FILE='$folder/pid'
export RABBITMQ_CONFIG_FILE='$folder/rabbitmq.conf'
export RABBITMQ_ENABLED_PLUGINS_FILE='$folder/enabled_plugins'
export RABBITMQ_CONF_ENV_FILE='$folder/there-is-none.conf'
export RABBITMQ_GENERATED_CONFIG_DIR='$folder/mnesia/config'
export RABBITMQ_DIST_PORT=$distribution
export ERL_EPMD_PORT=$epmd
export ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
export RABBITMQ_CTL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
export LC_ALL=C.UTF-8
ENVIRONMENT
    cat > "$folder.ctl" <<CTL
#!/usr/bin/env bash
# rabbitmqctl of this private broker.
source "${BASH_SOURCE[0]%/*}/console.sh"
source "${BASH_SOURCE[0]%/*}/server-user.sh"
find_server_user '$folder'
source '$folder/environment'
as_server_user $programs/rabbitmqctl "\$@"
CTL
    chmod 755 "$folder.ctl"

    rm -f "$folder/pid"
    # shellcheck disable=SC1091
    source "$folder/environment"
    RABBITMQ_FOLDER=$folder
    RABBITMQ_STOP_SIGNAL=$([[ $durable == true ]] && echo TERM || echo KILL)
    local code=0
    ON_STOP=rabbitmq_tell_to_stop run_until_told "${AS_SERVER_USER[@]}" "$programs/rabbitmq-server" || code=$?
    # Erlang's port mapper makes itself a daemon and would stay behind.
    as_server_user epmd -port "$epmd" -kill > /dev/null 2>&1 || true
    return "$code"
}

# The virtual machine itself stops in order on SIGTERM, quicker than through rabbitmqctl, which the script would call.
rabbitmq_tell_to_stop() {
    local broker=
    [[ -f $RABBITMQ_FOLDER/pid ]] && broker=$(tr -dc 0-9 < "$RABBITMQ_FOLDER/pid")
    if [[ -n $broker ]] && kill -"$RABBITMQ_STOP_SIGNAL" "$broker" 2>/dev/null; then return; fi
    kill -TERM "$1" 2>/dev/null || true
}

# rabbitmq_answers PORT: the broker greets a wrong protocol header with its own ("AMQP" 0 0 9 1).
rabbitmq_answers() {
    local greeting=
    exec 9<> "/dev/tcp/127.0.0.1/$1" || return 1
    printf 'AMQP\0\0\0\0' >&9
    IFS= read -r -t 2 -N 4 greeting <&9 || true
    exec 9>&-
    [[ $greeting == AMQP ]]
} 2> /dev/null
