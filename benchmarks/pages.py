"""Pages alone from their YAML: gongkai, Hugo and Eleventy, first builds into new folders.

What a run wrote stays until all are done: file systems are slow for a while after many files were deleted, and that
would be counted with whichever tool comes next.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.measure import Table, Work, compare
from benchmarks.records import Maker
from gongkai.building import pipeline, worker
from gongkai.building.executors import process_pool, run_all, stop_now
from gongkai.workspace import Workspace

SIZE_QUICK, SIZE_FULL = 300, 5000
_TEMPLATES = Path(__file__).parent / "peers"
_PEERS = {
    "page": ("", "内容相同的网页：页眉页脚、要点、合并单元格的表；字段不按类型读，链接不核对"),
    "fields": ("，简单模板", "只有名称、资金、目标、指标"),
}
"""Each of the other tools makes the same page with its official table, and one of bare fields: name and note by template."""


def measure(folder: Path, projects: int, runs: int) -> Table:
    """Renders the projects' pages with every tool that is installed."""
    site = folder / "records"
    Maker().write(site, projects)
    tools: dict[str, Work] = {"gongkai": _gongkai(Workspace.at(site))}
    notes = {
        "gongkai": "两个进程，含启动；每个字段按类型读出，完整的网页和官方表式，页内链接逐个记下。"
        "不含校核规则、检索、开放数据和 PDF；测试站点没有网址，所以没有二维码"
    }
    for template, (name, what) in _PEERS.items():
        if shutil.which("hugo"):
            tools[f"Hugo{name}"] = _hugo(site, folder / f"hugo-{template}", template)
            notes[f"Hugo{name}"] = what
        if shutil.which("npm"):
            tools[f"Eleventy{name}"] = _eleventy(site, folder / f"eleventy-{template}", template)
            notes[f"Eleventy{name}"] = f"{what}（Nunjucks）"
    return compare("Pages of projects from YAML, first build", "pages", tools, runs, notes)


def _gongkai(workspace: Workspace) -> Work:
    """Reading and rendering, from the files to the files. The plan is made before: it follows from the check of all
    records, which the other tools have nothing like; no process or cache of it is left when the time begins."""
    run = pipeline.Run(workspace, 1, None)
    prepared = run.prepare()
    context = prepared.context
    assert context is not None
    by_unit: dict[Any, list[Any]] = {}
    for page in context.plan.pages:
        if page.kind == "project":
            by_unit.setdefault(page.unit, []).append(page)
    tasks = [
        (
            worker.render_pages,
            (prepared.jobs[unit], replace(context, plan=context.plan.only(*unit)), tuple(pages), {}),
        )
        for unit, pages in by_unit.items()
    ]

    numbers = count()

    def work() -> int:
        shutil.rmtree(workspace.cache / "templates", ignore_errors=True)
        target = workspace.root / f"pages-{next(numbers)}"
        pool = process_pool(2, worker.start, (workspace, run.crew.forms, ()), worker.LIGHT)
        done = 0
        for made in run_all(pool, tasks, 8):
            for path, data in made.files.items():
                file = target / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                done += 1
        stop_now(pool)
        return done

    return work


def _as_content(site: Path, folder: Path) -> None:
    """Every project as a content file: its record is the front matter."""
    for file in sorted((site / "content").glob("*/*/*/xiangmu-*.yaml")):
        target = folder / file.relative_to(site / "content").with_suffix(".md")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"---\n{file.read_text('utf-8')}---\n", "utf-8")


def _built(command: list[str], option: str, folder: Path) -> Callable[[], int]:
    numbers = count()

    def work() -> int:
        output = folder / f"public-{next(numbers)}"
        subprocess.run([*command, f"{option}={output}"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return sum(1 for file in output.rglob("index.html") if "xiangmu" in str(file))

    return work


def _hugo(site: Path, folder: Path, template: str) -> Work:
    _as_content(site, folder / "content")
    single = folder / "layouts" / "_default" / "single.html"
    single.parent.mkdir(parents=True)
    shutil.copyfile(_TEMPLATES / f"{template}.hugo.html", single)
    off = '["home","section","taxonomy","term","RSS","sitemap","robotsTXT","404"]'
    (folder / "config.toml").write_text(f'baseURL = "https://example.org/"\ndisableKinds = {off}\n', "utf-8")
    return _built(["hugo", "--quiet"], "--destination", folder)


def _eleventy(site: Path, folder: Path, template: str) -> Work:
    _as_content(site, folder / "content")
    (folder / "content" / "_includes").mkdir()
    shutil.copyfile(_TEMPLATES / f"{template}.njk", folder / "content" / "_includes" / "project.njk")
    (folder / "content" / "content.json").write_text('{"layout": "project.njk"}', "utf-8")
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    packages = ["npm", "install", "--silent", "--no-audit", "--no-fund", "@11ty/eleventy@3.1.2"]
    subprocess.run(packages, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    command = ["node_modules/.bin/eleventy", "--input=content", "--quiet"]
    return _built(command, "--output", folder)
