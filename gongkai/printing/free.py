"""Documents of free layout (a department's texts) → PDF/A-3a and PDF/UA-1, by WeasyPrint as it is.

WeasyPrint needs Pango, which not every machine has: official tables print without it, and only what is printed here
is then a problem that says what to install.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import TYPE_CHECKING

from lxml.html import Element, HtmlElement
from markupsafe import Markup

from gongkai.atomic import write_whole
from gongkai.pages.copied import picture_file
from gongkai.printing.composed import Printed
from gongkai.printing.faces import missing_glyph
from gongkai.printing.fonts import HEI, SONG, Fonts
from gongkai.printing.pdf.catalogue import PDF_UA
from gongkai.printing.pdf.objects import shared, template
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.acts import Article
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.prose import Places, closed, opened
from gongkai.reading.records import Disclosure
from gongkai.tables.richtext import keep_together
from gongkai.tables.templates import Templates

if TYPE_CHECKING:
    import pydyf
    from weasyprint import CSS, Document
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

STYLE = "print/article.css"
_PLACE = "https://article.invalid/"
"""What pictures' names are resolved against: nobody has such an address (RFC 6761)."""
_PANGO = {
    "linux": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango",
    "win32": "在 MSYS2 UCRT64 窗口运行 pacman -S mingw-w64-ucrt-x86_64-pango",
}
_METADATA_END = b"</rdf:RDF>"


@dataclass(frozen=True, slots=True)
class FreeDocument:
    """One PDF to make: its HTML, the pictures it shows by the names it calls them, the file and text it was written from."""

    html: str
    pictures: Mapping[str, bytes]
    file: str
    text: str


def article_document(
    templates: Templates,
    root: Path,
    loaded: LoadedDepartment,
    disclosure: Disclosure,
    article: Article,
    *,
    draft: bool = False,
) -> FreeDocument:
    """The document of a text; ``root`` is the project folder. Raises TemplateProblem."""
    context = {
        "article": article,
        "draft": draft,
        "html": Markup(keep_together(for_pages(article.html))),
        "locality": loaded.locality,
        "department": loaded.department,
        "disclosure": disclosure,
        "year": f"{disclosure.year}年" if disclosure.year else "年度未注明",
    }
    pictures = {one.name: picture_file(root, article, one.name).read_bytes() for one in article.pictures}
    return FreeDocument(templates.render("print/article.html", context), pictures, article.file, article.text)


def for_pages(html: str) -> str:
    """HTML whose tables can be cut at the end of a page: their heads repeat, rows that share a cell stay together.

    Rows of heads at the top become the table's head; rows that share a cell a group of their own, which the style sheet
    keeps on one page: WeasyPrint's structure of a cell that is cut is none that PDF/UA-1 (7.2, 7.5) allows.
    """
    if "<table" not in html:
        return html
    root = opened(html)
    for body in root.xpath(".//tbody[not(preceding-sibling::tbody)]"):
        groups = _groups(body.findall("tr"))
        heads = list(takewhile(_is_head, groups)) if body.getprevious() is None else []
        if heads and len(heads) < len(groups):
            body.addprevious(_rows("thead", heads))
            groups = groups[len(heads) :]
        if any(len(group) > 1 for group in groups):
            for group in groups:
                body.addprevious(_rows("tbody", [group]))
            body.drop_tree()
    return closed(root)


def _groups(rows: list[HtmlElement]) -> list[list[HtmlElement]]:
    """Rows in groups that no cell reaches out of."""
    groups: list[list[HtmlElement]] = []
    left = 0
    for row in rows:
        if left <= 0:
            groups.append([])
        groups[-1].append(row)
        left = max(left, *(int(cell.get("rowspan", "1")) for cell in row)) - 1
    return groups


def _is_head(group: list[HtmlElement]) -> bool:
    return all(cell.tag == "th" for row in group for cell in row)


def _rows(tag: str, groups: list[list[HtmlElement]]) -> HtmlElement:
    element = Element(tag)
    element.extend(row for group in groups for row in group)
    return element


