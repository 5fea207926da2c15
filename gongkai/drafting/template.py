"""An official table understood → form.html: its rows and merged cells, lists as loops."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from gongkai.drafting.naming import Names
from gongkai.drafting.original import Original
from gongkai.exchange.labels import one_line
from gongkai.exchange.lists import Listing, is_total, levels_of
from gongkai.exchange.tables import RawCell
from gongkai.exchange.understood import Placed, Understood

Layout = Understood[Original, Names]
"""An official table understood."""

_NARROW = 7
"""Per cent of the width: in less than that there is room for one character a line."""
_LEVELS = ("level1", "level2")
_STATED = {"evaluation.rate": "v.rate()", "evaluation.score": "v.scored()"}
"""Fields that are computed where the record is blank."""
_LIST = {"indicators": "rows", "period_indicators": "period_rows", "tasks": "tasks"}
_SIDE = """{% macro side(list, index, name, rows, columns=1) %}
{% if rows and index is none %}{{ computed(rows=rows, columns=columns) }}{% elif rows %}{{ cell(list ~ "." ~ index ~ "." ~ name, columns=columns, rows=rows) }}{% endif %}
{% endmacro %}"""

_COMPOSITE = """<td data-field="indicators" class="text">
{%- for row in project.value("indicators") %}{% set at = "indicators." ~ loop.index0 ~ "." -%}
{{ loop.index }}、{{ project.show(at ~ "level1") }}；{{ project.show(at ~ "level2") }}；{{ project.show(at ~ "level3") }}；{{ project.show(at ~ "annual_target") }}。
{%- endfor %}</td>"""
"""All indicators of a project in one cell."""


def template_of(layout: Layout, form: str) -> str:
    """The template's text."""
    lines = list(_head(layout, form))
    for row in range(layout.table.size[0]):
        listing = layout.listing(row)
        if listing is None:
            lines.append("<tr>" + "".join(_cell(layout, placed) for placed in layout.row(row)) + "</tr>")
        elif row == listing.first:
            lines += _loop(layout, listing)
    lines += ["</tbody>", "</table>"]
    notes = [line for line in layout.table.below if is_note(line)]
    lines += [f'<p class="form-note">{{{{ {_text(line)} }}}}</p>' for line in notes]
    used = "\n".join(lines)
    names = [name for name in ("caption", "columns", "label", "head", "vertical", "cell", "computed", "stated", "choices", "level", "levels", "indicator") if f"{name}(" in used]  # fmt: skip
    return f'{{% from "shared/cells.html" import {", ".join(names)} with context %}}\n{used}\n'


def is_note(line: str) -> bool:
    """Whether a line below the table is a note to be printed, not a line to be signed."""
    return re.match(r"(?:注|备注|说明|填表说明|填报说明)\s*\d?\s*[:：.、]", line) is not None


def name_of(listing: Listing) -> str:
    """The template's variable of a list."""
    return _LIST.get(listing.of) or listing.of.removeprefix("own.")


def _head(layout: Layout, form: str) -> Iterator[str]:
    for listing in layout.lists:
        if listing.of == "projects":
            continue
        if _is_two_sided(listing):
            yield "{% set rows = v.side_rows() %}"
            yield _SIDE
        elif listing.of == "indicators":
            yield "{% set rows = v.rows() %}"
        elif listing.of == "period_indicators":
            yield '{% set period_rows = v.rows("period_indicators") %}'
        else:
            yield f'{{% set {name_of(listing)} = v.value("{listing.of}") or () %}}'
        marks = marks_of(layout, listing)
        if marks:
            yield f"{{# What the table prints behind the names of levels. #}}\n{{% set {_marks_name(listing)} = {_text(marks)} %}}"
    table = layout.table
    note = re.sub(r"20\d\d|20?[×xX*_＿\s]+(?=年)|_+", "§", table.note) if table.note else ""
    parts = note.partition("§") if "§" in note else (note.partition("年")[0], "", note[note.find("年") :] if "年" in note else "")  # fmt: skip
    words = [f'note={_text(parts[0])} ~ v.year ~ {_text(parts[2])} if v.year else ""'] if note else []
    words += [f"left={_text(table.left)} ~ v.department.name"] if table.left else []
    words += [f"right={_text(table.right)}"] if table.right else []
    yield f'<table class="form {form}">'
    yield "{{ caption(" + ", ".join(words) + ") }}"
    yield "{{ columns() }}"
    yield "<tbody>"


