"""Printing: project PDFs beside other printers, and what single documents take."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import press
from benchmarks.measure import TWO, Figure, Table, Tool, Work, at_once, timed, warm_pool
from benchmarks.printers import printers, write_tables
from benchmarks.records import LOCALITIES, SEED, Maker
from gongkai.reading.forms import load_forms
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

SIZE_QUICK, SIZE_FULL = 120, 1000
_OTHERS = 4
_BOOK = 50
"""Projects of each of the seven departments: of a yearbook, and of what is printed before."""
_COLD = """
import sys
from pathlib import Path
from benchmarks.press import open_press, print_project
open_press(Path(sys.argv[1]))
print_project(0, Path(sys.argv[2]))
"""


def measure(folder: Path, projects: int, runs: int) -> list[Table]:
    """The project tables with every printer, then gongkai's alone."""
    site, book, one, others, made = (folder / name for name in ("site", "book", "one", "others", "made"))
    Maker().write(site, projects)
    Maker(projects=(_BOOK, _BOOK), years=(2026,)).write(book, len(LOCALITIES) * _BOOK)
    Maker().write(one, 1)
    Maker(SEED + 1, (_OTHERS, _OTHERS)).write(others, len(LOCALITIES) * _OTHERS)
    made.mkdir()
    layouts = Workspace.at(site).layouts
    templates, (forms, _) = Templates(layouts), load_forms(layouts)
    fills = press.projects(templates, press.read(site, forms))
    files = write_tables((fill() for fill in fills), folder / "tables")
    note = "两个常驻的进程；PDF/A-3a、PDF/UA-1，跨页重复标签，附记录"
    own = Tool("gongkai", partial(_projects, projects, (site, others, made)), note)
    compared = timed([own, *printers(files)], runs)
    alone = timed(
        [
            Tool(f"{_BOOK} 个项目的公开，一份", partial(_one, press.start, press.print_disclosure, (book, others, made)), "常驻的进程，从填表到文件，有封面和目录"),
            Tool(f"{len(LOCALITIES) * _BOOK} 个项目的汇编，一份", partial(_one, press.start_yearbook, press.print_yearbook, (book, others, made)), "常驻的进程，从填好的表到文件，七种表式"),
            Tool("一条记录，新开进程", at_once(partial(_cold, one, made)), "从启动 Python 到 PDF 写好"),
        ],
        runs,
    )  # fmt: skip
    return [
        Table(f"首次印制 {projects:,} 份项目 PDF（两个进程）", compared, compared=True),
        Table("印制一份", (*alone, *_stages((site, others, made)))),
    ]


@contextmanager
def _projects(count: int, folders: tuple[Path, Path, Path]) -> Iterator[Work]:
    with warm_pool(TWO, press.start, *folders) as pool:
        task = partial(press.print_project, folder=folders[-1])
        yield lambda: sum(pool.map(task, range(count)))


@contextmanager
def _one(
    start: Callable[..., None], task: Callable[[Path], int], folders: tuple[Path, Path, Path]
) -> Iterator[Work]:
    with warm_pool(1, start, *folders) as pool:
        yield lambda: pool.submit(task, folders[-1]).result()


def _cold(root: Path, folder: Path) -> int:
    checkout = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", _COLD, str(root), str(folder)], check=True, cwd=checkout)
    return 1


def _stages(folders: tuple[Path, Path, Path]) -> Iterator[Figure]:
    with warm_pool(1, press.start, *folders) as pool:
        found = pool.submit(press.stages, 200).result()
    yield Figure("两页的项目 PDF", (found.size / 1024,), "KB", note="有标签，附记录")
    for name, taken in found.milliseconds.items():
        yield Figure(f"一份项目 PDF：{name}", (taken,), "毫秒", note="处理器时间，各份的中位数")
