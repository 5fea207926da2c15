"""Finished PDFs → one: pages, structure, bookmarks, links and fonts of all, with page numbers that run through.

Nothing is laid out again: binding costs 2 ms a page, a fiftieth of laying it out. The first file, the front, brings
the pages before all parts, the metadata, and for every page of the parts a stamp: a page with just what will stand in
its margins. Disclosures and yearbooks are bound this way.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, OutlineItem, Pdf

from gongkai.printing.fontmerge import FontPool

# As tags.py writes them: what stands in margins, and the page numbers of a part's own contents, which would be wrong.
_FURNITURE = rb"/Artifact\s*<</Type /(?:Pagination/Subtype /(?:%s)|Layout)>>\s*BDC.*?EMC"
_NUMBERS = re.compile(_FURNITURE % rb"Footer", re.DOTALL)
_MARGINS = re.compile(_FURNITURE % rb"Footer|Header", re.DOTALL)
_STAMP = b"\nQ\n/Artifact\n<</Type /Pagination/Subtype /Footer>>\nBDC\nq /Stamp Do Q\nEMC"

Shift = tuple[float, float]
"""How far something is moved to the right and up, in points."""
_STILL: Shift = (0.0, 0.0)


class Binder:
    """A bound file while parts are added to it. ``front`` is its beginning and, from page ``kept`` on, the stamps.

    ``one``: the parts are one document's; their running heads give way to those of the stamps, and their structure
    stands in the whole's. Otherwise each is a part of its own, with its running heads.
    """

    def __init__(self, front: bytes, kept: int, *, one: bool) -> None:
        self.pdf = Pdf.open(io.BytesIO(front))
        self.one = one
        self.stamps = [self.pdf.pages[number] for number in range(kept, len(self.pdf.pages))]
        del self.pdf.pages[kept:]
        self.kept = kept
        self.tree = self.pdf.Root.StructTreeRoot
        self.top = self.tree.K[0]
        numbers = _numbered(self.tree)
        self.parents = [numbers[int(page.StructParents)] for page in self.pdf.pages]
        self.linked = [(one, numbers[int(one.StructParent)]) for one in _tagged_annotations(self.pdf.pages)]
        with self.pdf.open_outline() as outline:
            self.outline: list[OutlineItem] = list(outline.root)
        self.fonts = FontPool(self.pdf)
        own = [page.Resources for page in [*self.pdf.pages, *self.stamps]]
        for resources in {one.objgen: one for one in own}.values():
            resources.Font = Dictionary(_fonts(self.fonts, resources))
        self._colors = own[0].get("/ColorSpace")
        self._shared: dict[bytes, Any] = {}

    @property
    def count(self) -> int:
        """Pages so far."""
        return len(self.pdf.pages)

    def add_blank(self) -> None:
        """A page that has nothing but its stamp."""
        self.pdf.pages.append(self.stamps[self.count - self.kept])
        self.parents.append(Array())

    def add(self, part: Pdf, shifts: Sequence[Shift] | None = None) -> list[OutlineItem]:
        """All pages of a part, what stands on each moved by its shift; returns the part's bookmarks, to be placed.

        The part is used up: it can't be bound twice.
        """
        first = self.count
        pages = list(part.pages)
        moves = shifts or [_STILL] * len(pages)
        places = {page.objgen: (first + n, moves[n]) for n, page in enumerate(pages)}
        made: dict[tuple[int, int], dict[str, Any]] = {}
        resources = [self._resources(page.Resources, made) for page in pages]
        numbers = _numbered(part.Root.StructTreeRoot)
        targets = dict(_named_targets(part))
        with part.open_outline() as outline:
            bookmarks = [_moved(item, places) for item in outline.root]
        for page in pages:
            del page.Resources
        self.pdf.add_pages_from(part)
        self._keep_structure(part)
        for number, page in enumerate(list(self.pdf.pages)[first:], first):
            self._stamp(page, number, resources[number - first], moves[number - first])
            self.parents.append(self.pdf.copy_foreign(part.make_indirect(numbers[int(page.StructParents)])))
            for annotation in page.get("/Annots", ()):
                _move_annotation(annotation, moves[number - first])
                self._lead(annotation, targets, places)
        for annotation in _tagged_annotations(list(self.pdf.pages)[first:]):
            element = self.pdf.copy_foreign(numbers[int(annotation.StructParent)])
            self.linked.append((annotation, element))
        return bookmarks

    def finish(self) -> bytes:
        """The finished file, with ``outline`` as its bookmarks."""
        with self.pdf.open_outline() as outline:
            outline.root[:] = self.outline
        self._lead_contents()
        self._write_parents()
        self.fonts.finish()
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        # Its metadata is the front's as it is: pikepdf would write it in another way.
        self.pdf.save(out, deterministic_id=True, object_stream_mode=mode, fix_metadata_version=False)
        return out.getvalue()

    # -- pages --------------------------------------------------------------------------------

    def _stamp(self, page: Any, number: int, resources: Mapping[str, Any], move: Shift) -> None:
        """Take off what stood in a page's margins and put on what shall; move the rest."""
        shift = b"1 0 0 1 %.6f %.6f cm\n" % move if move != _STILL else b""
        content = (_MARGINS if self.one else _NUMBERS).sub(b"", page.Contents.read_bytes())
        page.Contents = self.pdf.make_stream(b"q\n" + shift + content + _STAMP)
        stamp = self.stamps[number - self.kept].as_form_xobject()
        objects = Dictionary({**resources.get("/XObject", {}), "/Stamp": stamp})
        page.obj.Resources = Dictionary({**resources, "/XObject": objects})

    def _resources(self, old: Any, made: dict[tuple[int, int], dict[str, Any]]) -> dict[str, Any]:
        """A part's resources as resources of the whole: what all parts have alike is there once."""
        if old.objgen in made:
            return made[old.objgen]
        new: dict[str, Any] = {}
        for kind, found in old.items():
            if kind == "/Font":
                new[kind] = self._once(Dictionary(_fonts(self.fonts, old)))
            elif kind == "/ColorSpace" and self._colors is not None and _same_colors(found, self._colors):
                new[kind] = self._colors
            elif kind == "/XObject":
                new[kind] = {name: self.pdf.copy_foreign(one) for name, one in found.items()}
            elif len(found):
                new[kind] = self._copied(found)
        made[old.objgen] = new
        return new

    def _copied(self, found: Any) -> Any:
        """A part's object as one of the whole; what refers to nothing is there once."""
        if b" R" in found.unparse(resolved=True):
            return self.pdf.copy_foreign(found) if found.is_indirect else found
        return self._once(pikepdf.Object.parse(found.unparse(resolved=True)))

    def _once(self, value: Any) -> Any:
        key = value.unparse()
        if key not in self._shared:
            self._shared[key] = self.pdf.make_indirect(value)
        return self._shared[key]

    # -- structure, links ---------------------------------------------------------------------

    def _keep_structure(self, part: Pdf) -> None:
        document = self.pdf.copy_foreign(part.Root.StructTreeRoot.K[0])
        if self.one:
            for element in document.K:
                element.P = self.top
                self.top.K.append(element)
        else:
            document.S, document.P = Name.Part, self.top
            self.top.K.append(document)

    def _write_parents(self) -> None:
        """Number pages and links anew, and say which elements they belong to."""
        numbers: list[Any] = []
        for number, (page, elements) in enumerate(zip(self.pdf.pages, self.parents, strict=True)):
            page.StructParents = number
            numbers += [number, elements]
        for number, (annotation, element) in enumerate(self.linked, self.count):
            annotation.StructParent = number
            numbers += [number, element]
        self.tree.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        self.tree.ParentTreeNextKey = self.count + len(self.linked)

    def _lead_contents(self) -> None:
        """The contents lead to the pages of the parts, not to the stamps that have their numbers."""
        if "/Names" not in self.pdf.Root or "/Dests" not in self.pdf.Root.Names:
            return
        stamps = {page.obj.objgen: number for number, page in enumerate(self.stamps, self.kept)}
        names = NameTree(self.pdf.Root.Names.Dests)
        for name, target in list(names.items()):
            place: Any = target.D if isinstance(target, Dictionary) else target
            number = stamps.get(place[0].objgen)
            if number is not None:
                names[name] = Array([self.pdf.pages[number].obj, *list(place)[1:]])

    def _lead(
        self, annotation: Any, targets: Mapping[str, Any], places: Mapping[Any, tuple[int, Shift]]
    ) -> None:
        """A part's own links lead to a place, not to a name that another part may have too."""
        target = targets.get(str(annotation.get("/Dest", "")))
        if target is not None:
            number, move = places[target[0].objgen]
            left, top = float(target[2]) + move[0], float(target[3]) + move[1]
            annotation.Dest = Array([self.pdf.pages[number].obj, Name.XYZ, left, top, 0])


