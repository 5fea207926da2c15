"""Finished layouts → PDF bytes: pages, fonts, structure and what the file says of itself, as PDF/A-3a and PDF/UA-1"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count, groupby
from math import cos, radians, sin

from gongkai.printing.composed import ARTIFACT, Composed, Page, Run
from gongkai.printing.faces import FontSet
from gongkai.printing.pdf.catalogue import destination, write_catalogue, write_information, write_tree
from gongkai.printing.pdf.fonts import Used, UsedFonts
from gongkai.printing.pdf.objects import Objects, number, references, text


def page_contents(page: Page, tags: Sequence[str], fonts: Mapping[str, Used]) -> bytes:
    """The content stream of a page; the marked contents are numbered in their order (ISO 32000-1, 14.6 to 14.8).

    Moves from text to text are counted in hundredths, so that rounding doesn't add up.
    """
    left, top, marks = page.left, page.height - page.top, count()
    at_x, at_y, face, size, spacing = 0, 0, "", 0.0, 0.0
    parts: list[str] = []
    add = parts.append

    def choose(run: Run) -> None:
        nonlocal face, size, spacing
        if (run.face, run.size) != (face, size):
            face, size = run.face, run.size
            add(f"/{fonts[face].name} {size:.6g} Tf ")
        if run.spacing != spacing:
            spacing = run.spacing
            add(f"{spacing:.4g} Tc ")

    for content in page.content:
        plain = content.element == ARTIFACT
        add("/Artifact BMC\n" if plain else f"/{tags[content.element]}<</MCID {next(marks)}>>BDC\n")
        for run in content.runs:
            choose(run)
            x, y = round(100 * (left + run.x)), round(100 * (top - run.y))
            add(f"{(x - at_x) / 100:.8g} {(y - at_y) / 100:.8g} Td <{run.text.translate(fonts[face])}>Tj\n")
            at_x, at_y = x, y
        add("EMC\n")
    for one in page.furniture:  # no part of the text (14.8.2.2)
        add(f"/Artifact<</Type/Pagination/Subtype/{one.part}>>BDC\n")
        choose(one.run)
        angle = radians(-one.turned)
        matrix = (cos(angle), sin(angle), -sin(angle), cos(angle), one.run.x, page.height - one.run.y)
        numbers = " ".join(f"{round(one, 4):.8g}" for one in matrix)
        add(f"{numbers} Tm <{one.run.text.translate(fonts[face])}>Tj\nEMC\n")
    texts = [f"BT\n{''.join(parts)}ET"] if parts else []
    return "\n".join([*([_strokes(page)] if page.rules else []), *texts]).encode("ascii")


def _strokes(page: Page) -> str:
    """All rules of a page in one artifact: one path for each width, square ends so that corners close."""
    left, top = page.left, page.height - page.top
    paths = ["/Artifact<</Type/Layout>>BDC 2 J"]
    for width, rules in groupby(page.rules, key=lambda rule: rule.width):
        steps = (
            f"{number(left + x1)} {number(top - y1)} m {number(left + x2)} {number(top - y2)} l"
            for x1, y1, x2, y2, _ in rules
        )
        paths.append(f"{number(width)} w {' '.join(steps)} S")
    return "\n".join((*paths, "EMC"))


def write(document: Composed, fonts: FontSet) -> bytes:
    """The file. The same document and the same fonts give the same bytes; a document without a date gives none."""
    objects, used = Objects(), UsedFonts(fonts)
    tree = objects.reserve()
    kids = [objects.reserve() for _ in document.pages]
    tags = [element.role for element in document.elements]
    contents = [objects.stream("", page_contents(page, tags, used)) for page in document.pages]
    resources = objects.add(f"<</Font<<{used.write(objects)}>>>>")
    links = [(place, link) for place, page in enumerate(document.pages) for link in page.links]
    first_link = next_link = objects.reserve(len(links))
    for place, (page, content) in enumerate(zip(document.pages, contents, strict=True)):
        own = range(next_link, next_link + len(page.links))
        next_link = own.stop
        objects.put(
            kids[place],
            f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {number(page.width)} {number(page.height)}]"
            f"/Resources {resources} 0 R/Contents {content} 0 R/StructParents {place}/Tabs/S"
            + (f"/Annots{references(own)}>>" if own else ">>"),
        )
    objects.put(tree, f"<</Type/Pages/Count {len(kids)}/Kids{references(kids)}>>")
    for order, (place, link) in enumerate(links):
        target = (
            f"/A<</S/URI/URI{text(link.target)}>>"
            if isinstance(link.target, str)
            else f"/Dest{destination(document, kids, *link.target)}"
        )
        page = document.pages[place]
        left, top = page.left + link.x, page.height - page.top - link.y
        rectangle = " ".join(map(number, (left, top - link.height, left + link.width, top)))
        # Its words, and its place in the structure (ISO 32000-1, 12.5.6.5; ISO 14289-1, 7.18).
        objects.put(
            first_link + order,
            f"<</Type/Annot/Subtype/Link/Rect[{rectangle}]/Border[0 0 0]/F 4/Contents{text(link.text)}"
            f"/StructParent {len(kids) + order}/P {kids[place]} 0 R{target}>>",
        )
    structure = write_tree(objects, document, kids, links, first_link)
    information = write_information(objects, document)
    return objects.write(write_catalogue(objects, document, tree, structure, kids), information)
