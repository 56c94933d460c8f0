#!/usr/bin/env bash
# Prints the secrets of an instance as YAML, with random passwords, for "kubectl apply -f -". Run it once: a second run
# makes new passwords, which the servers do not know. For servers of your own set their addresses and passwords:
#
#   DATABASE_HOST, DATABASE_PORT, DATABASE_READ_HOST    (postgres, 5432, the same as DATABASE_HOST)
#   BROKER_URI                                          (amqp://panoramax:…@rabbitmq:5672/)
#   OIDC_CLIENT_ID, OIDC_CLIENT_SECRET                  (none)
#   NAMESPACE                                           (panoramax)
set -euo pipefail
random() { od -An -N"${1:-24}" -tx1 /dev/urandom | tr -d ' \n'; }

namespace=${NAMESPACE:-panoramax}
host=${DATABASE_HOST:-postgres} port=${DATABASE_PORT:-5432} read_host=${DATABASE_READ_HOST:-${DATABASE_HOST:-postgres}}
processes=(owner stac auth upload picture-worker dispatch-worker admin)
# Connections that one process may hold open. Added up over the replicas this stays below max_connections (README).
declare -A pool=([owner]=5 [stac]=20 [auth]=5 [upload]=20 [picture-worker]=10 [dispatch-worker]=10 [admin]=5)
declare -A password
for process in "${processes[@]}"; do password[$process]=$(random); done
broker_password=$(random)

secret() { printf -- '---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n  namespace: %s\ntype: Opaque\nstringData:\n' "$1" "$namespace"; }
value() { printf '  %s: "%s"\n' "$1" "$2"; }
connection() { # connection PROCESS HOST
    printf 'Host=%s;Port=%s;Database=panoramax;Username=panoramax_%s;Password=%s;Maximum Pool Size=%s' \
        "$2" "$port" "${1//-/_}" "${password[$1]}" "${pool[$1]}"
}

secret panoramax-database
for process in "${processes[@]}"; do value "$process" "$(connection "$process" "$host")"; done
value stac-read "$(connection stac "$read_host")"

secret panoramax-broker
value uri "${BROKER_URI:-amqp://panoramax:$broker_password@rabbitmq:5672/}"

secret panoramax-store
for process in stac upload picture-worker admin; do
    value "$process-access-key" "panoramax-$process"
    value "$process-secret-key" "$(random)"
done

secret panoramax-auth
value signing-key "$(random 32)"
if [[ -n ${OIDC_CLIENT_ID:-} ]]; then
    value client-id "$OIDC_CLIENT_ID"
    value client-secret "${OIDC_CLIENT_SECRET:?}"
fi

# Only the servers of the overlay single-node read this one.
secret panoramax-servers
value postgres-password "$(random)"
roles=
for process in "${processes[@]}"; do roles+="panoramax_${process//-/_}=${password[$process]} "; done
value role-passwords "${roles% }"
value rabbitmq-user panoramax
value rabbitmq-password "$broker_password"
value s3-root-user panoramax
value s3-root-password "$(random)"
