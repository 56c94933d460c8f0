#!/usr/bin/env bash
# What an image holds: publish.sh PROJECT FOLDER publishes a project (Panoramax.Stac, …) into an empty folder, with the
# models where it is the picture worker, and the link "process" to its program. The Dockerfile and the tests use it.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
project=${1:?PROJECT FOLDER}
folder=${2:?PROJECT FOLDER}
file=$(find "$repository/services" "$repository/gateway" -name "$project.csproj" -not -path '*/node_modules/*' | head -1)
[[ -n $file ]] || { echo "There is no project $project" >&2; exit 1; }
[[ -z $(ls -A "$folder" 2>/dev/null) ]] || { echo "$folder is not empty" >&2; exit 1; }

dotnet restore "$file" --locked-mode -v quiet
dotnet publish "$file" --no-restore -c Release -o "$folder" -v quiet -nodeReuse:false
if [[ $project == Panoramax.PictureWorker ]]; then
    "$repository/deploy/models/fetch.sh"
    mkdir -p "$folder/models"
    cp "${PANORAMAX_MODELS:-$repository/artifacts/models}"/*.onnx "${PANORAMAX_MODELS:-$repository/artifacts/models}"/*.txt "$folder/models/" 2>/dev/null \
        || cp "${PANORAMAX_MODELS:-$repository/artifacts/models}"/*.onnx "$folder/models/"
fi
"$repository/deploy/sbom/make.sh" "$project" "$folder/sbom.cdx.json"
# Symbols and documentation are of no use to a running process.
find "$folder" -maxdepth 1 \( -name '*.pdb' -o -name 'Panoramax.*.xml' \) -delete
ln -s "$project" "$folder/process"
chmod -R a+rX,go-w "$folder"
