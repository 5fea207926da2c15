"""The comparison of PDFs sees what differs between them, and only that."""

from __future__ import annotations

import io
from pathlib import Path

import pydyf
import pytest
from likeness import compare, main

TEXTS = (("Items", 30.0, 80.0), ("100", 130.0, 80.0), ("Goals", 30.0, 50.0))
# A row of two cells above one of one cell.
RULES = (
    (20.0, 100.0, 220.0, 100.0),
    (20.0, 70.0, 220.0, 70.0),
    (20.0, 40.0, 220.0, 40.0),
    (20.0, 100.0, 20.0, 40.0),
    (120.0, 100.0, 120.0, 70.0),
    (220.0, 100.0, 220.0, 40.0),
)


def made(texts=TEXTS, rules=RULES, face="Helvetica", pages=1, width=240, filled=False) -> bytes:
    """A PDF with the given texts and lines on each page."""
    pdf = pydyf.PDF()
    font = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "BaseFont": f"/{face}"})
    pdf.add_object(font)
    for _ in range(pages):
        stream = pydyf.Stream()
        stream.set_line_width(0.6)
        for x1, y1, x2, y2 in rules:
            if filled:
                stream.rectangle(x1, min(y1, y2) - 0.3, max(x2 - x1, 0.6), abs(y2 - y1) or 0.6)
                stream.fill()
            else:
                stream.move_to(x1, y1)
                stream.line_to(x2, y2)
                stream.stroke()
        for text, x, y in texts:
            stream.begin_text()
            stream.set_font_size("F", 10)
            stream.set_text_matrix(1, 0, 0, 1, x, y)
            stream.show_text_string(text)
            stream.end_text()
        pdf.add_object(stream)
        resources = pydyf.Dictionary({"Font": pydyf.Dictionary({"F": font.reference})})
        box = pydyf.Array([0, 0, width, 120])
        page = {"Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": box, "Contents": stream.reference}
        pdf.add_page(pydyf.Dictionary({**page, "Resources": resources}))
    file = io.BytesIO()
    pdf.write(file)
    return file.getvalue()


def changed(things, number, new):
    return (*things[:number], *new, *things[number + 1 :])


def moved(things, right, up):
    return tuple((text, x + right, y + up) for text, x, y in things)


@pytest.mark.parametrize(
    "same",
    [
        made(),
        made(texts=moved(TEXTS, 0.4, 0.4)),
        made(texts=TEXTS[::-1], rules=RULES[::-1]),
        made(texts=changed(TEXTS, 0, [("Ite", 30.0, 80.0), ("ms", 41.12, 80.0)])),
        made(rules=changed(RULES, 1, [(20.0, 70.0, 120.0, 70.0), (120.0, 70.0, 220.0, 70.0)])),
        made(filled=True),
    ],
    ids=[
        "itself",
        "within tolerance",
        "order",
        "runs of text",
        "pieces of a line",
        "filled lines",
    ],
)
def test_what_looks_the_same_is_the_same(same: bytes) -> None:
    assert compare(made(), same) == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (made(texts=changed(TEXTS, 1, [("101", 130.0, 80.0)])), ["p1: text only in old: “100” at 130.0,40.0", "p1: text only in new: “101” at 130.0,40.0"]),
        (made(texts=changed(TEXTS, 2, [("Goals", 30.0, 49.0)])), ["p1: text moved by +0.0,+1.0: “Goals” at 30.0,70.0"]),
        (made(texts=changed(TEXTS, 0, [("Ite", 30.0, 80.0), ("ms", 42.62, 80.0)])), ["p1: text moved by +1.5,+0.0: “Items” at 30.0,40.0"]),
        (made(texts=changed(TEXTS, 1, [("100", 108.0, 80.0)])), ["p1: text only in old: “Items” at 30.0,40.0", "p1: text only in old: “100” at 130.0,40.0", "p1: text only in new: “Items100” at 30.0,40.0"]),
        (made(rules=changed(RULES, 1, [(20.0, 68.0, 220.0, 68.0)])), ["p1: line moved by +2.0: level y=50.0 x=20.0–220.0 0.6 wide"]),
        (made(rules=changed(RULES, 4, [])), ["p1: line only in old: upright x=120.0 y=20.0–50.0 0.6 wide", "p1: text only in old: “Items” at 30.0,40.0", "p1: text only in old: “100” at 130.0,40.0", "p1: text only in new: “Items100” at 30.0,40.0"]),
        (made(rules=changed(RULES, 1, [(20.0, 70.0, 60.0, 70.0), (64.0, 70.0, 220.0, 70.0)])), ["p1: line only in old: level y=50.0 x=20.0–220.0 0.6 wide", "p1: line only in new: level y=50.0 x=20.0–60.0 0.6 wide", "p1: line only in new: level y=50.0 x=64.0–220.0 0.6 wide"]),
        (made(face="Helvetica-Bold", texts=TEXTS[2:]), None),
        (made(width=250), ["p1: size 240.0 × 120.0 → 250.0 × 120.0"]),
        (made(pages=2), ["1 pages → 2"]),
    ],
    ids=["text", "height", "space", "other cell", "row", "wall gone", "gap", "face", "size", "pages"],
)  # fmt: skip
def test_what_differs_is_said(other: bytes, said: list[str] | None) -> None:
    if said is None:
        old = made(texts=TEXTS[2:])
        assert any("face Helvetica 10.0 → Helvetica-Bold 10.0" in str(one) for one in compare(old, other))
    else:
        assert [str(one) for one in compare(made(), other)] == said


def test_a_plain_face_may_be_called_regular() -> None:
    assert compare(made(face="Gongkai-Song"), made(face="ABCDEF+Gongkai-Song-Regular")) == []


def test_folders_are_compared_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("old/a.pdf", "old/b/c.pdf", "new/a.pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(made())
    assert main([str(tmp_path / "old"), str(tmp_path / "old")]) == 0
    assert main([str(tmp_path / "old"), str(tmp_path / "new")]) == 1
    assert "1 the same, 1 not" in capsys.readouterr().out
    assert main([str(tmp_path / "none"), str(tmp_path / "none")]) == 1
