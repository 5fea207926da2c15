"""What files say of themselves: only what the document states, in the places readers look."""

import io
import re
from datetime import date

import pikepdf
import pytest
from PIL.ImageCms import ImageCmsProfile

from gongkai.printing.composed import Bookmark, Composed, Element, Page
from gongkai.printing.pdf import write
from gongkai.printing.pdf.catalogue import PROFILE
from gongkai.workspace import built_in_layouts

from .samples import whole


def test_title_language_and_conformance(faces):
    with pikepdf.open(io.BytesIO(write(whole(faces), faces))) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "某局（部门）绩效目标" == str(pdf.docinfo.Title)
            assert metadata["dc:creator"] == ["某局"] and str(pdf.docinfo.Author) == "某局"
            assert metadata["dc:description"] == "说明 & <附>" and metadata["pdf:Keywords"] == "绩效, 目标"
            assert metadata["pdfuaid:part"] == "1" and metadata.pdfa_status == "3A"
            assert metadata["xmp:CreateDate"] == "2026-03-01"
        assert pdf.docinfo.CreationDate == "D:20260301"
        assert (
            pdf.Root.Lang == "zh-CN"
            and pdf.Root.MarkInfo.Marked
            and pdf.Root.ViewerPreferences.DisplayDocTitle
        )
        assert pdf.Root.OutputIntents[0].DestOutputProfile.N == 3
        assert all(page.obj.Tabs == "/S" for page in pdf.pages)


def test_a_document_without_a_date_has_none_anywhere(faces):
    with pikepdf.open(io.BytesIO(write(whole(faces, created=None), faces))) as pdf:
        pdf.save(
            plain := io.BytesIO(),
            static_id=True,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
        assert not re.search(rb"CreationDate|ModDate|CreateDate|ModifyDate|D:\d{4}", plain.getvalue())


def test_what_is_not_stated_is_not_there(faces):
    page = Page(600, 800, 70, 60)
    with pikepdf.open(
        io.BytesIO(write(Composed("题", "", "", (), None, (page,), (Element("P", -1),)), faces))
    ) as pdf:
        assert set(pdf.docinfo) == {"/Title", "/Producer"}
        assert not {"/AF", "/Names", "/Outlines"} & set(pdf.Root)
        with pdf.open_metadata() as metadata:
            assert not {"dc:creator", "dc:description", "pdf:Keywords"} & {
                key for key in metadata if metadata.get(key)
            }


def test_attachments_are_sources_of_the_document(faces):
    document = whole(faces)
    with pikepdf.open(io.BytesIO(write(document, faces))) as pdf:
        assert {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()} == {
            one.name: one.data for one in document.attachments
        }
        for one, file in zip(document.attachments, pdf.Root.AF, strict=True):
            assert file.AFRelationship == "/Source" and str(file.Desc) == one.description
            assert file.EF.F.Subtype == f"/{one.media_type}" and file.EF.F.Params.ModDate == "D:20260301"


def test_bookmarks_stand_below_each_other(faces):
    def outline(items):
        return [(str(one.title), one.is_closed, outline(one.children)) for one in items]

    marks = tuple(
        Bookmark(level, title, 0, 10)
        for level, title in ((1, "甲"), (2, "乙"), (3, "丙"), (3, "丁"), (1, "戊"), (3, "己"))
    )
    page = Page(600, 800, 70, 60)
    document = Composed("题", "", "", (), date(2026, 1, 1), (page,), (Element("P", -1),), marks)
    with pikepdf.open(io.BytesIO(write(document, faces))) as pdf:
        with pdf.open_outline() as found:
            assert outline(found.root) == [
                ("甲", False, [("乙", True, [("丙", False, []), ("丁", False, [])])]),
                ("戊", False, [("己", False, [])]),
            ]
        first = pdf.Root.Outlines.First
        assert first.Dest[0].objgen == pdf.pages[0].objgen and first.Dest[3] == 800 - 60 - 10
        assert pdf.Root.Outlines.Count == 4


def test_the_colours_are_srgb_by_their_formula():
    data = (built_in_layouts() / PROFILE).read_bytes()
    profile = ImageCmsProfile(io.BytesIO(data)).profile
    assert len(data) < 600
    assert profile.profile_description == "sRGB IEC61966-2.1"
    assert (profile.device_class, profile.xcolor_space.strip(), profile.version) == ("mntr", "RGB", 4.2)
    red, green, blue = (
        primary[1] for primary in (profile.red_primary, profile.green_primary, profile.blue_primary)
    )
    assert red[:2] == pytest.approx((0.648, 0.331), abs=0.001)  # adapted to D50
    assert green[:2] == pytest.approx((0.321, 0.598), abs=0.001)
    assert blue[:2] == pytest.approx((0.156, 0.066), abs=0.001)
