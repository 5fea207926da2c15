"""The sheet somebody asks for: a form by its name, blank or filled with the records at an address."""

from __future__ import annotations

from gongkai.exchange.sheet_out import write_sheet
from gongkai.problems import CommandError
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.kinds import Address
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace


def sheet_for(workspace: Workspace, name: str, address: str | None) -> bytes:
    """The form ``name`` as XLSX; ``address`` is 地区/部门/年度 or 地区/部门/年度/项目, None for a blank one.

    Raises CommandError, and TemplateProblem for a mistake in the form's template.
    """
    forms, _ = load_forms(workspace.layouts)
    form = forms.get(name)
    if form is None:
        raise CommandError(f"没有表式“{name}”。", f"现有表式：{'、'.join(sorted(forms))}。")
    templates = Templates(workspace.layouts)
    if address is None:
        return write_sheet(form, None, templates)
    loaded, disclosure = find_year(workspace, address, forms)
    slug, is_whole = Address.of(address).project, form.subject == "department"
    projects = [one for one in disclosure.projects if slug in ("", one.slug)]
    if not is_whole and not projects:
        raise CommandError(f"{address} 里没有这个项目。")
    return write_sheet(
        form, disclosure.department_target if is_whole else projects, templates, locality=loaded.locality,
        department=loaded.department, disclosure=disclosure, project_form=loaded.forms[disclosure.slug].project,
    )  # fmt: skip


def find_year(
    workspace: Workspace, address: str, forms: dict[str, Form] | None = None
) -> tuple[LoadedDepartment, Disclosure]:
    """The records at 地区/部门/年度. Raises CommandError where there are none that can be read."""
    loader = Loader(workspace.root, forms or load_forms(workspace.layouts)[0])
    place = Address.of(address)
    locality = next((one for one in loader.localities() if one.slug == place.locality), None)
    folder = workspace.content.joinpath(*place.unit)
    loaded = loader.department(locality, folder) if locality and folder.is_dir() else None
    years = loaded.department.disclosures if loaded else ()
    year = next((one for one in years if one.slug == place.year), None)
    if loaded is None or year is None:
        raise CommandError(f"没有找到 {address}，或其中的记录有错；", "请先运行 check。")
    return loaded, year
