"""The list of forms: what each declares about itself, and nothing it does not."""

from __future__ import annotations

from pathlib import Path

from gongkai.commands.choice import forms_text
from gongkai.reading.forms import load_forms
from gongkai.workspace import Workspace

FORMS, _ = load_forms(Workspace.at(Path()).layouts)


def test_what_a_form_declares_about_itself_is_listed() -> None:
    assert forms_text([FORMS["dongguan-project-2026"]]) == (
        "dongguan-project-2026  东莞市项目绩效目标表（2026年）\n"
        "    项目表；东莞市市级部门；2026年起使用；出处：中共东莞市直属机关工作委员会 2026 年公开的《项目绩效目标表》"
    )


def test_what_a_form_does_not_state_is_left_out() -> None:
    assert "起使用" not in forms_text([FORMS["huadu-summary"]])


def test_every_form_is_listed_with_its_users_and_source() -> None:
    text = forms_text(FORMS.values())
    for form in FORMS.values():
        assert f"{form.id}  {form.declared.name}\n" in text
        for fact in (form.declared.users, form.declared.source):
            assert fact is None or fact in text
