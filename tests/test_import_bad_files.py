"""Files that are broken, locked, disguised or hostile: a clear problem, in bounded time, nothing lost."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from foreign_files import stamp
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from gongkai.exchange import convert, guard, intake, number_formats, read_pdf, tables
from gongkai.exchange.contained import Contained, Stopped
from gongkai.exchange.guard import find_files
from gongkai.exchange.import_plan import plan_import
from gongkai.exchange.intake import read_file
from gongkai.exchange.tables import RawDocument, RawTable, RawText
from gongkai.workspace import Workspace

FILES = Path(__file__).parent / "files"
FOUND = Path(__file__).parent / "crashes"
SMALL = Path(__file__).parent / "sites" / "small"


def read(raw: bytes, name: str, folder: Path) -> RawDocument:
    (folder / name).write_bytes(raw)
    document = read_file(folder / name)
    for problem in document.problems:
        assert problem.hint and re.search("[\u4e00-\u9fff]", problem.message)
    return document


def rules(document: RawDocument) -> list[str]:
    return [problem.rule.removeprefix("import.") for problem in document.problems]


def texts(document: RawDocument) -> list[str]:
    found = []
    for block in document.blocks:
        found += (
            [cell.text for cell in block.cells if cell.text] if isinstance(block, RawTable) else [block.text]
        )
    return found


def book_bytes(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["B1"] = "项目名称", "甲"
    change(book)
    book.save(buffer)
    return buffer.getvalue()


def plain_book() -> bytes:
    return book_bytes(lambda book: None)


def with_members(raw: bytes, members: dict[str, bytes]) -> bytes:
    """The zipped document with parts added or replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in members:
                target.writestr(name, source.read(name))
        for name, data in members.items():
            target.writestr(name, data)
    return buffer.getvalue()


