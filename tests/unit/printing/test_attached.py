"""The records attached to a PDF say nothing that is only for their writers."""

from __future__ import annotations

import json

import pytest

from gongkai.printing.attached import source_files

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
