#!/usr/bin/env bash
# Makes the passwords and keys of an instance at random, as files in "secrets" beside this script (or in the folder given),
# one for each secret of compose.yaml. Does nothing where they are there already: the servers know them.
set -euo pipefail
folder=${1:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/secrets}
if [[ -d $folder ]]; then
    echo "The secrets are there: $folder"
    exit 0
fi
random() { od -An -N"${1:-24}" -tx1 /dev/urandom | tr -d ' \n'; }
# Nobody but the owner gets into the folder; the files are mounted one by one and read by users of the containers.
mkdir -p "$folder.new"
chmod 700 "$folder.new"
cd "$folder.new"
save() { printf '%s' "$2" > "$1" && chmod 644 "$1"; }

roles=
for process in owner stac auth upload picture-worker dispatch-worker admin; do
    role=panoramax_${process//-/_} password=$(random)
    roles+="$role=$password "
    save "database-$process" "Host=postgres;Database=panoramax;Username=$role;Password=$password;Maximum Pool Size=20"
done
save role-passwords "${roles% }"
save postgres-password "$(random)"

broker=$(random)
save broker "amqp://panoramax:$broker@rabbitmq:5672/"
save rabbitmq-conf "default_user = panoramax
default_pass = $broker
"

root=$(random)
save s3-root-password "$root"
keys="S3_ROOT_PASSWORD=$root"$'\n'
for process in stac upload picture-worker admin; do
    secret=$(random) name=${process//-/_}
    save "$process-access-key" "panoramax-$process"
    save "$process-secret-key" "$secret"
    keys+="${name^^}_ACCESS_KEY=panoramax-$process"$'\n'"${name^^}_SECRET_KEY=$secret"$'\n'
done
save s3-keys "$keys"
save signing-key "$(random 32)"
mv "$folder.new" "$folder"
echo "Made the secrets in $folder. Keep a copy where the backups are."
