"""Rules of completeness: what a form requires, and what a publication should state."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.checks.rule import Rule, rule
from gongkai.forms import Form
from gongkai.load import LoadedDepartment
from gongkai.problems import Problem, Severity
from gongkai.records import Record
from gongkai.vocabulary import value_at


@rule("completeness.required", Severity.ERROR, "表式要求填写的项目不能空")
def required(self: Rule, loaded: LoadedDepartment) -> Iterator[Problem]:
    """表式里标明必填的项目，记录里要有。

    错：项目表要求填“项目类型”，记录里没有这一行。
    对：`项目类型: 其他运转类（综合类）`
    """
    for disclosure in loaded.department.disclosures:
        forms = loaded.forms[disclosure.slug]
        if forms.department and disclosure.department_target:
            base = ("部门整体绩效目标",)
            for path in _blank(forms.department, disclosure.department_target):
                yield _finding(self, loaded, disclosure.slug, "", base, forms.department, path)
        if forms.for_projects:
            for project in disclosure.projects:
                for path in _blank(forms.for_projects, project):
                    yield _finding(self, loaded, disclosure.slug, project.slug, (), forms.for_projects, path)


def _blank(form: Form, record: Record) -> Iterator[str]:
    """The required paths that are blank; rows of lists are looked at one by one."""
    for path in form.declared.required:
        term = form.term(path)
        if not term.in_list:
            if value_at(record, path) in (None, ()):
                yield path
            continue
        list_name, _, rest = path.partition(".")
        for index in range(len(value_at(record, list_name) or ())):
            if value_at(record, f"{list_name}.{index}.{rest}") is None:
                yield f"{list_name}.{index}.{rest}"


def _finding(
    self: Rule,
    loaded: LoadedDepartment,
    disclosure: str,
    project: str,
    base: tuple[str, ...],
    form: Form,
    path: str,
) -> Problem:
    parts = path.split(".")
    rows = [int(part) for part in parts if part.isdigit()]
    term = form.term(".".join(part for part in parts if not part.isdigit()))
    keys: tuple[str | int, ...] = (
        (*base, term.keys[0], rows[0], *term.keys[1:]) if rows else (*base, *term.keys)
    )
    where = f"第 {rows[0] + 1} 个指标的" if rows else ""
    message = f"缺少{where}“{term.label}”，《{form.declared.title}》要求填写"
    return self.at(loaded, disclosure, project, keys, message, f"请补上“{term.label}: …”。")


@rule("completeness.year", Severity.WARNING, "公开应当注明年度")
def year(self: Rule, loaded: LoadedDepartment) -> Iterator[Problem]:
    """没有年度的公开，页面上显示“未注明”，也不能参加逐年比较。

    错：`disclosure.yaml` 里没有“年度”。
    对：`年度: 2026`
    """
    for disclosure in loaded.department.disclosures:
        if disclosure.year is None:
            message = "没有注明年度，页面上会显示“未注明”"
            yield self.at(
                loaded,
                disclosure.slug,
                "",
                ("年度",),
                message,
                "请补上，例如“年度: 2026”；原件确实没有年度的，可以认可这一条。",
            )


@rule("completeness.published", Severity.NOTICE, "公开应当注明发布日期")
def published(self: Rule, loaded: LoadedDepartment) -> Iterator[Problem]:
    """预算法实施条例要求批复后二十日内公开；没有发布日期，无法判断是否按时。

    错：`disclosure.yaml` 里没有“发布日期”。
    对：`发布日期: 2026-02-13`
    """
    for disclosure in loaded.department.disclosures:
        if disclosure.published is None:
            message = "没有注明发布日期，页面上会显示“未注明”"
            yield self.at(
                loaded, disclosure.slug, "", ("发布日期",), message, "请补上，例如“发布日期: 2026-02-13”。"
            )


@rule("completeness.empty", Severity.ERROR, "公开不能一张表也没有")
def empty(self: Rule, loaded: LoadedDepartment) -> Iterator[Problem]:
    """一次公开至少要有部门整体绩效目标或一个项目；确实没有数据的，也要按规定公开空表并说明。

    错：文件夹里只有 `disclosure.yaml`，没有项目文件，也没有“部门整体绩效目标”。
    对：补上项目文件。
    """
    for disclosure in loaded.department.disclosures:
        if disclosure.slug in loaded.incomplete:
            continue
        if not disclosure.projects and disclosure.department_target is None:
            message = "这次公开里没有部门整体绩效目标，也没有项目"
            yield self.at(loaded, disclosure.slug, "", (), message, "请补上项目文件，或删除这个文件夹。")


RULES = (required, year, published, empty)
