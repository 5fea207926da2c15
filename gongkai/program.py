"""What the program is called by who runs it: messages name the command that can be typed again."""

from __future__ import annotations

import sys
from pathlib import Path

COMMAND = "python build.py" if Path(sys.argv[0]).name == "build.py" else "gongkai"
"""In a checkout without installation it is the script."""
