"""What a PDF says of itself: its structure, title, language, dates, conformance, colours, bookmarks and data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter

from markupsafe import Markup

from gongkai.printing.composed import ARTIFACT, Attachment, Composed, Link
from gongkai.printing.pdf.objects import Objects, name, number, references, shared, template, text

PRODUCER = "gongkai"
PROFILE = "print/srgb.icc"
"""The colour profile of every PDF: sRGB by its formula (IEC 61966-2-1) as ICC 4.2, in 500 bytes; CC0."""
METADATA = "print/metadata.xml"
"""The form of XMP metadata for PDF/A-3 (ISO 19005-3, 6.6)."""
PDF_UA = "print/pdfua.xml"
"""What XMP metadata says of PDF/UA-1 (ISO 14289-1, 5), the last in ``rdf:RDF``.

Its schema is not among those PDF/A knows, so the file describes it (ISO 19005-3, 6.6.2.3).
"""
_OWNERS = {"RowSpan": "Table", "ColSpan": "Table", "Scope": "Table", "ListNumbering": "List"}
"""Whose attributes they are (ISO 32000-1, 14.8.5)."""
Place = tuple[int, int]
"""A page, and a marked content's number on it."""


def write_tree(
    objects: Objects,
    document: Composed,
    pages: Sequence[int],
    links: Sequence[tuple[int, Link]],
    first_link: int,
) -> int:
    """The structure tree and what leads into it (ISO 32000-1, 14.7); the number of its root.

    ``pages`` are the numbers of the page objects; ``links`` stand beside the places of their pages, and ``first_link``
    is the number of the first. Keys of the parent tree: pages, then links, in their order.
    """
    root, top = objects.reserve(), objects.reserve()
    first = objects.reserve(len(document.elements))
    attached: defaultdict[int, str] = defaultdict(str)
    for own, (page, link) in enumerate(links, first_link):
        attached[link.element] += f"<</Type/OBJR/Obj {own} 0 R/Pg {pages[page]} 0 R>>"
    marks, inside = _kids(document, first)
    for index, element in enumerate(document.elements):
        parent = top if element.parent < 0 else first + element.parent
        entries = f"/S{name(element.role)}/P {parent} 0 R"
        if element.attributes:
            owner = {_OWNERS[key] for key in element.attributes}.pop()
            values = (
                (key, name(one) if isinstance(one, str) else f" {one}")
                for key, one in element.attributes.items()
            )
            entries += f"/A<</O/{owner}{''.join(f'/{key}{one}' for key, one in values)}>>"
        # The page of an element's first text is that of the others unless they say another.
        own_marks = marks[index]
        page = own_marks[0][0] if own_marks else -1
        written = [
            (
                place,
                str(place[1])
                if place[0] == page
                else f"<</Type/MCR/Pg {pages[place[0]]} 0 R/MCID {place[1]}>>",
            )
            for place in own_marks
        ] + inside[index]
        if own_marks and inside[index]:
            written.sort(key=itemgetter(0))
        kids = [entry for _, entry in written]
        if attached[index] or len(kids) > 1:
            kids = [f"[{' '.join(kids)}{attached[index]}]"]
        entries += f"/K {kids[0]}" if kids else ""
        entries += f"/Pg {pages[page]} 0 R" if own_marks else ""
        objects.put(first + index, f"<<{entries}>>")
    objects.put(top, f"<</S/Document/P {root} 0 R/K[{' '.join(entry for _, entry in inside[-1])}]>>")
    # From a page's marks, and from links, to their elements (14.7.4.4).
    rows = []
    for sheet in document.pages:
        elements = (first + content.element for content in sheet.content if content.element != ARTIFACT)
        rows.append(objects.add(references(elements)))
    rows += (first + link.element for _, link in links)
    numbers = " ".join(f"{number} {row} 0 R" for number, row in enumerate(rows))
    objects.put(
        root,
        f"<</Type/StructTreeRoot/K {top} 0 R/ParentTree<</Nums[{numbers}]>>/ParentTreeNextKey {len(rows)}>>",
    )
    return root


def _kids(
    document: Composed, first: int
) -> tuple[Mapping[int, list[Place]], Mapping[int, list[tuple[Place, str]]]]:
    """The marked contents of each element, and the elements in each (those in none under -1) with the places they begin at.

    An element without any text follows the one before it.
    """
    marks: defaultdict[int, list[Place]] = defaultdict(list)
    begins: dict[int, Place] = {}
    for sheet, page in enumerate(document.pages):
        shown = (content.element for content in page.content if content.element != ARTIFACT)
        for mark, element in enumerate(shown):
            marks[element].append((sheet, mark))
            while element >= 0 and element not in begins:
                begins[element] = sheet, mark
                element = document.elements[element].parent
    inside: defaultdict[int, list[tuple[Place, str]]] = defaultdict(list)
    for index, one in enumerate(document.elements):
        beside = inside[one.parent]
        last = beside[-1][0] if beside else (-1, -1)
        beside.append((begins.get(index, last), f"{first + index} 0 R"))
    return marks, inside


