"""The open data read by other people's programs: Frictionless, an RDF reader, a feed reader, an unpacker."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import feedparser
import pytest
import rdflib
from frictionless import Package, system
from lxml import html
from printing import department
from test_exports import YEAR, output, rows, site  # noqa: F401

from gongkai.exports.values import disclosure_rows
from gongkai.reading.records import Project

SCHEMA = rdflib.Namespace("https://schema.org/")
CONTEXT = {"@vocab": "https://schema.org/"}


def test_frictionless_finds_the_package_and_its_tables_valid(output: Path) -> None:  # noqa: F811
    with system.use_context(trusted=True):
        package = Package(str(output / "data/datapackage.json"))
        for name in [one.name for one in package.resources if one.profile != "tabular-data-resource"]:
            if package.get_resource(name).format != "csv":
                package.remove_resource(name)
        report = package.validate()
    assert report.valid, report.flatten(["type", "note", "message"])
    described = json.loads((output / "data/datapackage.json").read_text("utf-8"))
    assert described["version"].count(".") == 2 and described["created"].endswith("+08:00")
    assert described["keywords"] and described["sources"]


@pytest.mark.parametrize("path", ["data/index.html", f"{YEAR}/index.html"])
def test_an_rdf_reader_finds_dataset_and_catalogue(output: Path, path: str) -> None:  # noqa: F811
    (script,) = html.fromstring((output / path).read_bytes()).xpath(
        '//script[@type="application/ld+json"]/text()'
    )
    graph = rdflib.Graph().parse(
        data=json.dumps({**json.loads(script), "@context": CONTEXT}), format="json-ld"
    )
    (found,) = graph.subjects(rdflib.RDF.type, SCHEMA.Dataset)
    (catalogue,) = graph.objects(found, SCHEMA.includedInDataCatalog)
    assert (catalogue, rdflib.RDF.type, SCHEMA.DataCatalog) in graph
    assert graph.value(found, SCHEMA.dateModified) is not None
    assert len(list(graph.objects(found, SCHEMA.distribution))) > 2


def test_a_feed_reader_reads_the_feed(output: Path) -> None:  # noqa: F811
    found = feedparser.parse((output / "feed.xml").read_bytes())
    assert not found.bozo and found.entries
    assert all(one.link and one.title and one.updated_parsed for one in found.entries)


def test_the_archive_has_what_stands_beside_it(output: Path) -> None:  # noqa: F811
    with zipfile.ZipFile(io.BytesIO((output / "data/data.zip").read_bytes())) as packed:
        assert packed.testzip() is None
        for name in packed.namelist():
            assert packed.read(name) == (output / name).read_bytes(), name
        assert {"data/projects.csv", "data/datapackage.json", "data/schema.json"} <= set(packed.namelist())


def test_changes_tell_what_happened_by_day(output: Path) -> None:  # noqa: F811
    found = rows(output / "data/changes.csv")
    assert {row["种类"] for row in found} <= {"公开", "更正", "仅改错字", "撤回"}
    assert all(row["日期"] for row in found) and found


def test_every_project_has_json_of_its_own(output: Path) -> None:  # noqa: F811
    (file,) = (output / YEAR / "xianjing").glob("*.json")
    (disclosure,) = json.loads(file.read_text("utf-8"))["disclosures"]
    assert [one["key"] for one in disclosure["projects"]] == ["xianjing"]
    assert disclosure["projects"][0]["indicators"]


def test_an_indicator_put_before_others_changes_no_id_of_theirs() -> None:
    loaded = department("dongguan")
    year = next(one for one in loaded.department.disclosures if one.slug == "2026")
    first = year.projects[0]
    new = first.indicators[0].model_copy(update={"level3": "新插入的指标"})

    def ids(project: Project) -> list[object]:
        changed = year.model_copy(update={"projects": (project, *year.projects[1:])})
        return [row[0] for row in disclosure_rows(loaded, changed)["indicators"]]

    before = ids(first)
    after = ids(first.model_copy(update={"indicators": (new, *first.indicators)}))
    assert after[1:] == before and after[0] not in before
