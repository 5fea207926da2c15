"""What a template's expression raised, in the words of who writes it, with the nearest name that there is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from gongkai.reading.forms import Form
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.vocabulary import without_rows
from gongkai.tables.cells import Cells
from gongkai.tables.view import View

_UNDEFINED = re.compile(r"'([^']+)' is undefined$")
_NO_PART = re.compile(r"(?:'?([\w.]+?)(?: object)?'?) (?:object )?has no attribute '([^']+)'")
_MACRO = re.compile(r"does not export the requested name|the template .* does not export .*'([^']+)'")
_ARGUMENT = re.compile(r"(?:(\w+)\(\) got an )?unexpected keyword argument '([^']+)'")
_MISSING = re.compile(r"(\w+)\(\) missing \d+ required positional arguments?: (.+)")


def in_words(error: BaseException, view: View | None, names: Collection[str]) -> str:
    """The mistake in Chinese; ``names`` are those that a template may use, ``view`` is what it was filled with."""
    text = str(error)
    if isinstance(error, KeyError) and view is not None and error.args:
        path = without_rows(str(error.args[0]))
        return f"字段“{path}”没有写进 form.yaml 的 fields" + _near(path, _fields(view.form))
    if found := _UNDEFINED.search(text):
        return f"没有“{found[1]}”这个名字" + _near(found[1], names)
    if found := _NO_PART.search(text):
        of = found[1].rpartition(".")[2]
        known = {
            "View": dir(View),
            "Project": Project.model_fields,
            "DepartmentTarget": DepartmentTarget.model_fields,
        }
        what = "v 里" if of == "View" else "记录里" if of in known else f"{of} 里"
        return f"{what}没有“{found[2]}”" + _near(
            found[2], [one for one in known.get(of, ()) if one[0] != "_"]
        )
    if found := _MACRO.search(text):
        return f"shared/cells.html 里没有“{found[1]}”" + _near(
            found[1] or "", [one for one in dir(Cells) if one[0] != "_"]
        )
    if found := _ARGUMENT.search(text):
        return f"这里不能写“{found[2]}=”"
    if found := _MISSING.search(text):
        return f"{found[1].rpartition('.')[2]}() 少写了 {found[2]}"
    return f"{type(error).__name__}: {text}"


def _fields(form: Form) -> list[str]:
    return list(form.declared.fields)


def _near(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"，你是不是要写“{near[0]}”？" if near else ""
