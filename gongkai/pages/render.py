"""Pages → HTML: the frame of every page, and its template filled with what its kind shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup

from gongkai import __version__
from gongkai.exports.addresses import FEED
from gongkai.pages import overall, published
from gongkai.pages.texts import Text
from gongkai.parts import File
from gongkai.planning import portal
from gongkai.planning.plan import Page, Plan, address, to_root
from gongkai.reading.acts import SiteSettings
from gongkai.reading.loaded import LoadedDepartment
from gongkai.tables.templates import Templates
from gongkai.tables.words import Link

_NAVIGATION = {
    "首页": "index.html",
    "项目": "projects/index.html",
    "检索": "search/index.html",
    "索引": "index/index.html",
    "比较": "compare/index.html",
    "数据": "data/index.html",
}
"""The main navigation, unless the site has its own: words and where they lead."""


@dataclass(frozen=True)
class Renderer:
    """Fills page templates for one site."""

    templates: Templates
    site: SiteSettings
    plan: Plan
    texts: tuple[Text, ...]
    assets: Mapping[str, str]
    """Asset name → its path in the site."""
    _frames: dict[tuple[str, str, str], Markup] = field(default_factory=dict, repr=False, compare=False)
    """Header and footer by template, way to the root and current page: the same for nearly all pages."""

    def page(
        self, page: Page, loaded: LoadedDepartment | None = None, files: Mapping[str, File] | None = None
    ) -> str:
        """One page as HTML; ``loaded`` is needed for disclosures and what belongs to them, ``files`` are those it may
        state facts of. Raises TemplateProblem.
        """
        context = self._common(page)
        if loaded is None or page.kind == "department":
            context["description"] = f"{self.site.title}：{page.title}"
            context |= overall.shown(self.site, self.plan, self.texts, page, files or {})
        else:
            context |= published.shown(self.site, self.plan, page, loaded, files or {})
        context["meta"] = self._meta(page, context)
        return self.templates.render(f"site/{page.kind}.html", context)

    # -- what every page shows ----------------------------------------------------------------

    def _common(self, page: Page) -> dict[str, Any]:
        # A server answers with 404.html at any depth: its links start at the site's root, once that is known.
        root = portal.root_path(self.site) or "" if page.kind == "missing" else to_root(page.path)

        def url(target: str) -> str:
            return root + target

        def asset(name: str) -> str:
            return root + self.assets[name]

        context = {
            "site": self.site,
            "page": page,
            "root": root,
            "crumbs": self._crumbs(page),
            "url": url,
            "asset": asset,
            "assets": self.assets,
            "texts": self.texts,
            "version": __version__,
            "address": address,
            "lasting": portal.lasting_address(self.site, page.path),
            "facts": (),
            "dataset": "",
            "feed": FEED if self.plan.updated else "",
        }
        context["header"] = self._frame("site/header.html", root, page, context)
        context["footer"] = self._frame("site/footer.html", root, page, context)
        return context

    def _frame(self, template: str, root: str, page: Page, context: Mapping[str, Any]) -> Markup:
        links = self._navigation
        current = page.path if any(link.target == page.path for link in links) else ""
        key = (template, root, current)
        if key not in self._frames:
            html = self.templates.render(template, {**context, "navigation": links, "current": current})
            self._frames[key] = Markup(html)
        return self._frames[key]

    @cached_property
    def _navigation(self) -> tuple[Link, ...]:
        own = self.templates.words.navigation
        if own is not None:
            return own
        links = [(self.templates.words.words[word], target) for word, target in _NAVIGATION.items()]
        links += [(text.title, address(text.slug)) for text in self.texts]
        return tuple(Link.model_construct(label=label, target=target) for label, target in links)

    def _crumbs(self, page: Page) -> list[tuple[str, str]]:
        if page.kind == "home":
            return []
        crumbs = [(self.templates.words.words["首页"], "index.html")]
        if page.locality:
            crumbs.append((self.plan.locality(page.locality).name, address(page.locality)))
        if page.department:
            name = self.plan.department(page.locality, page.department).name
            crumbs.append((name, address(page.locality, page.department)))
        if page.year:
            year = self.plan.entry(page).disclosure.year_text
            crumbs.append((year, address(page.locality, page.department, page.year)))
        if page.kind not in ("locality", "department", "disclosure"):
            crumbs.append((page.title, page.path))
        return crumbs

    def _meta(self, page: Page, context: Mapping[str, Any]) -> list[tuple[str, str]]:
        summary = context.get("summary")
        column = self.plan.department(page.locality, page.department).name if page.department else page.title
        if page.kind == "home":
            column = self.site.title
        stated = context["disclosure"].facts if "disclosure" in context else {}
        own = portal.page_meta(page, context["lasting"], column, context["description"], summary, stated)
        return portal.site_meta(self.site) + own
