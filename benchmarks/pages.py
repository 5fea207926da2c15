"""Pages alone from their YAML: gongkai, Hugo and Eleventy, first builds into new folders.

What a run wrote stays until all are done: file systems are slow for a while after many files were deleted, and that
would be counted with whichever tool comes next.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measure import TWO, Table, Tool, Work, at_once, timed
from benchmarks.records import Maker
from gongkai.pages.assets import column_widths, site_assets
from gongkai.pages.render import Renderer
from gongkai.planning.links import page_links
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import LocalitySummary, summarise
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.reading.records import Locality
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

SIZE_QUICK, SIZE_FULL = 1000, 5000
_TEMPLATES = Path(__file__).parent / "peers"
_ELEVENTY = "3.1.8"
_SAME_PAGE = "内容和大小相同的网页：页眉页脚、要点、引用，表有合并单元格、每格的表头和不断行；没有历年预算；字段不按类型读，链接不核对"


def measure(folder: Path, projects: int, runs: int) -> list[Table]:
    """Renders the projects' pages with every tool that is installed."""
    site = folder / "records"
    Maker().write(site, projects)
    note = (
        "两个进程，含启动；每个字段按类型读出，完整的网页和官方表式，页内链接逐个记下。"
        "不含校核规则、检索、开放数据和 PDF；测试站点没有网址，所以没有二维码"
    )
    tools = [Tool("gongkai", at_once(_gongkai(Workspace.at(site))), note)]
    for name, command, ready in (("Hugo", "hugo", _hugo), ("Eleventy", "npm", _eleventy)):
        if not shutil.which(command):
            print(f"  {name} is left out: there is no {command} on PATH; CONTRIBUTING.md says how to get it")
            continue
        try:
            version, work = ready(site, folder / name)
        except subprocess.CalledProcessError as error:
            print(f"  {name} is left out: {shlex.join(error.cmd)} failed: {error.stderr or error.stdout}")
        else:
            tools.append(Tool(name, at_once(work), f"{version}；{_SAME_PAGE}"))
    return [
        Table(f"从 YAML 首次生成 {projects:,} 个项目网页", timed(tools, runs, processor=True), compared=True)
    ]


# -- gongkai --------------------------------------------------------------------------------------

_work: Callable[[Path, Locality, Path], int]


def _gongkai(workspace: Workspace) -> Work:
    """Reading and rendering, from the files to the files."""
    numbers = count()

    def work() -> int:
        target = workspace.root / f"pages-{next(numbers)}"
        forms, _ = load_forms(workspace.layouts)
        loader = Loader(workspace.root, forms)
        departments = [
            (place, folder) for place in loader.localities() for folder in loader.department_folders(place)
        ]
        with ProcessPoolExecutor(TWO, get_context("spawn"), _start, (workspace,)) as pool:
            made = [pool.submit(_render, target, *department) for department in departments]
            return sum(one.result() for one in made)

    return work


def _start(workspace: Workspace) -> None:
    """What a process needs of the site."""
    global _work
    forms, _ = load_forms(workspace.layouts)
    loader = Loader(workspace.root, forms)
    site = loader.site()
    assert site is not None
    widths = column_widths({str(width) for form in forms.values() for width in form.declared.columns})
    names, _ = site_assets(workspace.layouts, forms, widths)
    templates = Templates(workspace.layouts)

    def work(target: Path, locality: Locality, folder: Path) -> int:
        loaded = loader.department(locality, folder)
        assert loaded is not None, loader.problems
        plan = Plan((LocalitySummary(locality, (summarise(loaded.department),)),))
        renderer = Renderer(templates, site, plan, (), names)
        pages = [page for page in plan.pages_of(locality.slug, folder.name) if page.kind == "project"]
        for page in pages:
            html = renderer.page(page, loaded).encode()
            page_links(page.path, html, site.base_url)
            file = target / page.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(html)
        return len(pages)

    _work = work


def _render(target: Path, locality: Locality, folder: Path) -> int:
    return _work(target, locality, folder)


# -- the others -----------------------------------------------------------------------------------


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


def _hugo(site: Path, folder: Path) -> tuple[str, Work]:
    _as_content(site, folder / "content")
    single = folder / "layouts" / "_default" / "single.html"
    single.parent.mkdir(parents=True)
    shutil.copyfile(_TEMPLATES / "page.hugo.html", single)
    off = '["home","section","taxonomy","term","RSS","sitemap","robotsTXT","404"]'
    (folder / "config.toml").write_text(f'baseURL = "https://example.org/"\ndisableKinds = {off}\n', "utf-8")
    told = subprocess.run(["hugo", "version"], check=True, capture_output=True, text=True).stdout
    version = re.search(r"v\d[\d.]*", told)
    return version[0] if version else told, _built(["hugo", "--quiet"], "--destination", folder)


def _eleventy(site: Path, folder: Path) -> tuple[str, Work]:
    _as_content(site, folder / "content")
    (folder / "content" / "_includes").mkdir()
    shutil.copyfile(_TEMPLATES / "page.njk", folder / "content" / "_includes" / "project.njk")
    (folder / "content" / "content.json").write_text('{"layout": "project.njk"}', "utf-8")
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    packages = [
        "npm",
        "install",
        "--loglevel=error",
        "--no-audit",
        "--no-fund",
        f"@11ty/eleventy@{_ELEVENTY}",
    ]
    subprocess.run(packages, cwd=folder, check=True, capture_output=True, text=True)
    command = ["node_modules/.bin/eleventy", "--input=content", "--quiet"]
    return f"v{_ELEVENTY}", _built(command, "--output", folder)
