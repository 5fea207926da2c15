"""Records written as YAML read back to exactly the same records."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_strategies import form_strategy, lines, projects, rich_texts

from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.reading.own import read_record, split_own
from gongkai.reading.records import SLUG_KEY, Disclosure, Project
from gongkai.reading.source import parse_yaml
from gongkai.reading.write_yaml import record_data, write_data
from gongkai.workspace import Workspace

ROOT = Path(__file__).parents[1]
FORMS, _ = load_forms(Workspace.at(ROOT).layouts)


def read_back(text: str, form: Form | None, slug: str = "") -> Project:
    document, problems = parse_yaml(text.encode(), "x.yaml")
    assert document is not None and not problems, (problems, text)
    record = read_record(document, Project, form, problems, slug)
    assert record is not None and not problems, (problems, text)
    return record


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        lines, st.one_of(lines, rich_texts, st.lists(lines, min_size=1, max_size=3)), min_size=1, max_size=5
    )
)
def test_any_text_comes_back(data: dict[str, object]) -> None:
    document, problems = parse_yaml(write_data(data, {}).encode(), "x.yaml")
    assert document is not None and not problems
    read = {
        key: [item.strip() for item in value] if isinstance(value, list) else value.strip()
        for key, value in document.data.items()
    }
    assert read == data


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_project_comes_back_through_any_form(data: st.DataObject) -> None:
    form = data.draw(form_strategy(FORMS, {"project", "summary", "document"}))
    project = data.draw(projects(form))
    assert read_back(write_data(record_data(project, form), {}), form) == project


def _departments() -> list[object]:
    loader = Loader(ROOT, FORMS)
    return [
        loader.department(locality, folder)
        for locality in loader.localities()
        for folder in loader.department_folders(locality)
    ]


def test_the_published_records_come_back() -> None:
    count = 0
    for loaded in _departments():
        for disclosure in loaded.department.disclosures:
            forms = loaded.forms[disclosure.slug]
            for project in disclosure.projects:
                form = forms.for_projects
                assert read_back(write_data(record_data(project, form), {}), form, project.slug) == project
                count += 1
            if disclosure.department_target and forms.department is None:
                continue
            text = write_data(record_data(disclosure, None, forms.department), {})
            document, problems = parse_yaml(text.encode(), "x.yaml")
            assert document is not None and not problems
            again = dict(document.data)
            target = again.get("部门整体绩效目标")
            if target:
                again["部门整体绩效目标"] = split_own(
                    document.part(("部门整体绩效目标",)), forms.department, "record", problems
                )
                assert not problems
            read = Disclosure.model_validate({**again, SLUG_KEY: disclosure.slug})
            assert read == disclosure.model_copy(update={"projects": ()})
    assert count >= 23


def test_comments_stand_before_their_key_and_change_nothing() -> None:
    data = {
        "项目名称": "甲",
        "年度资金": {"总额": "1元"},
        "绩效指标": [{"三级指标": "乙", "年度指标值": "=1 #x"}],
    }
    comments = {
        ("年度资金", "总额"): "来自 甲.xlsx，“Sheet1” B3",
        ("绩效指标", 0, "三级指标"): "两\n行",
        ("绩效指标", 0, "年度指标值"): "后",
    }
    text = write_data(data, comments, ["# 头"])
    assert text == (
        "# 头\n项目名称: 甲\n年度资金:\n  # 来自 甲.xlsx，“Sheet1” B3\n  总额: 1元\n绩效指标:\n"
        "  # 两\n  # 行\n  - 三级指标: 乙\n    # 后\n    年度指标值: '=1 #x'\n"
    )
    document, problems = parse_yaml(text.encode(), "x.yaml")
    assert document is not None and not problems and document.data == data


@pytest.mark.parametrize(
    "text",
    ["≥95%", "=4次", "90%及以上", "27,700.00元", "（一）甲", "“乙”", "2026-02-13", "1.5万元", "<5万元", "-2"],
)
def test_ordinary_values_need_no_quotes(text: str) -> None:
    assert write_data({"值": text}, {}) == f"值: {text}\n"


@pytest.mark.parametrize(
    "text", ["> 95%", "*", "甲: 乙", "甲 #乙", "[1]", "'", "@", "%", "- 甲", "null", "甲:"]
)
def test_what_yaml_would_misread_is_quoted(text: str) -> None:
    assert write_data({"值": text}, {}) == "值: '" + text.replace("'", "''") + "'\n"


def test_own_fields_without_their_form_are_refused() -> None:
    project = Project.model_validate({"项目名称": "甲", "\0own": {"x": "1"}})
    with pytest.raises(ValueError, match="own fields"):
        record_data(project)


def test_a_text_that_begins_with_a_wide_bar_comes_back() -> None:
    """Written plain it would be read as a slip for a block of lines."""
    document, problems = parse_yaml(write_data({"项目名称": "｜"}, {}).encode(), "x.yaml")
    assert document is not None and not problems
    assert document.data == {"项目名称": "｜"}
