# Sourced. Ports on this machine; needs nothing but /proc.

# True if something listens on the TCP port, on whatever address.
port_is_taken() {
    local hexadecimal
    printf -v hexadecimal '%04X' "$1"
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$hexadecimal" '
        $4 == "0A" { n = split($2, address, ":"); if (address[n] == port) taken = 1 }
        END { exit !taken }'
}

# Prints a port nobody listens on. It lies below the range from which the kernel serves outgoing connections.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        port_is_taken "$port" || { printf '%s\n' "$port"; return; }
    done
}

# kept_port FILE NAME: the port of that name in the file of "NAME=port" lines, chosen anew when there is none or
# somebody else took it meanwhile. So an instance keeps its ports from start to start.
kept_port() {
    local file=$1 name=$2 port=
    [[ -f $file ]] && port=$(sed -n "s/^$name=//p" "$file")
    if [[ -z $port ]] || port_is_taken "$port"; then
        port=$(free_port)
        [[ -f $file ]] && sed -i "/^$name=/d" "$file"
        printf '%s=%s\n' "$name" "$port" >> "$file"
    fi
    printf '%s\n' "$port"
}
