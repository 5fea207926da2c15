"""Rules of residue: what a template or an export left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Place, Problem, Severity

_PLACEHOLDER = re.compile(
    r"20[×xX]{2}|[×╳]{2,}|(?<![A-Za-z])[Xx]{2,}(?![A-Za-z])|○{3,}|〇{3,}|[*]{3,}|＊{3,}|_{3,}|＿{3,}"
    r"|(?:待|请|此处|自行)(?:填写?|填报|补充|完善后填)(?![\u4e00-\u9fff]{0,4}(?:表|工作|报告))|TODO|待定(?!点)|示例文字|同上"
)
_SUSPECTS = (
    "×", "╳", "xx", "XX", "xX", "Xx", "20x", "20X", "填", "补充", "完善后", "TODO", "待定", "示例", "同上",
    "○○○", "〇〇〇", "***", "＊＊＊", "___", "＿＿＿",
)  # fmt: skip
"""What a placeholder contains: plain search for these is faster than the pattern."""
_LABEL = re.compile(
    r"(?:目标|指标|任务)\s*\d{1,2}\s*[:：](?=\s*(?:$|[\n\x1e]|[。；;]|(?:目标|指标|任务)\s*\d))"
)
_RECHECK = "# 请核对"
"""How the lines begin that ``new --from`` puts above what must be looked at again."""
_PREFIX = re.compile(r"(?<![^\x1e])指标\s*\d{1,2}\s*[:：](?=\s*[^\s\x1e])")
_MARKUP = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|#\d+);|</?(?:p|br|span|div|font|o:p)\b[^>\x1e]*>", re.IGNORECASE
)


@rule("residue.placeholder", Severity.WARNING, "模板里的占位文字要换掉")
def placeholder(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """20××、××、XX、待填写、请填写一类的占位文字不能公开。

    错：`年度目标: 20××年完成××次培训。`
    对：`年度目标: 2026年完成4次培训。`
    """
    for case in department.texts():
        blob = case.blob
        if not any(suspect in blob for suspect in _SUSPECTS):
            continue
        for match in _PLACEHOLDER.finditer(blob):
            hit = case.hit(match.start(), match.end())
            message = f"这里有没有换掉的占位文字“{hit.found}”：…{hit.around()}…"
            yield self.in_text(case, hit, message, "请换成实际内容。")


@rule("residue.empty-label", Severity.WARNING, "“目标1：”后面要有内容")
def empty_label(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """表式里预先印好的“目标1：”“指标1：”后面没有填内容。

    错：`年度目标: 目标1：`
    对：`年度目标: 目标1：完成民兵训练1次。`
    """
    for case in department.texts():
        if "标" in case.blob or "任务" in case.blob:
            for match in _LABEL.finditer(case.blob):
                hit = case.hit(match.start(), match.end())
                yield self.in_text(case, hit, f"“{hit.found}”后面没有内容", "请补上内容，或删去这几个字。")


@rule("residue.label-prefix", Severity.NOTICE, "三级指标里不要带“指标1：”")
def label_prefix(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """“指标1：”是表式印的，写在记录里会印两次，也会出现在数据里。

    错：`三级指标: 指标1：培训次数`
    对：`三级指标: 培训次数`
    """
    for case in department.texts():
        if "指标" in case.blob:
            for match in _PREFIX.finditer(case.blob):
                hit = case.hit(match.start(), match.end())
                if hit.path[-1] == "三级指标":
                    yield self.in_text(case, hit, f"三级指标里带着“{hit.found}”", "请删去这几个字。")


@rule("residue.markup", Severity.WARNING, "一行文字里不能有网页标签")
def markup(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """从系统里复制出来的网页标签和代码，在一行文字里会原样印出来。长文字（目标、概述等）里的段落标签可以保留。

    错：`三级指标: 培训次数&nbsp;`
    对：`三级指标: 培训次数`
    """
    for case in department.texts():
        blob = case.blob
        if "<" not in blob and "&" not in blob:
            continue
        for match in _MARKUP.finditer(blob):
            hit = case.hit(match.start(), match.end())
            if hit.path[-1] in (
                "三级指标",
                "年度指标值",
                "实施周期指标值",
                "绩效标准",
                "项目名称",
                "名称",
                "标题",
            ):
                yield self.in_text(case, hit, f"这里有网页代码“{hit.found}”，会原样印出来", "请删去。")


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


RULES = (placeholder, empty_label, label_prefix, markup, recheck)
