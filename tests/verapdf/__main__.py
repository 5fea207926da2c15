"""Lists what fails in the files and folders that the arguments name; exit code 1 where anything does."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from verapdf import verapdf

files = [
    file
    for name in sys.argv[1:]
    for file in ([Path(name)] if Path(name).is_file() else sorted(Path(name).rglob("*.pdf")))
]
failures = verapdf(files)
print(*failures, f"{len(files)} PDFs, {len({one.file for one in failures})} not conforming", sep="\n")
sys.exit(1 if failures or not files else 0)
