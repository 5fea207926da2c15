"""Styles of printed documents: computed once a process for all elements that are alike, not once a cell.

WeasyPrint matches every selector and computes every style anew for each document; tables of one form are alike, so
nearly all of that is done again and again. Its version is pinned; tests read the finished PDFs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import inf
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import tinycss2
from weasyprint import HTML
from weasyprint.css import (
    ComputedStyle,
    InitialStyle,
    StyleFor,
    declaration_precedence,
    preprocess_declarations,
)

_SHARED = 5000
"""So many different styles are kept at most: forms have some hundreds."""


class _Sizes(dict[str, Any]):
    """The sizes of a document's first page; it remembers whether a style was computed from them."""

    used = False

    def __getitem__(self, name: str) -> Any:
        self.used = True
        return super().__getitem__(name)


class _Style:
    """The computed style of all elements whose ancestors match the same rules, and those of their pseudo-elements."""

    __slots__ = ("kept", "pseudo", "style")

    def __init__(self, style: ComputedStyle, pseudo: dict[str, ComputedStyle], kept: Any) -> None:
        self.style, self.pseudo = style, pseudo
        self.kept = kept
        """What the key names by its address, so that nothing else gets that address."""


_styles: dict[Any, _Style] = {}
_sizes = _Sizes()
_rules: dict[Any, tuple[dict[Any, list[Any]], Any]] = {}
"""By style sheets, which are kept with them: by what an element is, the rules that may match it."""


def forget_styles() -> None:
    """Free what is kept for further documents."""
    _styles.clear()
    _rules.clear()
    _sizes.used = False


