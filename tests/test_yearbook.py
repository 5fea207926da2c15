"""The yearbook: finished disclosures bound into one PDF with its own page numbers, contents and bookmarks."""

import io
import re

import pikepdf
import pytest
from printing import elements, pages, printed, printer, templates, whole
from verapdf import verapdf

from gongkai.printing.yearbook import Part, bind_yearbook

PARTS = [("dongguan", "2023"), ("dongguan", "2026"), ("huadu", "undated")]


@pytest.fixture(scope="module")
def bound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    parts = []
    for locality, year in PARTS:
        file = folder / f"{locality}-{year}.pdf"
        file.write_bytes(printed(whole(locality, year))[0].data)
        parts.append(Part(f"{locality}部门", f"{locality}{year}公开", file))
    result, problems = bind_yearbook(printer(), templates(), "dongguan/2026.pdf", "东莞市", 2026, parts)
    assert problems == []
    return result


def test_pages_are_numbered_through_and_parts_begin_on_odd_ones(bound):
    texts = pages(bound.data)
    assert len(texts) == bound.pages == 2 + (3 + 1) + (9 + 1) + 4
    for number, text in enumerate(texts[1:], 2):
        assert re.findall(r"—(\d+)—", text) == [str(number)], "its own number, and not that of its part"
        landscape = number > 16
        assert re.findall(r"共(\d+)页", text) == [] if landscape else [str(len(texts))]
    assert "东莞市2026年预算绩效目标公开汇编" in texts[0]
    assert [text for text in texts if "东莞市部门整体预算绩效目标表" in text] == [texts[2]]


def test_contents_and_bookmarks_lead_to_the_parts(bound):
    with pikepdf.open(io.BytesIO(bound.data)) as pdf:
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        arrays = {name: one.D if isinstance(one, pikepdf.Dictionary) else one for name, one in names.items()}
        targets = {name: places[array[0].objgen] for name, array in arrays.items()}
        links = [targets[str(link.Dest)] for link in pdf.pages[1].Annots]
        assert links == [3, 7, 17]
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root[1:]] == ["dongguan部门", "dongguan部门", "huadu部门"]
            form = outline.root[2].children[0].children[1]
            assert [places[item.destination[0].objgen] for item in form.children] == list(range(9, 16))


def test_links_of_a_part_lead_where_they_led_in_it(bound):
    with pikepdf.open(io.BytesIO(bound.data)) as pdf:
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        assert [places[link.Dest[0].objgen] for link in pdf.pages[7].Annots] == [9, *range(9, 16)]


def test_all_parts_share_their_fonts(bound):
    with pikepdf.open(io.BytesIO(bound.data)) as pdf:
        files = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/Length1" in one]
        assert len(files) == 3
    assert len(bound.data) < sum(len(printed(whole(*part))[0].data) for part in PARTS)


def test_the_structure_of_every_part_is_kept(bound, tmp_path):
    with pikepdf.open(io.BytesIO(bound.data)) as pdf:
        tree = pdf.Root.StructTreeRoot
        assert len(elements(tree, "Part")) == 3
        assert len(elements(tree, "Table")) == 1 + 7 + 1
        numbers = tree.ParentTree.Nums
        keys = [int(numbers[n]) for n in range(0, len(numbers), 2)]
        assert keys == sorted(set(keys)) and int(tree.ParentTreeNextKey) > keys[-1]
        parents = dict(zip(keys, list(numbers)[1::2], strict=True))
        for page in pdf.pages:
            own = parents[int(page.StructParents)]
            assert all(str(one.S) for one in own if isinstance(one, pikepdf.Dictionary))
            for link in page.get("/Annots", []):
                assert parents[int(link.StructParent)].S == "/Link"
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfuaid:part"]) == ("3", "1")
    file = tmp_path / "one.pdf"
    file.write_bytes(bound.data)
    assert verapdf([file]) == []
