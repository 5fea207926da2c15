"""The yearbook: the tables of many disclosures in one PDF with its own page numbers, contents and bookmarks."""

import io
import re

import pikepdf
import pytest
from printing import all_tables, department, disclosure, elements, pages, printed, whole, yearbook
from verapdf import verapdf

PARTS = [("dongguan", "2023"), ("dongguan", "2026"), ("huadu", "undated")]


@pytest.fixture(scope="module")
def bound():
    result, problems = printed(yearbook("东莞市", 2026, *PARTS))
    assert problems == []
    return result


def test_pages_are_numbered_through_and_parts_begin_on_odd_ones(bound):
    texts = pages(bound.data)
    assert len(texts) == bound.pages == 2 + (3 + 1) + (9 + 1) + 4
    for number, text in enumerate(texts, 1):
        cover, landscape = number in (1, 7), number > 16
        assert re.findall(r"—(\d+)—", text) == ([] if cover else [str(number)])
        assert re.findall(r"共(\d+)页", text) == ([] if cover or landscape else [str(len(texts))])
    assert "东莞市2026年预算绩效目标公开汇编" in texts[0] and "共3个部门" in texts[0]
    assert [text for text in texts if "东莞市部门整体预算绩效目标表" in text] == [texts[2]]


def test_the_tables_are_those_of_the_disclosures(bound):
    """Laid out once: the same texts on the same pages, but for what stands in the margins."""
    texts = pages(bound.data)
    start = 2
    for part in PARTS:
        for number, text in enumerate(pages(printed(whole(*part))[0].data)):
            own = re.sub(r"—\d+—|共\d+页", "", text)
            assert own == re.sub(r"—\d+—|共\d+页", "", texts[start + number]) or "目录" in text
        start += number + 1 + (number + 1) % 2


def test_contents_and_bookmarks_lead_to_the_parts(bound):
    with pikepdf.open(io.BytesIO(bound.data)) as pdf:
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        links = [places[link.Dest[0].objgen] for link in pdf.pages[1].Annots]
        assert links == [3, 7, 17]
        with pdf.open_outline() as outline:
            names = [department(locality).department.name for locality, _ in PARTS]
            assert [item.title for item in outline.root[1:]] == names
            form = outline.root[2].children[0].children[1]
            assert [places[item.destination[0].objgen] for item in form.children] == list(range(9, 16))


def test_the_contents_of_a_part_lead_to_its_tables(bound):
    with pikepdf.open(io.BytesIO(bound.data)) as pdf:
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        assert [places[link.Dest[0].objgen] for link in pdf.pages[7].Annots] == [9, *range(9, 16)]


def test_all_parts_share_their_fonts(bound):
    with pikepdf.open(io.BytesIO(bound.data)) as pdf:
        files = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/Length1" in one]
        assert len(files) == 3
    assert len(bound.data) < sum(len(printed(whole(*part))[0].data) for part in PARTS)


def test_the_structure_of_every_part_is_there(bound, tmp_path):
    with pikepdf.open(io.BytesIO(bound.data)) as pdf:
        assert len(elements(pdf.Root.StructTreeRoot, "Table")) == 1 + 7 + 1
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfuaid:part"]) == ("3", "1")
        assert "/AF" not in pdf.Root, "data is attached to the disclosures' own PDFs"
    file = tmp_path / "one.pdf"
    file.write_bytes(bound.data)
    assert verapdf([file]) == []


def test_a_disclosure_of_no_year_says_so_on_the_cover():
    text = pages(printed(yearbook("广州市", None, ("huadu", "undated")))[0].data)[0]
    assert "广州市预算绩效目标公开汇编（年度未注明）" in text


def test_what_is_not_disclosed_is_in_no_part():
    loaded = department("dongguan")
    one = disclosure(loaded, "2026")
    first, *others = one.projects
    secret = first.model_copy(update={"disclosed": False, "name": "不公开的项目"})
    fewer = one.model_copy(update={"projects": (secret, *others)})
    job = all_tables(loaded, fewer)
    assert "不公开的项目" not in "".join(pages(printed(job)[0].data))
    assert first.slug not in {source.file.rpartition("/")[2].removesuffix(".yaml") for source in job.sources}
