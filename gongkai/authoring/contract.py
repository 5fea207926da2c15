"""The self-test of forms: what every folder under layouts/forms/ must do, found without a line of Python in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from lxml import html

from gongkai.amounts import AmountStyle, format_yuan
from gongkai.authoring.faults import faults, own_tables
from gongkai.authoring.filling import Trial, fill, with_disclosure
from gongkai.authoring.likeness import likeness
from gongkai.authoring.returned import unread
from gongkai.building.store import Objects
from gongkai.building.worker import Worker
from gongkai.checks import check_department
from gongkai.printing.composed import Printed
from gongkai.printing.documents import Documents
from gongkai.printing.fonts import find_fonts
from gongkai.problems import CommandError, Place, Problem, Severity, ordered
from gongkai.reading.example import load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Project
from gongkai.reading.source import Document, read_yaml
from gongkai.tables.sheets import all_sheets
from gongkai.tables.templates import TemplateProblem
from gongkai.tables.view import View
from gongkai.workspace import Workspace

_BLOCKS = ("th", "td", "p", "br", "li", "div", "caption", "h3", "h4")
"""What parts texts from one another; a number in inline markup is still one number."""
_HINT = "见手册“新增表式”。"
_LIKE_HINT = "请改 form.html；原表抄错了的，改 official.html。forms --beside 文件.html 把两张表并排放在一起。"
_MOST_DIFFERENCES = 8
_IN_TEXT = AmountStyle("万元", None, grouping=False, show_unit=True)
"""How running text prints a total."""
_TRIALS = (Trial(), Trial(rows=1), Trial(rows=3, alike=True), Trial(rows=3, gaps=True))
"""Two rows first: one could be all a careless template prints."""
_ROW = re.compile(r"<(tr|table)(?=[\s>])")


def check_forms(workspace: Workspace, names: Sequence[str] = ()) -> list[Problem]:
    """Everything wrong with the form folders (those of ``names``), tables printed included. Raises CommandError."""
    forms, problems = load_forms(workspace.layouts)
    if names:
        folders = {one.name for layouts in workspace.layouts for one in layouts.glob("forms/*")}
        if unknown := [name for name in names if name not in folders]:
            near = difflib.get_close_matches(unknown[0], list(forms), 1)
            hint = f"你是不是要写“{near[0]}”？" if near else "代号是 layouts/forms/ 里文件夹的名字。"
            raise CommandError(f"没有表式“{unknown[0]}”。", hint)
        starts = tuple(f"layouts/forms/{name}/" for name in names)
        problems = [one for one in problems if one.place.file.startswith(starts)]
    fonts, missing = find_fonts(workspace.cache)
    worker = Worker(workspace, forms, Objects(workspace.cache))
    faulty = {problem.place.file for problem in problems if problem.blocks}
    for form in (one for one in forms.values() if not names or one.id in names):
        if f"layouts/forms/{form.id}/form.yaml" not in faulty:
            problems += check_form(form, forms, worker, printing=fonts is not None)
    return ordered([*problems, *missing])


def check_form(
    form: Form, forms: Mapping[str, Form], worker: Worker, *, printing: bool = True
) -> list[Problem]:
    """What is wrong with one form: declaration, example, template and, with ``printing``, printed pages."""
    name = f"layouts/forms/{form.id}/form.yaml"
    document, _ = read_yaml(form.folder / "form.yaml", name)
    assert document is not None, "a form that was loaded has a form.yaml"
    loaded, problems = load_example(form, forms)
    widths = _check_widths(form, document)
    problems += widths
    if loaded is None:
        return problems
    problems += [problem for problem in check_department(loaded) if problem.blocks]
    contract = _Contract(form, forms, document, worker, loaded)
    tables = _collect(contract.check_example)
    if contract.recognised:
        tables += _collect(contract.check_blank)
        tables += (one for trial in _TRIALS for one in _collect(partial(contract.check_filled, trial)))
    # A table that is none, or of wrong widths, would be told again by whatever is made of it.
    if not any(problem.rule == "form.table" for problem in tables):
        tables += _collect(contract.check_likeness)
        if printing and not widths:
            tables += [*_collect(contract.check_pages), *_collect(contract.check_sheet)]
    return list(dict.fromkeys([*problems, *tables]))


def print_example(loaded: LoadedDepartment, worker: Worker) -> tuple[Printed, list[Problem]]:
    """The PDF of a form's example, and what is wrong with it."""
    disclosure = loaded.department.disclosures[0]
    documents = Documents(worker.templates, loaded, disclosure)
    job = documents.whole() or documents.notice(disclosure.notices[0])
    assert job is not None, "an example has records, so there is a document"
    return worker.printer.print(job)


