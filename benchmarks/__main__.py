"""python -m benchmarks: measures, prints and, with --write, keeps the results in docs/."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.measure import Figure, Table
from benchmarks.report import markdown, svg

KINDS = ("pdfs", "pages", "rebuild")
DOCS = Path(__file__).parents[1] / "docs"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], help="what to measure; all without one")
    parser.add_argument("--quick", action="store_true", help="small sizes: some minutes in all")
    parser.add_argument("--size", type=int, default=0, help="records, instead of the usual number")
    parser.add_argument("--runs", type=int, default=3, help="runs of every tool; medians are reported")
    parser.add_argument(
        "--write", action="store_true", help="keep the results in docs/性能.md and docs/性能.svg"
    )
    chosen = parser.parse_args()
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
        for kind in chosen.kinds or KINDS:
            module = importlib.import_module(f"benchmarks.{kind}")  # each process imports this file anew
            size = chosen.size or (module.SIZE_QUICK if chosen.quick else module.SIZE_FULL)
            print(f"{kind}: {size} records", flush=True)
            found = module.measure(Path(folder) / kind, size, chosen.runs)
            tables += [found] if isinstance(found, Table) else found
    known = _known() if chosen.kinds else {}
    known |= {table.title.split(" of ")[0].split(" from ")[0]: table for table in tables}
    print(markdown(list(known.values()), machine()))
    if chosen.write:
        (DOCS / "性能.md").write_text(markdown(list(known.values()), machine()), "utf-8")
        (DOCS / "性能.svg").write_text(svg(list(known.values())), "utf-8")
        (Path(__file__).parent / "results.json").write_text(
            json.dumps({key: asdict(table) for key, table in known.items()}, ensure_ascii=False, indent=1)
            + "\n",
            "utf-8",
        )


def _known() -> dict[str, Table]:
    """Results kept from other runs: a single kind may be measured again alone."""
    file = Path(__file__).parent / "results.json"
    if not file.exists():
        return {}
    kept = json.loads(file.read_text("utf-8"))
    return {
        key: Table(one["title"], one["unit"], tuple(Figure(**figure) for figure in one["figures"]))
        for key, one in kept.items()
    }


def machine() -> str:
    """What the figures were taken on."""
    load = (
        f"，同时有别的程序在用（结束时平均负载 {os.getloadavg()[0]:.1f}）"
        if hasattr(os, "getloadavg")
        else ""
    )
    return f"{os.cpu_count()} 核，{platform.system()}，Python {platform.python_version()}{load}"


if __name__ == "__main__":
    sys.exit(main())
