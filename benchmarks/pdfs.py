"""First print of the same project tables: gongkai, plain WeasyPrint by file, warm Chromium, warm Typst."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.measure import Table, compare
from benchmarks.records import Maker
from gongkai.building import pipeline, worker
from gongkai.building.executors import Pool, run_all, stop_now
from gongkai.building.jobs import UnitJob
from gongkai.printing.documents import project_document
from gongkai.tables.grid import Grid, read_grids
from gongkai.workspace import Workspace

SIZE_QUICK, SIZE_FULL = 60, 1000
TWO = 2
"""Processes of every tool."""
_PAGE = 'html{font-family:"Noto Serif CJK SC"}@page{size:A4;margin:22mm 18mm 20mm 25mm}table{border-collapse:collapse;width:100%}td,th{border:0.6pt solid #000;padding:3pt 4pt;text-align:center;font-weight:normal}'


def measure(folder: Path, projects: int, runs: int) -> Table:
    """Prints the same project tables with every tool."""
    site = folder / "records"
    Maker().write(site, projects)
    workspace = Workspace.at(site)
    jobs, forms = _jobs(workspace)
    documents = folder / "documents"
    grids = _write_documents(workspace, jobs, documents)
    slow = max(8, len(grids) // 12)
    with ExitStack() as stack:
        browsers = ProcessPoolExecutor(TWO, get_context("spawn"), _open_browser)
        stack.callback(browsers.shutdown)
        compilers = ProcessPoolExecutor(
            TWO, get_context("spawn"), _open_typst, (str(documents / "template.typ"),)
        )
        stack.callback(compilers.shutdown)
        warm = {"Chromium, warm": (browsers, _print_chromium), "Typst, warm": (compilers, _print_typst)}
        for tool, (pool, task) in list(warm.items()):
            try:
                list(pool.map(task, sorted(documents.glob("*.html"))[: 2 * TWO]))
            except (ImportError, BrokenExecutor) as error:
                print(f"  {tool} is left out: {error!r}")
                del warm[tool]
        tools: dict[str, Callable[[], int]] = {
            "gongkai": _gongkai(workspace, jobs, forms),
            "weasyprint, by file": lambda: _weasyprint(
                sorted(documents.glob("*.html"))[:: max(1, len(grids) // slow)]
            ),
        }
        for tool, (pool, task) in warm.items():
            tools[tool] = partial(_all, pool, task, documents)
        notes = {
            "gongkai": "PDF/A-3a、PDF/UA-1，跨页重复标签，附记录",
            "weasyprint, by file": f"均匀抽取约 {slow} 个文件，各开一个进程，同时两个；普通 PDF",
            "Chromium, warm": "两个一直开着的浏览器；有标签",
            "Typst, warm": "两个常驻的编译器；有标签",
        }
        return compare("First print of project PDFs, two processes", "PDFs", tools, runs, notes)


def _all(pool: Executor, task: Callable[[Path], int], documents: Path) -> int:
    return sum(pool.map(task, sorted(documents.glob("*.html"))))


def _jobs(workspace: Workspace) -> tuple[list[tuple[UnitJob, list[str]]], Any]:
    """Every department with the addresses of its projects' PDFs."""
    run = pipeline.Run(workspace, 1, None)
    prepared = run.prepare()
    units = prepared.new.units
    listed = [
        (
            job,
            [
                path
                for path in run.store.files(units[unit]).keys
                if path.endswith(".pdf") and path.count("/") == 4
            ],
        )
        for unit, job in prepared.jobs.items()
    ]
    if run.crew.fonts:
        run.crew.fonts.prepare()
    return listed, run.crew.forms


def _gongkai(workspace: Workspace, jobs: list[tuple[UnitJob, list[str]]], forms: Any) -> Callable[[], int]:
    def work() -> int:
        """The pool starts in the time measured."""
        pool = Pool(TWO, worker.start, (workspace, forms, ()))
        tasks = [
            (worker.print_documents, (job, frozenset(paths[at : at + 8])))
            for job, paths in jobs
            for at in range(0, len(paths), 8)
        ]
        done = sum(len(made.pdfs) for made in run_all(pool, tasks, 4 * TWO))
        stop_now(pool)
        return done

    return work


def _write_documents(workspace: Workspace, jobs: list[tuple[UnitJob, list[str]]], folder: Path) -> list[Grid]:
    """The tables as HTML of their own, and as plain data for the others."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for job, paths in jobs:
        for path, html in _documents(workspace, job, set(paths)):
            name = path.rpartition("/")[2].removesuffix(".pdf")
            tables = read_grids(html[html.index("<body") : html.index("</body>")].partition(">")[2])
            (folder / f"{name}.html").write_text(
                html.replace("</head>", f"<style>{_PAGE}</style></head>"), "utf-8"
            )
            cells = [
                {"widths": table.widths, "title": table.caption, "cells": [_cell(one) for one in table.cells]}
                for table in tables
            ]
            (folder / f"{name}.json").write_text(json.dumps(cells, ensure_ascii=False), "utf-8")
            made += tables
    return made


def _documents(workspace: Workspace, job: UnitJob, paths: set[str]) -> Iterator[tuple[str, str]]:
    here = worker._worker()
    loaded, _ = here._read(job)
    assert loaded is not None
    for disclosure in loaded.department.disclosures:
        for project in disclosure.projects:
            made = project_document(here.templates, loaded, disclosure, project)
            if made is not None and made.path in paths:
                yield made.path, made.html


def _cell(cell: Any) -> dict[str, Any]:
    return {"x": cell.column, "y": cell.row, "w": cell.columns, "h": cell.rows, "text": cell.text}


# -- the others -----------------------------------------------------------------------------------


def _weasyprint(files: list[Path]) -> int:
    command = [sys.executable, "-m", "weasyprint", "-q"]
    with ThreadPoolExecutor(TWO) as threads:
        ended = threads.map(
            lambda file: subprocess.run([*command, str(file), str(file.with_suffix(".wp.pdf"))], check=True),
            files,
        )
        return len(list(ended))


_browser: Any = None
_compiler: Any = None


def _open_browser() -> None:
    global _browser
    from playwright.sync_api import sync_playwright

    path = next((one for one in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(one).exists()), None)
    browser = sync_playwright().start().chromium.launch(executable_path=path, args=["--no-sandbox"])
    _browser = browser.new_page()


def _print_chromium(file: Path) -> int:
    _browser.goto(file.with_suffix(".html").as_uri())
    _browser.pdf(path=str(file.with_suffix(".cr.pdf")), prefer_css_page_size=True, tagged=True)
    return 1


_TYPST = """
#set page(paper: "a4", margin: (top: 22mm, bottom: 20mm, left: 25mm, right: 18mm))
#set text(font: "Noto Serif CJK SC", size: 10pt, lang: "zh")
#set document(title: "t")
#let tables = json(bytes(sys.inputs.data))
#for one in tables {
  align(center, text(16pt, weight: "bold", one.title))
  table(columns: one.widths.map(w => w * 1%), stroke: 0.6pt, align: center + horizon,
    ..one.cells.map(c => table.cell(x: c.x, y: c.y, colspan: c.w, rowspan: c.h, c.text)))
}
"""


def _open_typst(template: str) -> None:
    global _compiler
    import typst

    Path(template).write_text(_TYPST, "utf-8")
    _compiler = typst.Compiler(template, font_paths=["/usr/share/fonts"])


def _print_typst(file: Path) -> int:
    data = file.with_suffix(".json").read_text("utf-8")
    pdf = _compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"])
    file.with_suffix(".ty.pdf").write_bytes(pdf)
    return 1
