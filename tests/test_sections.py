"""Disclosures bound from their tables: just what printing them at once gives, and nothing is printed twice."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from printing import Whole, forms, kids, many_projects, pages, printed, single, whole
from verapdf import verapdf

from benchmarks.records import Maker
from gongkai.printing import sections
from gongkai.printing.binder import Binder
from gongkai.printing.documents import PrintJob
from gongkai.printing.htmlpdf import Printed, Printer
from gongkai.problems import Problem
from gongkai.reading.load import Loader

PORTRAIT = [("dongguan", "2026"), ("dongkeng", "2024")]
TURNED = ["gamma", "delta"]
"""Made-up places with landscape tables, one of them among portrait ones."""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Whole]:
    """A disclosure of each made-up place."""
    root = tmp_path_factory.mktemp("made")
    Maker().write(root, 80)
    loader = Loader(root, forms())
    found = {}
    for locality in loader.localities():
        for folder in loader.department_folders(locality)[:1]:
            loaded = loader.department(locality, folder)
            assert loaded is not None
            found[locality.slug] = Whole(loaded, loaded.department.disclosures[0])
    return found


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of what is printed during a test."""
    paths: list[str] = []
    real = Printer.print

    def noting(self: Printer, job: PrintJob) -> tuple[Printed, list[Problem]]:
        paths.append(job.path.rpartition("/")[2])
        return real(self, job)

    monkeypatch.setattr(Printer, "print", noting)
    return paths


def bind(one: Whole, folder: Path) -> bytes:
    bound = one.bound(folder)
    assert bound is not None and bound[1] == []
    return bound[0].data


# -- the same as printed at once ------------------------------------------------------------------


@pytest.mark.parametrize(("locality", "year"), PORTRAIT)
def test_a_bound_disclosure_is_what_printing_it_at_once_gives(
    locality: str, year: str, tmp_path: Path
) -> None:
    assert_same(whole(locality, year), tmp_path)


@pytest.mark.parametrize("place", TURNED)
def test_so_it_is_with_landscape_tables(place: str, made_up: dict[str, Whole], tmp_path: Path) -> None:
    data = assert_same(made_up[place], tmp_path / "kept")
    file = tmp_path / "one.pdf"
    file.write_bytes(data)
    assert verapdf([file]) == []


def assert_same(one: Whole, folder: Path) -> bytes:
    data = bind(one, folder)
    at_once = printed(one.document())[0].data
    assert facts(data) == facts(at_once)
    for sides, others in zip(places(data), places(at_once), strict=True):
        assert max(abs(one - other) for one, other in zip(sides, others, strict=True)) < 0.02
    assert len(data) < 1.1 * len(at_once)
    return data


