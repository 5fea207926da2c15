"""Open data of a built site, every file read back with a real library and compared with the records."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

import jsonschema
import openpyxl
import pages
import pytest
from handbook import restored
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from gongkai.building import pipeline
from gongkai.exports import database as tables
from gongkai.exports.addresses import PER_SITEMAP, sitemaps
from gongkai.exports.tables import TABLES
from gongkai.exports.text import json_text, neutral
from gongkai.parts import Piece
from gongkai.planning.plan import Plan
from gongkai.reading.acts import SiteSettings
from gongkai.workspace import Workspace

HERE = Path(__file__).parent
YEAR = "dongguan/shi-zhi-gongwei/2026"
BASE = "https://example.gov.cn/jixiao/"
TRAP = '=HYPERLINK("http://example.com","点我")'
SITE = """\
站点名称: 测试站点
网址: https://example.gov.cn/jixiao/
主办单位: 东莞市财政局
数据许可: 政府公开信息
"""
DISCLOSURE = """\
年度: 2026
发布日期: 2026-02-13
项目总数: 5
公开信息:
  索引号: '=1+1'
更正说明:
  - 日期: 2026-03-01
    内容: 民兵人数更正为100人次。
    原文件: [yuanlai.pdf]
项目顺序: [minbing, xianjing, buzhibiao]
曾用文件名: [undated]
"""
TRAPPED = """\
项目名称: '=HYPERLINK("http://example.com","点我")'
项目类型: "@特定目标类"
项目等级: "-二级"
主管部门: "'=工委"
用款单位: '+东莞市'
实施周期:
  起始年度: 2026
  到期年度: 2026
年度资金:
  总额: 0.00元
实施周期资金:
  总额: 123456789.01元
总体绩效目标:
  年度目标: |
    <第一>段 & “引号”

    -第二段 </script>
绩效指标:
  - 一级指标: 产出指标
    二级指标: 数量指标
    三级指标: =95%
    年度指标值: '=95%'
  - 一级指标: 产出指标
    二级指标: 数量指标
    三级指标: 零
    年度指标值: '0'
  - 一级指标: 效益指标
    二级指标: 社会效益
    三级指标: 影响
    年度指标值: 长期
    权重: '12.5'
曾用文件名: [jiu-xianjing]
"""
SECRET = "不公开的秘密项目"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site with all that is hard on data files: formulas, zero beside blank, a withheld project."""
    root = tmp_path_factory.mktemp("exports") / "site"
    shutil.copytree(HERE / "sites" / "small", root)
    fonts = HERE.parent / ".cache" / "fonts"
    if fonts.is_dir():
        shutil.copytree(fonts, root / ".cache" / "fonts")
    year = root / "content" / YEAR
    (root / "content" / "site.yaml").write_text(SITE, encoding="utf-8")
    (year / "disclosure.yaml").write_text(DISCLOSURE, encoding="utf-8")
    (year / "files").mkdir()
    (year / "files" / "yuanlai.pdf").write_bytes(b"%PDF-1.7\n")
    (year / "xianjing.yaml").write_text(TRAPPED, encoding="utf-8")
    plain = (year / "minbing.yaml").read_text(encoding="utf-8")
    hidden = plain.replace("民兵事业费", SECRET) + "公开: 否\n不公开原因: 涉密\n"
    (year / "buzhibiao.yaml").write_text(hidden, encoding="utf-8")
    outcome = pipeline.build(Workspace.at(root))
    assert outcome.published, outcome.problems
    return root


@pytest.fixture(scope="module")
def output(site: Path) -> Path:
    return site / "output"


def rows(file: Path) -> list[dict[str, str]]:
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


