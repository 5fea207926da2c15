"""Random edits in a row, each built and held against a build from nothing: ``python tests/random_edits.py 500 [--watch]``.

With ``--watch`` a process that publishes what is saved does the building.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import test_incremental as edits  # noqa: E402

from gongkai.workspace import built_in_layouts  # noqa: E402

UNSEEN = {"a damaged page", "a foreign file", "no store"}
"""What no watcher of records and layouts is told of."""
PATIENCE = 60.0
"""Seconds in which the site must be what a build from nothing gives."""


def main() -> int:
    """Print what differs; the exit code says whether anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--watch", action="store_true")
    chosen = parser.parse_args()
    rng, wrong = random.Random(chosen.seed), 0
    with tempfile.TemporaryDirectory(prefix="gongkai-edits-") as folder:
        root = Path(shutil.copytree(ROOT / "tests/sites/small", Path(folder) / "site"))
        shutil.copytree(built_in_layouts(), root / "layouts")
        names = sorted(edits.EDITS.keys() - (UNSEEN if chosen.watch else set()))
        step = _watched if chosen.watch else _built
        process = _command(root, "--watch") if chosen.watch else None
        if chosen.watch:
            time.sleep(10)
        else:
            edits.rebuild(root)
        try:
            for number in range(1, chosen.number + 1):
                some = rng.sample(names, rng.randint(1, 2))
                for name in some:
                    edits.EDITS[name](root)
                good = step(root, Path(folder) / "fresh")
                wrong += not good
                print(f"{number}: {', '.join(some)}: {'equal' if good else 'DIFFERENT'}", flush=True)
        finally:
            if process:
                process.kill()
                process.wait()
    print(f"{chosen.number - wrong} of {chosen.number} equal, seed {chosen.seed}")
    return 1 if wrong else 0


def _built(root: Path, fresh: Path) -> bool:
    published = edits.rebuild(root).published
    expected = edits.from_nothing(root, fresh)
    return published == (expected is not None) and expected in (None, edits.contents(root))


def _watched(root: Path, fresh: Path) -> bool:
    shutil.rmtree(fresh, ignore_errors=True)
    ignored = shutil.ignore_patterns("output", ".output.gongkai", ".cache")
    shutil.copytree(root, fresh, symlinks=True, ignore=ignored)
    if _command(fresh).wait():
        time.sleep(1)  # an error: the site stays as it is
        return True
    expected, deadline = edits.contents(fresh), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if edits.contents(root) == expected:
                return True
        except OSError:  # it is exchanged just now
            pass
        time.sleep(0.2)
    return False


def _command(root: Path, *more: str) -> subprocess.Popen[bytes]:
    """The command line with a printer that costs nothing."""
    build = ("--root", str(root), "build", "--unguarded", "--strict", *more)
    command = [sys.executable, "-m", "benchmarks.stand_in", *build]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
