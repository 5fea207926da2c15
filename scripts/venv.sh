#!/bin/sh
# Brings .venv to what the constraints say; quick when it is there already. Usage: venv.sh base|dev
set -eu
cd "$(dirname "$0")"
. ./say.sh

case "${1-}" in
    base) constraints=constraints.txt ;;
    dev) constraints=constraints-dev.txt ;;
    *) echo "usage: venv.sh base|dev" >&2; exit 64 ;;
esac
python=./scripts/python.sh
cd ..

# A stamp holds a sum over all that an environment depends on: where it lies, its Python, what is asked for and
# what is installed. So one that was moved, copied, half installed or changed by hand is noticed.
state() {
    {
        .venv/bin/python -I -c 'import sys; print(sys.prefix, sys.version)' 2>/dev/null || echo "no Python"
        cat "$1" pyproject.toml
        ls -d .venv/lib/python*/site-packages/*.dist-info 2>/dev/null || echo "no packages"
    } | cksum
}
current() { [ -f ".venv/$1.stamp" ] && [ "$(cat ".venv/$1.stamp")" = "$(state "$1")" ]; }
# What dev installs holds all that base needs.
current constraints-dev.txt && exit 0
[ "$1" = base ] && current constraints.txt && exit 0

# Scripts inside an environment name its place: one that was made elsewhere is made anew.
made_here() { grep -qF -- " $(pwd -P)/.venv" .venv/pyvenv.cfg && .venv/bin/python -I -c 'import pip'; }
if ! made_here 2>/dev/null; then
    python=$($python)
    if [ -z "$python" ]; then
        say "Python 3.11 or later is needed (Debian 12 has it)." "需要 Python 3.11 或更高版本（Debian 12 自带）。"
        exit 1
    fi
    say "Making .venv with $python" "正在创建 Python 环境 .venv……"
    "$python" -m venv --clear .venv
fi

say "Installing the Python packages of $constraints" "正在安装 Python 软件包，首次需要一两分钟……"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
rm -f .venv/*.stamp
.venv/bin/python -m pip install --quiet --require-hashes -r "$constraints"
# A path and no import hook: the hook is loaded by every process that starts, each worker of a build too.
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
state "$constraints" >".venv/$constraints.stamp"