def facts(data: bytes) -> dict[str, Any]:
    """What a reader, a screen reader and a program find in a PDF; positions rounded to a tenth of a point."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            bookmarks = [_bookmark(item, numbers) for item in outline.root]
        return {
            "text": pages(data),
            "bookmarks": bookmarks,
            "structure": _structure(pdf.Root.StructTreeRoot, numbers),
            "links": list(_links(pdf, numbers)),
            "files": {str(one.UF): one.EF.F.read_bytes() for one in pdf.Root.AF},
            "metadata": pdf.Root.Metadata.read_bytes(),
            "sizes": [[float(number) for number in page.mediabox] for page in pdf.pages],
        }


def places(data: bytes) -> list[list[float]]:
    """Where each character stands on its page: its four sides, in points."""
    found = []
    for page in pypdfium2.PdfDocument(data):
        text = page.get_textpage()
        shown = (number for number in range(text.count_chars()) if text.get_text_range(number, 1).strip())
        found.append([side for number in shown for side in text.get_charbox(number)])
    return found


def _bookmark(item: pikepdf.OutlineItem, numbers: dict[Any, int]) -> tuple[Any, ...]:
    page, _, left, top, _ = item.destination
    children = [_bookmark(child, numbers) for child in item.children]
    return item.title, numbers[page.objgen], round(float(left), 1), round(float(top), 1), children


def _structure(element: Any, numbers: dict[Any, int]) -> list[Any]:
    found: list[Any] = []
    for kid in kids(element):
        if not isinstance(kid, pikepdf.Dictionary):
            found.append((numbers[element.Pg.objgen], int(kid)))
        elif "/S" in kid:
            attributes = kid.A.unparse() if "/A" in kid else b""
            found.append((str(kid.S), attributes, _structure(kid, numbers)))
        else:
            found.append((numbers[kid.Pg.objgen], int(kid.get("/MCID", -1))))
    return found


def _links(pdf: pikepdf.Pdf, numbers: dict[Any, int]) -> Iterator[tuple[Any, ...]]:
    names = pikepdf.NameTree(pdf.Root.Names.Dests) if "/Dests" in pdf.Root.Names else {}
    for page in pdf.pages:
        for link in page.get("/Annots", ()):
            target = names[str(link.Dest)]
            array = target.D if isinstance(target, pikepdf.Dictionary) else target
            yield numbers[array[0].objgen], [round(float(side), 1) for side in link.Rect]


# -- what is kept ---------------------------------------------------------------------------------


def test_what_is_kept_gives_the_same_bytes_and_is_not_printed_again(tmp_path: Path, noted: list[str]) -> None:
    first = bind(whole("dongguan", "2026"), tmp_path)
    assert len(noted) == 7 + 1, "each project, and what runs through the whole"
    noted.clear()
    assert bind(whole("dongguan", "2026"), tmp_path) == first
    assert noted == []


@pytest.mark.parametrize("damage", [b"", b"PK", None])
def test_a_damaged_section_is_printed_again(damage: bytes | None, tmp_path: Path, noted: list[str]) -> None:
    first = bind(whole("dongkeng", "2024"), tmp_path)
    file = next(file for file in sorted(tmp_path.iterdir()) if not file.name.startswith("_"))
    good = file.read_bytes()
    file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]) if damage is None else damage)
    noted.clear()
    assert bind(whole("dongkeng", "2024"), tmp_path) == first
    assert len(noted) == 1 and file.name in noted[0]
    assert file.read_bytes() == good


def test_one_changed_project_is_printed_alone(tmp_path: Path, noted: list[str]) -> None:
    before = whole("dongguan", "2026")
    bind(before, tmp_path)
    noted.clear()
    changed = change(before, 2, authority="另一个部门")
    after = bind(changed, tmp_path)
    assert [name for name in noted if not name.endswith("2026.pdf")] == [f"{name_of(before, 2)}.pdf"]
    assert after == bind(changed, tmp_path / "from nothing")


def test_a_project_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    before = whole("dongguan", "2026")
    bind(before, tmp_path)
    gone = before.disclosure.projects[0]
    fewer = before.disclosure.model_copy(update={"projects": before.disclosure.projects[1:]})
    bind(Whole(before.loaded, fewer), tmp_path)
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {"_front", *(one.slug for one in fewer.projects)} and gone.slug not in left


def test_where_nothing_can_be_kept_the_disclosure_is_bound_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert bind(whole("dongkeng", "2024"), blocked) == bind(whole("dongkeng", "2024"), tmp_path / "kept")


def change(one: Whole, number: int, **fields: str) -> Whole:
    projects = list(one.disclosure.projects)
    projects[number] = projects[number].model_copy(update=fields)
    return Whole(one.loaded, one.disclosure.model_copy(update={"projects": tuple(projects)}))


def name_of(one: Whole, number: int) -> str:
    slugs = (one.loaded.locality.slug, one.loaded.department.slug, one.disclosure.slug)
    return "-".join([*slugs, one.disclosure.projects[number].slug])


# -- pages, fonts ---------------------------------------------------------------------------------


def test_pages_of_another_measure_are_not_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a site's own page style gives odd and even pages text areas of their own, all is laid out at once."""
    real = sections._shifts
    monkeypatch.setattr(
        sections, "_shifts", lambda areas, wanted: real([(a, b, w - 1, h) for a, b, w, h in areas], wanted)
    )
    assert whole("dongkeng", "2024").bound(tmp_path) is None


def test_each_font_is_in_the_file_once() -> None:
    result, problems = printed(many_projects("dongguan", "2026", 24))
    assert problems == []
    with pikepdf.open(io.BytesIO(result.data)) as pdf:
        files = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/Length1" in one]
        assert len(files) == 3
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert len({font.objgen for font in fonts}) == 3
    assert len(result.data) < 24 * len(printed(single("dongguan", "2026"))[0].data) / 4


def test_subsets_that_disagree_are_kept_apart(tmp_path: Path) -> None:
    """The same glyph number for another outline: both parts keep their own font, under names of their own."""
    front = printed(single("dongguan", "2026"))[0].data
    with pikepdf.open(io.BytesIO(front)) as other:
        for font in other.pages[0].Resources.Font.values():
            file = font.DescendantFonts[0].FontDescriptor.FontFile2
            data = bytearray(file.read_bytes())
            start = next(
                int.from_bytes(data[place + 8 : place + 12], "big")
                for place in range(12, 12 + 16 * data[5], 16)
                if data[place : place + 4] == b"glyf"
            )
            data[start + 40 : start + 400] = bytes(360)
            file.write(bytes(data))
        binder = Binder(twice(front), 1, one=True)
        binder.add(other)
        bound = binder.finish()
    with pikepdf.open(io.BytesIO(bound)) as pdf:
        names = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
        assert len(names) > 2 and len({name.partition("+")[2] for name in names}) == 2


def twice(data: bytes) -> bytes:
    """A page with itself as the stamp behind it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages.append(pdf.pages[0])
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()