def _numbered(tree: Any) -> dict[int, Any]:
    """The parent tree of a file as the printer writes it: number of a page or link → its elements."""
    numbers = list(tree.ParentTree.Nums)
    return {int(number): found for number, found in zip(numbers[::2], numbers[1::2], strict=True)}


def _tagged_annotations(pages: Any) -> Iterator[Any]:
    for page in pages:
        yield from (one for one in page.get("/Annots", ()) if "/StructParent" in one)


def _named_targets(pdf: Pdf) -> Iterator[tuple[str, Any]]:
    names = pdf.Root.get("/Names", Dictionary()).get("/Dests")
    for name, target in NameTree(names).items() if names is not None else ():
        yield str(name), target.D if isinstance(target, Dictionary) else target


def _fonts(pool: FontPool, resources: Any) -> dict[str, Any]:
    return {name: pool.take(font) for name, font in resources.get("/Font", Dictionary()).items()}


def _same_colors(one: Any, other: Any) -> bool:
    return {name: _plain(space) for name, space in one.items()} == {
        name: _plain(space) for name, space in other.items()
    }


def _plain(space: Any) -> list[bytes]:
    return [
        part.read_raw_bytes() if isinstance(part, pikepdf.Stream) else pikepdf.Array([part]).unparse()
        for part in space
    ]


def _move_annotation(annotation: Any, move: Shift) -> None:
    if move != _STILL:
        left, bottom, right, top = (float(number) for number in annotation.Rect)
        annotation.Rect = Array([left + move[0], bottom + move[1], right + move[0], top + move[1]])


def _moved(item: OutlineItem, places: Mapping[Any, tuple[int, Shift]]) -> OutlineItem:
    """A part's bookmark as one of the whole."""
    target = item.destination
    assert isinstance(target, Array)
    number, (right, up) = places[target[0].objgen]
    moved = OutlineItem(item.title, number, "XYZ", left=float(target[2]) + right, top=float(target[3]) + up)
    moved.children.extend(_moved(child, places) for child in item.children)
    return moved
