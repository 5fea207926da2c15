"""The printers that gongkai's is compared with, and the same tables as they take them: HTML, or JSON for Typst."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import TWO, Tool, Work, at_once, warm_pool
from gongkai.printing.documents import PrintJob
from gongkai.tables.grid import Grid, Rendered

_PEERS = Path(__file__).parent / "peers"
_BROWSERS = ("/usr/bin/chromium", "/usr/bin/google-chrome")
_SLOW, _SLOWER = 60, 16
"""Of how many documents those are measured that take long."""


def write_tables(jobs: Iterable[PrintJob | None], folder: Path) -> list[Path]:
    """Every document as ``.html`` and ``.json``; gives the names without ending."""
    folder.mkdir(parents=True)
    style, written = (_PEERS / "print.css").read_text("utf-8"), []
    for job in jobs:
        assert job is not None
        body = "".join(sheet.html for part in job.parts for sheet in part.sheets)
        shown = re.sub(r'data-width="([^"]+)"', r'style="width: \1%"', body)
        page = f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>{job.title}</title>'
        file = folder / job.path.removesuffix(".pdf").replace("/", "-")
        file.with_suffix(".html").write_text(
            f"{page}<style>{style}</style><body>{shown}</body></html>", "utf-8"
        )
        tables = json.dumps(list(map(_plain, Rendered(body).grids)), ensure_ascii=False)
        file.with_suffix(".json").write_text(tables, "utf-8")
        written.append(file)
    return written


def _plain(grid: Grid) -> dict[str, Any]:
    cells = [
        {"x": one.column, "y": one.row, "w": one.columns, "h": one.rows, "text": one.text}
        for one in grid.cells
    ]
    return {"widths": grid.widths, "title": grid.caption, "cells": cells}


def printers(files: Sequence[Path]) -> Iterator[Tool]:
    """All that can be used here."""
    some, few = files[:: -(-len(files) // _SLOW)], files[:: -(-len(files) // _SLOWER)]
    sample = "均匀抽取的一部分"
    tools = (
        Tool("Typst", partial(_warm, _open_typst, _print_typst, files), "两个常驻的编译器，现成的 JSON，简单的模板；有标签，不附记录"),
        Tool("weasyprint", at_once(partial(_weasyprint, few)), f"{sample}；一份文件一个进程，同时两个；普通 PDF"),
        Tool("Chromium", partial(_warm, _open_browser, _print_chromium, some), f"{sample}；两个一直开着的浏览器；有标签"),
    )  # fmt: skip
    for tool in tools:
        try:
            with tool.ready():
                pass
        except BrokenExecutor as error:
            print(f"  {tool.name} is left out: {error}")
        else:
            yield tool


@contextmanager
def _warm(start: Callable[[], None], task: Callable[[Path], int], files: Sequence[Path]) -> Iterator[Work]:
    with warm_pool(TWO, start) as pool:
        list(pool.map(task, files[: 2 * TWO]))
        yield lambda: sum(pool.map(task, files))


def _weasyprint(files: Sequence[Path]) -> int:
    def run(file: Path) -> int:
        names = (str(file.with_suffix(ending)) for ending in (".html", ".wp.pdf"))
        subprocess.run([sys.executable, "-m", "weasyprint", "-q", *names], check=True)
        return 1

    with ThreadPoolExecutor(TWO) as threads:
        return sum(threads.map(run, files))


# -- in the processes of a pool -------------------------------------------------------------------

_browser: Any = None
_compiler: Any = None


def _open_browser() -> None:
    global _browser
    from playwright.sync_api import sync_playwright

    path = next((one for one in _BROWSERS if Path(one).exists()), None)
    browser = sync_playwright().start().chromium.launch(executable_path=path, args=["--no-sandbox"])
    _browser = browser.new_page()


def _print_chromium(file: Path) -> int:
    _browser.goto(file.with_suffix(".html").as_uri())
    _browser.pdf(path=str(file.with_suffix(".cr.pdf")), prefer_css_page_size=True, tagged=True)
    return 1


def _open_typst() -> None:
    global _compiler
    import typst

    _compiler = typst.Compiler(str(_PEERS / "tables.typ"), font_paths=["/usr/share/fonts"])


def _print_typst(file: Path) -> int:
    data = file.with_suffix(".json").read_text("utf-8")
    pdf = _compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"])
    file.with_suffix(".ty.pdf").write_bytes(pdf)
    return 1
