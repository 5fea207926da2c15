"""What tells machines and old links where pages are: sitemap, Atom feed, robots.txt, redirects of former addresses."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from gongkai.planning.plan import Plan, address, disclosure_title, notice_title, to_root
from gongkai.planning.portal import lasting_address
from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary, LocalitySummary
from gongkai.reading.evaluation import EVALUATED
from gongkai.reading.settings import SiteSettings
from gongkai.tables.templates import Templates

FEED, CHANGES = "feed.xml", "data/changes.xml"
PER_SITEMAP = 50_000  # the most a sitemap may list (sitemaps.org)
_ENTRIES = 50
_UNLISTED = ("missing", "asset", "withdrawn")
# Lasting ids of feed entries: the same whatever address the site moves to.
_IDS = uuid.uuid5(uuid.NAMESPACE_OID, "gongkai")


def address_files(plan: Plan, site: SiteSettings, templates: Templates) -> Iterator[tuple[str, bytes]]:
    """All of these files by address: sitemaps only when the site's own address is known; a feed only when a date is.

    Raises TemplateProblem.
    """
    robots = "User-agent: *\nAllow: /\n"
    if site.base_url:
        robots += f"Sitemap: {lasting_address(site, 'sitemap.xml')}\n"
        for name, context in sitemaps(plan, site):
            yield name, templates.render("site/sitemap.xml", context).encode()
    if has_feed(plan):
        for name, context in ((FEED, _feed(plan, site)), (CHANGES, _changes(plan, site))):
            yield name, templates.render("site/feed.xml", context).encode()
    yield "robots.txt", robots.encode()
    for redirect in plan.redirects:
        target = to_root(redirect.path) + redirect.page.path
        canonical = lasting_address(site, redirect.page.path) or target
        context = {"target": target, "canonical": canonical, "title": redirect.page.title}
        yield redirect.path, templates.render("site/redirect.html", context).encode()


def sitemaps(plan: Plan, site: SiteSettings) -> Iterator[tuple[str, dict[str, Any]]]:
    """sitemap.xml, or an index of that name with sitemap-1.xml …: name, and (address, day or None) of what it lists.

    A day stands only where the record has one.
    """
    dates = {
        (locality.slug, department.slug, year.slug): year.updated
        for locality, department, year in _disclosures(plan)
    }
    pages = [
        (lasting_address(site, page.path), dates.get((page.locality, page.department, page.year)))
        for page in plan.pages
        if page.kind not in _UNLISTED
    ]
    if len(pages) <= PER_SITEMAP:
        yield "sitemap.xml", {"listed": pages, "index": False}
        return
    names = []
    for number, start in enumerate(range(0, len(pages), PER_SITEMAP), 1):
        names.append(f"sitemap-{number}.xml")
        yield names[-1], {"listed": pages[start : start + PER_SITEMAP], "index": False}
    yield "sitemap.xml", {"listed": [(lasting_address(site, name), None) for name in names], "index": True}


# -- feed -----------------------------------------------------------------------------------------


def has_feed(plan: Plan) -> bool:
    """Whether any disclosure of the plan has a date, so that there is a feed to link to."""
    return any(disclosure.updated for _, _, disclosure in _disclosures(plan))


def _feed(plan: Plan, site: SiteSettings) -> dict[str, Any]:
    """The newest disclosures by the dates in their records, and their notices."""
    told, undated = [], 0
    for place, department, year in _disclosures(plan):
        slugs = (place.slug, department.slug, year.slug)
        undated += not year.updated
        title, days = disclosure_title(department, year), (year.published, year.updated)
        told.append(_entry(slugs, title, days, department, _holds(year)))
        for one in year.notices:
            evaluated = year.results.projects if one.kind == EVALUATED else 0
            summary = f"{year.year_text}{evaluated} 个项目的绩效自评" if evaluated else one.kind
            title, day = notice_title(department, year, one), one.published
            told.append(_entry((*slugs, one.slug), title, (day, day), department, summary))
    return {**_atom(site, FEED, told), "undated": undated}


def _changes(plan: Plan, site: SiteSettings) -> dict[str, Any]:
    """What was published, corrected and withdrawn, an entry each: what ``changes.csv`` has, for who waits for it."""
    told = []
    for place, department, year in _disclosures(plan):
        own, title = (place.slug, department.slug, year.slug), disclosure_title(department, year)
        happened: list[tuple[tuple[str, ...], date | None, str, str]] = [
            (own, year.published, f"公开：{title}", ""),
            (own, year.withdrawal, f"撤回：{title}", year.reason),
            *(
                (own, one.day, f"{'改错字' if one.wording else '更正'}：{title}", one.text)
                for one in year.corrections
            ),
            *(((*own, one.slug), one.day, f"撤回：{one.name}", one.reason) for one in year.withdrawn),
        ]
        for one in year.notices:
            happened.append(
                ((*own, one.slug), one.published, f"公告：{notice_title(department, year, one)}", "")
            )
        for slugs, day, name, text in happened:
            told.append(
                {**_entry(slugs, name, (day, day), department, text), "id": f"{slugs} {day} {name} {text}"}
            )
    return _atom(site, CHANGES, told)


def _atom(site: SiteSettings, own: str, told: list[dict[str, Any]]) -> dict[str, Any]:
    """The newest entries. A record states a day; the time of day that Atom wants is midnight in China."""
    dated = [one for one in told if one["updated"]]
    dated.sort(key=lambda one: (one["updated"], one["path"], one["title"]), reverse=True)
    whole = site.base_url or site.title
    return {
        "site": site,
        "id": _id(whole if own == FEED else f"{whole} {own}"),
        "undated": 0,
        "home": lasting_address(site, "index.html") or to_root(own) + "index.html",
        "own": lasting_address(site, own) or own.rpartition("/")[2],
        "updated": dated[0]["updated"],
        "entries": [
            {
                **one,
                "id": _id(one["id"]),
                "link": lasting_address(site, one["path"]) or to_root(own) + one["path"],
            }
            for one in dated[:_ENTRIES]
        ],
    }


def _entry(
    slugs: tuple[str, ...],
    title: str,
    days: tuple[date | None, date | None],
    department: DepartmentSummary,
    summary: str,
) -> dict[str, Any]:
    """What a feed tells of one address; ``days`` it was published and last changed, no entry without."""
    path = address(*slugs)
    told = {"id": path, "path": path, "title": title, "published": days[0], "updated": days[1]}
    return {**told, "author": department.name, "summary": summary}


def _holds(year: DisclosureSummary) -> str:
    holds = [f"{len(year.projects)} 个项目"] if year.projects else []
    holds += ["部门整体绩效目标"] if year.has_target else []
    holds += [f"{len(year.articles)} 份说明"] if year.articles else []
    left = year.withdrawal or max((one.day for one in year.withdrawn), default=None)
    if left:
        what = "" if year.withdrawal else "：" + "、".join(one.name for one in year.withdrawn)
        holds.append(f"{left} 撤回{what}")
    if corrected := max((one.day for one in year.corrections if not one.wording), default=None):
        holds.append(f"{corrected} 更正")
    return "，".join(holds)


def _id(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_IDS, name)}"


def _disclosures(plan: Plan) -> Iterator[tuple[LocalitySummary, DepartmentSummary, DisclosureSummary]]:
    for locality in plan.localities:
        for department in locality.departments:
            for disclosure in department.disclosures:
                yield locality, department, disclosure
