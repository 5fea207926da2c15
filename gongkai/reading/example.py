"""example.yaml of a form → the records that show it, read the same way as content/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from gongkai.problems import Problem, Severity
from gongkai.reading.evaluation import with_evaluation_notice
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Line, Record, label
from gongkai.reading.load import TARGET, UNDATED, read_disclosure
from gongkai.reading.loaded import FormSet, LoadedDepartment
from gongkai.reading.own import read_record
from gongkai.reading.records import SLUG_KEY, Department, Locality, Project
from gongkai.reading.source import Document, read_yaml, validated


class Example(Record):
    """example.yaml, as written: one small publication in the form."""

    locality: Mapping[str, Any] = Field(alias="地区", description="同 locality.yaml，不写表式")
    department: Mapping[str, Any] = Field(alias="部门", description="同 department.yaml")
    project_form: Line | None = label("项目表", "公开文本里各项目用的表式")
    disclosure: Mapping[str, Any] = label("公开", "同 disclosure.yaml，没有年度的可以不写", default={})
    projects: tuple[Mapping[str, Any], ...] = label("项目", "每项同一个项目文件", default=())


def load_example(form: Form, forms: Mapping[str, Form]) -> tuple[LoadedDepartment | None, list[Problem]]:
    """The form's example as a department with one disclosure; None when it cannot be used."""
    document, problems = read_yaml(form.folder / "example.yaml", f"layouts/forms/{form.id}/example.yaml")
    if document is None:
        return None, problems
    example = validated(Example, document, problems)
    if example is None:
        return None, problems
    project = forms.get(example.project_form or "") if form.subject == "document" else None
    known = [one.id for one in forms.values() if one.subject == "project"]
    for key, message, hint in _faults(form, example, project, known):
        problems.append(Problem(document.place((key,)), "form.example", Severity.ERROR, message, hint))
    loaded = _read(document, example, FormSet.of({"project": project, form.use: form}), problems)
    return (None if any(problem.blocks for problem in problems) else loaded), problems


def _faults(
    form: Form, example: Example, project: Form | None, known: list[str]
) -> Iterator[tuple[str, str, str]]:
    """An example shows what its form is of: (key, message, hint)."""
    handbook = "见手册“新增表式”。"
    if form.subject == "department":
        if TARGET not in example.disclosure:
            yield "公开", f"样例里没有“{TARGET}”，这种表式正是它的表", handbook
    elif not example.projects:
        yield "项目", "样例里没有项目", handbook
    elif form.subject == "project" and len(example.projects) > 1:
        yield "项目", "项目表的样例只写一个项目", handbook
    if form.subject == "document" and (project is None or project.id not in known):
        yield "项目表", f"没有项目表“{example.project_form or ''}”", f"可以写：{'、'.join(known)}。"


def _read(
    document: Document, example: Example, forms: FormSet, problems: list[Problem]
) -> LoadedDepartment | None:
    """The parts of an example as a department; what is wrong is added to ``problems``."""
    its, slugged = document.part(("地区",)), {SLUG_KEY: "example"}
    locality = validated(Locality, its, problems, {**example.locality, **slugged})
    its = document.part(("部门",))
    department = validated(Department, its, problems, {**example.department, **slugged})
    year = example.disclosure.get("年度")
    slug = year if isinstance(year, str) else UNDATED
    parts = {(slug, ""): document.part(("公开",)), ("", ""): document}
    disclosure = read_disclosure(parts[slug, ""], slug, forms, problems)
    projects = []
    for index in range(len(example.projects)):
        name, part = f"project-{index + 1}", document.part(("项目", index))
        if project := read_record(part, Project, forms.for_projects, problems, name):
            projects.append(project)
            parts[slug, name] = part
    if locality is None or department is None or disclosure is None:
        return None
    disclosure = with_evaluation_notice(disclosure.model_copy(update={"projects": tuple(projects)}))
    department = department.model_copy(update={"disclosures": (disclosure,)})
    return LoadedDepartment(locality, department, parts, {slug: forms})
