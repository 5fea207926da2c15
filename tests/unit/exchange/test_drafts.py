"""A file's notebook: what is read is in a draft, what is not is left over with its reason, and no text is in both."""

from __future__ import annotations

import pytest
from printing import forms

from gongkai.exchange.drafts import Draft, Notebook, term_of
from gongkai.exchange.tables import Spot

ONE, TWO = Spot("第 1 张表", "B2"), Spot("第 1 张表", "C2")


@pytest.fixture
def notebook() -> Notebook:
    return Notebook("a.xlsx")


def left(notebook: Notebook) -> list[tuple[str, str, str]]:
    return [(one.where, one.text, one.reason) for one in notebook.leftovers]


def test_drafts_are_numbered_and_known_by_their_names(notebook: Notebook) -> None:
    first, second = notebook.start("project", "表一"), notebook.start("department", "表二")
    assert (first.number, first.kind, first.file, first.where) == (0, "project", "a.xlsx", "表一")
    assert (second.number, second.name) == (1, "")
    first.data["项目名称"], second.data["部门名称"] = "民兵", "甲局"
    assert [one.name for one in notebook.drafts] == ["民兵", "甲局"]


def test_a_field_is_put_where_its_record_has_it(notebook: Notebook) -> None:
    draft = notebook.start("project", "")
    notebook.field(draft, "indicators.1.level3", "人数", [ONE, TWO])
    notebook.field(draft, "period.start", "2024年", [TWO])
    assert draft.data == {"绩效指标": [{}, {"三级指标": "人数"}], "实施周期": {"起始年度": "2024"}}
    assert [(one.spot, one.text, one.record, one.path) for one in notebook.read] == [
        (ONE, "人数", 0, ("绩效指标", 1, "三级指标")),
        (TWO, "人数", 0, ("绩效指标", 1, "三级指标")),
        (TWO, "2024年", 0, ("实施周期", "起始年度")),
    ]
    assert notebook.leftovers == [] and draft.comments == {}


@pytest.mark.parametrize(
    ("around", "whole", "value"),
    [(("万元", "元"), "亿元", "5万元"), ((None, "元"), "万元", "5元"), ((None,), "万元", "5万元"), ((), "万元", "5万元")],
)  # fmt: skip
def test_the_unit_around_a_cell_goes_before_the_files_own(
    notebook: Notebook, around: tuple[str | None, ...], whole: str, value: str
) -> None:
    draft = notebook.start("project", "")
    notebook.unit = whole
    notebook.field(draft, "funds.total", "5", [ONE], around)
    assert draft.data == {"年度资金": {"总额": value}}


def test_what_cannot_be_read_is_left_over_with_the_printed_label(notebook: Notebook) -> None:
    draft = notebook.start("project", "")
    notebook.field(draft, "funds.total", "5", [ONE])
    notebook.field(draft, "no.such", "甲", [ONE, TWO], label="备注")
    notebook.field(draft, "no.such", "乙", [TWO])
    where = "第 1 张表 B2", "第 1 张表 C2"
    assert left(notebook) == [
        (where[0], "5", f"“{label_of('funds.total')}”没有读入：表上没有写金额的单位（元、万元）"),
        (where[0], "甲", "“备注”在记录里没有这一项"),
        (where[1], "甲", "“备注”在记录里没有这一项"),
        (where[1], "乙", "“no.such”在记录里没有这一项"),
    ]
    assert draft.data == {} and notebook.read == []


def label_of(path: str) -> str:
    term = term_of("project", path)
    assert term
    return term.label


def test_what_is_doubtful_is_told_beside_the_field(notebook: Notebook) -> None:
    draft = notebook.start("project", "")
    notebook.field(draft, "indicators.0.weight", "10分", [ONE, TWO])
    notebook.field(draft, "name", "甲", [ONE], doubt="名称在标题里")
    assert draft.comments == {
        ("绩效指标", 0, "权重"): "请核对：原文是“10分”（a.xlsx，第 1 张表 B2）",
        ("项目名称",): "请核对：名称在标题里（a.xlsx，第 1 张表 B2）",
    }
    notebook.doubt(draft, ("项目名称",), TWO, "也许是部门")
    assert draft.comments["项目名称",].splitlines() == [
        "请核对：名称在标题里（a.xlsx，第 1 张表 B2）",
        "请核对：也许是部门（a.xlsx，第 1 张表 C2）",
    ]


def test_the_first_value_stays_and_the_same_again_is_read(notebook: Notebook) -> None:
    draft = notebook.start("project", "")
    for text in ("甲", "乙", "甲"):
        notebook.put(draft, ("项目名称",), text, ONE, f"名称：{text}", "猜的" if text == "甲" else "")
    assert draft.data == {"项目名称": "甲"}
    assert [one.text for one in notebook.read] == ["名称：甲", "名称：甲"]
    assert left(notebook) == [("第 1 张表 B2", "名称：乙", "“项目名称”前面已经读到别的内容")]
    assert draft.comments["项目名称",].count("猜的") == 1


def test_blanks_and_what_the_form_prints_are_not_put(notebook: Notebook) -> None:
    draft = notebook.start("project", "")
    notebook.put(draft, ("项目名称",), " \n", ONE)
    notebook.put(draft, ("项目名称",), "××", ONE)
    assert draft.data == {} and notebook.read == []
    assert left(notebook) == [("第 1 张表 B2", "××", "是表式里没有填写的提示文字")]


def test_labels_and_blank_texts(notebook: Notebook) -> None:
    notebook.label(ONE, "项目名称")
    notebook.label(ONE, "")
    notebook.leave(TWO, "", "x")
    assert notebook.labels == [(ONE, "项目名称")] and notebook.leftovers == []


def test_what_was_read_is_given_back_whole(notebook: Notebook) -> None:
    draft = notebook.start("project", "")
    notebook.leave(TWO, "丙", "早先")
    notebook.put(draft, ("项目名称",), "甲", ONE)
    notebook.set_aside("不是这个部门的")
    assert (notebook.read, notebook.drafts) == ([], [])
    assert left(notebook) == [("第 1 张表 C2", "丙", "早先"), ("第 1 张表 B2", "甲", "不是这个部门的")]


def test_fields_of_records_and_of_forms() -> None:
    name, whole = term_of("project", "name"), term_of("department", "name")
    assert name and whole and (name.label, whole.label) == ("项目名称", "部门名称")
    assert term_of("project", "nothing") is None
    for start in ("own.", "indicators.own."):
        paths = [
            (form, path)
            for form in forms().values()
            for path in form.declared.fields
            if path.startswith(start) and form.declared.subject == "project"
        ]
        form, path = paths[0]
        assert term_of("project", path, form) == form.term(path)
        assert term_of("project", path) is None
    assert term_of("project", "own.nothing", form) is None
    assert term_of("project", "indicators.own.nothing", form) is None


def test_a_draft_of_nothing_has_no_name() -> None:
    assert Draft(3, "project", "a.xlsx").name == ""
