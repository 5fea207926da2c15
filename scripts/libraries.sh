#!/bin/sh
# Where there is no apt-get (macOS, other Linuxes): checks that the libraries for printing are there, or says what to do.
set -eu
cd "$(dirname "$0")"
. ./say.sh

python=$(./python.sh)
[ -n "$python" ] || exit 0  # venv.sh says so
"$python" - <<'END' && exit 0
import sys
from ctypes.util import find_library
sys.exit(not all(map(find_library, ["pango-1.0", "pangoft2-1.0", "harfbuzz-subset", "fontconfig"])))
END

if [ "$(uname)" = Darwin ]; then
    say "Libraries for printing are missing. Run this, then make again:" \
        "缺少印制 PDF 所需的库。请先运行下面这条命令，再重新运行 make：" \
        "" "    brew install python pango harfbuzz fontconfig && brew install --cask font-noto-serif-cjk-sc font-noto-sans-cjk-sc" ""
else
    say "Libraries for printing are missing: install Pango 1.44 or later (with pangoft2), HarfBuzz with hb-subset," \
        "fontconfig, and the fonts Noto Serif CJK SC and Noto Sans CJK SC with your system's package manager." \
        "缺少印制 PDF 所需的库：请用系统的软件包管理器安装 Pango（1.44 以上，含 pangoft2）、HarfBuzz（含 hb-subset）、" \
        "fontconfig，以及字体 Noto Serif CJK SC（思源宋体）和 Noto Sans CJK SC（思源黑体）。"
fi
exit 1
