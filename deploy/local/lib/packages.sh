# Sourced. Debian packages: what each purpose needs, and how they come without starting system services.

# "purpose|package|what it is for"; a package name may be a pattern of apt's names, the newest match is taken.
PACKAGES='
database|postgresql-[0-9]+-postgis-3|PostgreSQL with PostGIS, the database of pictures
broker|rabbitmq-server|RabbitMQ, which brings news of work to the workers
s3|radosgw|an S3 server (RADOS gateway)
s3|ceph-mon|a part of the S3 server
s3|ceph-osd|a part of the S3 server
s3|ceph-common|a part of the S3 server
pictures|libturbojpeg0|lossless blurring of JPEG files
pictures|libgtk-3-0|a library that OpenCV is linked with
viewer|npm|the package manager that brings the viewer and the models
browser|chromium|the browser of the viewer tests
proxy|nginx-light|a web server that replays what proxies do, in tests
tools|curl|HTTP from scripts
'

package_is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# installed_match PATTERN: true if a package of that name (a pattern) is installed.
installed_match() {
    if [[ $1 == *'['* ]]; then
        dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | grep -E "^installed $1\$" > /dev/null
    else
        package_is_installed "$1"
    fi
}

# Things that may be there without Debian's package: a program of that name is enough.
purpose_is_served() {
    case $1 in
        npm) command -v npm > /dev/null && command -v node > /dev/null ;;
        curl) command -v curl > /dev/null ;;
        *) return 1 ;;
    esac
}

# missing_packages PURPOSE...: "package|what for" lines of what is not there.
missing_packages() {
    local purpose package reason wanted
    while IFS='|' read -r purpose package reason; do
        [[ -n $purpose ]] || continue
        for wanted in "$@"; do
            if [[ $wanted == "$purpose" ]] && ! purpose_is_served "$package" && ! installed_match "$package"; then
                printf '%s|%s\n' "$package" "$reason"
            fi
        done
    done <<< "$PACKAGES"
}

# install_packages PURPOSE...: says what is missing and why, then installs it; root is asked for only here.
install_packages() {
    local missing
    missing=$(missing_packages "$@")
    [[ -n $missing ]] || return 0
    command -v apt-get > /dev/null || fail "These packages are missing and there is no apt to install them: $(cut -d'|' -f1 <<< "$missing" | tr '\n' ' ')"
    say "Missing packages, to be installed by apt:"
    sed 's/^\(.*\)|\(.*\)$/  \1: \2/' <<< "$missing"
    local as_root=()
    if [[ $EUID -ne 0 ]]; then
        command -v sudo > /dev/null || fail "Installing them needs root and sudo is not there: run 'apt-get install' of the packages above as root, then start again."
        say "Installing them needs root, by sudo; nothing else does."
        as_root=(sudo)
    fi
    "${as_root[@]}" bash -c "$(declare -f install_without_starting_services newest_package_of); install_without_starting_services \"\$@\"" \
        install-packages $(cut -d'|' -f1 <<< "$missing") \
        || fail "apt could not install the missing packages (see above)."
}

newest_package_of() {
    if [[ $1 == *'['* ]]; then
        apt-cache search --names-only "^$1\$" | cut -d' ' -f1 | sort -V | tail -1
    else
        printf '%s\n' "$1"
    fi
}

# Runs as root. Debian starts PostgreSQL, RabbitMQ and nginx as they are installed, on their standard ports, and has
# them start with the machine; a policy-rc.d that answers 101 ("not allowed") prevents the first. One that is there
# already is put back, whatever happens.
install_without_starting_services() {
    set -u
    local policy=/usr/sbin/policy-rc.d kept=
    export DEBIAN_FRONTEND=noninteractive
    if [[ -e $policy || -L $policy ]]; then
        kept=$(mktemp -d /usr/sbin/policy-rc.d.kept.XXXXXX)
        mv "$policy" "$kept/policy-rc.d"
    fi
    # PostgreSQL's package would make a cluster of its own for the system; nobody here needs it.
    local cluster_settings=/etc/postgresql-common/createcluster.d/panoramax.conf
    # shellcheck disable=SC2064
    trap "rm -f $policy $cluster_settings; if [[ -n '$kept' ]]; then mv '$kept/policy-rc.d' $policy; rmdir '$kept'; fi" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    mkdir -p "${cluster_settings%/*}"
    printf 'create_main_cluster = false\n' > "$cluster_settings"
    local names=() name found
    apt-get update -q || return 1
    for name in "$@"; do
        found=$(newest_package_of "$name")
        [[ -n $found ]] || { echo "apt offers no package $name" >&2; return 1; }
        names+=("$found")
    done
    apt-get install -q -y --no-install-recommends "${names[@]}" || return 1
    # Nor shall they start with the machine's next start.
    if command -v systemctl > /dev/null; then
        for name in "${names[@]}"; do
            case $name in
                postgresql-*) systemctl --quiet disable postgresql 2>/dev/null || true ;;
                rabbitmq-server) systemctl --quiet disable rabbitmq-server 2>/dev/null || true ;;
                nginx-light) systemctl --quiet disable nginx 2>/dev/null || true ;;
            esac
        done
    fi
}
