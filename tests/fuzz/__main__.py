"""Runs the fuzzer at each door: ``make fuzz``, ``make fuzz ARGS="richtext html --seconds 600"``.

What is found is kept in tests/crashes/<door>/ and told; the process ends with 1. When it is mended, what is kept
gets a line in tests/crashes/expected.txt: its name, and the rules of the problems it must give from then on.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from hashlib import sha256
from pathlib import Path

from fuzz.mutate import mutated

NAMES = ("record", "form", "amount", "richtext", "page", "html", "file", "xlsx", "docx", "sheet")
HERE = Path(__file__).parent
CRASHES = HERE.parent / "crashes"
SECONDS, MEGABYTES = 2.0, 1024
"""The most one input may take: of the processor's time, and of memory."""
SLOWER = 5
"""How much counting what is run slows it down, at most."""
INSTRUMENTED = ["gongkai", "yaml", "markdown", "openpyxl", "docx"]


def main() -> int:
    """The exit code: 1 when something was found."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument(
        "doors", nargs="*", metavar="door", help=f"of {', '.join(NAMES)}; all when none is named"
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each door")
    parser.add_argument("--at", help=argparse.SUPPRESS)
    parser.add_argument("--replay", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.replay:
        return replay(wanted.at, wanted.replay)
    if wanted.at:
        return fuzz(wanted.at, wanted.seconds)
    if importlib.util.find_spec("atheris") is None:
        parser.error("the fuzzer, atheris, is to be had for Linux on x86-64 with Python 3.11 to 3.13 only")
    unknown = set(wanted.doors) - set(NAMES)
    if unknown:
        parser.error(f"no such door: {', '.join(sorted(unknown))}")
    return max(run(name, wanted.seconds) for name in wanted.doors or NAMES)


def run(name: str, seconds: int) -> int:
    """One door in processes of their own: what hangs or eats memory ends only its own; it is begun again."""
    end = time.monotonic() + seconds
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="gongkai-fuzz-", dir=memory if memory.is_dir() else None
    ) as found:
        scratch = Path(found) / "tmp"  # a process that hangs removes nothing
        scratch.mkdir()
        while (left := end - time.monotonic()) > 1:
            command = [sys.executable, "-m", "fuzz", "--at", name, "--seconds", str(int(left))]
            status = subprocess.run(command, cwd=found, env=os.environ | {"TMPDIR": str(scratch)}).returncode
            if status == 0:
                break
        kept = [file for file in sorted(Path(found).iterdir()) if file.is_file() and confirmed(name, file)]
    print(f"{name}: {len(kept)} found", flush=True)
    return 1 if kept else 0


def confirmed(name: str, file: Path) -> bool:
    """Whether an input fails without the fuzzer too; then it is kept."""
    command = [sys.executable, "-m", "fuzz", "--at", name, "--replay", str(file)]
    try:
        if subprocess.run(command, timeout=60).returncode == 0:
            return False
    except subprocess.TimeoutExpired:
        print(f"{name}: {file.name} does not end")
    folder = CRASHES / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / sha256(file.read_bytes()).hexdigest()[:12]).write_bytes(file.read_bytes())
    return True


def replay(name: str, file: Path) -> int:
    """One input without the fuzzer, within what one may take."""
    from fuzz.doors import DOORS

    raw, door = file.read_bytes(), DOORS[name]
    door.knock(next(iter(door.seeds())))  # what is made once is not the input's
    limit = MEGABYTES * 2**20 + int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    start = time.process_time()
    try:
        door.knock(raw)
    except BaseException:
        traceback.print_exc()
        return 1
    taken = time.process_time() - start
    if taken > SECONDS:
        print(f"{name}: {file.name} took {taken:.1f} s")
    return int(taken > SECONDS)


def fuzz(name: str, seconds: int) -> int:
    """Fuzz in this process until the time is over; findings go to files in the current folder."""
    import atheris

    seeds = Path(tempfile.mkdtemp(prefix="gongkai-seeds-"))
    with atheris.instrument_imports(include=INSTRUMENTED):
        from fuzz.doors import DOORS

        door = DOORS[name]
        good = list(door.seeds())
        for number, raw in enumerate(good):
            (seeds / str(number)).write_bytes(raw)
            door.knock(raw)  # here, as some modules are imported when they are first needed
    known: set[str] = set()

    def knock(raw: bytes) -> None:
        start = time.process_time()
        try:
            door.knock(raw)
        except Exception as error:
            keep(raw, _signature(error), known)
        if time.process_time() - start > SECONDS * SLOWER:
            keep(raw, "slow", known)

    def change(raw: bytes, largest: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.3:
            return atheris.Mutate(raw, largest)
        if chance.random() < 0.3:
            raw = chance.choice(
                good
            )  # parts of one file run the same code: the smallest would be changed alone
        head, rest = raw[: door.head], raw[door.head :]
        text = mutated(rest.decode("utf-8", "surrogateescape"), door.shape, door.words, chance)
        return (head + text.encode("utf-8", "surrogateescape"))[:largest]

    options = [
        f"-max_total_time={seconds}",
        "-max_len=200000",
        "-timeout=60",
        f"-rss_limit_mb={2 * MEGABYTES}",
        "-keep_seed=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(seeds)], knock, custom_mutator=change)
    atheris.Fuzz()
    return 0


def keep(raw: bytes, signature: str, known: set[str]) -> None:
    """Write down the first input of each kind of failure."""
    if signature not in known:
        known.add(signature)
        Path(sha256(signature.encode()).hexdigest()[:12]).write_bytes(raw)
        print(f"found: {signature}", flush=True)


def _signature(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/fuzz/" not in frame.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else str(error)[:80]
    ours = [frame for frame in frames if "/gongkai/" in frame.filename]
    return f"{type(error).__name__} {place} {ours[-1].name if ours else ''}"


if __name__ == "__main__":
    sys.exit(main())
