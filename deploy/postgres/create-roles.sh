#!/usr/bin/env bash
# Makes the database, the roles and the extensions (roles.sql) and gives the roles their passwords. Safe to run again.
# Runs as a superuser: where to connect comes by libpq's variables (PGHOST, PGPORT, PGUSER, PGPASSWORD).
#
#   PANORAMAX_DATABASE        name of the database; made when it is missing
#   PANORAMAX_ROLE_PASSWORDS  "role=password role=password ..."; or PANORAMAX_ROLE_PASSWORDS_FILE, a file that holds this
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
database=${PANORAMAX_DATABASE:-panoramax}

[[ -z ${PANORAMAX_ROLE_PASSWORDS_FILE:-} ]] || PANORAMAX_ROLE_PASSWORDS=$(cat "$PANORAMAX_ROLE_PASSWORDS_FILE")

sql() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$@"; }

if [[ $(sql -d postgres -At -v name="$database" <<< "SELECT 1 FROM pg_database WHERE datname = :'name'") != 1 ]]; then
    sql -d postgres -v name="$database" <<< 'CREATE DATABASE :"name"'
fi
# Notices about what is there already are no news.
PGOPTIONS='-c client_min_messages=warning' sql -d "$database" -f "${PANORAMAX_ROLES_FILE:-$folder/roles.sql}"
for pair in ${PANORAMAX_ROLE_PASSWORDS:-}; do
    sql -d "$database" -v role="${pair%%=*}" -v password="${pair#*=}" <<< "ALTER ROLE :\"role\" PASSWORD :'password'"
done
