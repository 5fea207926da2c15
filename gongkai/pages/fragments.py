"""Official tables as self-contained HTML fragments to paste into another site: own scoped style, prefixed class names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from html import escape
from itertools import groupby
from pathlib import Path

import tinycss2
from lxml import etree
from markupsafe import Markup
from tinycss2.ast import Node

from gongkai.exports.disclosure import DataFile, Target
from gongkai.exports.listing import Entry, entries
from gongkai.parts import File
from gongkai.planning.plan import file_address
from gongkai.reading.loaded import LoadedDepartment
from gongkai.tables.grid import read_fragment
from gongkai.tables.screen import scrolling
from gongkai.tables.sheets import Sheet, disclosure_sheets, project_sheet
from gongkai.tables.templates import Templates
from gongkai.workspace import find_layout

PREFIX = "gongkai-"
ROOT = f"{PREFIX}table"
# Two ids that nothing has: host pages often style what is inside an id (#zoom p), and must not reach in.
_SCOPE = f".{ROOT}:not(#_):not(#_)"


def fragment_listing(slugs: tuple[str, ...], facts: Mapping[str, File]) -> list[Entry]:
    """The fragments a disclosure's page (three slugs) or a project's (four) offers."""
    named = [("", "嵌入用的表格")]
    if len(slugs) == 3:
        tables = (("-department", "部门整体绩效目标"), ("-summary", "项目汇总表"), ("-document", "公开文本"))
        named = [(key, f"嵌入用的表格：{title}") for key, title in tables]
    return entries(((file_address(*slugs, ending=f"{key}.html"), title) for key, title in named), facts)


def fragment_targets(templates: Callable[[], Templates], loaded: LoadedDepartment) -> Iterator[Target]:
    """A file for every table of a disclosure that is not one project's own, and for every project."""
    style = cache(lambda names: _style(templates().folders, names))
    for disclosure in loaded.department.disclosures:
        keys = (loaded.locality.slug, loaded.department.slug, disclosure.slug)
        for sheet in disclosure_sheets(loaded, disclosure):
            if not sheet.view.key:
                address = file_address(*keys, ending=f"-{sheet.key}.html")
                yield Target(address, disclosure, None, partial(_made, templates, sheet, style))
        for project in disclosure.shown:
            if own := project_sheet(loaded, disclosure, project):
                address = file_address(*keys, project.slug, ending=".html")
                yield Target(address, disclosure, project, partial(_made, templates, own, style))


def _made(
    templates: Callable[[], Templates], sheet: Sheet, style: Callable[[tuple[str, ...]], str]
) -> DataFile:
    """One table as a page of its own; what stands between the two comments is to be pasted. Raises TemplateProblem."""
    declared = sheet.view.form.declared
    table = scrolling(templates().form_table(sheet.view), sheet.view.title)
    forms = [view.form for view in (sheet.view, *sheet.view.projects)]
    names = dict.fromkeys(name for form in forms for name in (form.base, form.id) if name)
    context = {
        "title": f"{sheet.named('：')} - {sheet.view.department.name}",
        "classes": f"{ROOT} {PREFIX}{declared.page.orientation}",
        "style": Markup(style(tuple(names))),
        "table": Markup(_self_contained(table)),
    }
    return templates().render("shared/fragment.html", context).encode(), 0


# -- HTML -----------------------------------------------------------------------------------------


def _self_contained(table: str) -> str:
    """The table with prefixed classes and widths of its own, without what only gongkai reads."""
    root = read_fragment(table)
    etree.strip_tags(root, etree.Comment, etree.PI)
    for element in root.iter():
        width = element.get("data-width")
        for name in element.attrib:
            if name.startswith("data-") or name == "id":
                del element.attrib[name]
        if width:
            element.set("style", f"width:{width}%")
        names = element.get("class", "").split()
        if element.tag == "table" and "form" in names:
            # What is left of the look where a content management system throws the style away.
            for name, value in {
                "border": "1",
                "cellspacing": "0",
                "cellpadding": "4",
                "width": "100%",
            }.items():
                element.set(name, value)
        if names:
            element.set("class", " ".join(PREFIX + name for name in names))
    parts = [
        escape(root.text or "", quote=False),
        *(etree.tostring(one, method="html", encoding="unicode") for one in root),
    ]
    return "".join(parts).strip()


# -- style ----------------------------------------------------------------------------------------


def _style(folders: tuple[Path, ...], forms: Iterable[str]) -> str:
    """gongkai's style of fragments and that of the forms concerned, inside the fragment."""
    shared = find_layout(folders, "shared/fragment.css")
    assert shared is not None, "gongkai's own layouts hold it"
    own = (find_layout(folders, f"forms/{name}/form.css") for name in forms)
    return "".join(scoped(file.read_text(encoding="utf-8")) for file in (shared, *filter(None, own)))


@lru_cache(maxsize=64)
def scoped(css: str) -> str:
    """A style sheet that holds inside a fragment only, and asks for no other file: at most ``@media`` is kept."""
    return "".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(rules: Iterable[Node]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            declared = _declarations(rule.content)
            if declared:
                yield f"{', '.join(_selectors(rule.prelude))} {{ {declared} }}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content:
            inner = "".join(
                _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
            )
            if inner:
                yield f"@media {tinycss2.serialize(rule.prelude).strip()} {{\n{inner}}}\n"


def _selectors(prelude: list[Node]) -> Iterator[str]:
    for is_comma, tokens in groupby(
        prelude, key=lambda token: token.type == "literal" and token.value == ","
    ):
        if is_comma:
            continue
        selector = tinycss2.serialize(_prefixed(list(tokens))).strip()
        # What an element of the fragment's own outside is called may stand on the root itself.
        yield f"{_SCOPE} {selector}"
        if selector.startswith((f".{PREFIX}landscape ", f".{PREFIX}portrait ")):
            name, _, rest = selector.partition(" ")
            yield f"{_SCOPE}{name} {rest}"


def _prefixed(tokens: list[Node]) -> list[Node]:
    """Every class name of a selector with the prefix."""
    after_dot = False
    for token in tokens:
        if token.type == "ident" and after_dot:
            token.value = PREFIX + token.value
        elif token.type == "function":
            _prefixed(token.arguments)
        after_dot = token.type == "literal" and token.value == "."
    return tokens


def _declarations(content: list[Node]) -> str:
    """The declarations, without those that would fetch something."""
    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    kept = [one for one in found if one.type == "declaration" and not _fetches(one.value)]
    return "; ".join(one.serialize().strip() for one in kept)


def _fetches(value: list[Node]) -> bool:
    names = {token.lower_name for token in value if token.type == "function"}
    return any(token.type == "url" for token in value) or bool(names & {"url", "image-set", "src"})
