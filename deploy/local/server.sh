#!/usr/bin/env bash
# Runs one private server in the foreground: the AppHost's executable resources and tests/servers.sh start the servers
# through this file. SIGTERM ends the server in order; nothing of it stays behind. Settings come by the environment:
#
#   server.sh postgres   SERVER_FOLDER SERVER_PORT SERVER_PASSWORD
#   server.sh rabbitmq   SERVER_FOLDER SERVER_PORT SERVER_DISTRIBUTION_PORT SERVER_EPMD_PORT SERVER_USER SERVER_PASSWORD
#                        SERVER_MANAGEMENT_PORT (0 or unset: no management plugin)
#   server.sh s3         SERVER_FOLDER SERVER_PORT SERVER_MONITOR_PORT SERVER_USER SERVER_PASSWORD
#
# SERVER_DURABLE=false: quick, and the data may be lost (tests).
set -euo pipefail
library=$(cd "$(dirname "${BASH_SOURCE[0]}")/lib" && pwd)
for part in console server-user postgres rabbitmq s3; do
    # shellcheck disable=SC1090
    source "$library/$part.sh"
done

durable=${SERVER_DURABLE:-true}
cd /
case ${1:-} in
    postgres)
        postgres_run "$SERVER_FOLDER" "$SERVER_PORT" "$SERVER_PASSWORD" "$durable" ;;
    rabbitmq)
        rabbitmq_run "$SERVER_FOLDER" "$SERVER_PORT" "$SERVER_DISTRIBUTION_PORT" "$SERVER_EPMD_PORT" \
            "$SERVER_USER" "$SERVER_PASSWORD" "${SERVER_MANAGEMENT_PORT:-0}" "$durable" ;;
    s3)
        s3_run "$SERVER_FOLDER" "$SERVER_PORT" "$SERVER_MONITOR_PORT" "$SERVER_USER" "$SERVER_PASSWORD" "$durable" ;;
    *)
        fail "usage: $0 postgres|rabbitmq|s3 (with the environment described in this file)" ;;
esac
