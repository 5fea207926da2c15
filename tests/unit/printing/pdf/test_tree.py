"""The structure in reading order, with its attributes where readers look for them."""

import io

import pikepdf
import pytest

from gongkai.printing.composed import Composed, Content, Element, Page, Run
from gongkai.printing.pdf import write


def tree(faces, elements, *pages):
    """The structure as nested lists: types, and for marked content its page and number."""
    laid = tuple(
        Page(600, 800, 70, 60, tuple(Content(one, (Run(0, 20, "字", "song", 12),)) for one in page))
        for page in pages
    )
    with pikepdf.open(
        io.BytesIO(write(Composed("题", "", "", (), None, laid, tuple(elements)), faces))
    ) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}

        def read(element):
            kids = element.get("/K", pikepdf.Array())
            return [
                str(element.S)[1:],
                *(mark(kid, element) for kid in (kids if isinstance(kids, pikepdf.Array) else [kids])),
            ]

        def mark(kid, element):
            if isinstance(kid, int):
                return numbers[element.Pg.objgen], kid
            return (numbers[kid.Pg.objgen], int(kid.MCID)) if "/MCID" in kid else read(kid)

        return read(pdf.Root.StructTreeRoot.K)


def test_text_and_elements_inside_stand_in_reading_order(faces):
    elements = [Element("P", -1), Element("Link", 0), Element("Span", 0), Element("Span", 2)]
    assert tree(faces, elements, (0, 1, 0, 3, 0)) == [
        "Document",
        ["P", (0, 0), ["Link", (0, 1)], (0, 2), ["Span", ["Span", (0, 3)]], (0, 4)],
    ]


def test_an_element_over_two_pages_has_a_mark_on_each(faces):
    assert tree(faces, [Element("P", -1)], (0,), (0, 0)) == ["Document", ["P", (0, 0), (1, 0), (1, 1)]]


def test_cells_without_text_keep_their_places(faces):
    elements = [Element("TR", -1), Element("TD", 0), Element("TD", 0), Element("TD", 0)]
    assert tree(faces, elements, (3,)) == ["Document", ["TR", ["TD"], ["TD"], ["TD", (0, 0)]]]


def test_attributes_stand_by_whose_they_are(faces):
    elements = (
        Element("TH", -1, {"RowSpan": 2, "Scope": "Row"}),
        Element("L", -1, {"ListNumbering": "Decimal"}),
    )
    page = Page(600, 800, 70, 60)
    with pikepdf.open(io.BytesIO(write(Composed("题", "", "", (), None, (page,), elements), faces))) as pdf:
        head, items = pdf.Root.StructTreeRoot.K.K
        assert dict(head.A) == {"/O": "/Table", "/RowSpan": 2, "/Scope": "/Row"}
        assert dict(items.A) == {"/O": "/List", "/ListNumbering": "/Decimal"}
    with pytest.raises(KeyError):
        write(Composed("题", "", "", (), None, (page,), (Element("P", -1, {"Colour": "Red"}),)), faces)
