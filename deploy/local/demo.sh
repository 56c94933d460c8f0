#!/usr/bin/env bash
# demo.sh URL: sends the project's own pictures to a running instance, waits until they are ready, and prints where to look
# at them. up.sh --demo calls it. Sent once: a second call finds them there and only prints the address.
set -euo pipefail
url=${1:?usage: demo.sh URL}
pictures=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tests/pictures" && pwd)

# field NAME: the first value of a member in the JSON on standard input.
field() { grep -o "\"$1\":\"[^\"]*\"" | head -1 | cut -d'"' -f4; }

send() {
    local folder=$1 title=$2 set file answer
    set=$(curl -sS -f "$url/api/upload_sets" -H 'Content-Type: application/json' -d "{\"title\":\"$title\"}" | field id)
    for file in "$pictures/$folder"/*.jpg; do
        # 409: an earlier demo sent it. The answer then names that picture.
        answer=$(curl -sS "$url/api/upload_sets/$set/files" -F "file=@$file")
        picture=$(field picture_id <<< "$answer" || true)
        [[ -n $picture ]] || picture=$(field existing_item_id <<< "$answer" || true)
        [[ -n $picture ]] || { echo "The demo picture $(basename "$file") was refused: $answer" >&2; exit 1; }
    done
    curl -sS -f -o /dev/null -X POST "$url/api/upload_sets/$set/complete"
    for ((tries = 0; tries < 300; tries++)); do
        curl -sS -f "$url/api/upload_sets/$set" | grep -q '"ready":true' && return
        sleep 0.2
    done
    echo "The demo pictures are sent but not ready yet; they will show up." >&2
}

echo "Sending the demo pictures..."
send own-walk 'A walk along the quay'
send own-panoramas 'The quay all around, early in the morning'
echo "Demo picture: $url/#focus=pic&pic=$picture"