def _marks_name(listing: Listing) -> str:
    return "period_marks" if listing.of == "period_indicators" else "marks"


def marks_of(layout: Layout, listing: Listing) -> dict[str, str]:
    """Level name → what is printed behind it, for those that have something there."""
    if "indicators" not in listing.of and listing.of != "projects":
        return {}
    levels = [level for _, *both in levels_of(layout.table, listing) for level in both if level]
    return {level.name: level.mark for level in levels if level.mark}


def _is_two_sided(listing: Listing) -> bool:
    paths = listing.paths.values()
    return any(path.startswith("period_") for path in paths) and any(
        path.startswith("indicators.level3") for path in paths
    )


# -- cells ----------------------------------------------------------------------------------------


def _cell(layout: Layout, placed: Placed) -> str:
    cell = placed.cell
    span = _span(cell.columns, _rows(layout, placed))
    if placed.role == "blank":
        return f"{{{{ computed({_text(cell.text)}{span}) }}}}" if cell.text else _blank(span)
    if placed.role == "computed":
        return f"{{{{ computed({placed.path}{span}) }}}}"
    if placed.role == "value" and placed.path in _STATED:
        return f'{{{{ stated("{placed.path}", {_STATED[placed.path]}{span}) }}}}'
    if placed.role == "total":
        return f'{{{{ computed(v.yuan(v.sum("{placed.path}"), "{placed.path}"){span}) }}}}'
    if placed.role == "value":
        if placed.options:
            return f'{{{{ choices("{placed.path}", {_text(list(placed.options))}{span}) }}}}'
        kind = ', class="long"' if layout.names.kind(placed.path) == "rich" else ""
        return f'{{{{ cell("{placed.path}"{span}{kind}) }}}}'
    scope = _scope(layout, placed)
    width = sum(layout.table.widths[cell.column : cell.end])
    if width < _NARROW and cell.rows > 1 and len(placed.text) > 2:
        text = f'v.label("{placed.path}")' if placed.role == "label" else _text(placed.text)
        return f"{{{{ vertical({text}{span}) }}}}"
    if placed.role == "label":
        return f'{{{{ label("{placed.path}"{span}{scope}) }}}}'
    return f"{{{{ head({_text(placed.text)}{span}{scope}) }}}}"


def _scope(layout: Layout, placed: Placed) -> str:
    cell = placed.cell
    below = layout.cells.get((cell.bottom, cell.column))
    heads = any(cell.place == one.place for listing in layout.lists for one in listing.heads)
    if heads or (below is not None and below.role == "value" and below.path == placed.path != ""):
        return ', scope="col"' if cell.columns == 1 else ', scope="colgroup"'
    return ', scope="rowgroup"' if cell.rows > 1 else ""


def _rows(layout: Layout, placed: Placed) -> str:
    """How many rows a cell covers, as an expression: those of lists are as many as there are items."""
    cell = placed.cell
    inside = [one for one in layout.lists if cell.row < one.first and one.first < cell.bottom]
    fixed = cell.rows - sum(min(one.end, cell.bottom) - one.first for one in inside)
    return " + ".join([*(f"{name_of(one)}|length" for one in inside), *([str(fixed)] if fixed else [])])


def _span(columns: int, rows: str) -> str:
    return (f", columns={columns}" if columns > 1 else "") + (f", rows={rows}" if rows != "1" else "")


def _blank(span: str) -> str:
    return f"{{{{ computed({span.removeprefix(', ')}) }}}}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# -- loops ----------------------------------------------------------------------------------------


def _loop(layout: Layout, listing: Listing) -> Iterator[str]:
    if listing.of == "projects":
        yield from _projects(layout, listing)
        return
    if "indicators" in listing.of:
        name = name_of(listing)
        yield f"{{% for row in {name} %}}"
        cells = _two_sides(listing) if _is_two_sided(listing) else _indicator(layout, listing)
        yield f"<tr>{cells}</tr>"
        yield "{% endfor %}"
        return
    yield f"{{% for item in {name_of(listing)} %}}"
    yield f'{{% set at = "{listing.of}." ~ loop.index0 ~ "." %}}'
    parts = []
    for head, path in listing.columns():
        name, span = f'at ~ "{path.removeprefix(listing.of + ".")}"', _span(head.columns, "1")
        parts.append(f"{{{{ cell({name}{span}) }}}}" if path else _blank(span))
    yield f"<tr>{''.join(parts)}</tr>"
    yield "{% endfor %}"


