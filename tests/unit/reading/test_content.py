"""Texts of a year folder: what is read, and every mistake told at its line and column with what to do."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from gongkai.problems import Problem, Severity
from gongkai.reading import content
from gongkai.reading.acts import Article
from gongkai.reading.content import ContentReader, read_articles

YEAR = "content/dongguan/gongwei/2026"


@pytest.fixture
def year(tmp_path: Path) -> Path:
    folder = tmp_path / YEAR
    folder.mkdir(parents=True)
    return folder


def picture(
    mode: str = "RGB", size: tuple[int, int] = (30, 20), kind: str = "PNG", exif: bytes = b""
) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, kind, **({"exif": exif} if exif else {}))
    return stream.getvalue()


def read(year: Path, *projects: str) -> tuple[tuple[Article, ...], list[Problem]]:
    reader = ContentReader(year.parents[3])
    found = read_articles(reader, year, projects)
    return found, reader.problems


def write(year: Path, text: str, name: str = "shuoming.md") -> None:
    (year / name).write_text(text, encoding="utf-8")


def test_texts_come_by_name_with_title_and_pictures(year: Path) -> None:
    (year / "tu.png").write_bytes(picture())
    write(year, "# 名词解释\n\n甲。\n", "mingci.md")
    write(year, "\n# 编制说明 \n\n![构成：全部为拨款](tu.png)\n", "bianzhi.md")
    write(year, "草稿，没有标题", "_caogao.md")
    found, problems = read(year)
    assert problems == []
    assert [(one.slug, one.title, one.file) for one in found] == [
        ("bianzhi", "编制说明", f"{YEAR}/bianzhi.md"),
        ("mingci", "名词解释", f"{YEAR}/mingci.md"),
    ]
    (shown,) = found[0].pictures
    assert (shown.name, shown.width, shown.height) == ("tu.png", 30, 20)
    assert 'alt="构成：全部为拨款"' in found[0].html and 'width="30" height="20"' in found[0].html


def test_tables_keep_their_spans_and_say_what_heads_are_of(year: Path) -> None:
    rows = '<tr><th rowspan="2">科目</th><th colspan="2">金额</th></tr><tr><th>上年</th><th>本年</th></tr>'
    write(
        year,
        f"# 表\n\n<table>{rows}<tr><th>民兵</th><td onclick='x()' style='color:red'>1</td></tr></table>\n",
    )
    ((article,), problems) = read(year)
    assert problems == []
    assert '<th rowspan="2" scope="col">' in article.html and '<th colspan="2" scope="col">' in article.html
    assert '<th scope="row">民兵</th><td>1</td>' in article.html


def test_no_word_is_lost_with_a_tag_that_is_not_kept(year: Path) -> None:
    write(year, "# 甲\n\n<td>乙 & <丙></td>\n\n<center>丁</center>\n")
    ((article,), problems) = read(year)
    assert problems == [] and article.html.startswith("乙 &amp; &lt;丙&gt;")
    assert "<p>&lt;center&gt;丁&lt;/center&gt;</p>" in article.html, "a tag nobody knows is text"


def test_a_photo_taken_upright_is_as_high_as_it_is_shown(year: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (year / "zhao.jpg").write_bytes(picture(kind="JPEG", exif=exif.tobytes()))
    write(year, "# 图\n\n![门口](zhao.jpg)\n")
    ((article,), _) = read(year)
    assert (article.pictures[0].width, article.pictures[0].height) == (20, 30)


MISTAKES = [
    ("没有标题\n", "text.title", 1, 1, "第一行应当是标题"),
    ("# \n\n甲\n", "text.title", 1, 1, "第一行应当是标题"),
    ("# 甲\n\n正文\n\n见 ![](tu.png)\n", "text.alt", 5, 3, "没有文字说明"),
    ("# 甲\n\n![乙](tu.png)\n![丙](mei-you.png)\n", "text.picture", 4, 1, "没有图片“mei-you.png”"),
    ("# 甲\n\n![乙](../2025/tu.png)\n", "text.picture", 3, 1, "写法不对"),
    ("# 甲\n\n![乙](https://a.cn/tu.png)\n", "text.picture", 3, 1, "写法不对"),
    ("# 甲\n\n![乙](tu.svg)\n", "text.picture", 3, 1, "写法不对"),
    ("# 甲\n\n## 一\n\n#### 二\n", "text.heading", 5, 1, "标题“二”跳了一级"),
    ("# 甲\n\n# 乙\n", "text.heading", 3, 1, "只能有一个"),
    ("# 甲\n\n" + "1. " * 150 + "乙\n", "text.nesting", 1, 1, "套得太深"),
    ("# 甲\n\n" + "> " * 300 + "乙\n", "text.nesting", 1, 1, "套得太深"),
    ("# 甲\n\n" + "1. " * 3000 + "乙\n", "text.nesting", 1, 1, "套得太深"),
    ("# 甲\n\n" + "<div>" * 100 + "乙\n", "text.nesting", 1, 1, "套得太深"),
    ("# 甲\n\n" + "<blockquote>" * 2_000 + "乙\n", "text.nesting", 1, 1, "套得太深"),
    ("# 甲\n\n见[乙](mingci.md)\n", "text.link", 3, 2, "“乙”的链接打不开"),
    ("# 甲\n\n见[乙](javascript:alert(1))\n", "text.link", 3, 2, "“乙”的链接打不开"),
]


@pytest.mark.parametrize(("text", "rule", "line", "column", "message"), MISTAKES)
def test_a_mistake_is_told_at_its_place(
    year: Path, text: str, rule: str, line: int, column: int, message: str
) -> None:
    (year / "tu.png").write_bytes(picture())
    write(year, text)
    found, problems = read(year)
    assert found == ()
    (problem,) = problems
    assert (problem.rule, problem.place.line, problem.place.column) == (rule, line, column)
    assert message in problem.message and problem.hint and problem.severity == Severity.ERROR


def test_several_mistakes_are_told_together(year: Path) -> None:
    write(year, "# 甲\n\n![](a.png)\n\n### 乙\n\n[丙](d.md)\n")
    assert {problem.rule for problem in read(year)[1]} == {
        "text.alt",
        "text.picture",
        "text.heading",
        "text.link",
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"GIF89a", "不是完好的"),
        (picture(size=(900, 900))[:300], "不是完好的"),
        (picture(kind="JPEG", size=(200, 200))[:-80], "不是完好的"),
        (picture(kind="JPEG")[:40], "不是完好的"),
        (b"<svg onload='alert(1)'/>", "不是完好的"),
        (picture("CMYK", kind="JPEG"), "CMYK"),
        (picture("I;16"), "I;16"),
    ],
)
def test_a_picture_that_is_not_shown_everywhere_is_refused(year: Path, data: bytes, message: str) -> None:
    (year / "tu.jpg").write_bytes(data)
    write(year, "# 甲\n\n![乙](tu.jpg)\n")
    found, (problem,) = read(year)
    assert found == () and problem.rule == "text.picture" and message in problem.message
    assert (problem.place.line, problem.place.column) == (3, 1)


def test_a_picture_says_nothing_of_where_it_was_taken(year: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    (year / "tu.jpg").write_bytes(picture(kind="JPEG", exif=exif.tobytes()))
    write(year, "# 甲\n\n![乙](tu.jpg)\n")
    _, (problem,) = read(year)
    assert "拍摄地点" in problem.message


@pytest.mark.parametrize(("limit", "value"), [("MAX_PIXELS", 599), ("MAX_PICTURE_BYTES", 40)])
def test_pictures_are_bounded(year: Path, limit: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (year / "tu.png").write_bytes(picture())
    write(year, "# 甲\n\n![乙](tu.png)\n")
    assert read(year)[1] == []
    monkeypatch.setattr(content, limit, value)
    _, (problem,) = read(year)
    assert f"{value:,}" in problem.message


def test_links_out_of_the_folder_are_not_followed(year: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(picture())
    (year / "tu.png").symlink_to(tmp_path / "secret.png")
    write(year, "# 甲\n\n![乙](tu.png)\n")
    (tmp_path / "secret.md").write_text("# 机密\n", encoding="utf-8")
    (year / "mi.md").symlink_to(tmp_path / "secret.md")
    found, problems = read(year)
    assert found == () and {problem.rule for problem in problems} == {"text.picture", "load.outside"}


def test_names_are_addresses_and_no_projects(year: Path) -> None:
    write(year, "# 甲\n", "README.md")
    write(year, "# 乙\n", "minbing.md")
    found, problems = read(year, "minbing")
    assert found == ()
    assert [(one.rule, one.place.file) for one in problems] == [
        ("load.name", f"{YEAR}/README.md"),
        ("text.name", f"{YEAR}/minbing.md"),
    ]


def test_a_picture_nobody_shows_is_told(year: Path) -> None:
    (year / "tu.png").write_bytes(picture())
    (year / "_caogao.png").write_bytes(picture())
    write(year, "# 甲\n")
    found, (problem,) = read(year)
    assert len(found) == 1 and problem.severity == Severity.WARNING
    assert (problem.rule, problem.place.file) == ("load.extra-file", f"{YEAR}/tu.png")
