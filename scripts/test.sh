#!/bin/sh
# Runs the linter, the type checker and the tests, each even when one before it fails. Options go to pytest.
set -u
cd "$(dirname "$0")/.."
status=0
.venv/bin/python -m ruff check . || status=1
.venv/bin/python -m mypy || status=1
.venv/bin/python -m pytest -n 2 "$@" || status=1
exit $status
