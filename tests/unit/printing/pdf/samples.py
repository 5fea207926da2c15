"""Finished layouts for tests of the file: one with everything in it, and any number of made-up ones."""

from datetime import date

from hypothesis import strategies as st

from gongkai.printing.composed import (
    ARTIFACT,
    Attachment,
    Bookmark,
    Composed,
    Content,
    Element,
    Furniture,
    Link,
    Page,
    Rule,
    Run,
)
from gongkai.printing.faces import FontSet

LINES = (
    ("song", "东莞市某局项目支出绩效目标表"),
    ("song-bold", "总体绩效目标 2026—2028"),
    ("hei", "资金总额（万元）1,234.50"),
    ("song", "□是 ■否 √ ☑ ☐ ✓"),
    ("hei", "□■√☑☐✓"),
    ("song-bold", "□■√☑☐✓"),
    ("song", "𠮷㐂龘滘𬱖 café"),
    ("hei", "莞𠮷㐂"),
)
"""Roles and texts that a reader must get back as they are."""


def runs(faces: FontSet, role: str, text: str, x: float, y: float, size: float = 12) -> tuple[Run, ...]:
    made = []
    for key, piece in faces.pieces(role, text):
        made.append(Run(x, y, piece, key, size))
        x += size * faces.advance(role, piece)
    return tuple(made)


def whole(faces: FontSet, created: date | None = date(2026, 3, 1)) -> Composed:
    """Two pages: a table with spans, a link inside a paragraph, furniture, bookmarks, attachments."""
    elements = [Element("H1", -1), Element("Table", -1)]
    elements += [
        Element("TR", 1),
        Element("TH", 2, {"Scope": "Row", "RowSpan": 2}),
        Element("TD", 2, {"ColSpan": 2}),
    ]
    elements += [Element("TR", 1), Element("TD", 5), Element("TD", 5), Element("P", -1), Element("Link", 8)]
    elements += [Element("L", -1, {"ListNumbering": "Disc"}), Element("LI", 10), Element("LBody", 11)]
    texts = [Content(0, runs(faces, *LINES[0], 0, 20))]
    texts += [Content(3, runs(faces, *LINES[1], 0, 50)), Content(4, runs(faces, *LINES[2], 200, 50))]
    texts.append(
        Content(
            6,
            tuple(run for row, line in enumerate(LINES[3:]) for run in runs(faces, *line, 0, 80 + 20 * row)),
        )
    )
    second = [
        Content(ARTIFACT, runs(faces, "song", "（续）", 0, 20)),
        Content(6, runs(faces, "song", "接上页", 40, 20)),
    ]
    second += [
        Content(8, runs(faces, "song", "见", 0, 60)),
        Content(9, runs(faces, "song", "政府网站", 12, 60)),
    ]
    second += [
        Content(8, runs(faces, "song", "，全文", 60, 60)),
        Content(12, runs(faces, "song", "一项", 0, 90)),
    ]
    links = (
        Link(12, 48, 48, 14, "https://example.gov.cn/?a=(1)", 9, "政府网站"),
        Link(0, 80, 48, 14, (0, 50), 9, "第一页"),
    )
    rules = (*(Rule(x, y, x + 50, y) for x in (0, 50, 100) for y in (30, 60)), Rule(0, 30, 0, 60, 1))
    head = Furniture(Run(70, 40, "某局", "song", 9, 1.5), "Header")
    foot = Furniture(Run(560, 400, "— 2 —", "song", 9), "Footer", 90)
    return Composed(
        "某局（部门）绩效目标", "某局", "说明 & <附>", ("绩效", "目标"), created,
        (
            Page(595.28, 841.89, 70, 60, tuple(texts), rules, (), (head,)),
            Page(841.89, 595.28, 80, 50, tuple(second), (), links, (head, foot)),
        ),
        tuple(elements),
        (Bookmark(1, "目录", 0, 0), Bookmark(2, "项目 (一)", 0, 50), Bookmark(3, "目标", 1, 0), Bookmark(1, "Z", 1, 90)),
        (Attachment("记录.yaml", "名称: 某局\n".encode(), "application/yaml", "记录"),
         Attachment("a.json", b"{}", "application/json", "记录")),
    )  # fmt: skip


_LENGTHS = st.floats(0, 800, width=32)
_TEXTS = st.text(st.sampled_from("东莞市绩效目标aZ09 ,.（）□■√☑☐✓𠮷é\\()<>"), min_size=1, max_size=12)
_PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=12)
_ROLES = st.sampled_from(("P", "TH", "TD", "Span", "Div", "H1"))


@st.composite
def documents(draw: st.DrawFn, faces: FontSet) -> Composed:
    """Any document: structure of any shape, texts anywhere in it, links from any of its Link elements."""
    elements: list[Element] = []
    for number in range(draw(st.integers(1, 12))):
        attributes = draw(st.sampled_from(({}, {"RowSpan": 2}, {"Scope": "Column", "ColSpan": 3})))
        elements.append(Element(draw(_ROLES), draw(st.integers(-1, number - 1)), attributes))
    links = [len(elements) + number for number in range(draw(st.integers(0, 3)))]
    elements += [Element("Link", draw(st.integers(-1, len(elements) - 1))) for _ in links]
    count = draw(st.integers(1, 3))
    pages = [draw(_pages(faces, len(elements), links, count)) for _ in range(count)]
    levels = draw(st.lists(st.integers(1, 3), max_size=6))
    return Composed(
        draw(_PLAIN), draw(_PLAIN), draw(_PLAIN), tuple(draw(st.lists(_PLAIN, max_size=2))),
        draw(st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1))), tuple(pages), tuple(elements),
        tuple(Bookmark(level, draw(_PLAIN), draw(st.integers(0, count - 1)), draw(_LENGTHS)) for level in levels),
        tuple(Attachment(name, draw(st.binary(max_size=20)), "text/plain", draw(_PLAIN))
              for name in draw(st.lists(_TEXTS, max_size=2, unique=True))),
    )  # fmt: skip


@st.composite
def _pages(draw: st.DrawFn, faces: FontSet, elements: int, links: list[int], pages: int) -> Page:
    def some_runs() -> tuple[Run, ...]:
        role = draw(st.sampled_from(("song", "song-bold", "hei")))
        return runs(
            faces, role, draw(_TEXTS), draw(_LENGTHS), draw(_LENGTHS), draw(st.sampled_from((9, 10.5, 16)))
        )

    content = [
        Content(draw(st.integers(ARTIFACT, elements - 1)), some_runs())
        for _ in range(draw(st.integers(0, 5)))
    ]
    target = st.just("https://example.gov.cn/政") | st.tuples(st.integers(0, pages - 1), _LENGTHS)
    anchors = [
        Link(draw(_LENGTHS), draw(_LENGTHS), 40, 12, draw(target), draw(st.sampled_from(links)), draw(_TEXTS))
        for _ in range(draw(st.integers(0, 2)) if links else 0)
    ]
    rules = draw(
        st.lists(
            st.builds(lambda x, y, length: Rule(x, y, x + length, y), _LENGTHS, _LENGTHS, _LENGTHS),
            max_size=4,
        )
    )
    furniture = [
        Furniture(run, "Footer", draw(st.sampled_from((0, 90, 270))))
        for run in some_runs()[: draw(st.integers(0, 1))]
    ]
    return Page(595.28, 841.89, 70, 60, tuple(content), tuple(rules), tuple(anchors), tuple(furniture))
