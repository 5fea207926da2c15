"""What the program is called by who runs it, and where its page is: messages name what can be typed again."""

from __future__ import annotations

import sys
from pathlib import Path

COMMAND = "python build.py" if Path(sys.argv[0]).name == "build.py" else "gongkai"
"""In a checkout without installation it is the script."""
HOST, PORT = "127.0.0.1", 8000
"""Where `serve` is, unless another port is asked for: this machine alone."""
