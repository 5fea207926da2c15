"""gongkai (公开): publishes budget performance targets from YAML records as pages, PDFs and open data."""

import sys
from pathlib import Path

__version__ = "0.2.0"
COMMAND = "python build.py" if Path(sys.argv[0]).name == "build.py" else "gongkai"
"""What can be typed again, as messages name it: in a checkout without installation it is the script."""
HOST, PORT = "127.0.0.1", 8000
"""Where `serve` is, unless another port is asked for: this machine alone."""
