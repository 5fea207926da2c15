"""The artifacts of the open data: tables of the site, its years and localities, put together from departments' parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gongkai.building.artifacts import Artifact, Content, File, Input
from gongkai.building.plan_artifacts import Planned
from gongkai.exports.database import SHEETS, tables_workbook
from gongkai.exports.described import data_package, data_schema
from gongkai.exports.disclosure import SCHEMA
from gongkai.exports.site import (
    ARCHIVE,
    DATABASE,
    FORMS,
    PACKAGE,
    Joined,
    Parts,
    Scope,
    archive,
    database,
    form_columns,
    joined_files,
    rows_keys,
)
from gongkai.keys import key_of


def open_data(planned: Planned, parts: Parts, files: Mapping[str, File]) -> Iterator[Artifact]:
    """All of them in order; ``files`` are the site's so far: what these come to is among them when the next is asked for."""
    program = planned.common.inputs("program")
    joined = joined_files(planned.plan, parts)
    yield from (_joined(planned, address, one) for address, one in sorted(joined.items()))
    for year in sorted({year for part in parts.values() for year in part.head["years"]}):
        yield _workbook(planned, year, joined)
    keys = Input("rows", key_of(*rows_keys(parts)))
    yield Artifact(
        DATABASE,
        (*program, planned.places, keys),
        lambda: [Content(DATABASE, database(planned.plan, parts))],
    )
    yield Artifact(SCHEMA, program, lambda: [Content(SCHEMA, data_schema())])
    described = [files[address] for address in sorted([*joined, DATABASE])]
    yield _package(planned, described, parts)
    whole = (one for one in described if one.path.startswith(FORMS) or one.path.count("/") == 1)
    packed = [
        (one.path, one.sha256) for one in (*whole, files[PACKAGE], files[SCHEMA]) if one.path != DATABASE
    ]
    path = planned.worker.objects.path
    yield Artifact(
        ARCHIVE,
        (*program, Input("files", key_of(repr(packed)))),
        lambda: [Content(ARCHIVE, archive((name, path(key)) for name, key in packed))],
    )


def _joined(planned: Planned, address: str, joined: Joined) -> Artifact:
    """The department's pieces as the file has them, one behind the other."""
    pieces = Input("pieces", key_of(*(piece.key for piece in joined.pieces)))
    inputs = (*planned.common.inputs("program"), planned.places, pieces)
    return Artifact(address, inputs, lambda: [Content(address, joined.blocks(), joined.rows)])


def _workbook(planned: Planned, year: str, files: Mapping[str, Joined]) -> Artifact:
    """The tables of a year on a sheet each."""
    scope = Scope.of("year", year)
    found = ((name, files.get(scope.address(name))) for name in SHEETS)
    tables = {name: (joined.pieces, joined.rows) for name, joined in found if joined}
    address = scope.address("data", "xlsx")
    keys = (f"{name} {one.key}" for name, (these, _) in tables.items() for one in these)
    inputs = (*planned.common.inputs("program"), Input("pieces", key_of(*keys)))

    def make() -> list[Content]:
        return [Content(address, [tables_workbook(f"公开数据 {year}", tables)], len(tables))]

    return Artifact(address, inputs, make)


def _package(planned: Planned, described: list[File], parts: Parts) -> Artifact:
    """What describes them."""
    forms, day = form_columns(parts), planned.plan.updated
    stated = repr([(one.path, one.sha256, one.extent) for one in described]), repr(forms), str(day)
    places = [one.name for one in planned.plan.localities]
    inputs = planned.common.inputs("program", "settings")
    return Artifact(
        PACKAGE,
        (*inputs, planned.places, Input("files", key_of(*stated))),
        lambda: [Content(PACKAGE, data_package(planned.common.site, described, day, places, forms))],
    )
