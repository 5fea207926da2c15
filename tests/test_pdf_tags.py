"""The structure of printed documents: what PDF/UA-1 and PDF/A-3a leave to the one who writes the file."""

import io
import json

import pikepdf
from printing import elements, first_project, kids, printed, single, structure, whole
from test_pdf import SEEDS, with_indicators, with_objective

from gongkai.reading.source import read_yaml


def test_one_table_over_three_pages_is_one_table():
    result, _ = printed(with_indicators(60))
    (table,) = elements(structure(result.data), "Table")
    rows = elements(table, "TR")
    cells = [cell for row in rows for cell in kids(row)]
    assert len(rows) == 12 + 60
    labels = [cell for cell in cells if cell.S == "/TH"]
    assert all(str(cell.A.Scope) in ("/Row", "/Column") for cell in labels)
    spans = sorted(int(cell.A.RowSpan) for cell in labels if "/RowSpan" in cell.A)
    assert spans == [4, 60, 60, 61], "the spans of the official table, not of its parts"


def test_every_row_of_the_structure_is_a_full_row():
    for job in (
        single("dongguan", "2026"),
        single("langxi", "2023"),
        whole("huadu", "undated"),
        with_indicators(60),
    ):
        for table in elements(structure(printed(job)[0].data), "Table"):
            open_spans: dict[int, int] = {}
            widths = set()
            for row in elements(table, "TR"):
                width = 0
                while open_spans.get(width, 0):
                    width += 1
                for cell in kids(row):
                    attributes = cell.get("/A", {})
                    columns, rows = int(attributes.get("/ColSpan", 1)), int(attributes.get("/RowSpan", 1))
                    for column in range(width, width + columns):
                        assert not open_spans.get(column, 0)
                        open_spans[column] = rows
                    width += columns
                    while open_spans.get(width, 0):
                        width += 1
                widths.add(width)
                open_spans = {column: rows - 1 for column, rows in open_spans.items()}
            assert len(widths) == 1


def test_all_marked_content_is_in_the_tree_or_an_artifact():
    data = printed(with_indicators(60))[0].data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        parents = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        for number, page in enumerate(pdf.pages):
            assert page.StructParents == parents[2 * number]
            own = list(parents[2 * number + 1])
            depth, artifacts = 0, 0
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name in ("BDC", "BMC"):
                    depth += 1
                    if operands[0] == "/Artifact":
                        artifacts += 1
                    else:
                        assert own[int(operands[1].MCID)].S in ("/TH", "/TD", "/P", "/Caption")
                elif name == "EMC":
                    depth -= 1
                elif name in ("Tj", "TJ", "f", "S", "re"):
                    assert depth == 1, f"{name} outside of marked content"
            assert artifacts >= 4, "page number, number of pages, running head, borders"


def test_headings_go_down_one_level_at_a_time():
    for locality, year in SEEDS:
        root = structure(printed(whole(locality, year))[0].data)
        found = [level for level in range(1, 7) if elements(root, f"H{level}")]
        assert found == list(range(1, len(found) + 1))


def test_metadata_names_both_standards_and_the_document():
    job = whole("dongguan", "2026")
    with pikepdf.open(io.BytesIO(printed(job)[0].data)) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
        assert (
            meta["dc:title"] == str(pdf.docinfo.Title) == "中共东莞市直属机关工作委员会2026年预算绩效目标公开"
        )
        assert str(pdf.docinfo.Author) == "中共东莞市直属机关工作委员会"
        assert "东莞市" in str(pdf.docinfo.Subject) and "绩效目标" in str(pdf.docinfo.Keywords)
        assert str(pdf.Root.Lang) == "zh-CN" and pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.MarkInfo.Marked and pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/CreationDate" not in pdf.docinfo, "no date of publication is stated"
        assert not pdf.is_encrypted and "/ID" in pdf.trailer


def test_the_record_is_attached_and_reads_back(tmp_path):
    project = first_project("dongguan", "2026")
    with pikepdf.open(io.BytesIO(printed(single("dongguan", "2026"))[0].data)) as pdf:
        specs = list(pdf.Root.AF)
        assert [str(spec.AFRelationship) for spec in specs] == ["/Source", "/Source"]
        assert all("/ModDate" not in spec.EF.F.Params for spec in specs)
        (yaml,) = [spec.EF.F.read_bytes() for spec in specs if str(spec.UF).endswith(".yaml")]
        (text,) = [spec.EF.F.read_bytes() for spec in specs if str(spec.UF).endswith(".json")]
    file = tmp_path / "record.yaml"
    file.write_bytes(yaml)
    document, problems = read_yaml(file, "record.yaml")
    assert document is not None and not problems
    assert document.data == json.loads(text)
    assert document.data["项目名称"] == project.name


def test_fonts_are_embedded_as_parts_with_unicode():
    for locality, year in SEEDS:
        with pikepdf.open(io.BytesIO(printed(whole(locality, year))[0].data)) as pdf:
            for font in pdf.pages[-1].Resources.Font.values():
                assert str(font.BaseFont)[7] == "+" and "/ToUnicode" in font
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_lists_of_long_texts_have_labels_beside_their_bodies():
    data = printed(
        with_objective("<ol><li>培训2次</li><li>调研1次</li></ol><ul><li>甲</li><li>乙</li></ul>")
    )[0].data
    lists = elements(structure(data), "L")
    assert [str(one.A.ListNumbering) for one in lists] == ["/Decimal", "/Disc"]
    for one in lists:
        assert [[str(part.S) for part in kids(item)] for item in kids(one)] == [["/Lbl", "/LBody"]] * 2
