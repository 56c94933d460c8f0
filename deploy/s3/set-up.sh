#!/bin/sh
# Makes the three buckets of an instance in a MinIO server, a key for each process and its policy: stac cannot reach the
# bucket "incoming", upload reaches nothing else. Safe to run again. Needs the MinIO client (mc).
#
#   S3_ENDPOINT, S3_ROOT_USER, S3_ROOT_PASSWORD    the server and its administrator
#   STAC_ACCESS_KEY, STAC_SECRET_KEY, and UPLOAD_, PICTURE_WORKER_, ADMIN_
#   POLICIES                                       folder of stac.json and the others (beside this script)
set -eu
policies=${POLICIES:-$(dirname "$0")}
export MC_CONFIG_DIR="${MC_CONFIG_DIR:-/tmp/mc}"

tries=0
until mc alias set panoramax "$S3_ENDPOINT" "$S3_ROOT_USER" "$S3_ROOT_PASSWORD" > /dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || { echo "The S3 server at $S3_ENDPOINT does not answer" >&2; exit 1; }
    sleep 1
done

for bucket in incoming permanent derivates; do
    mc mb --ignore-existing "panoramax/$bucket"
    mc anonymous set none "panoramax/$bucket"
done

key() { # key PROCESS ACCESS_KEY SECRET_KEY
    mc admin policy create panoramax "panoramax-$1" "$policies/$1.json"
    mc admin user add panoramax "$2" "$3"
    mc admin policy attach panoramax "panoramax-$1" --user "$2" 2> /dev/null || true
}
key stac "$STAC_ACCESS_KEY" "$STAC_SECRET_KEY"
key upload "$UPLOAD_ACCESS_KEY" "$UPLOAD_SECRET_KEY"
key picture-worker "$PICTURE_WORKER_ACCESS_KEY" "$PICTURE_WORKER_SECRET_KEY"
key admin "$ADMIN_ACCESS_KEY" "$ADMIN_SECRET_KEY"