def _print_own(loaded: LoadedDepartment, worker: Worker) -> list[Problem]:
    """What is wrong with the PDF of the first project; of the whole disclosure where it has none."""
    disclosure = loaded.department.disclosures[0]
    if not disclosure.projects:
        return print_example(loaded, worker)[1]
    documents, first = Documents(worker.templates, loaded, disclosure), disclosure.projects[0]
    job = documents.project(first) or documents.evaluation(first)
    return worker.printer.print(job)[1] if job else []


def _collect(check: Callable[[], Iterator[Problem]]) -> list[Problem]:
    """The problems a check finds; a template that fails is one."""
    problems: list[Problem] = []
    try:
        problems.extend(check())
    except TemplateProblem as error:
        problems.append(error.problem)
    return problems


def _check_widths(form: Form, document: Document) -> list[Problem]:
    widths = [one for one in form.declared.columns if isinstance(one, Decimal)]
    is_document = form.subject == "document" and not widths
    if is_document or sum(widths) == 100 or (form.declared.repeat and 0 < sum(widths) < 100):
        return []
    message = f"表式“{form.id}”的列宽合计是 {sum(widths)}，应当是 100"
    return [Problem(document.place(("columns",)), "form.widths", Severity.ERROR, message, "请改正 columns。")]


@dataclass(frozen=True)
class _Contract:
    """One form with its example, ready to be tried."""

    form: Form
    forms: Mapping[str, Form]
    document: Document
    worker: Worker
    loaded: LoadedDepartment

    # -- the checks ---------------------------------------------------------------------------

    def check_example(self) -> Iterator[Problem]:
        """The example gives proper tables, whole and as the part of one project."""
        for view in self._views(self.loaded):
            yield from self._check_tables(view)
            if view.projects:
                yield from self._check_tables(replace(view, projects=view.projects[:1], excerpt=True))

    def check_blank(self) -> Iterator[Problem]:
        """So does a record that states nothing but its name, in a disclosure without a year."""
        old = self.loaded.department.disclosures[0]
        blank = Disclosure.model_validate({"\0slug": old.slug})
        if self.form.subject == "department":
            target = DepartmentTarget.model_validate({"部门名称": "样例"})
            blank = blank.model_copy(update={"department_target": target})
        else:
            project = Project.model_validate({"项目名称": "样例", "\0slug": "blank"})
            blank = blank.model_copy(update={"projects": (project,)})
        for view in self._views(with_disclosure(self.loaded, blank)):
            yield from self._check_tables(view)

    def check_filled(self, trial: Trial) -> Iterator[Problem]:
        """Every declared field, its label and every declared total is printed, however many rows there are."""
        filled = fill(self.form, self.loaded, trial)
        view = next(self._views(with_disclosure(self.loaded, filled.disclosure)))
        yield from self._check_tables(view)
        page = self._own_text(view)
        for path in dict.fromkeys(path for path, text in filled.texts if not _stands(text, page)):
            yield self._forgotten(("fields", path), path, "的内容没有印出来")
        for path, label in self.form.declared.fields.items():
            if label and _squeezed(view.label(path)) not in page:
                yield self._forgotten(("fields", path), path, "的名称没有印出来")
        for index, (path, amount) in enumerate(filled.totals):
            styles = (self.form.amount_style(path), _IN_TEXT)
            if not any(_stands(format_yuan(amount, style), page) for style in styles):
                yield self._forgotten(("totals", index), path, "的合计没有印出来")

    def check_pages(self) -> Iterator[Problem]:
        """The example prints without complaint, on as many pages as declared."""
        printed, problems = print_example(self.loaded, self.worker)
        example = Place(f"layouts/forms/{self.form.id}/example.yaml", 1, 1)
        yield from (replace(problem, place=example) for problem in problems)
        expected = self.form.declared.page.pages
        if printed.pages != expected:
            message = f"表式“{self.form.id}”的样例印成 {printed.pages} 页，page 里写的是 {expected} 页"
            yield self._problem("form.pages", ("page", "pages"), message, "请改正页数，或调整列宽和样式。")

        filled = with_disclosure(
            self.loaded, fill(self.form, self.loaded, Trial(rows=3, long=True)).disclosure
        )
        for problem in _print_own(filled, self.worker):
            message = f"表式“{self.form.id}”填进长文字以后：{problem.message}"
            yield replace(problem, place=Place(f"layouts/{self.form.template}", 1, 1), message=message)

    def check_sheet(self) -> Iterator[Problem]:
        """What is filled in in the form's spreadsheet comes back from there."""
        for path, what in unread(self.form, self.forms, self.loaded, self.worker.templates):
            hint = "填报表照 form.html 里绑定了字段的格做成：请用 cell 或 indicator 写这一格。"
            message = f"表式“{self.form.id}”的“{self.form.label(path)}”（{path}）{what}"
            yield replace(
                self._problem("form.sheet", ("fields", path), message, hint), severity=Severity.WARNING
            )

    def check_likeness(self) -> Iterator[Problem]:
        """The form prints its official table, where the folder has that."""
        like = likeness(self.loaded, self.form, self.worker.templates)
        if like is None:
            return
        rows = own_tables(self._lined_root(like.view), self.form.id)[0].findall(".//tr")
        found = [(one.row, str(one)) for one in like.differences[:_MOST_DIFFERENCES]]
        if (more := len(like.differences) - _MOST_DIFFERENCES) > 0:
            found.append((None, f"还有 {more} 处"))
        for row, what in found:
            line = 1 if row is None else _line_of(rows[min(row, len(rows) - 1)])
            place = Place(f"layouts/forms/{self.form.id}/form.html", line, 1)
            yield Problem(place, "form.likeness", Severity.ERROR, f"与原表不同：{what}", _LIKE_HINT)

    # -- tables -------------------------------------------------------------------------------

    @property
    def recognised(self) -> bool:
        """Whether the example's tables carry the form's name; without it every field would seem forgotten."""
        try:
            views = list(self._views(self.loaded))
            return self.form.subject == "document" or all(
                own_tables(self._root(one), self.form.id) for one in views
            )
        except TemplateProblem:
            return True

    def _views(self, loaded: LoadedDepartment) -> Iterator[View]:
        for sheet in all_sheets(loaded, loaded.department.disclosures[0]):
            if sheet.view.form is self.form:
                yield sheet.view

    def _root(self, view: View) -> html.HtmlElement:
        return html.fragment_fromstring(str(self.worker.templates.form_table(view)), create_parent="div")

    def _check_tables(self, view: View) -> Iterator[Problem]:
        self._root(view)  # a template that fails says so at its own line
        for fault, element in faults(self._lined_root(view), view):
            place = Place(f"layouts/{self.form.template}", _line_of(element), 1)
            yield Problem(place, "form.table", Severity.ERROR, f"表式“{self.form.id}”：{fault}", _HINT)

    def _lined_root(self, view: View) -> html.HtmlElement:
        """The same table with each row's line in form.html as ``data-line``."""
        environment = self.worker.templates.environment
        assert environment.loader is not None
        text, _, _ = environment.loader.get_source(environment, self.form.template)
        lines = (
            _ROW.sub(rf'<\1 data-line="{number}"', line) for number, line in enumerate(text.split("\n"), 1)
        )
        template = environment.from_string("\n".join(lines))
        return html.fragment_fromstring(template.render(v=view), create_parent="div")

    # -- text ---------------------------------------------------------------------------------

    def _own_text(self, view: View) -> str:
        """The text this form prints, tables of other forms inside a document left out."""
        root = self._root(view)
        own = own_tables(root, self.form.id)
        for table in [table for table in root.iter("table") if table not in own]:
            table.drop_tree()
        for block in root.xpath("|".join(f".//{tag}" for tag in _BLOCKS)):
            block.text, block.tail = f"\n{block.text or ''}", f"\n{block.tail or ''}"
        return re.sub(r"[^\S\n]+", "", root.text_content())

    def _forgotten(self, where: tuple[str, str | int], path: str, what: str) -> Problem:
        label = self.form.label(path) if path in self.form.declared.fields else self.form.term(path).label
        message = f"表式“{self.form.id}”的“{label}”（{path}）{what}"
        hint = f'请在 form.html 里加上这一格，例如 {{{{ cell("{path}") }}}}；表上确实没有的，从 form.yaml 里删去。'
        return self._problem("form.forgotten", where, message, hint)

    def _problem(self, rule: str, where: tuple[str | int, ...], message: str, hint: str) -> Problem:
        place = self.document.place(where, key=True)
        return Problem(place, rule, Severity.ERROR, message, hint, ".".join(map(str, where)))


def _line_of(element: html.HtmlElement) -> int:
    """The line in form.html of the row or table that an element stands in; 1 where it is in none."""
    holders = (element, *element.iterancestors())
    return next((int(one.get("data-line")) for one in holders if one.get("data-line")), 1)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _stands(text: str, page: str) -> bool:
    """Whether the text stands in the page on its own, not inside a longer number."""
    return re.search(rf"(?<![\d.,]){re.escape(_squeezed(text))}(?!\d|[.,]\d)", page) is not None
