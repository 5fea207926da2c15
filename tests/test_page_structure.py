"""What stands on which page, drawn as text: the disclosures of the seeds and of long made-up records.

``pytest --update-golden tests/test_page_structure.py`` writes the expected files anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from printing import ROOT, all_tables, department, printer
from published import LONG
from test_pdf import SEEDS

from gongkai.printing.composed import ARTIFACT, Composed, Content, Page

GOLDEN = Path(__file__).parent / "golden" / "pages"
LONG_PLACES = [(place.name, "2026") for place in sorted((LONG / "content").iterdir()) if place.is_dir()]
SHOWN = 14
"""Characters of a text that are shown."""


def draw(document: Composed) -> str:
    """Each page, and on it from above: what begins each row or paragraph; repetitions in brackets.

    ``…`` stands before what has begun on a page before.
    """
    rows = [row_of(document, number) for number in range(len(document.elements))]
    begun: set[int] = set()
    lines: list[str] = []
    for number, page in enumerate(document.pages, 1):
        way = "upright" if page.height > page.width else "on its side"
        turned = ", turned" if any(one.turned for one in page.furniture) else ""
        lines.append(f"== page {number}, {way}{turned}")
        lines += draw_page(page, rows, begun, document)
    return "\n".join(lines) + "\n"


def draw_page(page: Page, rows: list[int], begun: set[int], document: Composed) -> Iterator[str]:
    own: dict[int, list[Content]] = {}
    repeated: list[Content] = []
    for content in page.content:
        if content.element == ARTIFACT:
            repeated.append(content)
        else:
            own.setdefault(rows[content.element], []).append(content)
    placed = [(one.runs[0].y, one.runs[0].x, f"[{text_of(one)}]") for one in repeated if not is_leader(one)]
    for row, contents in own.items():
        top = min(one.runs[0].y for one in contents)
        first = min(contents, key=lambda one: one.runs[0].x)
        role = document.elements[row].role
        mark = "… " if row in begun else ""
        begun.add(row)
        placed.append((top, first.runs[0].x, f"{mark}{'' if role == 'TR' else role + ' '}{text_of(first)}"))
    yield from (text for _, _, text in sorted(placed))


def is_leader(content: Content) -> bool:
    """Dots and numbers of a table of contents."""
    return content.runs[0].text.startswith(". .")


def row_of(document: Composed, element: int) -> int:
    """The row of a table that an element is in; else the outermost element that is no table and no section."""
    found = element
    while element >= 0:
        role = document.elements[element].role
        if role == "TR":
            found = element  # the outermost: a row may hold a small table
        elif role in ("P", "Caption", "TOCI", "Div") or role[:1] == "H":
            found = element if document.elements[found].role != "TR" else found
        element = document.elements[element].parent
    return found


def text_of(content: Content) -> str:
    text = "".join(run.text for run in content.runs)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


@pytest.mark.parametrize(
    ("root", "place", "year"),
    [pytest.param(ROOT, *seed, id="-".join(seed)) for seed in SEEDS]
    + [pytest.param(LONG, *long, id=f"long-{long[0]}") for long in LONG_PLACES],
)
def test_pages_are_as_expected(root: Path, place: str, year: str, request: pytest.FixtureRequest) -> None:
    loaded = department(place, root)
    (disclosure,) = [one for one in loaded.department.disclosures if one.slug == year]
    drawn = draw(printer().compose(all_tables(loaded, disclosure)))
    file = GOLDEN / f"{'long-' if root == LONG else ''}{place}-{year}.txt"
    if request.config.getoption("--update-golden"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8"), (
        "run pytest --update-golden tests/test_page_structure.py"
    )