def _indicator(layout: Layout, listing: Listing) -> str:
    names = {path.rpartition(".")[2]: head for head, path in listing.columns()}
    of = f', list="{listing.of}"' if listing.of != "indicators" else ""
    marks = f", marks={_marks_name(listing)}" if marks_of(layout, listing) else ""
    widths = [names[name].columns if name in names else 0 for name in _LEVELS]
    wide = f", widths=({widths[0]}, {widths[1]})" if widths != [1, 1] else ""
    cells = [f"{{{{ levels(row{of}{wide}{marks}) }}}}"] if any(widths) else []
    for head, path in listing.columns():
        inner = path.removeprefix(f"{listing.of}.")
        if inner in _LEVELS:
            continue
        span = _span(head.columns, "1")
        cells.append(f'{{{{ indicator(row, "{inner}"{span}{of}) }}}}' if path else _blank(span))
    return "".join(cells)


def _two_sides(listing: Listing) -> str:
    cells = []
    for head, path in listing.columns():
        of, _, name = path.partition(".")
        columns = f", columns={head.columns}" if head.columns > 1 else ""
        if not path and "二级" not in one_line(head.text):
            cells.append(_blank(columns))
            continue
        if name in _LEVELS or not path:  # the second 二级指标 of a row has no field of its own
            number = name[-1:] or "2"
            level = f"{{{{ level(row.level{number}, row.span{number}{columns}) }}}}"
            cells.append(f"{{% if row.span{number} %}}{level}{{% endif %}}")
        else:
            side = "left" if of == "period_indicators" else "right"
            cells.append(f'{{{{ side("{of}", row.{side}, "{name}", row.{side}_span{columns}) }}}}')
    return "".join(cells)


def _projects(layout: Layout, listing: Listing) -> Iterator[str]:
    columns = listing.columns()
    own = [(head, path) for head, path in columns if path and not path.startswith("indicators")]
    inner = [(head, path) for head, path in columns if path.startswith("indicators.")]
    rows = range(listing.first, listing.end)
    total = next((row for row in rows if is_total(layout.table, listing, row)), None)
    if total is not None:
        sums = [_total(layout, placed, listing.paths) for placed in layout.row(total)]
        yield "{% if not v.excerpt %}\n<tr>" + "".join(sums) + "</tr>\n{% endif %}"
    if ("indicators", 1) in {(path, head.rows) for head, path in columns}:
        yield '{% for project in v.projects %}\n<tr data-record="{{ project.key }}">'
        yield "".join(_COMPOSITE if path == "indicators" else _of_project(head, path, "") for head, path in columns)  # fmt: skip
        yield "</tr>\n{% endfor %}"
        return
    yield "{% for project in v.projects %}\n{% for number in range(project.height) %}"
    yield '<tr data-record="{{ project.key }}">{% if loop.first %}'
    yield "".join(_of_project(head, path, ", rows=project.height") for head, path in own) + "{% endif %}"
    if inner:
        yield '{% if number < project.value("indicators")|length %}'
        yield "".join(f'{{{{ cell("indicators." ~ number ~ ".{path.partition(".")[2]}"{_span(head.columns, "1")}, of=project) }}}}' for head, path in inner)  # fmt: skip
        yield f"{{% else %}}{{{{ computed(columns={sum(head.columns for head, _ in inner)}) }}}}{{% endif %}}"
    yield "</tr>\n{% endfor %}\n{% endfor %}"


def _of_project(head: RawCell, path: str, rows: str) -> str:
    span = _span(head.columns, "1")
    return f'{{{{ cell("{path}"{span}{rows}, of=project) }}}}' if path else "{{ computed() }}"


def _total(layout: Layout, placed: Placed, paths: dict[int, str]) -> str:
    path = paths.get(placed.cell.column, "")
    span = _span(placed.cell.columns, "1")
    if placed.cell.text:
        return f"{{{{ head({_text(placed.text)}{span}) }}}}"
    is_sum = path in totals_of(layout)
    return f'{{{{ computed(v.yuan(v.sum("{path}"), "{path}"){span}) }}}}' if is_sum else _blank(span)


def totals_of(layout: Layout) -> tuple[str, ...]:
    """The amounts of a table of several projects whose sums it prints: those over whose column 合计 stands."""
    below = tuple(placed.path for placed in layout.cells.values() if placed.role == "total")
    for listing in layout.lists:
        if any(is_total(layout.table, listing, row) for row in range(listing.first, listing.end)):
            below += tuple(path for path in listing.paths.values() if path.startswith("funds."))
    return below
