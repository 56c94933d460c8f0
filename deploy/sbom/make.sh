#!/usr/bin/env bash
# A CycloneDX bill of materials of what a process is made of, from its lock file: make.sh PROJECT FILE
# (Panoramax.Stac sbom.cdx.json). deploy/images/publish.sh puts one into each image. What does not come from NuGet (models,
# the system's libraries, the viewer) is in deploy/licences.md.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
project=${1:?PROJECT FILE}
target=$(realpath -m "${2:?PROJECT FILE}")
file=$(find "$repository/services" "$repository/gateway" -name "$project.csproj" -not -path '*/node_modules/*' | head -1)
[[ -n $file ]] || { echo "There is no project $project" >&2; exit 1; }
version=$(sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' "$repository/Directory.Build.props" | head -1)
cd "$repository"
dotnet tool restore --verbosity quiet > /dev/null
# Development dependencies (analyzers) are no part of the process. No serial number: the same sources give the same file.
dotnet tool run dotnet-CycloneDX -- "$file" --output "$(dirname "$target")" --filename "$(basename "$target")" --output-format Json \
    --exclude-dev --include-project-references --disable-package-restore --no-serial-number --set-name "$project" --set-version "$version" --set-type Application > /dev/null
