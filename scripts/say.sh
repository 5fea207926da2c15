# Sourced by the other scripts: say LINE... prints lines for people (English, then Chinese) on standard error.
say() {
    printf '%s\n' "$@" >&2
}
