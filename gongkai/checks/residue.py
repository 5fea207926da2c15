"""Rules of residue that need the whole file or the form: what a copied record or a form's own print leaves behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.patterns import built_in
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.vocabulary import value_at

_RECHECK = "# 请核对"
"""How the lines begin that ``new --from`` puts above what must be looked at again."""
_PRINTED = re.compile(r"20[×xX]{2}[^）)]*年|[×xX]{2,}")


@rule("residue.form", Severity.WARNING, "表式印着的占位文字，要有内容代替")
def form_prints(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """表式的栏目名称里印着“20××年—20××+n年”，而这一栏没有填：公开的表上就只有模板的文字。

    错：表上印着“中期目标（20××年—20××+n年）”，记录里没有“实施周期总目标”。
    对：写上 `实施周期总目标`；原表确实这样公开的，可以认可这一条。
    """
    for case in department.records:
        for path, label in (case.form.declared.fields if case.form else {}).items():
            printed = _PRINTED.search(label or "")
            if printed and value_at(case.record, path) is None:
                keys = (*case.base, *case.form.term(path).keys)  # type: ignore[union-attr]
                message = f"表上印着“{label}”，这一栏却没有填，读者看到的是“{printed.group()}”"
                yield self.at(case, keys, message, "请填写这一栏，或请管理表式的人去掉占位文字。")


@rule("residue.recheck", Severity.WARNING, "沿用上年的记录，“# 请核对”要逐条核对")
def recheck(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """`new --from` 沿用上年的记录，在要核对的地方上面加了“# 请核对”的注释。核对一处，删去一行；还有没删的，一个文件报告一次。

    错：`年度目标` 上面还有一行 `# 请核对：这是 2025 年的目标`
    对：核对并改好 `年度目标`，删去这一行
    """
    for file, document in department.loaded.documents.items():
        if _RECHECK not in document.text:
            continue
        lines = document.text.split("\n")
        marked = [number for number, line in enumerate(lines, 1) if line.lstrip().startswith(_RECHECK)]
        if marked:
            first = Place(file, marked[0], lines[marked[0] - 1].index(_RECHECK) + 1)
            message = f"从上年沿用的内容还有 {len(marked)} 处没有核对"
            hint = "请核对“# 请核对”下面的一行，改好以后删去这一行注释。"
            yield Problem(first, self.id, self.severity, message, hint)


RULES = (*built_in("residue"), form_prints, recheck)
