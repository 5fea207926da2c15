"""The structure of a PDF: what each marked piece of text is, so that it can be read aloud, searched and converted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gongkai.printing.composed import ARTIFACT, Composed, Link
from gongkai.printing.pdf.objects import Objects, name, references

_OWNERS = {"RowSpan": "Table", "ColSpan": "Table", "Scope": "Table", "ListNumbering": "List"}
"""Whose attributes they are (ISO 32000-1, 14.8.5)."""

Place = tuple[int, int]
"""A page, and a marked content's number on it."""
Kid = Place | str
"""What is in an element: marked content, or another object."""


class Annotation(NamedTuple):
    """A link with the number of its object and its page."""

    number: int
    page: int
    link: Link


def write_tree(
    objects: Objects, document: Composed, pages: Sequence[int], links: Sequence[Annotation]
) -> int:
    """The structure tree and what leads into it (ISO 32000-1, 14.7); the number of its root.

    ``pages`` are the numbers of the page objects. Keys of the parent tree: pages, then links, in their order.
    """
    root, top = objects.reserve(), objects.reserve()
    first = objects.reserve(len(document.elements))
    marks = _marks(document)
    below: defaultdict[int, list[int]] = defaultdict(list)  # the elements in each; those in none under -1
    for index, element in enumerate(document.elements):
        below[element.parent].append(index)
    attached: dict[int, str] = {}
    for link in links:
        entry = f"<</Type/OBJR/Obj {link.number} 0 R/Pg {pages[link.page]} 0 R>>"
        attached[link.link.element] = attached.get(link.link.element, "") + entry
    for index, element in enumerate(document.elements):
        parent = top if element.parent < 0 else first + element.parent
        attributes = _attributes(element.attributes) if element.attributes else ""
        kids = _kids(index, marks, below, first)
        entries = _written(kids, attached.get(index, ""), pages)
        objects.put(first + index, f"<</S{name(element.role)}/P {parent} 0 R{attributes}{entries}>>")
    objects.put(top, f"<</S/Document/P {root} 0 R/K{references(first + index for index in below[-1])}>>")
    # From a page's marks, and from links, to their elements (14.7.4.4).
    rows = []
    for page in document.pages:
        elements = (first + content.element for content in page.content if content.element != ARTIFACT)
        rows.append(objects.add(references(elements)))
    rows += (first + link.link.element for link in links)
    numbers = " ".join(f"{number} {row} 0 R" for number, row in enumerate(rows))
    objects.put(
        root,
        f"<</Type/StructTreeRoot/K {top} 0 R/ParentTree<</Nums[{numbers}]>>/ParentTreeNextKey {len(rows)}>>",
    )
    return root


def _marks(document: Composed) -> list[list[Place]]:
    """Where the text of each element stands."""
    marks: list[list[Place]] = [[] for _ in document.elements]
    for number, page in enumerate(document.pages):
        mark = 0
        for content in page.content:
            if content.element != ARTIFACT:
                marks[content.element].append((number, mark))
                mark += 1
    return marks


def _kids(index: int, marks: list[list[Place]], below: Mapping[int, list[int]], first: int) -> list[Kid]:
    """What is in an element: its own text and other elements, in reading order.

    An element without any text follows the one before it.
    """
    own, inside = marks[index], below.get(index)
    if not inside:
        return list(own)
    if not own:
        return [f"{first + child} 0 R" for child in inside]
    placed: list[tuple[Place, Kid]] = [(place, place) for place in own]
    last = (-1, -1)
    for child in inside:
        last = _begin(child, marks, below) or last
        placed.append((last, f"{first + child} 0 R"))
    return [kid for _, kid in sorted(placed, key=lambda one: one[0])]


def _begin(index: int, marks: list[list[Place]], below: Mapping[int, list[int]]) -> Place | None:
    """Where the first text in an element stands."""
    inside = (_begin(child, marks, below) for child in below.get(index, ()))
    return min([*marks[index][:1], *filter(None, inside)], default=None)


def _written(kids: list[Kid], attached: str, pages: Sequence[int]) -> str:
    """Entries for what is in an element; the page of its first own text is that of the others unless they say another."""
    if not kids and not attached:
        return ""
    page = next((kid[0] for kid in kids if isinstance(kid, tuple)), None)
    parts = [
        kid if isinstance(kid, str)
        else str(kid[1]) if kid[0] == page
        else f"<</Type/MCR/Pg {pages[kid[0]]} 0 R/MCID {kid[1]}>>"
        for kid in kids
    ]  # fmt: skip
    array = parts[0] if len(parts) == 1 and not attached else f"[{' '.join(parts)}{attached}]"
    return f"/K {array}" if page is None else f"/K {array}/Pg {pages[page]} 0 R"


def _attributes(attributes: Mapping[str, int | str]) -> str:
    """Attributes by whose they are. Raises KeyError for one that no element here has."""
    owned: dict[str, str] = {}
    for key, value in attributes.items():
        owner = _OWNERS[key]
        owned[owner] = (
            owned.get(owner, "") + f"/{key}" + (name(value) if isinstance(value, str) else f" {value}")
        )
    dictionaries = [f"<</O/{owner}{entries}>>" for owner, entries in owned.items()]
    return f"/A{dictionaries[0]}" if len(dictionaries) == 1 else f"/A[{''.join(dictionaries)}]"
