"""python -m benchmarks: measures, prints and, with --write, keeps the results in docs/."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from importlib import import_module
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.measure import Table
from benchmarks.report import markdown, svg

# Module, the names of its numbers of records (the usual one, and with --quick), and what measures.
KINDS = {
    "pdfs": ("pdfs", "SIZE_FULL", "SIZE_QUICK", "measure"),
    "pages": ("pages", "SIZE_FULL", "SIZE_QUICK", "measure"),
    "builds": ("builds", "SIZE_FULL", "SIZE_QUICK", "measure"),
    "huge": ("builds", "SIZE_HUGE", "SIZE_FULL", "measure_stand_in"),
    "walk": ("walk", "SIZE", "SIZE", "measure"),
}
_ASKED_FOR = "huge"
"""100,000 records without their PDFs: it takes an hour, and 25 GB in the folder of temporary files."""
_DOCS = Path(__file__).parents[1] / "docs"
_KEPT = Path(__file__).parent / "results.json"
"""Results of other runs: one kind may be measured again alone."""
_RESULTS = TypeAdapter(dict[str, list[Table]])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    usual = [kind for kind in KINDS if kind != _ASKED_FOR]
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(KINDS)}; without one {', '.join(usual)}")
    parser.add_argument("--quick", action="store_true", help="small sizes: two minutes in all")
    parser.add_argument("--size", type=int, default=0, help="records, instead of the usual number")
    parser.add_argument(
        "--runs", type=int, default=0, help="runs of every tool instead of 3, or 1 with --quick"
    )
    parser.add_argument(
        "--write", action="store_true", help="keep the results in docs/性能.md and docs/性能.svg"
    )
    chosen = parser.parse_args()
    if unknown := set(chosen.kinds) - KINDS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    found: dict[str, list[Table]] = {}
    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
        for kind in chosen.kinds or usual:
            name, full, quick, measures = KINDS[kind]
            module = import_module(f"benchmarks.{name}")  # here, because each process imports this file anew
            size = chosen.size or getattr(module, quick if chosen.quick else full)
            print(f"{kind}: {size} records", flush=True)
            place = Path(folder) / kind
            place.mkdir()
            runs = chosen.runs or (1 if chosen.quick else 3)
            found[kind] = getattr(module, measures)(place, size, runs)
    known = _RESULTS.validate_json(_KEPT.read_bytes()) if chosen.write and _KEPT.exists() else {}
    known |= found
    tables = [table for kind in KINDS for table in known.get(kind, ())]
    print(text := markdown(tables, machine()))
    if chosen.write:
        (_DOCS / "性能.md").write_text(text, "utf-8")
        (_DOCS / "性能.svg").write_text(svg(tables), "utf-8")
        _KEPT.write_bytes(_RESULTS.dump_json(known, indent=1) + b"\n")


def machine() -> str:
    """What the figures were taken on."""
    load = (
        f"，同时有别的程序在用（结束时平均负载 {os.getloadavg()[0]:.1f}）"
        if hasattr(os, "getloadavg")
        else ""
    )
    return f"{os.cpu_count()} 核，{platform.system()}，Python {platform.python_version()}{load}"


if __name__ == "__main__":
    main()
