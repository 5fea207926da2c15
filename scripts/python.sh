#!/bin/sh
# Prints the Python that .venv is made with, or nothing when there is none of 3.11 or later.
# The system's own comes first: distributions build it with profile-guided optimisation, pyenv does not.
set -eu
for python in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$python"
        exit
    fi
done
