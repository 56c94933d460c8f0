#!/usr/bin/env bash
# Fills gateway/wwwroot/viewer with what browsers load: the bundle of @panoramax/web-viewer (ready-made, so there is
# nothing to bundle), the map's outlines, and Swagger UI for the page of the API. Does nothing when it has already run for
# this lock file.
# Needs node and npm. Build the gateway afterwards: the files go into its output.
set -euo pipefail
cd "$(dirname "$0")"

target=../wwwroot/viewer
stamp=$(cat package-lock.json map.mjs build.sh | sha256sum | cut -d' ' -f1)
if [ -f "$target/.stamp" ] && [ "$(cat "$target/.stamp")" = "$stamp" ]; then
  echo "The viewer is up to date"
  exit 0
fi

# No scripts: one of the packages (@scarf/scarf) would report each installation to its maker.
npm ci --ignore-scripts --no-audit --no-fund

# Beside the target and moved at the end: a stopped run leaves no half viewer.
rm -rf "$target.new"
mkdir -p "$target.new/map"
package=node_modules/@panoramax/web-viewer
cp "$package/build/index.js" "$package/build/index.css" "$package/LICENSE" "$target.new/"
cp -r "$package/build/static" "$target.new/"
# The maps of the sources (10 MB) are not served, so nothing may point to them.
sed -i '/^\/[/*]# sourceMappingURL=/d' "$target.new/index.js" "$target.new/index.css"
node map.mjs "$target.new/map"
cp node_modules/world-atlas/LICENSE "$target.new/map/"
mkdir "$target.new/swagger-ui"
cp node_modules/swagger-ui-dist/{swagger-ui.css,swagger-ui-bundle.js,LICENSE} "$target.new/swagger-ui/"
sed -i '/^\/[/*]# sourceMappingURL=/d' "$target.new/swagger-ui/swagger-ui-bundle.js" "$target.new/swagger-ui/swagger-ui.css"

echo "$stamp" > "$target.new/.stamp"
rm -rf "$target"
mv "$target.new" "$target"
rm -rf node_modules
echo "The viewer is in gateway/wwwroot/viewer"
