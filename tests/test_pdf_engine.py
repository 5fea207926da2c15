"""What the print engine keeps from document to document must never show in the next one."""

import io

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL.ImageCms import ImageCmsProfile
from printing import opened, printer, single
from test_pdf import with_indicators, with_objective


def forget():
    from gongkai.printing.engine.cascade import forget_styles
    from gongkai.printing.engine.cells import forget_cells
    from gongkai.printing.engine.glyphs import forget_glyphs

    forget_styles()
    forget_cells()
    forget_glyphs()


def made(job):
    result, problems = printer().print(job)
    assert not problems
    return result.data


JOBS = (
    lambda: single("langxi", "2023"),
    lambda: single("huadu", "undated"),
    lambda: with_indicators(60),
    lambda: with_objective("<p>甲</p><ul><li>乙</li><li><b>丙</b>2次</li></ul><blockquote>丁</blockquote>"),
)


@pytest.mark.parametrize("job", JOBS)
def test_a_pdf_does_not_depend_on_what_was_printed_before(job):
    forget()
    alone = made(job())
    for other in JOBS:
        made(other())
    assert made(job()) == alone


def test_like_cells_keep_their_own_places_in_the_structure():
    """Cells alike in text and style share a layout; each is still tagged as the cell it is."""
    first, again = (opened(made(with_indicators(count))) for count in (3, 4))
    for pdf, count in ((first, 3), (again, 4)):
        texts = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
        owners = [one.objgen for one in texts if isinstance(one, pikepdf.Dictionary)]
        assert len(set(owners)) > 20 + 3 * count


def test_styles_of_a_document_are_its_own():
    """An element's own style reaches neither like elements nor the next document."""
    job = single("dongguan", "2026")
    plain = made(job)
    styled = job.html.replace("<table", '<p style="color:red" id="own">红</p><table', 1)
    red = made(type(job)(job.path, styled, job.forms, job.record, job.sources))
    assert b"red" not in plain and red != plain
    content = opened(red).pages[0].Contents.read_bytes()
    assert content.count(b"1 0 0 rg") == 1
    assert made(job) == plain


def test_borders_of_a_table_are_few_lines():
    content = opened(made(single("dongguan", "2026"))).pages[0].Contents.read_bytes().split(b"\n")
    assert content.count(b"S") == 1, "one path holds all borders of a table"
    assert sum(line.endswith(b" l") for line in content) > 20


@pytest.mark.parametrize("job", [*JOBS, lambda: single("dongguan", "2026"), lambda: with_indicators(9)])
def test_tables_cut_page_by_page_are_those_of_laying_out_again(job, monkeypatch):
    """A document made in one go is the one that comes out when it is laid out until nothing moves."""
    at_once = made(job())
    monkeypatch.setattr(type(printer()), "_lay_out_by_page", lambda *_: None)
    assert made(job()) == at_once


def test_long_documents_are_laid_out_once():
    for count in (20, 60):
        result, _ = printer().print(with_indicators(count))
        assert result.pages > 1 and result.passes == 1


def descriptors(data):
    return [
        one for one in opened(data).objects if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one
    ]


def test_fonts_have_the_outlines_of_what_is_printed_and_nothing_else():
    found = descriptors(made(single("dongguan", "2026")))
    assert found
    for one in found:
        font = TTFont(io.BytesIO(one.FontFile2.read_bytes()), checkChecksums=2)
        assert set(font.keys()) == {"GlyphOrder", "head", "hhea", "maxp", "hmtx", "loca", "glyf"}
        drawn = [name for name in font.getGlyphOrder() if font["glyf"][name].numberOfContours > 0]
        assert 0 < len(drawn) < 400 and font["maxp"].numGlyphs > 2 * len(drawn), "glyphs keep their numbers"


def test_the_colours_are_srgb_by_their_formula():
    intent = opened(made(single("dongguan", "2026"))).Root.OutputIntents[0]
    data = intent.DestOutputProfile.read_bytes()
    profile = ImageCmsProfile(io.BytesIO(data)).profile
    assert len(data) < 600 and int(intent.DestOutputProfile.N) == 3
    assert profile.profile_description == str(intent.OutputConditionIdentifier) == "sRGB IEC61966-2.1"
    assert (profile.device_class, profile.xcolor_space.strip(), profile.version) == ("mntr", "RGB", 4.2)
    red, green, blue = (
        primary[1] for primary in (profile.red_primary, profile.green_primary, profile.blue_primary)
    )
    assert red[:2] == pytest.approx((0.648, 0.331), abs=0.001)  # adapted to D50
    assert green[:2] == pytest.approx((0.321, 0.598), abs=0.001)
    assert blue[:2] == pytest.approx((0.156, 0.066), abs=0.001)
