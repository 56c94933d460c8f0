#!/usr/bin/env bash
# Restores a backup of backup.sh into empty servers, in the order that loses nothing: bytes first, rows second. No process of
# the instance may run meanwhile, and the CronJob "orphans" must be suspended: it takes objects that are newer than the
# database for orphans.
#
#   1. deploy/postgres/create-roles.sh and the buckets (deploy/s3, or "admin migrate" for folders)
#   2. restore.sh FOLDER
#   3. admin migrate      grants the rights, and brings an older backup up to this version
#   4. start the processes: work that was owed at the time of the backup is owed still, and goes on by itself
#   5. admin orphans      lists objects without a row and rows without bytes; look at it before "--yes"
#
# Settings as for backup.sh; the database's user is a superuser here (it restores owners and rights).
set -euo pipefail
source_folder=${1:?Usage: restore.sh FOLDER}
database=${PANORAMAX_DATABASE:-panoramax}
[[ -f $source_folder/finished ]] || { echo "$source_folder holds no finished backup." >&2; exit 1; }

say() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*"; }

tables=$(psql --no-psqlrc -At --dbname="$database" -c "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename = 'pictures'")
[[ $tables == 0 ]] || { echo "The database $database is not empty: restore into a new one (create-roles.sh makes it)." >&2; exit 1; }

if [[ -z ${PICTURES_FOLDER:-} ]]; then
    export MC_CONFIG_DIR=${MC_CONFIG_DIR:-$(mktemp -d)}
    mc alias set panoramax "${S3_ENDPOINT:?PICTURES_FOLDER or S3_ENDPOINT}" "${S3_ACCESS_KEY:?}" "${S3_SECRET_KEY:?}" > /dev/null
fi
for store in "${DERIVATES:-derivates}" "${PERMANENT:-permanent}" "${INCOMING:-incoming}"; do
    say "Pictures: $store..."
    if [[ -n ${PICTURES_FOLDER:-} ]]; then
        mkdir -p "$PICTURES_FOLDER/$store"
        cp -a "$source_folder/pictures/$store/." "$PICTURES_FOLDER/$store/"
    else
        mc mirror --preserve --overwrite "$source_folder/pictures/$store" "panoramax/$store"
    fi
done

say "Database..."
pg_restore --dbname="$database" --exit-on-error "$source_folder/database.dump"
say "Restored. Next: admin migrate, then start the processes, then admin orphans."
