"""Which forms there are to choose from: their names, who uses them since when, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.reading.forms import Form

_SUBJECTS = {
    "project": "项目表",
    "department": "部门整体表",
    "summary": "项目汇总表",
    "document": "公开文本",
}
"""As the keys of 表式 in locality.yaml, where the name of a form is to be written."""


def forms_text(forms: Iterable[Form]) -> str:
    """Two lines a form: name and title; key in locality.yaml, users, first year and source, as far as declared."""
    return "\n".join(f"{form.id}  {form.declared.name}\n    {'；'.join(_facts(form))}" for form in forms)


def _facts(form: Form) -> list[str]:
    declared = form.declared
    since = f"{declared.since}年起使用" if declared.since and declared.since.isdigit() else declared.since
    source = f"出处：{declared.source}" if declared.source else None
    return [fact for fact in (_SUBJECTS[form.subject], declared.users, since, source) if fact]
