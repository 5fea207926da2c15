"""The records attached to a PDF say nothing that is only for their writers."""

from __future__ import annotations

import json

import pytest
from printing import department

from gongkai.printing.attached import kept, shown_keys, source_files
from gongkai.tables.sheets import disclosure_sheets

RECORD = {
    "项目名称": "民兵事业费",
    "不公开原因": "涉及国家秘密",
    "已认可": [{"规则": "x", "原因": "内部意见"}],
    "绩效指标": [{"三级指标": "人数", "已认可": [{"规则": "y", "原因": "内部意见"}]}],
}


@pytest.mark.parametrize("records", [{"a.yaml": RECORD}, {"a.yaml": RECORD, "b.yaml": RECORD}])
def test_reasons_for_writers_are_left_out_at_every_depth(records: dict[str, object]) -> None:
    for file in source_files("x", records):
        for secret in ("不公开原因", "国家秘密", "已认可", "内部意见"):
            assert secret not in file.data.decode()
        assert "民兵事业费" in file.data.decode()
        assert "人数" in file.data.decode()


def test_one_record_is_attached_as_it_is_and_several_by_file() -> None:
    public = {"项目名称": "民兵事业费", "绩效指标": [{"三级指标": "人数"}]}
    one, several = source_files("x", {"a.yaml": RECORD}), source_files("x", {"a.yaml": RECORD, "b.yaml": {}})
    assert [file.name for file in one] == ["x.yaml", "x.json"]
    assert json.loads(one[1].data) == public
    assert json.loads(several[1].data) == {"a.yaml": public, "b.yaml": {}}


def test_what_is_withheld_is_not_even_named() -> None:
    records = {
        "2026/disclosure.yaml": {"项目顺序": ["a", "secret"], "章": [{"项目顺序": ["secret"]}]},
        "2026/a.yaml": {},
    }
    yaml, written = source_files("x", records)
    assert json.loads(written.data)["2026/disclosure.yaml"] == {"项目顺序": ["a"], "章": [{"项目顺序": []}]}
    assert "secret" not in yaml.data.decode()


def test_what_a_reader_of_the_pdf_is_told_of_the_files() -> None:
    yaml, written = source_files("民兵", {"a.yaml": {"项目名称": "民兵事业费"}})
    assert (yaml.name, yaml.media_type, written.name, written.media_type) == (
        "民兵.yaml", "application/yaml", "民兵.json", "application/json",
    )  # fmt: skip
    assert [one.description for one in (yaml, written)] == [
        f"本文件所依据的绩效目标记录（{kind}）" for kind in ("YAML", "JSON")
    ]
    assert yaml.data.decode() == "项目名称: 民兵事业费\n"
    assert written.data.decode() == '{"项目名称": "民兵事业费"}'
    assert source_files("x", {}) == ()


def test_of_a_record_only_what_its_tables_show() -> None:
    data = {
        "项目名称": "甲", "年度资金": {"总额": "5元", "来源": {"其他": "1元"}}, "联系人": "张三",
        "绩效指标": [{"三级指标": "人数", "备注": "内部"}, {"备注": "内部"}], "计划": [{"备注": "内部"}],
    }  # fmt: skip
    keys = [("年度资金", "总额"), ("绩效指标", "三级指标"), ("绩效指标", "权重"), ("计划", "月份")]
    shown = {"项目名称": "甲", "年度资金": {"总额": "5元"}, "绩效指标": [{"三级指标": "人数"}, {}]}
    assert kept(data, "a", keys) == shown
    for keys in ([("年度资金",)], [("年度资金", "总额"), ("年度资金",)]):  # the shorter has all of the longer
        assert kept(data, "a", keys) == {"项目名称": "甲", "年度资金": data["年度资金"]}


def test_of_a_disclosure_all_but_what_belongs_to_others() -> None:
    target = {"部门名称": "甲局", "联系人": "张三", "总体目标": "好"}
    data = {"年度": "2026", "公告": [{"标题": "x"}], "表式": ["y"], "部门整体绩效目标": target}
    assert kept(data, "", [("总体目标",)]) == {
        "年度": "2026", "部门整体绩效目标": {"部门名称": "甲局", "总体目标": "好"},
    }  # fmt: skip
    assert kept({"年度": "2026"}, "", []) == {"年度": "2026"}
    assert kept(None, "", []) is None


def test_the_fields_of_a_table_are_those_of_its_form_and_its_projects_forms() -> None:
    found = []
    for place in ("dongguan", "huadu"):
        loaded = department(place)
        for disclosure in loaded.department.disclosures:
            for sheet in disclosure_sheets(loaded, disclosure):
                keys = set(shown_keys(sheet.view))
                assert keys >= sheet.view.form.shown_keys
                assert all(keys >= one.form.shown_keys for one in sheet.view.projects)
                found.append(keys)
    assert found
    assert all(("绩效指标", "三级指标") in keys for keys in found)
