"""The structure of a PDF: what each marked piece of text is, so that it can be read aloud, searched and converted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gongkai.printing.composed import ARTIFACT, Composed, Element, Link
from gongkai.printing.pdf.objects import Objects, name, references

_OWNERS = {"RowSpan": "Table", "ColSpan": "Table", "Scope": "Table", "ListNumbering": "List"}
"""Whose attributes they are (ISO 32000-1, 14.8.5)."""

Place = tuple[int, int]
"""A page, and a marked content's number on it."""
Kid = Place | str
"""What is in an element: marked content, or another object."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link with the number of its object and its page."""

    number: int
    page: int
    link: Link


def write_tree(objects: Objects, document: Composed, pages: Sequence[int], links: Sequence[Annotation]) -> int:
    """The structure tree and what leads into it (ISO 32000-1, 14.7); the number of its root.

    ``pages`` are the numbers of the page objects. Keys of the parent tree: pages, then links, in their order.
    """
    root, top = objects.reserve(), objects.reserve()
    first = objects.reserve(len(document.elements))
    marks = _marks(document)
    kids = _kids(document.elements, marks, first)
    for link in links:
        kids[link.link.element].append(f"<</Type/OBJR/Obj {link.number} 0 R/Pg {pages[link.page]} 0 R>>")
    for index, (element, own) in enumerate(zip(document.elements, kids, strict=True)):
        parent = top if element.parent < 0 else first + element.parent
        objects.put(first + index, _element(element, parent, _written(own, pages)))
    tops = [first + index for index, element in enumerate(document.elements) if element.parent < 0]
    objects.put(top, f"<</S/Document/P {root} 0 R/K{references(tops)}>>")
    numbers = _parents(objects, document, first, links)
    objects.put(
        root,
        f"<</Type/StructTreeRoot/K {top} 0 R/ParentTree<</Nums[{numbers}]>>"
        f"/ParentTreeNextKey {len(pages) + len(links)}>>",
    )
    return root


def _marks(document: Composed) -> list[list[Place]]:
    """Where the text of each element stands."""
    marks: list[list[Place]] = [[] for _ in document.elements]
    for number, page in enumerate(document.pages):
        elements = (content.element for content in page.content if content.element != ARTIFACT)
        for mark, element in enumerate(elements):
            marks[element].append((number, mark))
    return marks


def _kids(elements: Sequence[Element], marks: Sequence[list[Place]], first: int) -> list[list[Kid]]:
    """What is in each element: its own text and other elements, in reading order."""
    begins = [min(places, default=None) for places in marks]
    below: list[list[int]] = [[] for _ in elements]
    for index in reversed(range(len(elements))):
        below[index].reverse()
        parent = elements[index].parent
        if parent >= 0:
            below[parent].append(index)
            begins[parent] = min((begin for begin in (begins[parent], begins[index]) if begin), default=None)
    return [
        _merged(own, [(begins[child], f"{first + child} 0 R") for child in inside])
        for own, inside in zip(marks, below, strict=True)
    ]


def _merged(own: list[Place], inside: list[tuple[Place | None, str]]) -> list[Kid]:
    """Marks and elements by where they begin; an element without text follows the one before it."""
    if not own or not inside:
        return [*own, *(reference for _, reference in inside)]
    placed: list[tuple[Place, Kid]] = [(place, place) for place in own]
    last = (-1, -1)
    for begin, reference in inside:
        last = begin or last
        placed.append((last, reference))
    return [kid for _, kid in sorted(placed, key=lambda one: one[0])]


def _written(kids: list[Kid], pages: Sequence[int]) -> str:
    """Entries for what is in an element; the page of its first own text is that of the others unless they say another."""
    page = next((kid[0] for kid in kids if isinstance(kid, tuple)), None)
    parts = [kid if isinstance(kid, str) else _mark(kid, page, pages) for kid in kids]
    if not parts:
        return ""
    array = parts[0] if len(parts) == 1 else f"[{' '.join(parts)}]"
    return f"/K {array}" if page is None else f"/K {array}/Pg {pages[page]} 0 R"


def _mark(place: Place, page: int | None, pages: Sequence[int]) -> str:
    if place[0] == page:
        return str(place[1])
    return f"<</Type/MCR/Pg {pages[place[0]]} 0 R/MCID {place[1]}>>"


def _element(element: Element, parent: int, kids: str) -> str:
    attributes = _attributes(element.attributes) if element.attributes else ""
    return f"<</S{name(element.role)}/P {parent} 0 R{attributes}{kids}>>"


def _attributes(attributes: Mapping[str, int | str]) -> str:
    """Attributes by whose they are. Raises KeyError for one that no element here has."""
    owned: dict[str, str] = {}
    for key, value in attributes.items():
        owner = _OWNERS[key]
        owned[owner] = owned.get(owner, "") + f"/{key}" + (name(value) if isinstance(value, str) else f" {value}")
    dictionaries = [f"<</O/{owner}{entries}>>" for owner, entries in owned.items()]
    return f"/A{dictionaries[0]}" if len(dictionaries) == 1 else f"/A[{''.join(dictionaries)}]"


def _parents(objects: Objects, document: Composed, first: int, links: Iterable[Annotation]) -> str:
    """From a page's marks, and from links, to their elements (ISO 32000-1, 14.7.4.4)."""
    rows = []
    for number, page in enumerate(document.pages):
        elements = (first + content.element for content in page.content if content.element != ARTIFACT)
        rows.append(f"{number} {objects.add(references(elements))} 0 R")
    rows += [f"{number} {first + link.link.element} 0 R" for number, link in enumerate(links, len(document.pages))]
    return " ".join(rows)
