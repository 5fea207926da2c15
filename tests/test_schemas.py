"""The schemas that record files point to agree with the code, and every record with its schema as an editor sees it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from gongkai.authoring import schemas
from gongkai.reading.forms import load_forms
from gongkai.workspace import built_in_layouts

ROOT = Path(__file__).parents[1]
RECORDS = sorted((ROOT / "content").rglob("*.yaml"))
FORMS, _ = load_forms((built_in_layouts(),))
SCHEMAS = schemas.record_schemas(FORMS.values())
POINTER = re.compile(r"# yaml-language-server: \$schema=(\S+)")


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2 core as the language server reads it: dates and 是/否 are text."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def kind_of(record: Path) -> str:
    return record.stem if record.stem in schemas.MODELS else "project"


@pytest.mark.parametrize("name", schemas.MODELS)
def test_the_files_are_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    assert written == schemas.as_text(SCHEMAS[name]), "run: python -m gongkai.authoring.schemas"
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.relative_to(ROOT).as_posix())
def test_records_agree_with_the_schema_they_point_to(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    found = POINTER.match(text)
    assert found
    schema = Path(os.path.normpath(record.parent / found[1]))
    assert schema == ROOT / "docs" / "schemas" / f"{kind_of(record)}.json"
    data = yaml.load(text, Loader=EditorLoader)
    jsonschema.validate(data, json.loads(schema.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("project", {"项目名": "民兵事业费"}),
        ("project", {}),
        ("project", {"项目名称": None}),
        ("project", {"项目名称": "民兵", "年度资金": {"总额": "约三万"}}),
        ("project", {"项目名称": "民兵", "年度资金": {"总额": -1}}),
        ("project", {"项目名称": "民兵", "公开": "不"}),
        ("project", {"项目名称": "民兵", "绩效指标": [{"一级": "产出指标"}]}),
        ("disclosure", {"年度": "二〇二六"}),
        ("disclosure", {"发布日期": "2026年2月"}),
        ("locality", {"地区名称": "东莞市", "级别": "地级市"}),
        ("department", {"部门名称": "工委", "曾用文件名": ["Gong Wei"]}),
        ("site", {"标题": "公开"}),
    ],
)
def test_what_the_program_refuses_the_editor_marks(name: str, data: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMAS[name])


def test_own_fields_of_forms_are_known_to_the_editor() -> None:
    target = SCHEMAS["disclosure"]["definitions"]["DepartmentTarget"]["properties"]
    own = [
        field for form in FORMS.values() if form.subject == "department" for field in form.own_on("record")
    ]
    assert own
    assert {field.label for field in own} <= set(target)
