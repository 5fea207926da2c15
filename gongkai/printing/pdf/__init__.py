"""Finished layouts → PDF bytes: pages, fonts, structure and what the file says of itself, as PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

from collections.abc import Sequence

from gongkai.printing.composed import Composed, Link, Page
from gongkai.printing.faces import FontSet
from gongkai.printing.pdf.catalogue import destination, write_catalogue, write_information
from gongkai.printing.pdf.fonts import UsedFonts
from gongkai.printing.pdf.objects import Objects, number, references, text
from gongkai.printing.pdf.pages import page_contents
from gongkai.printing.pdf.tree import Annotation, write_tree


def write(document: Composed, fonts: FontSet) -> bytes:
    """The file. The same document and the same fonts give the same bytes; a document without a date gives none."""
    objects, used = Objects(), UsedFonts(fonts)
    tree = objects.reserve()
    kids = [objects.reserve() for _ in document.pages]
    tags = [element.role for element in document.elements]
    contents = [objects.stream("", page_contents(page, tags, used)) for page in document.pages]
    resources = objects.add(f"<</Font<<{used.write(objects)}>>>>")
    links: list[Annotation] = []
    for place, (page, content) in enumerate(zip(document.pages, contents, strict=True)):
        own = [objects.reserve() for _ in page.links]
        links += (Annotation(one, place, link) for one, link in zip(own, page.links, strict=True))
        objects.put(
            kids[place],
            f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {number(page.width)} {number(page.height)}]"
            f"/Resources {resources} 0 R/Contents {content} 0 R/StructParents {place}/Tabs/S"
            + (f"/Annots{references(own)}>>" if own else ">>"),
        )
    objects.put(tree, f"<</Type/Pages/Count {len(kids)}/Kids{references(kids)}>>")
    _put_links(objects, document, kids, links)
    structure = write_tree(objects, document, kids, links)
    information = write_information(objects, document)
    return objects.write(write_catalogue(objects, document, tree, structure, kids), information)


def _put_links(
    objects: Objects, document: Composed, kids: Sequence[int], links: Sequence[Annotation]
) -> None:
    """Link annotations (ISO 32000-1, 12.5.6.5), each with its words and its place in the structure (ISO 14289-1, 7.18)."""
    for key, link in enumerate(links, len(document.pages)):
        page = document.pages[link.page]
        objects.put(
            link.number,
            f"<</Type/Annot/Subtype/Link/Rect[{_rectangle(link.link, page)}]/Border[0 0 0]/F 4"
            f"/Contents{text(link.link.text)}/StructParent {key}/P {kids[link.page]} 0 R"
            f"{_target(document, kids, link.link)}>>",
        )


def _rectangle(link: Link, page: Page) -> str:
    left, top = page.left + link.x, page.height - page.top - link.y
    return " ".join(map(number, (left, top - link.height, left + link.width, top)))


def _target(document: Composed, kids: Sequence[int], link: Link) -> str:
    if isinstance(link.target, str):
        return f"/A<</S/URI/URI{text(link.target)}>>"
    return f"/Dest{destination(document, kids, *link.target)}"
