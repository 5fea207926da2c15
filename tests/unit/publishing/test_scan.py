"""The last look at finished files: numbers are found in whatever kind of file, harmless files raise nothing."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.privacy.markup import may_hold
from gongkai.publishing.scan import scan, scan_problems

PAGE = "<!doctype html><html lang='zh-CN'><head><title>公开</title></head><body><h1>2026年</h1><table><tr><td>{}</td><td>2026</td></tr></table></body></html>"


def kinds(address: str, data: bytes | str) -> list[str]:
    return [one.kind for one in scan(address, data.encode() if isinstance(data, str) else data)]


@pytest.mark.parametrize(
    "written",
    [
        "13800138000", "138 0013 8000", "138<b>0013</b>8000", "138<b>0013</b><i>8000</i>", "<b>138</b>00138000",
        "138<span class='nobreak'>0013</span>8000", "138<wbr>0013<wbr>8000", "138&nbsp;0013&nbsp;8000",
        "138&#8203;0013&#8203;8000", "138&shy;0013&shy;8000", "138&#48;&#48;138000", "&#49;3800138000",
        "1380013800&#48;", "&#49;&#51;&#56;&#48;&#48;&#49;&#51;&#56;&#48;&#48;&#48;", "&#x31;3800138000",
        "138<!-- x -->00138000", "138</b><b>00138000", "１３８００１３８０００", "138\u200b0013\u200b8000",
        "138\u30000013\u30008000", "138－0013－8000", "138（0013）8000", "<a href='tel:13800138000'>电话</a>",
        "<a title='13800138000'>电话</a>", "<img alt=\"138-0013-8000\">", "<!-- 13800138000 -->", "<a>2026</a><a>13800138000</a>",
        "<span>2026</span><span>13800138000</span>", "<strong>138</strong> <strong>0013</strong> <strong>8000</strong>",
    ],
)  # fmt: skip
def test_a_number_in_a_page(written: str) -> None:
    assert kinds("a/b/2026/index.html", PAGE.format(written)) == ["mobile"]


@pytest.mark.parametrize(
    "written",
    [
        "150</td><td>2500</td><td>3000", "<br>138<br>0013<br>8000", "13,800,138,000.00", "2026-02-13 10:20",
        "<svg><path d='M138 0013 8000'/></svg>", "<svg viewBox='0 0 13800138000 1'></svg>", "<td>1380013</td><td>8000</td>",
        "<a href='https://www.example.gov.cn/13800138000.html'>x</a>", "0769-22830000",
    ],
)  # fmt: skip
def test_what_only_stands_side_by_side(written: str) -> None:
    assert kinds("a/b/2026/index.html", PAGE.format(written)) == []


@pytest.mark.parametrize(
    ("address", "data", "expected"),
    [
        ("a.json", json.dumps({"电话": "13800138000"}), ["mobile"]), ("a.json", '{"年度资金":13800138000}', []),
        ("a.json", '{"a":"\\u0031\\u0033800138000"}', ["mobile"]), ("a.js", "const a='138 0013 8000'", ["mobile"]),
        ("a.js", "const a=13800138000", []), ("a.js", "/* 13800138000 */", ["mobile"]),
        ("a.csv", "姓名,电话\n甲,13800138000\n", ["mobile"]), ("a.csv", "名称,年度资金_总额\n甲,13800138000\n", []),
        ("a.csv", "名称,编号\n甲,13800138000\n", []), ("a.csv", "a,b\n138,0013,8000\n", []),
        ("a.xml", "<feed><title>13800138000</title></feed>", ["mobile"]),
        ("a.svg", "<svg><text>138<tspan>0013</tspan>8000</text></svg>", ["mobile"]),
        ("a.svg", "<svg><title>13800138000</title></svg>", ["mobile"]), ("a.css", "/* 13800138000 */", ["mobile"]),
        ("a.txt", "13800138000", ["mobile"]), ("a/13800138000/index.html", "<p>2026</p>", ["mobile"]),
        ("a.png", b"\x89PNG 13800138000", []),
        ("a.html", "<p>身份证号：110105194912310021</p>", ["identity"]),
        ("a.html", "<p>家住石排镇福隆村3组12号</p>", ["address"]), ("a.html", "<p>王小明，8岁，莞城小学</p>", ["child"]),
    ],
)  # fmt: skip
def test_each_kind_of_file(address: str, data: bytes | str, expected: list[str]) -> None:
    assert kinds(address, data) == expected


def workbook(value: object) -> bytes:
    book = openpyxl.Workbook()
    book.active.append([value])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_of_our_own_and_one_that_was_handed_in() -> None:
    assert kinds("a/b/2026/a.xlsx", workbook("138 0013 8000")) == ["mobile"]
    assert kinds("a/b/2026/a.xlsx", workbook(13800138000)) == []
    assert kinds("a/b/2026/files/a.xlsx", workbook(13800138000)) == ["mobile"]


def pdf(attached: bytes = b"", title: str = "") -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = title
    if attached:
        document.attachments["data.json"] = attached
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_pdf_that_was_handed_in_is_taken_apart() -> None:
    assert kinds("a/b/2026/files/a.pdf", pdf(b'{"a":"13800138000"}')) == ["mobile"]
    assert kinds("a/b/2026/files/a.pdf", pdf(title="13800138000")) == ["mobile"]
    assert kinds("a/b/2026/files/a.pdf", pdf()) == []
    assert kinds("a/b/2026/files/a.pdf", b"%PDF-1.7 broken") == []


def test_an_archive_is_gone_through() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.csv", "电话\n13800138000\n")
    assert kinds("a/files/a.zip", stream.getvalue()) == ["mobile"]
    assert kinds("a/files/a.zip", stream.getvalue()[:60]) == []


def test_the_finding_is_placed_and_masked(tmp_path: Path) -> None:
    record = tmp_path / "content/a/b/2026/p.yaml"
    record.parent.mkdir(parents=True)
    record.write_text("项目名称: 甲\n项目概述: 找 138-0013-8000\n", encoding="utf-8")
    (problem,) = scan_problems("a/b/2026/p/index.html", b"<p>138 0013 8000</p>", tmp_path)
    assert (problem.place.file, problem.place.line) == ("content/a/b/2026/p.yaml", 2)
    assert problem.blocks and "0013" not in problem.message
    (problem,) = scan_problems("a/b/2026/p/index.html", b"<p>139 0013 8000</p>", tmp_path)
    assert problem.place.file == "a/b/2026/p/index.html"
    assert (
        scan_problems("a/b/2026/p/index.html", b"<p>139 0013 8000</p>", tmp_path, lambda: "13900138000") == ()
    )


def test_a_kind_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (problem,) = scan_problems("a/b/2026/files/a.doc", b"\xd0\xcf\x11\xe0", tmp_path)
    assert problem.rule == "privacy.unread" and not problem.blocks


_BETWEEN = st.sampled_from(["", " ", "-", ".", "·", "/", "(", "）", "\u3000", "\u00a0", "\u200b", "－", "</b>", "<b>", "<!--x-->", "&nbsp;"])  # fmt: skip


@given(
    st.from_regex(r"1[3-9]\d{9}", fullmatch=True),
    _BETWEEN,
    _BETWEEN,
    st.sampled_from(["", "2026年", "电话：", "Tel"]),
)
def test_the_look_at_bytes_lets_no_number_pass(number: str, first: str, second: str, before: str) -> None:
    number = "".join(str(int(one)) for one in number)
    data = PAGE.format(f"{before}{number[:3]}{first}{number[3:7]}{second}{number[7:]}").encode()
    assert may_hold(data)


def test_the_look_at_bytes_knows_digits_written_as_entities_from_other_entities() -> None:
    assert may_hold("&#49;&#x33;8０&#48;13&#x38;000".encode())
    assert may_hold(b"&#x0031;")
    assert not may_hold(
        b"&lt;iframe src&#61;&#34;a.html&#34; width&#61;&#34;100%&#34; height&#61;&#34;700&#34;&gt;"
    )


def test_layouts_of_our_own_raise_nothing() -> None:
    from gongkai.pages.texts import check_layouts
    from gongkai.workspace import built_in_layouts

    assert check_layouts([built_in_layouts()]) == []
