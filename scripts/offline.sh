#!/bin/sh
# Makes a folder for machines without a network: gongkai and all it needs as wheels, an installer, the handbook.
# Usage: offline.sh FOLDER [SYSTEM…]; systems are pip's names, by default Windows and Linux (x86_64, aarch64).
# PYTHONS="3.11 3.12 3.13" are the versions it is made for.
set -eu
folder=${1:?usage: offline.sh FOLDER [SYSTEM…]}
shift
[ $# -gt 0 ] || set -- win_amd64 manylinux_2_28_x86_64 manylinux_2_28_aarch64
here=$(cd "$(dirname "$0")/.." && pwd)
python=$("$here/scripts/python.sh")
mkdir -p "$folder/wheels"
folder=$(cd "$folder" && pwd)

asked=$(mktemp)
trap 'rm -f "$asked"' EXIT
for system in "$@"; do
    # pip reads markers as of the machine it runs on: what only Windows needs is asked for there by name.
    case $system in win*) sed "s/ ; sys_platform == 'win32'//" ;; *) cat ;; esac <"$here/constraints.txt" >"$asked"
    # Older manylinux wheels run on newer systems, so each of their names is accepted, too.
    names="--platform $system"
    case $system in manylinux_2_28_*)
        arch=${system#manylinux_2_28_}
        for old in manylinux_2_27 manylinux_2_26 manylinux_2_24 manylinux_2_17 manylinux2014 manylinux_2_12 manylinux2010 manylinux_2_5 manylinux1; do
            names="$names --platform ${old}_$arch"
        done ;;
    esac
    for version in ${PYTHONS:-3.11 3.12 3.13}; do
        # shellcheck disable=SC2086
        "$python" -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
            $names --python-version "$version" --implementation cp --dest "$folder/wheels" -r "$asked"
    done
done
"$here/.venv/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --wheel-dir "$folder/wheels" "$here"
"$here/.venv/bin/python" -m gongkai 手册 --to "$folder/手册" >/dev/null
cp "$here/LICENSE" "$folder/"

cat >"$folder/install.sh" <<'INSTALL'
#!/bin/sh
# 安装到这个文件夹的 .venv，不用联网；然后双击或运行 工作台.sh。
cd "$(dirname "$0")" || exit 1
python3 -m venv .venv && .venv/bin/python -m pip install --no-index --find-links wheels gongkai || exit 1
[ -d content ] || .venv/bin/gongkai init
INSTALL
chmod 755 "$folder/install.sh"
# cmd.exe wants lines that end in CR LF.
sed 's/$/\r/' >"$folder/install.bat" <<'INSTALL'
@echo off
chcp 65001 >nul
rem 安装到这个文件夹的 .venv，不用联网；然后双击 工作台.bat。
cd /d "%~dp0"
set PYTHONUTF8=1
py -3 -m venv .venv || goto failed
".venv\Scripts\python" -m pip install --no-index --find-links wheels gongkai || goto failed
if not exist content ".venv\Scripts\gongkai" init
pause
exit /b 0
:failed
echo 没有装好：请先安装 Python 3.11 或更高版本（安装时保留 py launcher），再双击本文件。
pause
INSTALL
echo "$folder"