class FreePrinter:
    """Prints documents of free layout; keep one per process. ``layouts`` has the site's folder first."""

    def __init__(self, layouts: tuple[Path, ...], fonts: Fonts) -> None:
        self._layouts, self.fonts = layouts, fonts

    def print(self, document: FreeDocument) -> tuple[Printed | None, list[Problem]]:
        """The PDF, and what is wrong with it at its place in the text; None where this machine can't make it."""
        if self._engine is None:
            return None, [_no_pango(document)]
        from weasyprint import HTML

        configuration, style = self._engine
        problems = list(self._missing_glyphs(document))
        html = HTML(string=document.html, base_url=_PLACE, url_fetcher=_pictures_alone(document.pictures))
        with _heard() as heard:
            laid_out = html.render(
                font_config=configuration,
                stylesheets=[style],
                presentational_hints=True,  # where a list starts, how a cell is aligned
                pdf_variant="pdf/a-3a",
            )
            data = laid_out.write_pdf(pdf_variant="pdf/a-3a", finisher=_identify)
        messages = dict.fromkeys(record.getMessage() for record in heard)
        hint = f"排版程序的提示；请检查说明里的写法，或样式 layouts/{STYLE}。"
        place = Place(document.file, 1, 1)
        problems += [
            Problem(place, "print.engine", Severity.WARNING, f"印制时：{one}", hint) for one in messages
        ]
        return Printed(data, len(laid_out.pages)), problems

    @cached_property
    def _engine(self) -> tuple[FontConfiguration, CSS] | None:
        """WeasyPrint's fonts and our style; None where it does not find its libraries."""
        use_fonts(self.fonts)
        try:
            from weasyprint import CSS
            from weasyprint.text.fonts import FontConfiguration
        except OSError:
            return None
        file = next(folder / STYLE for folder in self._layouts if (folder / STYLE).is_file())
        configuration = FontConfiguration()
        return configuration, CSS(filename=str(file), font_config=configuration)

    def _missing_glyphs(self, document: FreeDocument) -> Iterator[Problem]:
        """Characters no font has: they would come out as empty boxes."""
        shown = {char for char in set(document.text) if char > "~" and not char.isspace()}
        for char in sorted(shown - self.fonts.covered):
            yield missing_glyph(char, Places(document.file, document.text).find(char))


def _pictures_alone(pictures: Mapping[str, bytes]) -> URLFetcher:
    """What answers with the document's pictures and looks for nothing else, on the disk or in the network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Pictures(URLFetcher):  # type: ignore[misc]  # it has no types
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            """One picture. Raises ValueError for all else."""
            name = url.removeprefix(_PLACE)
            if name not in pictures:
                raise ValueError(f"{url} is not one of the document's pictures")
            return URLFetcherResponse(url, pictures[name])

    return Pictures()


def _identify(document: Document, pdf: pydyf.PDF) -> None:
    """Say in the finished metadata that the file keeps PDF/UA-1, too: WeasyPrint names one standard alone."""
    number = int(pdf.catalog["Metadata"].split()[0])
    stream = pdf.objects[number].stream
    stream[:] = [piece.replace(_METADATA_END, shared(PDF_UA) + _METADATA_END) for piece in stream]


def _no_pango(document: FreeDocument) -> Problem:
    """A warning: the text itself is published as a page, and the tables beside it need not wait for a PDF of it."""
    command = _PANGO.get(sys.platform, _PANGO["linux"])
    message = "这份说明没有 PDF，只公开了网页：这台电脑没有排版用的 Pango"
    hint = f"请安装：{command}，然后重新生成。各张表的 PDF 不受影响。"
    return Problem(Place(document.file, 1, 1), "print.pango", Severity.WARNING, message, hint)


@contextmanager
def _heard() -> Iterator[list[logging.LogRecord]]:
    """What WeasyPrint logs meanwhile; it goes nowhere else."""
    logger, handler = logging.getLogger("weasyprint"), BufferingHandler(10_000)
    handler.setLevel(logging.WARNING)
    before, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield handler.buffer
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


# -- fonts ----------------------------------------------------------------------------------------


def use_fonts(fonts: Fonts) -> None:
    """Make this process print with these fonts alone; call it before WeasyPrint makes a font configuration."""
    fonts.prepare()
    text = settings(fonts)
    file = fonts.folder / f"fonts-{hashlib.sha256(text.encode()).hexdigest()[:16]}.conf"
    if not file.is_file():
        write_whole(file, text.encode())
    os.environ["FONTCONFIG_FILE"] = str(file)


def settings(fonts: Fonts) -> str:
    """A fontconfig file that accepts our files and faces and no others, and sends every name to one of them."""
    faces = fonts.faces
    files = [*(face.cut for face in faces if face.cut), *(face.file for face in faces)]
    cut_families = list(dict.fromkeys(face.cut_family for face in faces if face.cut))
    by_role = {face.role: face.family for face in faces}
    song = [by_role["song"], *(face.family for face in faces if face.role in ("signs", "rare"))]
    text: str = template("print/fonts.conf").render(
        folders=dict.fromkeys(file.parent for file in files),
        cache=fonts.folder / "fontconfig",
        files=files,
        families=[*cut_families, *dict.fromkeys(face.family for face in faces)],
        hei=[*({HEI} & {*cut_families}), by_role["hei"], *song],
        song=[*({SONG} & {*cut_families}), *song],
    )
    return text
