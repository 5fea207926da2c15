"""Which forms there are to choose from: their names, who uses them since when, and where they come from."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from gongkai.commands.report import report_page
from gongkai.problems import CommandError
from gongkai.reading.forms import Form
from gongkai.reading.kinds import SLUG
from gongkai.reading.loaded import FORM_KEYS
from gongkai.workspace import Workspace


def forms_text(forms: Iterable[Form], *, fields: bool = False) -> str:
    """Two lines a form, and its fields: the printed label, the keys in the record, and what is required."""
    return report_page("forms.txt", forms=list(forms), keys=FORM_KEYS, fields=fields).rstrip("\n")


def form_named(forms: Mapping[str, Form], name: str) -> Form:
    """A form by its id. Raises CommandError where there is none."""
    if name not in forms:
        raise CommandError(f"没有表式“{name}”。", f"现有表式：{'、'.join(sorted(forms))}。")
    return forms[name]


def copy_form(workspace: Workspace, form: Form, name: str) -> Path:
    """The form's folder under another name in the project's own layouts, to be changed there. Raises CommandError."""
    folder = new_folder(workspace, name)
    shutil.copytree(form.folder, folder)
    for file in (folder / "form.html", folder / "form.css"):  # the class of the table is the form's name
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(form.id, name), encoding="utf-8", newline="\n")
    return folder


def new_folder(workspace: Workspace, name: str, forms: Collection[str] = ()) -> Path:
    """Where a new form's folder goes in the project's own layouts. Raises CommandError where the name can't be used."""
    folder = workspace.root / "layouts" / "forms" / name
    if not SLUG.fullmatch(name):
        hint = "只用小写英文字母、数字和连字符，例如 fengjie-approval-2023。"
        raise CommandError(f"“{name}”不能作表式的代号：", hint)
    if name in forms or folder.exists():
        raise CommandError(f"已经有表式“{name}”，没有改动它。", "请换一个代号，或先移走原来的文件夹。")
    return folder