def parsed(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


@pytest.fixture(scope="module")
def database(output: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{output}/data/data.sqlite?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


# -- CSV ------------------------------------------------------------------------------------------


def test_csv_has_amounts_as_numbers_and_keeps_blank_apart_from_zero(output: Path) -> None:
    minbing, trapped = rows(output / "data/projects.csv")
    assert minbing["项目编号"] == f"{YEAR}/minbing"
    assert (minbing["年度资金_总额"], minbing["实施周期资金_总额"]) == ("83370", "")
    assert (trapped["年度资金_总额"], trapped["实施周期资金_总额"]) == ("0", "123456789.01")
    assert (minbing["地区名称"], minbing["部门"], minbing["公开年度"]) == (
        "东莞市",
        "中共东莞市直属机关工作委员会",
        "2026",
    )
    assert trapped["总体绩效目标_年度目标"] == "<第一>段 & “引号”\n\n-第二段 </script>"


def test_csv_gives_targets_as_written_and_as_read(output: Path) -> None:
    by_name = {row["三级指标"]: row for row in rows(output / "data/indicators.csv")}
    about = by_name["民兵人数"]
    parts = [about[f"年度指标值{tail}"] for tail in ("", "_符号", "_数值", "_单位")]
    assert parts == ["约100人次", "≈", "100", "人次"]
    assert [by_name["影响"][f"年度指标值{tail}"] for tail in ("", "_符号", "_数值", "_单位")] == [
        "长期",
        "",
        "",
        "",
    ]
    assert by_name["零"]["年度指标值_数值"] == "0"
    assert by_name["影响"]["权重"] == "12.5"
    assert re.fullmatch(f"{YEAR}/minbing/[0-9a-f]{{8}}", by_name["民兵满意度"]["指标编号"])


def test_no_csv_cell_is_a_formula_and_every_text_comes_back(output: Path) -> None:
    for file in output.rglob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for line in csv.reader(opened):
                assert not [cell for cell in line if cell[:1] and cell[0] in "=+-@\t\r\n＝＋－＠"], file
    trapped = rows(output / "data/projects.csv")[1]
    written = [trapped[key] for key in ("项目名称", "项目类型", "项目等级", "主管部门", "用款单位")]
    assert written == [f"'{TRAP}", "'@特定目标类", "'-二级", "''=工委", "'+东莞市"]
    assert [restored(cell) for cell in written] == [TRAP, "@特定目标类", "-二级", "'=工委", "+东莞市"]


@given(st.text(alphabet="'=+-@\t\r\nA 1＝中", max_size=8))
def test_neutralising_loses_nothing(text: str) -> None:
    cell = neutral(text)
    assert not cell or cell[0] not in "=+-@\t\r\n＝"
    assert restored(cell) == text


# -- JSON -----------------------------------------------------------------------------------------


def test_json_is_exact_and_agrees_with_its_schema(output: Path) -> None:
    schema = json.loads((output / "data/schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    files = [file for file in output.rglob("*.json") if file.name.startswith(("data", "dongguan"))]
    files.remove(output / "data/datapackage.json")
    assert len(files) == 6
    for file in files:
        found = json.loads(file.read_text(encoding="utf-8"))
        jsonschema.validate(found, schema)
        address = file.relative_to(output).as_posix()
        assert urljoin(f"{BASE}{address}", found["$schema"]) == f"{BASE}data/schema.json"
        whole = json.loads((output / "data/data.json").read_text(encoding="utf-8"))["disclosures"]
        (alone,) = found["disclosures"]
        assert found["disclosures"] == whole or alone["projects"][0] in whole[0]["projects"]


def test_json_holds_the_record(output: Path) -> None:
    (one,) = parsed(output / "data/data.json")["disclosures"]
    assert (one["id"], one["published"], one["all_projects"], one["disclosed_projects"]) == (
        YEAR,
        "2026-02-13",
        5,
        2,
    )
    assert one["facts"] == [{"name": "索引号", "value": "=1+1"}]
    assert one["corrections"] == [
        {"kind": "更正", "day": "2026-03-01", "text": "民兵人数更正为100人次。", "files": "yuanlai.pdf"}
    ]
    minbing, trapped = one["projects"]
    assert minbing["funds"] == {"total": 83370}
    assert (trapped["funds"], trapped["period_funds"]) == ({"total": 0}, {"total": Decimal("123456789.01")})
    assert trapped["name"] == TRAP
    assert minbing["indicators"][0]["annual_target"] == {
        "text": "约100人次", "comparator": "≈", "number": 100, "unit": "人次",
    }  # fmt: skip
    keys = [each["id"].removeprefix(f"{YEAR}/xianjing/") for each in trapped["indicators"]]
    assert all(re.fullmatch("[0-9a-f]{8}", one) for one in keys) and len(set(keys)) == 3


def test_json_numbers_are_written_digit_by_digit() -> None:
    value = {
        "a": [Decimal("99999999999999.99"), Decimal("0.10"), 1, None, True, "“\n\u2028<"],
        "b": {},
        "c": [],
    }
    found = json.loads(json_text(value), parse_float=Decimal)
    assert found == {
        "a": [Decimal("99999999999999.99"), Decimal("0.10"), 1, None, True, "“\n\u2028<"],
        "b": {},
        "c": [],
    }


# -- SQLite ---------------------------------------------------------------------------------------


def test_sqlite_holds_every_row_with_keys_that_meet(database: sqlite3.Connection, output: Path) -> None:
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in TABLES:
        (count,) = database.execute(f"SELECT count(*) FROM {table.name}").fetchone()
        assert count == len(rows(output / f"data/{table.name}.csv")), table.name
    found = database.execute("SELECT * FROM projects ORDER BY number").fetchall()
    assert [(row["funds_total"], row["period_funds_total"]) for row in found] == [
        (83370, None),
        (0, 123456789.01),
    ]
    assert found[1]["name"] == TRAP
    kinds = database.execute(
        "SELECT typeof(funds_total), typeof(period_funds_total) FROM projects"
    ).fetchall()
    assert [tuple(row) for row in kinds] == [("integer", "null"), ("integer", "real")]


def test_sqlite_views_answer_a_readers_questions(database: sqlite3.Connection) -> None:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name").fetchall()
    counts = {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in names}
    assert counts == {"指标一览": 5, "部门年度合计": 1, "项目一览": 2, "项目历年": 2}
    total = database.execute("SELECT 项目资金合计, 公开项目数, 项目总数 FROM 部门年度合计").fetchone()
    assert tuple(total) == (83370, 2, 5)
    plan = database.execute("EXPLAIN QUERY PLAN SELECT * FROM indicators WHERE project_id = 'x'").fetchone()
    assert "USING INDEX" in plan["detail"]


# -- XLSX -----------------------------------------------------------------------------------------


def cells(file: Path) -> dict[str, Any]:
    (sheet,) = openpyxl.load_workbook(file).worksheets
    return {cell.coordinate: cell for line in sheet.iter_rows() for cell in line if cell.value is not None}


def test_xlsx_is_the_official_table(output: Path) -> None:
    file = output / YEAR / "minbing/dongguan-shi-zhi-gongwei-2026-minbing.xlsx"
    (sheet,) = openpyxl.load_workbook(file).worksheets
    page = html.fromstring((output / YEAR / "minbing/index.html").read_bytes())
    (table,) = page.xpath('//table[contains(@class, "dongguan-project-2026")]')
    spans = [
        (int(cell.get("rowspan", 1)), int(cell.get("colspan", 1)))
        for cell in table.xpath(".//th | .//td")
        if cell.get("rowspan") or cell.get("colspan")
    ]
    merged = [(one.size["rows"], one.size["columns"]) for one in sheet.merged_cells.ranges if one.min_row > 1]
    assert sorted(merged) == sorted(spans)
    groups = [sheet.column_dimensions[letter] for letter in sorted(sheet.column_dimensions)]
    widths = [one.width for one in groups for _ in range(one.min, one.max + 1)]
    declared = [float(one) for one in table.xpath("./colgroup/col/@data-width")]
    assert [width / sum(widths) * 100 for width in widths] == pytest.approx(declared, abs=0.6)
    (amount,) = [cell for cell in cells(file).values() if cell.data_type == "n" and cell.value == 83370]
    assert amount.number_format == "#,##0.00"
    shown = {str(cell.value) for cell in cells(file).values() if cell.data_type == "s"}
    assert {"民兵事业费", "约100人次", "≥90%", "项目绩效目标表"} <= shown
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation in (None, "portrait")


def test_xlsx_holds_no_formula_and_the_text_as_written(output: Path) -> None:
    found = cells(output / YEAR / "xianjing/dongguan-shi-zhi-gongwei-2026-xianjing.xlsx")
    assert not [cell for cell in found.values() if cell.data_type == "f"]
    (name,) = [cell for cell in found.values() if cell.value == TRAP]
    assert name.quotePrefix  # or the text would become a formula when somebody edits the cell
    zero = [
        cell
        for cell in found.values()
        if cell.data_type == "n" and cell.value == 0 and "." in cell.number_format
    ]
    assert len(zero) == 1


def test_the_disclosures_workbook_has_every_table(output: Path) -> None:
    book = openpyxl.load_workbook(output / YEAR / "dongguan-shi-zhi-gongwei-2026.xlsx")
    assert book.sheetnames[0] == "民兵事业费"
    assert len(book.sheetnames) == 2
    assert book.properties.created.date().isoformat() == "2026-02-13"


def test_a_table_too_long_for_a_workbook_says_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = Piece(tmp_path / "rows", 0, 0, "")
    piece.file.write_bytes(b"")
    monkeypatch.setattr(tables, "MOST", 2)
    raw = tables.tables_workbook("公开数据", {"projects": ([piece], 3), "tasks": ([piece], 2)})
    projects, tasks = openpyxl.load_workbook(io.BytesIO(raw)).worksheets
    assert [cell.value for cell in projects[1]] == [
        "项目有 3 行，这里放不下，请用同一文件夹里的 projects CSV 文件。"
    ]
    assert tasks.max_row == 1 and tasks.max_column > 3


def test_a_years_workbook_has_the_tables_of_that_year(output: Path) -> None:
    book = openpyxl.load_workbook(output / "data/year/2026/data-2026.xlsx")
    assert book.sheetnames == ["公开", "项目", "绩效指标"]
    for sheet, name in ((book["项目"], "projects"), (book["绩效指标"], "indicators")):
        with (output / f"data/year/2026/{name}-2026.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *lines = csv.reader(file)
        assert [cell.value for cell in sheet[1]] == head
        assert sheet.max_row == len(lines) + 1
        for row, line in zip(sheet.iter_rows(min_row=2), lines, strict=True):
            for cell, text in zip(row, line, strict=True):
                if cell.data_type == "n" and text:
                    assert Decimal(str(cell.value)) == Decimal(text)
                elif cell.data_type == "s":
                    assert neutral(cell.value) == text and cell.quotePrefix == (text[0] == "'")
                else:
                    assert not text
    amounts = [cell for cell in book["项目"][2] if cell.number_format == "#,##0.00"]
    assert amounts and book["项目"].freeze_panes == "A2"


# -- what describes the files ---------------------------------------------------------------------


def test_the_data_package_describes_every_file(output: Path) -> None:
    package = json.loads((output / "data/datapackage.json").read_text(encoding="utf-8"))
    resources = {one["path"]: one for one in package["resources"]}
    of_forms = {f"forms/{file.name}" for file in (output / "data/forms").glob("*.csv")}
    assert (
        set(resources) == {f"{table.name}.csv" for table in TABLES} | {"data.json", "data.sqlite"} | of_forms
    )
    assert list(resources) == sorted(resources)
    names = {one["name"] for one in package["resources"]}
    for path, one in resources.items():
        assert one["bytes"] == (output / "data" / path).stat().st_size
        if path.endswith(".csv"):
            with (output / "data" / path).open(encoding="utf-8-sig", newline="") as file:
                assert next(csv.reader(file)) == [field["name"] for field in one["schema"]["fields"]]
            assert {key["reference"]["resource"] for key in one["schema"].get("foreignKeys", ())} <= names
    assert package["licenses"] == [{"path": "dictionary.html", "title": "政府公开信息"}]


def test_the_data_page_lists_every_file_with_size_and_rows(output: Path) -> None:
    page = html.fromstring((output / "data/index.html").read_bytes())
    linked = {urljoin("data/index.html", one) for one in page.xpath("//main//a/@href")}
    files = {file.relative_to(output).as_posix() for file in (output / "data").rglob("*.*")}
    assert {file for file in files if not file.endswith(".html")} <= linked
    text = page.xpath('string(//tr[th[contains(., "绩效指标")]])')
    assert "5 行" in text
    listed = rows(output / "data/files.csv")
    for row in listed:
        assert (output / row["文件"]).stat().st_size == int(row["字节"])
    assert {row["类型"] for row in listed} == {"CSV", "JSON", "XLSX", "SQLite", "PDF", "HTML", "SVG", "ZIP"}
    every = {
        file.relative_to(output).as_posix()
        for file in output.rglob("*")
        if file.suffix in (".csv", ".xlsx", ".pdf")
    }
    assert every - {"data/files.csv"} <= {row["文件"] for row in listed}


def test_the_dictionary_explains_every_column(output: Path) -> None:
    page = html.fromstring((output / "data/dictionary.html").read_bytes())
    for table in TABLES:
        explained = page.xpath(f'//section[@aria-labelledby="{table.name}"]//tbody/tr/th/text()')
        assert explained == [column.label for column in table.columns]


@pytest.mark.parametrize("path", ["data/index.html", f"{YEAR}/index.html", f"{YEAR}/xianjing/index.html"])
def test_pages_tell_dataset_search_engines_of_their_files(output: Path, path: str) -> None:
    page = html.fromstring((output / path).read_bytes())
    (script,) = page.xpath('//script[@type="application/ld+json"]/text()')
    assert set(page.xpath("//script[not(@src)]/@type")) == {
        "application/ld+json"
    }  # nothing a strict CSP blocks
    found = json.loads(script)
    assert found["@type"] == "Dataset"
    assert found["license"] == {"@type": "CreativeWork", "name": "政府公开信息"}
    assert found["url"] == BASE + path.removesuffix("index.html")
    assert found["distribution"]
    for one in found["distribution"]:
        file = output / one["contentUrl"].removeprefix(BASE)
        assert one["contentSize"] == f"{file.stat().st_size} B"


def test_what_is_not_disclosed_is_in_no_data_file(output: Path) -> None:
    for file in output.rglob("*"):
        if file.is_file() and file.suffix in (".csv", ".json", ".sqlite", ".html", ".js", ".xml"):
            assert SECRET.encode() not in file.read_bytes(), file
    assert not (output / YEAR / "buzhibiao").exists()


def test_the_same_records_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(site, again, ignore=shutil.ignore_patterns("output*", "parts", "state*"))
    assert pipeline.build(Workspace.at(again)).published
    for file in (site / "output").rglob("*"):
        if file.is_file() and file.suffix in (".csv", ".json", ".sqlite", ".xlsx", ".xml", ".txt"):
            assert file.read_bytes() == (again / "output" / file.relative_to(site / "output")).read_bytes(), (
                file
            )


# -- addresses ------------------------------------------------------------------------------------


def test_the_sitemap_lists_every_page_with_dates_from_records(output: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.parse(output / "sitemap.xml").getroot()
    listed = {one.findtext(f"{space}loc"): one.findtext(f"{space}lastmod") for one in root}
    assert listed[f"{BASE}{YEAR}/minbing/"] == "2026-03-01"
    assert listed[BASE] is None
    addresses = {
        BASE + page.relative_to(output).as_posix().removesuffix("index.html")
        for page in filter(pages.is_page, output.rglob("*.html"))
    }
    former = {page for page in addresses if "undated" in page or "jiu-xianjing" in page}
    assert set(listed) == addresses - former - {f"{BASE}404.html"}
    assert f"Sitemap: {BASE}sitemap.xml" in (output / "robots.txt").read_text(encoding="utf-8")


def test_a_long_sitemap_is_split() -> None:
    settings = SiteSettings.model_validate({"站点名称": "站", "网址": BASE})
    own = len(dict(sitemaps(Plan(()), settings))["sitemap.xml"]["listed"])
    texts = [(f"p{number}", "页") for number in range(PER_SITEMAP + 1 - own)]
    files = dict(sitemaps(Plan((), texts), settings))
    assert [len(files[f"sitemap-{n}.xml"]["listed"]) for n in (1, 2)] == [PER_SITEMAP, 1]
    assert files["sitemap.xml"] == {
        "listed": [(f"{BASE}sitemap-1.xml", None), (f"{BASE}sitemap-2.xml", None)],
        "index": True,
    }


def test_every_change_is_an_entry_of_the_feed(output: Path) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(output / "feed.xml").getroot()
    entries = feed.findall(f"{atom}entry")
    title = "中共东莞市直属机关工作委员会2026年预算绩效目标公开"
    assert [(one.findtext(f"{atom}updated"), one.findtext(f"{atom}title")) for one in entries] == [
        ("2026-03-01T00:00:00+08:00", f"更正：{title}"),
        ("2026-02-13T00:00:00+08:00", title),
    ]
    assert feed.findtext(f"{atom}updated") == "2026-03-01T00:00:00+08:00"
    assert entries[0].findtext(f"{atom}summary") == "民兵人数更正为100人次。"
    assert len({one.findtext(f"{atom}id") for one in entries}) == len(entries)
    link = entries[0].find(f"{atom}link")
    assert link is not None
    assert link.get("href") == f"{BASE}{YEAR}/"
    home = html.fromstring((output / "index.html").read_bytes())
    assert home.xpath('//link[@type="application/atom+xml"]/@href') == ["feed.xml"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{YEAR}/jiu-xianjing", f"{YEAR}/xianjing"),
        ("dongguan/shi-zhi-gongwei/undated", YEAR),
        ("dongguan/shi-zhi-gongwei/undated/minbing", f"{YEAR}/minbing"),
        ("dongguan/shi-zhi-gongwei/undated/jiu-xianjing", f"{YEAR}/xianjing"),
    ],
)
def test_a_former_address_leads_to_the_page(output: Path, old: str, new: str) -> None:
    page = html.fromstring((output / old / "index.html").read_bytes())
    (refresh,) = page.xpath('//meta[@http-equiv="refresh"]/@content')
    target = refresh.partition("url=")[2]
    assert urljoin(f"{BASE}{old}/index.html", target) == f"{BASE}{new}/index.html"
    assert page.xpath("//a/@href") == [target]
    assert page.xpath('//link[@rel="canonical"]/@href') == [f"{BASE}{new}/"]


# -- what can go wrong ----------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = Path(shutil.copytree(HERE / "sites" / "small", tmp_path / "small"))
    fonts = HERE.parent / ".cache" / "fonts"
    if fonts.is_dir():
        shutil.copytree(fonts, root / ".cache" / "fonts")
    return root


def test_without_date_and_address_there_is_no_feed_and_no_sitemap(small: Path) -> None:
    (small / "content" / YEAR / "disclosure.yaml").write_text("年度: 2026\n", encoding="utf-8")
    assert pipeline.build(Workspace.at(small), terms=pages.UNGUARDED).published
    assert not list((small / "output").glob("*.xml"))
    assert b"atom+xml" not in (small / "output" / "index.html").read_bytes()
    data = html.fromstring((small / "output" / "data/index.html").read_bytes())
    assert "数据许可：未注明" in " ".join(data.xpath("string(//main)").split())
    assert "licenses" not in json.loads((small / "output/data/datapackage.json").read_text(encoding="utf-8"))


def test_a_former_name_that_is_in_use_is_a_problem(small: Path) -> None:
    year = small / "content" / YEAR
    (year / "qita.yaml").write_text((year / "minbing.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with (year / "minbing.yaml").open("a", encoding="utf-8") as file:
        file.write("曾用文件名: [qita]\n")
    found = [one for one in pipeline.check(Workspace.at(small)).problems if one.rule == "plan.former"]
    assert [one.place.file for one in found] == [f"content/{YEAR}/minbing.yaml"]
    assert f"/{YEAR}/qita/index.html" in found[0].message


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("../dongguan/index.html", ""),
        ("../dongguan/nobody.html", "/dongguan/nobody.html"),
        ("../data/dictionary.html#projects", ""),
        ("../data/dictionary.html#nothing", "“nothing”"),
        ("#nowhere", "“nowhere”"),
        ("files/plan.pdf", "/about/files/plan.pdf"),
        ("https://www.gov.cn/nothing", ""),
    ],
)
def test_a_broken_link_stops_publication_and_names_its_page(small: Path, link: str, told: str) -> None:
    (small / "content/pages").mkdir()
    (small / "content/pages/about.md").write_text(f"# 关于\n\n请看[这里]({link})。\n", encoding="utf-8")
    outcome = pipeline.build(Workspace.at(small), terms=pages.UNGUARDED)
    found = [one for one in outcome.problems if one.rule == "link.broken"]
    assert outcome.published == (not told)
    assert len(found) == bool(told)
    if told:
        assert "/about/index.html" in found[0].message
        assert told in found[0].message


def test_a_link_is_checked_again_when_only_its_target_goes(small: Path) -> None:
    (small / "content/pages").mkdir()
    (small / "content" / YEAR / "disclosure.yaml").write_text("年度: 2026\n", encoding="utf-8")
    text = "# 关于\n\n[民兵](../dongguan/shi-zhi-gongwei/2026/minbing/index.html)\n"
    (small / "content/pages/about.md").write_text(text, encoding="utf-8")
    assert pipeline.build(Workspace.at(small), terms=pages.UNGUARDED).published
    year = small / "content" / YEAR
    (year / "minbing.yaml").rename(year / "minbing-2.yaml")
    outcome = pipeline.build(Workspace.at(small), terms=pages.UNGUARDED)
    assert [one.rule for one in outcome.problems if one.blocks] == ["link.broken"]
