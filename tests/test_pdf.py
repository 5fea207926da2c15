"""Printed documents: what stands on the pages of real and of very long records."""

import dataclasses
import hashlib
import io
import re
import subprocess
import sys

import pikepdf
import pytest
from printing import (
    ROOT,
    changed,
    department,
    disclosure,
    first_project,
    fresh_printer,
    many_projects,
    pages,
    printed,
    single,
    whole,
)

from gongkai.tables.grid import Rendered

SEEDS = [
    ("dongguan", "2023"),
    ("dongguan", "2026"),
    ("dongkeng", "2024"),
    ("huadu", "undated"),
    ("langxi", "2023"),
]


@pytest.mark.parametrize(("locality", "year"), SEEDS)
def test_disclosures_print_without_a_complaint_and_hold_every_indicator(locality, year):
    result, problems = printed(whole(locality, year))
    assert problems == []
    text = "".join(pages(result.data))
    for project in disclosure(department(locality), year).projects:
        assert project.name.replace(" ", "") in text
        for indicator in project.indicators:
            for value in (indicator.level3, indicator.annual_target):
                assert value is None or "".join(str(value).split()) in text


@pytest.mark.parametrize(("locality", "year"), SEEDS[1:4])
def test_a_project_on_one_page_is_small(locality, year):
    result, problems = printed(single(locality, year))
    assert (result.pages, problems) == (1, [])
    assert len(result.data) < 60_000


def test_every_page_is_numbered_and_headed():
    result, _ = printed(whole("dongguan", "2026"))
    texts = pages(result.data)
    for number, text in enumerate(texts[1:], 2):
        assert f"—{number}—" in text and f"共{len(texts)}页" in text
        assert "中共东莞市直属机关工作委员会2026年" in text
    assert "—1—" not in texts[0], "a cover has no page number"


def test_the_year_that_is_not_stated_is_not_made_up():
    assert "年度未注明" in pages(printed(whole("huadu", "undated"))[0].data)[0]


def test_contents_and_bookmarks_lead_to_each_project():
    result, _ = printed(whole("dongguan", "2026"))
    with pikepdf.open(io.BytesIO(result.data)) as pdf, pdf.open_outline() as outline:
        (root,) = outline.root
        contents, form = root.children
        assert (contents.title, form.title) == ("目录", "项目绩效目标表")
        names = [project.name for project in disclosure(department("dongguan"), "2026").projects]
        assert [item.title for item in form.children] == names
        links = pdf.pages[1].Annots
        assert len(links) == len(names) + 1
        assert all(str(link.Contents) for link in links)


def test_bookmarks_name_the_projects_inside_a_summary():
    result, _ = printed(whole("huadu", "undated"))
    with pikepdf.open(io.BytesIO(result.data)) as pdf, pdf.open_outline() as outline:
        (root,) = outline.root
        names = [project.name for project in disclosure(department("huadu"), "undated").projects]
        assert [item.title for item in root.children[0].children] == names


# -- long records ---------------------------------------------------------------------------------


def with_indicators(count):
    project = first_project("dongguan", "2026")
    row = project.indicators[0]
    rows = tuple(row.model_copy(update={"level3": f"第{n}项指标"}) for n in range(1, count + 1))
    return single("dongguan", "2026", project.model_copy(update={"indicators": rows}))


def with_objective(text):
    project = first_project("dongguan", "2026")
    objective = project.objective.model_copy(update={"annual": text})
    return single("dongguan", "2026", project.model_copy(update={"objective": objective}))


def test_sixty_indicators_under_one_label_have_label_and_heads_on_every_page():
    result, problems = printed(with_indicators(60))
    assert problems == [] and result.pages == 3
    texts = pages(result.data)
    for text in texts:
        assert text.count("三级指标") == 1, "the column heads"
        assert text.count("数量指标") == text.count("产出指标") == 1
    for text in texts[1:]:
        assert text.count("（续）") == 3
    assert "（续）" not in texts[0]
    rows = [int(n) for text in texts for n in re.findall(r"第(\d+)项指标", text)]
    assert rows == list(range(1, 61)), "no row is lost, doubled or out of order"


def test_three_thousand_characters_flow_on_with_their_label_and_no_empty_page():
    sentence = "建立健全党员教育培训体系，组织专题培训与主题党日活动，全年培训覆盖全体机关党员。"
    text = "\n".join(sentence * 8 for _ in range(9))
    result, problems = printed(with_objective(text))
    assert problems == [] and result.pages == 3
    texts = pages(result.data)
    assert (
        "2026年度目标" in texts[0] and "2026年度目标（续）" in texts[1] and "2026年度目标（续）" in texts[2]
    )
    short = "".join(pages(printed(with_objective("无"))[0].data))
    assert "".join(texts).count("。") - short.count("。") == 72, "no line is lost or printed twice"
    assert texts[0].count("全体机关党员。") > 15 and texts[1].count("全体机关党员。") > 30, "pages are filled"