def pdf_bytes(content: bytes = b"", **options: object) -> bytes:
    pdf, buffer = pikepdf.new(), io.BytesIO()
    page = pdf.add_blank_page(page_size=(595, 842))
    if content:
        page.Contents = pdf.make_stream(content)
    pdf.save(buffer, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("name", "raw", "rule"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xls", OLE + b"Workbook", "damaged"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), "image"),
        ("a.pdf", b"\xff\xd8\xff\xe0" + bytes(100), "image"),
        ("a.pdf", b"%PDF-1.7\nnothing", "damaged"),
        ("a.xlsx", b"PK\x03\x04 cut off", "damaged"),
        ("a.txt", "随便写的".encode(), "format"),
        ("a.zip", with_members(plain_book(), {})[:-40], "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, raw: bytes, rule: str, tmp_path: Path) -> None:
    document = read(raw, name, tmp_path)
    assert rules(document) == [rule] and document.problems[0].blocks and not document.blocks


XML_SHEET = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
OLD = [("a.doc", OLE + "WordDocument".encode("utf-16-le")), ("a.wps", OLE + "WordDocument".encode("utf-16-le")), ("a.rtf", b"{\\rtf1 x}"), ("a.xls", XML_SHEET)]  # fmt: skip


@pytest.mark.parametrize(("name", "raw"), OLD)
def test_old_kinds_say_how_to_go_on_without_libreoffice(
    name: str, raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    document = read(raw, name, tmp_path)
    assert rules(document) == ["format"]
    assert "另存为 ." in document.problems[0].hint and "LibreOffice" in document.problems[0].message


@pytest.mark.parametrize(("name", "raw"), OLD)
def test_old_kinds_are_converted_by_libreoffice(
    name: str, raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a stand-in that does what LibreOffice's command line promises: the file in another kind, in --outdir."""
    (tmp_path / "made.xlsx").write_bytes(plain_book())
    docx.Document().save(str(tmp_path / "made.docx"))
    stand_in = tmp_path / "soffice"
    stand_in.write_text(
        "#!/bin/sh\n"
        '[ "$2 $3 $5" = "--headless --convert-to --outdir" ] && [ -s "$7" ] || exit 1\n'
        'name=${7##*/}; mkdir -p "$6"; cp "${0%/*}/made.$4" "$6/${name%.*}.$4"\n'
    )
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    document = read(raw, name, tmp_path)
    if name == "a.xls":
        assert texts(document) == ["项目名称", "甲"] and not document.problems
    else:
        assert rules(document) == ["empty"]  # the document has nothing in it, which only its reader can know
    stand_in.write_text("#!/bin/sh\nexit 0\n")
    assert rules(read(raw, name, tmp_path)) == ["damaged"]


def test_a_converter_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "soffice"
    stand_in.write_text('#!/bin/sh\nsleep 60 & echo $! > "${0%/*}/pid"; wait\n')
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(convert, "_SECONDS", 0.5)
    assert rules(read(OLD[0][1], "a.doc", tmp_path)) == ["damaged"]
    stat = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/stat")
    assert not stat.exists() or stat.read_text().split()[2] == "Z"


def test_numbers_dates_and_what_is_hidden_in_other_programs_files(tmp_path: Path) -> None:
    for kind in ("xls", "ods"):
        document = intake.read_file(FILES / f"formats-calc.{kind}")
        assert texts(document) == ["合并", "项目名称", "甲", "95%", "27,700.00", "172.665", "2026", "2026年1月31日", "TRUE", "12.5%"]  # fmt: skip
        assert sorted(left.text for left in document.leftovers) == ["批", "藏一", "藏三", "藏二"]
        [table] = document.blocks
        assert isinstance(table, RawTable) and table.widths[0] > 3 * table.widths[1]
        assert [(cell.rows, cell.columns) for cell in table.cells if cell.text == "合并"] == [(2, 2)]


def test_a_pdf_with_a_password(tmp_path: Path) -> None:
    raw = pdf_bytes(encryption=pikepdf.Encryption(owner="a", user="b", R=6))
    assert rules(read(raw, "a.pdf", tmp_path)) == ["password"]


def test_a_pdf_that_is_an_image(tmp_path: Path) -> None:
    pdf, buffer = pikepdf.new(), io.BytesIO()
    page = pdf.add_blank_page(page_size=(595, 842))
    image = pdf.make_stream(
        bytes(300),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=10,
        Height=10,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = pdf.make_stream(b"q 500 0 0 700 40 40 cm /Im0 Do Q")
    pdf.save(buffer)
    document = read(buffer.getvalue(), "a.pdf", tmp_path)
    assert rules(document) == ["no-text"] and document.problems[0].blocks


def test_a_pdf_with_a_drawing_of_many_lines(tmp_path: Path) -> None:
    lines = b"".join(b"%d 10 m %d 500 l S\n" % (n % 500, n % 499) for n in range(read_pdf.MAX_OBJECTS + 10))
    text = b"BT /F1 12 Tf 50 50 Td (map) Tj ET\n"
    pdf, buffer = pikepdf.new(), io.BytesIO()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.Contents = pdf.make_stream(text + lines)
    pdf.save(buffer)
    document = read(buffer.getvalue(), "a.pdf", tmp_path)
    assert rules(document) == ["too-large"] and [left.text for left in document.leftovers] == ["map"]


def test_too_many_pages(tmp_path: Path) -> None:
    pdf, buffer = pikepdf.new(), io.BytesIO()
    for _ in range(read_pdf.MAX_PAGES + 1):
        pdf.add_blank_page()
    pdf.save(buffer)
    assert rules(read(buffer.getvalue(), "a.pdf", tmp_path)) == ["too-large"]


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_FILE", 1000)
    assert rules(read(bytes(1001), "a.xlsx", tmp_path)) == ["too-large"]


def test_renamed_files_are_read_by_what_they_are(tmp_path: Path) -> None:
    document = read(plain_book(), "a.xls", tmp_path)
    assert rules(document) == ["renamed"] and texts(document) == ["项目名称", "甲"]
    document = read("<table><tr><td>项目名称<td>甲</table>".encode("gb18030"), "a.xls", tmp_path)
    assert rules(document) == ["renamed"] and texts(document) == ["项目名称", "甲"]


def test_macros_are_told_and_not_run(tmp_path: Path) -> None:
    document = read(with_members(plain_book(), {"xl/vbaProject.bin": b"\x00" * 100}), "a.xlsm", tmp_path)
    assert rules(document) == ["macros"] and texts(document) == ["项目名称", "甲"]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = with_members(plain_book(), {f"xl/media/{n}.bin": bytes(40 * 1024 * 1024) for n in range(8)})
    assert len(bomb) < 1024 * 1024
    assert rules(read(bomb, "a.xlsx", tmp_path)) == ["too-large"]
    one = with_members(plain_book(), {"xl/worksheets/sheet1.xml": b"<a>" + bytes(guard.MAX_MEMBER + 10)})
    assert rules(read(one, "a.xlsx", tmp_path)) == ["too-large"]


def test_a_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    raw = with_members(plain_book(), {"xl/worksheets/sheet1.xml": bytes(guard.MAX_MEMBER + 10)})
    size = (guard.MAX_MEMBER + 10).to_bytes(4, "little")
    lying = raw.replace(size, (1000).to_bytes(4, "little"))
    assert lying != raw
    assert rules(read(lying, "a.xlsx", tmp_path)) in (["damaged"], ["too-large"])


def test_entities_are_refused(tmp_path: Path) -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'
    assert rules(
        read(with_members(plain_book(), {"xl/worksheets/sheet1.xml": evil}), "a.xlsx", tmp_path)
    ) == ["unsafe"]
    word = io.BytesIO()
    docx.Document().save(word)
    assert rules(read(with_members(word.getvalue(), {"word/document.xml": evil}), "a.docx", tmp_path)) == [
        "unsafe"
    ]


SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{after}</worksheet>'
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>项目名称</t></is></c><c r="B1" t="inlineStr"><is><t>甲</t></is></c></row>'


def test_a_million_empty_rows(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{n}" s="1" ht="15"/>' for n in range(2, 1_000_001))
    styled = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(1_000_001, 1_040_000))
    raw = with_members(
        plain_book(), {"xl/worksheets/sheet1.xml": SHEET.format(rows=ROW + empty + styled, after="").encode()}
    )
    document = read(raw, "a.xlsx", tmp_path)
    assert not document.problems and texts(document) == ["项目名称", "甲"]


def test_merged_over_the_whole_sheet(tmp_path: Path) -> None:
    after = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    raw = with_members(
        plain_book(), {"xl/worksheets/sheet1.xml": SHEET.format(rows=ROW, after=after).encode()}
    )
    document = read(raw, "a.xlsx", tmp_path)
    found = texts(document) + [left.text for left in document.leftovers]
    assert not document.problems and sorted(found) == ["甲", "项目名称"]
    assert any("合并" in left.reason for left in document.leftovers)


def test_a_cell_at_the_far_end(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>远</t></is></c></row>'
    raw = with_members(
        plain_book(), {"xl/worksheets/sheet1.xml": SHEET.format(rows=ROW + far, after="").encode()}
    )
    assert texts(read(raw, "a.xlsx", tmp_path)) == ["项目名称", "甲", "远"]


def test_too_many_cells(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, tables.MAX_CELLS + 2))
    raw = with_members(plain_book(), {"xl/worksheets/sheet1.xml": SHEET.format(rows=rows, after="").encode()})
    assert rules(read(raw, "a.xlsx", tmp_path)) == ["too-large"]


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """The worst of the above in a process of its own, under a limit of address space."""
    pytest.importorskip("resource")
    empty = "".join(f'<row r="{n}" s="1" ht="15"/>' for n in range(2, 1_000_001))
    raw = with_members(
        plain_book(), {"xl/worksheets/sheet1.xml": SHEET.format(rows=ROW + empty, after="").encode()}
    )
    (tmp_path / "a.xlsx").write_bytes(raw)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)\n"
        "from pathlib import Path; from gongkai.exchange.intake import read_file\n"
        "sys.exit(len(read_file(Path(sys.argv[1])).problems))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.xlsx")], cwd=Path(__file__).parents[1], timeout=60
    )
    assert done.returncode == 0


def test_formulas_without_a_value(tmp_path: Path) -> None:
    def formulas(book: openpyxl.Workbook) -> None:
        book.active["B2"], book.active["B3"] = "=SUM(A1:A9)", "=1+1"

    document = read(book_bytes(formulas), "a.xlsx", tmp_path)
    assert rules(document) == ["formula"]
    assert [left.text for left in document.leftovers] == ["=SUM(A1:A9)", "=1+1"]


def test_formulas_with_a_value(tmp_path: Path) -> None:
    cell = '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="e"><f>A1/0</f><v>#DIV/0!</v></c></row>'
    raw = with_members(
        plain_book(), {"xl/worksheets/sheet1.xml": SHEET.format(rows=ROW + cell, after="").encode()}
    )
    document = read(raw, "a.xlsx", tmp_path)
    assert texts(document) == ["项目名称", "甲", "2"] and [left.text for left in document.leftovers] == [
        "#DIV/0!"
    ]


def test_what_is_hidden_is_not_published_and_not_lost(tmp_path: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet["A2"], sheet["C1"], sheet["A3"] = "藏一", "藏二", "露"
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet["A3"].comment = Comment("批", "某人")
        other = book.create_sheet("底稿")
        other["A1"], other.sheet_state = "藏三", "hidden"

    document = read(book_bytes(hide), "a.xlsx", tmp_path)
    assert texts(document) == ["项目名称", "甲", "露"]
    assert sorted(left.text for left in document.leftovers) == ["批", "藏一", "藏三", "藏二"]
    assert rules(document) == ["hidden"]


def test_text_boxes_in_excel(tmp_path: Path) -> None:
    drawing = '<xdr:wsDr xmlns:xdr="x" xmlns:a="y"><xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:row>2</xdr:row></xdr:from><a:t>框里</a:t></xdr:twoCellAnchor></xdr:wsDr>'.encode()
    related = b'<Relationships><Relationship Id="rId1" Type="http://x/relationships/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    parts = {"xl/drawings/drawing1.xml": drawing, "xl/worksheets/_rels/sheet1.xml.rels": related}
    document = read(with_members(plain_book(), parts), "a.xlsx", tmp_path)
    assert [(left.where, left.text) for left in document.leftovers] == [("工作表“Sheet” B3 的文本框", "框里")]


def test_pictures_and_charts_are_left_aside_and_told(tmp_path: Path) -> None:
    def draw(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.add_image(stamp(), "A3")
        sheet["A1"].comment = Comment("批", "某人")
        for place in (sheet, book.create_chartsheet("图")):
            chart = BarChart()
            chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=2))
            place.add_chart(chart)

    document = read(book_bytes(draw), "a.xlsx", tmp_path)
    assert texts(document) == ["项目名称", "甲"] and not document.problems
    assert sorted(left.text for left in document.leftovers) == ["批", "（image1.png）", "（图表）"]


def test_number_formats(tmp_path: Path) -> None:
    values = [
        (0.95, "0%", "95%"),
        (27700, "#,##0.00", "27,700.00"),
        (172.665, "0.00", "172.665"),
        (0.1 + 0.2, "General", "0.3"),
        (12, '0"万元"', "12万元"),
        (2026, "General", "2026"),
    ]

    def numbers(book: openpyxl.Workbook) -> None:
        for row, (value, number_format, _) in enumerate(values, 2):
            book.active.cell(row, 1, value).number_format = number_format

    assert texts(read(book_bytes(numbers), "a.xlsx", tmp_path))[2:] == [text for _, _, text in values]
    assert number_formats.shown_number(1e20, "General") == "100000000000000000000"


def test_word_with_changes_boxes_and_notes(tmp_path: Path) -> None:
    document, buffer = docx.Document(), io.BytesIO()
    paragraph = document.add_paragraph("开头")
    box = f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>框里</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    paragraph._p.append(parse_xml(box))
    paragraph._p.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t>加上</w:t></w:r></w:ins>')
    )
    paragraph._p.append(
        parse_xml(
            f'<w:del {nsdecls("w")} w:id="2" w:author="a"><w:r><w:delText>删去</w:delText></w:r></w:del>'
        )
    )
    document.sections[0].header.paragraphs[0].text = "页眉字"
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "项目名称"
    inner = table.cell(0, 1).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "套表"
    document.save(buffer)
    read_back = read(buffer.getvalue(), "a.docx", tmp_path)
    assert texts(read_back) == ["开头加上", "项目名称", "套表"]
    assert sorted(left.text for left in read_back.leftovers) == ["删去", "框里", "页眉字"]
    assert rules(read_back) == ["tracked"]


def test_the_numbers_that_word_counts_itself(tmp_path: Path) -> None:
    numbering = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
      <w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
      <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>
      <w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>"""
    document, buffer = docx.Document(), io.BytesIO()
    for level, text in ((0, "项目概述"), (1, "甲"), (1, "乙"), (0, "立项依据"), (1, "丙"), (None, "正文")):
        paragraph = document.add_paragraph(text)
        if level is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = level, 7
    document.save(buffer)
    raw = with_members(buffer.getvalue(), {"word/numbering.xml": numbering.encode()})
    found = [block.text for block in read(raw, "a.docx", tmp_path).blocks if isinstance(block, RawText)]
    assert found == ["一、项目概述", "（1）甲", "（2）乙", "二、立项依据", "（1）丙", "正文"]


def test_invisible_characters_do_not_reach_records(tmp_path: Path) -> None:
    raw = book_bytes(lambda book: book.active.__setitem__("B1", "甲\u200b乙\ufeff\ue001\r\n丙"))
    assert texts(read(raw, "a.xlsx", tmp_path)) == ["项目名称", "甲乙\n丙"]


@pytest.fixture(scope="module")
def child() -> Iterator[Contained]:
    with Contained("gongkai.exchange.intake:read_file") as contained:
        yield contained


@pytest.mark.parametrize("file", sorted(FILES.glob("*.[px]*")), ids=lambda file: file.name)
@pytest.mark.parametrize("cut", [0.3, 0.9, 0.99])
def test_files_cut_off_are_told(file: Path, cut: float, tmp_path: Path, child: Contained) -> None:
    raw = file.read_bytes()
    (tmp_path / file.name).write_bytes(raw[: int(len(raw) * cut)])
    try:
        document = child(tmp_path / file.name)
    except Stopped as stopped:
        assert stopped.rule == "damaged" and stopped.hint
    else:
        assert document.problems or document.blocks


def test_a_file_that_ends_its_reader_costs_only_itself(tmp_path: Path) -> None:
    """A ring of sectors made a reader ask for memory without end."""
    bad, good = FOUND / "file" / "ring-of-sectors.xls", FILES / "langxi-calc.xls"
    site = Workspace.at(SMALL)
    plan = plan_import([bad, good, bad], site, "dongguan", "shi-zhi-gongwei", 2023)
    assert [(one.place.file, one.rule, one.blocks) for one in plan.problems if one.blocks] == [
        (bad.name, "import.damaged", True)
    ] * 2
    assert [len(book.drafts) > 0 for book in plan.books] == [False, True, False]


def test_folders_leave_out_what_is_no_file_of_theirs(tmp_path: Path) -> None:
    (tmp_path / "内").mkdir()
    for name in ("b.xlsx", "~$b.xlsx", ".DS_Store", "内/a.docx"):
        (tmp_path / name).write_bytes(b"x")
    assert [name for _, name in find_files([tmp_path])] == ["b.xlsx", "内/a.docx"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert rules(read_file(tmp_path / "没有.xlsx")) == ["unreadable"]


def test_paragraphs_are_kept(tmp_path: Path) -> None:
    document = read("<p>甲</p>乙<div>丙<table><tr><td>丁</table>戊</div>".encode(), "a.html", tmp_path)
    assert [block.text for block in document.blocks if isinstance(block, RawText)] == ["甲", "乙", "丙", "戊"]


def test_a_pdf_with_broken_parts_is_told(tmp_path: Path) -> None:
    raw = bytearray((FILES / "langxi-word.pdf").read_bytes())
    for found in re.finditer(rb"[^d]stream\r?\n", bytes(raw)):
        raw[found.end() + 300 : found.end() + 320] = bytes(20)
    assert "damaged" in rules(read(bytes(raw), "a.pdf", tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
def test_a_pipe_among_the_files_is_told_and_not_waited_for(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.pdf"):
        os.mkfifo(tmp_path / name)
        assert [problem.rule for problem in read_file(tmp_path / name).problems] == ["import.unreadable"]
    (tmp_path / "c.xlsx").symlink_to("/dev/zero")
    assert [problem.rule for problem in read_file(tmp_path / "c.xlsx").problems] == ["import.unreadable"]
