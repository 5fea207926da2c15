"""Rules of a page convention that a site chooses (页面规范): what the titles, entries and links of its lists must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import html

from gongkai.checks.rule import Rule, rule
from gongkai.checks.texts import Finding
from gongkai.planning.entries import entries
from gongkai.planning.links import resolve
from gongkai.planning.plan import Page, Plan, address
from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary
from gongkai.problems import Place, Problem
from gongkai.reading.acts import SiteSettings

_SEVERAL = re.compile(r"[、，,；;/]")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_HASH = re.compile(r"\.[0-9a-f]{10}(?=\.js$)")
_SCROLLING = re.compile(rb"IntersectionObserver|onscroll|addEventListener\(\s*[\"'](?:scroll|wheel)[\"']")


@dataclass(frozen=True)
class Listed:
    """What is looked at: the plan, the list pages as HTML, and the scripts that pages load, both by address."""

    plan: Plan
    pages: Mapping[str, bytes]
    scripts: Mapping[str, bytes]

    def whole(self) -> Iterator[tuple[Listed]]:
        """All of it."""
        yield (self,)


def _at(file: str, message: str, hint: str) -> Finding:
    return Finding(Place(file, 1, 1), message, hint)


@rule("tianjin.unit", Listed.whole)
def unit(listed: Listed) -> Iterator[Finding]:
    """One department is one entry, and an entry one department."""
    for locality in listed.plan.localities:
        seen: dict[str, str] = {}
        for department in locality.departments:
            file = f"content/{locality.slug}/{department.slug}/department.yaml"
            if _SEVERAL.search(department.name):
                hint = "请每个单位一个文件夹，分别公开。"
                yield _at(file, f"“{department.name}”像是几个单位写在一个条目里", hint)
            other = seen.setdefault(department.name, file)
            if other != file:
                hint = "请合并到一个文件夹；确实是两个单位的，请写全称。"
                yield _at(file, f"“{department.name}”已经有一个条目（{other}）", hint)


@rule("tianjin.title", Listed.whole)
def title(listed: Listed) -> Iterator[Finding]:
    """A title is the department's name, the year in four digits, and what it is about."""
    for locality, department, disclosure in entries(listed.plan.localities):
        text = disclosure.title
        fault = _fault(text, department, disclosure)
        if fault:
            file = f"content/{locality.slug}/{department.slug}/{disclosure.slug}/disclosure.yaml"
            hint = f"例如“{department.name}{disclosure.year or '2026'}年预算绩效目标公开”。"
            yield _at(file, f"标题“{text}”{fault}", hint)


def _fault(text: str, department: DepartmentSummary, disclosure: DisclosureSummary) -> str:
    """What is wrong with a title; "" for nothing."""
    name = next((one for one in (department.name, department.short) if one and text.startswith(one)), None)
    if name is None:
        return f"没有以单位名称“{department.name}”开头"
    year = _YEAR.search(text, len(name))
    if year is None:
        return "没有四位数的年份"
    if disclosure.year and int(year[1]) != disclosure.year:
        return f"里的年份是 {year[1]}，公开的年度是 {disclosure.year}"
    matter = text[year.end() :].removeprefix("年").removeprefix("度").strip()
    return "" if matter else "没有写公开的是什么事项"


@rule("tianjin.link", Listed.whole)
def link(listed: Listed) -> Iterator[Finding]:
    """A locality's page links to each disclosure plainly, its title on the link."""
    for locality in listed.plan.localities:
        page = address(locality.slug)
        titled = _links(page, listed.pages[page]) if page in listed.pages else {}
        for department in locality.departments:
            for disclosure in department.disclosures:
                target = address(locality.slug, department.slug, disclosure.slug)
                text = disclosure.title
                if page in listed.pages and text not in titled.get(target, ()):
                    fault = "没有写 title，或者写得与标题不同" if target in titled else "没有普通的链接"
                    hint = "请对照 gongkai 的 layouts/site/locality.html 改正自己的模板。"
                    message = f"网页 /{page} 里通向“{text}”的链接：{fault}"
                    yield _at("layouts/site/locality.html", message, hint)


def _links(page: str, data: bytes) -> dict[str, set[str]]:
    """Address → the titles of plain links that lead there; a link that a script takes over is none."""
    found: dict[str, set[str]] = {}
    for one in html.document_fromstring(data.decode()).iter("a"):
        target = resolve(page, one.get("href", ""))
        if target and not one.get("onclick") and one.get("href", "").strip("#"):
            found.setdefault(target, set()).add(one.get("title", ""))
    return found


@rule("tianjin.scroll", Listed.whole)
def scroll(listed: Listed) -> Iterator[Finding]:
    """No script waits for the page to be scrolled."""
    for path, data in listed.scripts.items():
        name = _HASH.sub("", path)
        if _SCROLLING.search(data):
            hint = "目录要一次显示完整；这个脚本如果与目录无关，可以不理会。"
            yield _at(f"layouts/site/{name}", f"脚本 {name} 监听网页的滚动，像是滚动加载", hint)


CONVENTIONS: dict[str, tuple[Rule[Listed], ...]] = {"天津": (unit, title, link, scroll)}
"""The rules of each convention that 页面规范 in site.yaml may name."""


def list_pages(site: SiteSettings, plan: Plan) -> tuple[Page, ...]:
    """The pages that the chosen convention's rules look at; none where the site chooses no convention."""
    return tuple(page for page in plan.pages if page.kind == "locality") if site.convention else ()


def check_convention(
    site: SiteSettings, plan: Plan, pages: Mapping[str, bytes], assets: Mapping[str, bytes]
) -> list[Problem]:
    """The findings of the convention a site chooses; none where it chooses none."""
    scripts = {name: data for name, data in assets.items() if name.endswith(".js")}
    listed = Listed(plan, pages, scripts)
    rules = CONVENTIONS[site.convention] if site.convention else ()
    return [problem for one in rules for problem in one.check(listed)]
