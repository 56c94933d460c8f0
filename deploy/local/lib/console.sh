# Sourced. What the scripts say to the person who started them.

# One line of progress.
say() { printf '%s\n' "$*"; }

# One clear sentence on standard error, then the end of the script.
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