class SharedStyles(StyleFor):  # type: ignore[misc]
    """In place of ``weasyprint.css.StyleFor``: computes a style once a process and not once an element."""

    def __init__(
        self, html: HTML, sheets: list[Any], hints: bool, font_config: Any, target_collector: Any
    ) -> None:
        if _sizes.used or len(_styles) > _SHARED:
            forget_styles()
        self.initial_page_sizes = _sizes
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, ComputedStyle] = {}
        self._sheets, self.font_config = sheets, font_config
        self._ids = any(sheet.matcher.id_selectors for sheet, _, _ in sheets)
        self._rules = _rules.setdefault(tuple((id(sheet), *rest) for sheet, *rest in sheets), ({}, sheets))[0]
        self._pages: dict[Any, _Style] = {}
        self._found: dict[Element, _Style] = {}
        self._bodies: dict[Element, cssselect2.ElementWrapper] = {}
        for wrapped in html.wrapper_element.iter_subtree():
            self._add(wrapped, target_collector)

    def _add(self, wrapped: cssselect2.ElementWrapper, target_collector: Any) -> None:
        element, above = wrapped.etree_element, wrapped.parent
        shared = self._shared(wrapped, None if above is None else self._found[above.etree_element])
        self._found[element] = shared
        if above is None:
            self._root = shared
        elif element.tag == "tbody":
            self._bodies[element] = wrapped
        style = shared.style
        anchor = (element.get("name") if element.tag == "a" else None) or element.get("id")
        if anchor or element.tag in ("html", "body"):  # the engine writes into the styles of the last two
            style = style.copy()
        if anchor:
            style["anchor"] = anchor
            target_collector.collect_anchor(anchor)
        self._computed_styles[element, None] = style
        for name, pseudo in shared.pseudo.items():
            self._computed_styles[element, name] = pseudo

    def renew(self, body: Element, targets: Any, changed: Collection[Element], *, moved: bool) -> bool:
        """Style the rows that are new in the body of a table; False where others would look another way now.

        Attributes of the ``changed`` cells are others; ``moved``: rows below the new ones have other numbers.
        """
        wrapper, below = self._bodies[body], False
        wrapper.__dict__.pop("etree_children", None)
        for row in wrapper.iter_children():
            if row.etree_element not in self._found:
                below = True
                for wrapped in row.iter_subtree():
                    self._add(wrapped, targets)
                continue
            touched = (moved and below) or any(cell in changed for cell in row.etree_element)
            if touched and not all(self._is_same(wrapped) for wrapped in (row, *row.iter_children())):
                return False
        return True

    def _is_same(self, wrapped: cssselect2.ElementWrapper) -> bool:
        above = self._found[wrapped.parent.etree_element]
        return self._shared(wrapped, above) is self._found[wrapped.etree_element]

    def _shared(self, wrapped: cssselect2.ElementWrapper, above: _Style | None) -> _Style:
        element = wrapped.etree_element
        matched = []
        for sheet, origin, whole, entries in self._candidates(element):
            found = [entry[1:] for entry in entries if entry[0](wrapped)]
            found.sort()
            matched += [(sheet, origin, whole, one) for one in found]
        rules = tuple((id(one[3]), one[0], one[2]) for _, _, _, one in matched)
        own = (element.get("style"), element.get("lang"))
        key = (self.font_config if above is None else above, own, rules)
        if (shared := _styles.get(key)) is None:
            shared = _styles[key] = self._compute(matched, own, above)
        return shared

    def _candidates(self, element: Element) -> list[Any]:
        """The rules of each sheet that may match an element by its name and attributes, whatever stands around it."""
        attributes = element.attrib
        own = attributes.get("id") if self._ids else None
        key = element.tag, attributes.get("class"), own, "lang" in attributes
        candidates = self._rules.get(key)
        if candidates is None:
            candidates = self._rules[key] = [
                (sheet, origin, whole, entries)
                for sheet, origin, whole in self._sheets
                if (entries := list(_entries(sheet.matcher, element)))
            ]
        return candidates

    def _compute(
        self, matched: list[Any], own: tuple[str | None, str | None], above: _Style | None
    ) -> _Style:
        cascaded: dict[str | None, dict[str, Any]] = {None: {}}
        for declarations, specificity in _own_declarations(*own):
            _cascade(cascaded[None], declarations, "author", (inf, specificity))
        for sheet, origin, whole, (specificity, _, pseudo, (declarations, layer)) in matched:
            order = inf if layer is None else sheet.layers.index(layer)
            style = cascaded.setdefault(pseudo, {})
            _cascade(style, declarations, origin, (order, whole or specificity))
        style = self._style(cascaded.pop(None), None, above.style if above else None)
        pseudos = {str(name): self._style(own, name, style) for name, own in cascaded.items()}
        return _Style(style, pseudos, [one[3] for _, _, _, one in matched])

    def _style(
        self, cascaded: dict[str, Any], pseudo: str | None, parent: ComputedStyle | None
    ) -> ComputedStyle:
        if parent is None:
            root = InitialStyle(self.font_config)
        else:
            root = parent if parent.parent_style is None else parent.root_style
        style = ComputedStyle(parent, cascaded, pseudo, root, None, self.font_config, _sizes)
        self._computed_styles["", ""] = style
        return super().__call__("", "")

    def set_computed_styles(
        self, element: Any, *others: Any, pseudo_type: str | None = None, **more: Any
    ) -> None:
        """Compute the style of a page or of a box in its margins; the engine asks for it when it begins a page."""
        cascaded = self._cascaded_styles.get((element, pseudo_type), {})
        above = self._root if pseudo_type is None else self._pages[element]
        key = (above, pseudo_type, tuple((name, id(value)) for name, (value, _) in cascaded.items()))
        if (shared := _styles.get(key)) is None:
            style = self._style(cascaded, pseudo_type, above.style)
            shared = _styles[key] = _Style(style, {}, [value for value, _ in cascaded.values()])
        style = shared.style
        if pseudo_type is None:  # the engine writes into it
            self._pages[element] = shared
            style = style.copy()
        self._computed_styles[element, pseudo_type] = style

    def __call__(self, element: Any, pseudo_type: str | None = None) -> ComputedStyle | None:
        """The style of an element, as the engine asks for it."""
        return self._computed_styles.get((element, pseudo_type))


def _entries(matcher: cssselect2.Matcher, element: Element) -> Iterator[Any]:
    """What ``Matcher.match`` would look at for an element of HTML, whose names have no namespace."""
    if (name := element.get("id")) is not None:
        yield from matcher.id_selectors.get(name, ())
    for name in dict.fromkeys((element.get("class") or "").split()):
        yield from matcher.class_selectors.get(name, ())
    yield from matcher.lower_local_name_selectors.get(element.tag.lower(), ())
    yield from matcher.namespace_selectors.get("", ())
    if "lang" in element.attrib:
        yield from matcher.lang_attr_selectors
    yield from matcher.other_selectors


def _own_declarations(style: str | None, lang: str | None) -> Iterator[tuple[Any, tuple[int, int, int]]]:
    """What an element's attributes declare, as the engine reads them."""
    if style:
        yield preprocess_declarations(None, tinycss2.parse_blocks_contents(style)), (1, 0, 0)
    if lang:
        declaration = tinycss2.parse_one_declaration(f'-weasy-lang:"{lang}"')
        yield preprocess_declarations(None, [declaration]), (0, 0, 0)


def _cascade(style: dict[str, Any], declarations: Any, origin: str, weight: tuple[Any, ...]) -> None:
    for name, values, importance in declarations:
        own = (declaration_precedence(origin, importance), *weight)
        old = style.get(name)
        if old is None or old[1] <= own:
            style[name] = values, own
