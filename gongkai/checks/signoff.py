"""Rules of sign-off: what was signed is what is published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.loaded import LoadedDepartment

_ASIDE = frozenset({"签发", "已认可"})
"""What may change after the signature: itself, and reasons for findings."""


def fingerprint(loaded: LoadedDepartment, year: str) -> str:
    """16 hexadecimal digits of all that the records and texts of a year say; comments and layout are none of it."""
    folder = PurePosixPath(loaded.document(year).file).parent
    said = {
        PurePosixPath(file).name: {key: value for key, value in document.data.items() if key not in _ASIDE}
        for file, document in loaded.documents.items()
        if PurePosixPath(file).parent == folder and isinstance(document.data, dict)
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@rule("signoff.changed", Severity.ERROR, "签发以后内容不能再改")
def changed(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """写了 `签发` 的，校验值要与现在的内容一致；签发以后又改了内容，就不能发布，要重新签发。注释和排列的改动不算。
    运行 `python build.py sign 地区/部门/年度 --by 姓名`，它给出要写的几行。

    错：签发以后又改了 `总额`
    对：改了以后重新签发，写上新的 `校验值`
    """
    for case in department.disclosures:
        signed = case.disclosure.signed
        if (
            signed
            and case.complete
            and signed.value.lower() != fingerprint(case.loaded, case.disclosure.slug)
        ):
            address = "/".join((case.loaded.locality.slug, case.loaded.department.slug, case.disclosure.slug))
            message = f"签发（{signed.who}，{signed.day}）以后内容改了，校验值不一致"
            hint = f"不是有意的，请改回去；要公开现在的内容，请签发人看过以后重新签发：python build.py sign {address}"
            yield self.at(case, ("签发", "校验值"), message, hint)


RULES = (changed,)
