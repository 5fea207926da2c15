"""example.yaml of a form → the records that show it, read the same way as content/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from gongkai.problems import Place, Problem, Severity
from gongkai.reading.explain import explain
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Line
from gongkai.reading.load import UNDATED
from gongkai.reading.loaded import FormSet, LoadedDepartment
from gongkai.reading.notices import with_evaluation_notice
from gongkai.reading.own import split_own, split_record
from gongkai.reading.records import SLUG_KEY, Department, Disclosure, Locality, Project, Record
from gongkai.reading.source import Document, Path_, read_yaml

R = TypeVar("R", bound=Record)


class Example(Record):
    """example.yaml, as written: one small publication in the form."""

    locality: Mapping[str, Any] = Field(alias="地区", description="同 locality.yaml，不写表式")
    department: Mapping[str, Any] = Field(alias="部门", description="同 department.yaml")
    project_form: Line | None = Field(None, alias="项目表", description="公开文本里各项目用的表式")
    disclosure: Mapping[str, Any] = Field(
        default_factory=dict, alias="公开", description="同 disclosure.yaml，没有年度的可以不写"
    )
    projects: tuple[Mapping[str, Any], ...] = Field((), alias="项目", description="每项同一个项目文件")


def form_set(form: Form, project: Form | None = None) -> FormSet:
    """The forms in force where only ``form`` is used (and ``project`` for the tables inside a document)."""
    if form.evaluates:
        return FormSet.of({"department_evaluation" if form.subject == "department" else "evaluation": form})
    return FormSet.of({"project": project, form.subject: form})


def load_example(form: Form, forms: Mapping[str, Form]) -> tuple[LoadedDepartment | None, list[Problem]]:
    """The form's example as a department with one disclosure; None when it cannot be used."""
    name = f"layouts/forms/{form.id}/example.yaml"
    document, problems = read_yaml(form.folder / "example.yaml", name)
    if document is None:
        return None, problems
    reader = _Reader(form, document, problems)
    example = reader.validate(Example, document.data, ())
    if example is None:
        return None, problems
    reader.check_content(example)
    reader.find_project_form(example, forms)
    loaded = reader.read(example)
    return (None if any(problem.blocks for problem in problems) else loaded), problems


class _Reader:
    """Reads the parts of one example; ``problems`` grows as it reads."""

    def __init__(self, form: Form, document: Document, problems: list[Problem]) -> None:
        self.form, self.document, self.problems = form, document, problems
        self.project_form: Form | None = None

    def validate(self, model: type[R], data: Any, base: Path_) -> R | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.problems += explain(error, self.document, model, base=base)
            return None

    def check_content(self, example: Example) -> None:
        """An example shows what its form is of."""
        if self.form.subject == "department":
            if "部门整体绩效目标" not in example.disclosure:
                self._tell(("公开",), "样例里没有“部门整体绩效目标”，这种表式正是它的表")
        elif not example.projects:
            self._tell(("项目",), "样例里没有项目")
        elif self.form.subject == "project" and len(example.projects) > 1:
            self._tell(("项目",), "项目表的样例只写一个项目")

    def find_project_form(self, example: Example, forms: Mapping[str, Form]) -> None:
        if self.form.subject != "document":
            return
        self.project_form = forms.get(example.project_form or "")
        if self.project_form is None or self.project_form.subject != "project":
            known = "、".join(one.id for one in forms.values() if one.subject == "project")
            self._tell(("项目表",), f"没有项目表“{example.project_form or ''}”", f"可以写：{known}。")

    def read(self, example: Example) -> LoadedDepartment | None:
        locality = self.validate(Locality, {**example.locality, SLUG_KEY: "example"}, ("地区",))
        department = self.validate(Department, {**example.department, SLUG_KEY: "example"}, ("部门",))
        disclosure = self._disclosure(example)
        projects = tuple(self._project(data, index) for index, data in enumerate(example.projects))
        if locality is None or department is None or disclosure is None:
            return None
        read = tuple(project for project in projects if project is not None)
        disclosure = with_evaluation_notice(disclosure.model_copy(update={"projects": read}))
        department = department.model_copy(update={"disclosures": (disclosure,)})
        parts = {(disclosure.slug, ""): self.document.part(("公开",)), ("", ""): self.document}
        parts |= {
            (disclosure.slug, project.slug): self.document.part(("项目", index))
            for index, project in enumerate(projects)
            if project is not None
        }
        files = {key: "#".join((self.document.file, *filter(None, key))) for key in parts}
        documents = {files[key]: part for key, part in parts.items()}
        sets = {disclosure.slug: form_set(self.form, self.project_form)}
        return LoadedDepartment(locality, department, documents, files, sets)

    def _disclosure(self, example: Example) -> Disclosure | None:
        data = dict(example.disclosure)
        target = data.get("部门整体绩效目标")
        if isinstance(target, dict):
            own = self.form if self.form.subject == "department" else None
            base = ("公开", "部门整体绩效目标")
            data["部门整体绩效目标"], problems = split_record(target, self.document, base, own)
            self.problems += problems
        holder = self.form if self.form.subject in ("summary", "document") else None
        data, problems = split_own(data, self.document, ("公开",), holder, "disclosure")
        self.problems += problems
        year = data.get("年度")
        slug = year if isinstance(year, str) else UNDATED
        return self.validate(Disclosure, {**data, SLUG_KEY: slug}, ("公开",))

    def _project(self, raw: Mapping[str, Any], index: int) -> Project | None:
        base = ("项目", index)
        own = self.project_form or self.form
        data, problems = split_record(raw, self.document, base, own)
        self.problems += problems
        return self.validate(Project, {**data, SLUG_KEY: f"project-{index + 1}"}, base)

    def _tell(self, path: Path_, message: str, hint: str = "见手册“新增表式”。") -> None:
        place: Place = self.document.place(path)
        self.problems.append(Problem(place, "form.example", Severity.ERROR, message, hint))
