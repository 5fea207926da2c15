#!/bin/sh
# Writes constraints.txt and constraints-dev.txt from pyproject.toml: versions and hashes for every system.
# Versions that still fit are kept; options go to uv, for example --upgrade or --upgrade-package lxml.
set -eu
cd "$(dirname "$0")/.."

# uv is needed here alone: it comes and goes with a temporary environment.
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$(scripts/python.sh)" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check uv

compile() {
    "$tools/bin/uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate "$@"
}
compile --extra dev --extra cluster --extra bench --extra fuzz --output-file constraints-dev.txt "$@" pyproject.toml
# The package itself is built with the setuptools of the constraints, so base has it too, at the same version.
echo setuptools | compile --constraint constraints-dev.txt --output-file constraints.txt "$@" pyproject.toml -
