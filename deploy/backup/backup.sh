#!/usr/bin/env bash
# Backs up an instance while it runs, in the order that loses nothing:
#
#   1. the database: from here on every row is known whose bytes were stored before (bytes come before their row)
#   2. the bucket incoming, then permanent, then derivates: a picture that is prepared meanwhile moves from the first to the
#      others, so that it is found in one of them
#
# What was uploaded during the backup may lack its row: "admin orphans" lists such objects after a restore. What was deleted
# during the backup may lack its bytes: it lists those rows, too.
#
#   backup.sh FOLDER            a new or earlier backup of the same instance; objects that did not change are not copied again
#
#   PGHOST, PGPORT, PGUSER, PGPASSWORD, PANORAMAX_DATABASE (panoramax)    the database; the user reads everything (panoramax_owner)
#   PICTURES_FOLDER             Storage:Folder, where Storage:Kind is Folder
#   S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY                             else: an S3 server, by the MinIO client (mc)
#   INCOMING, PERMANENT, DERIVATES                                        names of the buckets or folders, if others
set -euo pipefail
target=$(realpath -m "${1:?Usage: backup.sh FOLDER}")
database=${PANORAMAX_DATABASE:-panoramax}
mkdir -p "$target"
chmod 700 "$target"

say() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*"; }

say "Database..."
pg_dump --format=custom --dbname="$database" --file="$target/database.dump.new"
mv "$target/database.dump.new" "$target/database.dump"

if [[ -z ${PICTURES_FOLDER:-} ]]; then
    export MC_CONFIG_DIR=${MC_CONFIG_DIR:-$(mktemp -d)}
    mc alias set panoramax "${S3_ENDPOINT:?PICTURES_FOLDER or S3_ENDPOINT}" "${S3_ACCESS_KEY:?}" "${S3_SECRET_KEY:?}" > /dev/null
fi
for store in "${INCOMING:-incoming}" "${PERMANENT:-permanent}" "${DERIVATES:-derivates}"; do
    say "Pictures: $store..."
    mkdir -p "$target/pictures/$store"
    if [[ -n ${PICTURES_FOLDER:-} ]]; then
        # Files are renamed into place when they are complete, so none is half. One that goes while it is copied is no loss.
        (cd "$PICTURES_FOLDER/$store" && find . -type f -not -path './.parts/*' -print0 \
            | { xargs -0 -r cp -a --update --parents -t "$target/pictures/$store" -- 2> "$target/errors" || true; })
        ! grep -v 'No such file or directory' "$target/errors" >&2
    else
        mc mirror --preserve --overwrite "panoramax/$store" "$target/pictures/$store"
    fi
done
rm -f "$target/errors"
date -u +%Y-%m-%dT%H:%M:%SZ > "$target/finished"
say "Backed up to $target ($(du -sh "$target" | cut -f1))."
