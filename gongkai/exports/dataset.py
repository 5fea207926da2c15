"""schema.org Dataset of a page as JSON-LD, for dataset search engines. Browsers never run it: no CSP blocks it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from gongkai.exports.listing import Entry
from gongkai.exports.package import KEYWORDS
from gongkai.planning.plan import Page, to_root
from gongkai.planning.portal import lasting_address
from gongkai.reading.settings import SiteSettings

# Text inside a script element ends at "</": these never stand there as they are.
_UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def dataset(
    site: SiteSettings,
    page: Page,
    description: str,
    files: Iterable[Entry],
    *,
    year: int | None = None,
    place: str | None = None,
    publisher: str | None = None,
    published: str | None = None,
    modified: str | None = None,
) -> Markup:
    """The page's files as a Dataset; what the records do not state is left out. For ``<script type=application/ld+json>``."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": page.title if page.kind != "data" else f"{site.title}：数据",
        "description": f"{description}。预算绩效目标公开数据：项目、资金（元）、绩效目标、绩效指标及指标值。",
        "identifier": page.path.removesuffix("/index.html"),
        "url": lasting_address(site, page.path),
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "license": _licence(site.licence),
        "creator": _organisation(publisher),
        "publisher": _organisation(site.host),
        "temporalCoverage": str(year) if year else None,
        "spatialCoverage": {"@type": "Place", "name": place} if place else None,
        "datePublished": published,
        "dateModified": modified,
        "version": modified,
        "keywords": KEYWORDS,
        "includedInDataCatalog": _catalogue(site, modified),
        "distribution": [_download(site, page, file) for file in files],
    }
    text = json.dumps(
        {key: value for key, value in found.items() if value}, ensure_ascii=False, separators=(",", ":")
    )
    return Markup(text.translate(_UNSAFE))


def _catalogue(site: SiteSettings, modified: str | None) -> dict[str, str]:
    found = {
        "@type": "DataCatalog",
        "name": f"{site.title}：数据",
        "url": lasting_address(site, "data/index.html"),
    }
    return {key: value for key, value in {**found, "dateModified": modified}.items() if value}


def _licence(text: str | None) -> str | dict[str, str] | None:
    if text is None or text.startswith(("https://", "http://")):
        return text
    return {"@type": "CreativeWork", "name": text}


def _organisation(name: str | None) -> dict[str, str] | None:
    return {"@type": "GovernmentOrganization", "name": name} if name else None


def _download(site: SiteSettings, page: Page, file: Entry) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": file.title,
        "encodingFormat": file.media,
        "contentUrl": lasting_address(site, file.address) or to_root(page.path) + file.address,
        "contentSize": f"{file.size} B",
    }