def write_information(objects: Objects, document: Composed) -> int:
    """The information dictionary (ISO 32000-1, 14.3.3): the same as the metadata, for readers that know no other."""
    facts = {
        "Title": document.title, "Author": document.author, "Subject": document.description,
        "Keywords": ", ".join(document.keywords), "Producer": PRODUCER,
    }  # fmt: skip
    entries = "".join(f"/{key}{text(value)}" for key, value in facts.items() if value)
    return objects.add(f"<<{entries}{_dates(document.created)}>>")


def write_catalogue(objects: Objects, document: Composed, pages: int, tree: int, kids: Sequence[int]) -> int:
    """The catalogue (ISO 32000-1, 7.7.2); ``pages``, ``tree`` and ``kids``: the objects of page tree, structure, pages."""
    universal = Markup(shared(PDF_UA).decode())
    written = template(METADATA).render(document=document, producer=PRODUCER, universal=universal)
    metadata = objects.stream("/Type/Metadata/Subtype/XML", written.encode(), deflated=False)
    profile = objects.stream("/N 3", shared(PROFILE))
    entries = (
        f"/Type/Catalog/Pages {pages} 0 R/Lang{text(document.language)}/StructTreeRoot {tree} 0 R"
        f"/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>/Metadata {metadata} 0 R"
        f"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier{text('sRGB IEC61966-2.1')}"
        f"/DestOutputProfile {profile} 0 R>>]"
    )
    if document.bookmarks:
        entries += f"/Outlines {_outlines(objects, document, kids)} 0 R"
    if document.attachments:
        entries += _attached(objects, document.attachments, document.created)
    return objects.add(f"<<{entries}>>")


def destination(document: Composed, kids: Sequence[int], page: int, y: float) -> str:
    """A place in the document (ISO 32000-1, 12.3.2.2), ``y`` in its page's text area."""
    sheet = document.pages[page]
    return f"[{kids[page]} 0 R/XYZ null {number(sheet.height - sheet.top - y)} null]"


def _dates(created: date | None) -> str:
    """The day alone, for no hour is known (ISO 32000-1, 7.9.4); nothing where no day is."""
    return f"/CreationDate(D:{created:%Y%m%d})/ModDate(D:{created:%Y%m%d})" if created else ""


def _attached(objects: Objects, attachments: Sequence[Attachment], created: date | None) -> str:
    """Embedded files as sources of the whole document (ISO 19005-3, 6.8)."""
    files = []
    for one in attachments:
        about = f"/Subtype{name(one.media_type)}/Params<</Size {len(one.data)}{_dates(created)}>>"
        stream, title = objects.stream(f"/Type/EmbeddedFile{about}", one.data), text(one.name)
        file = objects.add(
            f"<</Type/Filespec/F{title}/UF{title}/Desc{text(one.description)}/AFRelationship/Source"
            f"/EF<</F {stream} 0 R/UF {stream} 0 R>>>>"
        )
        files.append((title, file))
    names = " ".join(f"{title} {file} 0 R" for title, file in sorted(files))
    return f"/AF{references(file for _, file in files)}/Names<</EmbeddedFiles<</Names[{names}]>>>>"


def _outlines(objects: Objects, document: Composed, kids: Sequence[int]) -> int:
    """Bookmarks (ISO 32000-1, 12.3.3): the first level open, those below closed."""
    marks = document.bookmarks
    root = objects.reserve()
    first = objects.reserve(len(marks))
    below: dict[int, list[int]] = {}  # -1: those that are below no other
    above: list[int] = []
    for index, mark in enumerate(marks):
        while above and marks[above[-1]].level >= mark.level:
            above.pop()
        below.setdefault(above[-1] if above else -1, []).append(index)
        above.append(index)
    for parent, beside in below.items():
        holder = first + parent if parent >= 0 else root
        for before, index, after in zip([None, *beside], beside, [*beside[1:], None], strict=False):
            mark, inside = marks[index], below.get(index, [])
            entries = f"/Title{text(mark.title)}/Parent {holder} 0 R" + _ends(inside, first)
            entries += f"/Dest{destination(document, kids, mark.page, mark.y)}"
            entries += f"/Prev {first + before} 0 R" if before is not None else ""
            entries += f"/Next {first + after} 0 R" if after is not None else ""
            entries += f"/Count {len(inside) if parent < 0 else -len(inside)}" if inside else ""
            objects.put(first + index, f"<<{entries}>>")
    shown = sum(1 + len(below.get(index, [])) for index in below[-1])
    objects.put(root, f"<</Type/Outlines{_ends(below[-1], first)}/Count {shown}>>")
    return root


def _ends(inside: Sequence[int], first: int) -> str:
    return f"/First {first + inside[0]} 0 R/Last {first + inside[-1]} 0 R" if inside else ""
