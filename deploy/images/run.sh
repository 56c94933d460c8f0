#!/usr/bin/env bash
# Runs a published folder as its image runs it, without a container engine: as a user that is not root, with an environment
# that is empty but for what is given, and, where the kernel lets us, on a file system that is read-only as a whole.
#
#   run.sh FOLDER [--writable DIR] [NAME=VALUE ...] [-- ARGUMENT ...]
set -euo pipefail
folder=${1:?Usage: run.sh FOLDER [--writable DIR] [NAME=VALUE ...] [-- ARGUMENT ...]}
shift
writable=
if [[ ${1:-} == --writable ]]; then
    writable=$2
    shift 2
fi
environment=()
while [[ $# -gt 0 && $1 != -- ]]; do
    environment+=("$1")
    shift
done
[[ $# -eq 0 ]] || shift

# As WORKDIR of the image.
cd "$folder"

# Not root already: the folder is somebody else's or was made read-only, which is all that can be done.
if [[ $EUID -ne 0 ]]; then exec env -i "${environment[@]}" "$folder/process" "$@"; fi

as_user=(setpriv --reuid=1654 --regid=1654 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all)
if unshare --mount true 2> /dev/null; then
    # shellcheck disable=SC2016
    exec unshare --mount bash -c '
        writable=$1; shift
        [[ -z $writable ]] || mount --bind "$writable" "$writable"
        mount -o remount,bind,ro /
        exec "$@"' run "$writable" "${as_user[@]}" env -i "${environment[@]}" "$folder/process" "$@"
fi
echo "run.sh: no mount namespace to be had, so only the folder is read-only" >&2
exec "${as_user[@]}" env -i "${environment[@]}" "$folder/process" "$@"