def test_forty_annual_against_three_medium_term_indicators():
    project = first_project("langxi", "2023")
    row = project.indicators[0]
    annual = tuple(row.model_copy(update={"level3": f"第{n}项指标"}) for n in range(1, 41))
    period = tuple(row.model_copy(update={"level3": f"中期{n}项"}) for n in range(1, 4))
    long = project.model_copy(update={"indicators": annual, "period_indicators": period})
    result, problems = printed(single("langxi", "2023", long))
    assert problems == []
    texts = pages(result.data)
    rows = [int(n) for text in texts for n in re.findall(r"第(\d+)项指标", text)]
    assert rows == list(range(1, 41))
    for text in texts:
        if "项指标" in text:
            assert "三级指标" in text and text.count("指标值") == 2, "heads of both sides"


def test_a_summary_of_sixty_projects_keeps_its_head_on_every_page():
    result, problems = printed(many_projects("huadu", "undated", 60))
    assert problems == []
    texts = pages(result.data)
    assert all("项目名称（资金使用单位）" in text for text in texts)
    assert [int(n) for text in texts for n in re.findall(r"〔(\d+)〕", text)] == list(range(60))


# -- characters and sameness ----------------------------------------------------------------------


def test_rare_characters_of_names_print():
    result, problems = printed(with_objective("由滘口、𬱖、𫖯、㛃、𠮷等地名人名用字组成。"))
    assert problems == []
    assert "滘口、𬱖、𫖯、㛃、𠮷" in pages(result.data)[0]
    with pikepdf.open(io.BytesIO(result.data)) as pdf:
        fonts = {str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()}
    assert not any("JP" in font or "KR" in font or "DejaVu" in font for font in fonts)


def test_a_character_no_font_has_is_a_problem_at_its_place():
    job = with_objective("古埃及文𓀀不能印。")
    _, problems = printed(job)
    (problem,) = [one for one in problems if one.rule == "print.glyph"]
    assert "“𓀀”（U+13000）" in problem.message and problem.blocks
    assert problem.place.file.endswith(".yaml")


def narrow(sheet):
    """The first column far too narrow for a single character."""
    html = (
        str(sheet.html)
        .replace('data-width="15"', 'data-width="1"')
        .replace('data-width="21.5"', 'data-width="35.5"')
    )
    return dataclasses.replace(sheet, html=Rendered(html))


def test_a_text_wider_than_its_column_is_a_problem_at_its_place():
    job = changed(single("dongguan", "2026"), narrow)
    _, problems = printed(job)
    assert {problem.rule for problem in problems} == {"print.overflow"}
    (problem,) = [one for one in problems if "“总体绩效目标”" in one.message]
    assert not problem.blocks
    assert job.parts[0].sheets[0].form in problem.hint and job.path in problem.message
    assert (problem.place.file, problem.place.line, problem.place.column) == (job.record, 13, 1)


def test_the_same_record_gives_the_same_bytes_in_another_process():
    code = (
        "import sys, hashlib; sys.path.insert(0, 'tests'); from printing import printed, single, whole;"
        "print(*(hashlib.sha256(printed(job)[0].data).hexdigest() for job in"
        " (single('langxi', '2023'), whole('dongguan', '2026'))))"
    )
    here = [printed(job)[0].data for job in (single("langxi", "2023"), whole("dongguan", "2026"))]
    expected = " ".join(hashlib.sha256(data).hexdigest() for data in here)
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PYTHONHASHSEED": "7",
            "TZ": "Pacific/Auckland",
            "PATH": "/usr/bin:/bin",
            "HOME": "/nonexistent",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == expected.split()


def test_a_pdf_does_not_depend_on_what_was_printed_before():
    """Texts that were set, tables that were laid out and glyphs that were read are known again."""
    jobs = [
        single("langxi", "2023"),
        with_indicators(60),
        whole("huadu", "undated"),
        with_objective("甲 **乙**"),
    ]
    alone = [fresh_printer().print(job)[0].data for job in jobs]
    one = fresh_printer()
    for order in (jobs, jobs[::-1]):
        made = {job.path + job.parts[0].sheets[0].html: one.print(job)[0].data for job in order}
        assert [made[job.path + job.parts[0].sheets[0].html] for job in jobs] == alone
