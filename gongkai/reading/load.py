"""content/ → records, each with the documents its places are looked up in; problems collected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from gongkai import COMMAND
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.acts import SiteSettings
from gongkai.reading.content import ContentReader, read_articles
from gongkai.reading.evaluation import EVALUATED, with_evaluation_notice
from gongkai.reading.forms import Form
from gongkai.reading.loaded import FormChoice, FormSet, LoadedDepartment, without_withdrawn
from gongkai.reading.own import read_record, split_own, split_record
from gongkai.reading.records import SLUG_KEY, Department, Disclosure, Locality, Project
from gongkai.reading.source import Document, Path_, suggestion, validated

INBOX = "收件"  # takes what departments send; it is no locality
UNDATED = "undated"
"""The folder name of a disclosure whose year is 未注明."""

TARGET = "部门整体绩效目标"


class Loader(ContentReader):
    """Reads one project's content into records; ``problems`` grows as it reads."""

    def __init__(
        self, root: Path, forms: Mapping[str, Form], unsaved: Mapping[str, bytes] | None = None
    ) -> None:
        super().__init__(root, unsaved)
        self.choice = FormChoice(forms, self.tell)
        self.settings: list[Document] = []
        """The files of no department that have been read: the site's and the localities'."""

    # -- site and localities ------------------------------------------------------------------

    def site(self) -> SiteSettings | None:
        """content/site.yaml."""
        if not self.content.is_dir():
            hint = f"请在含有 content/ 的文件夹里运行；还没有的，运行 {COMMAND} init 建一个。"
            self.tell(Place("content"), "load.no-content", "没有 content 文件夹", hint)
            return None
        file = self.content / "site.yaml"
        if not file.exists():
            hint = "请新建 content/site.yaml，至少写一行“站点名称: ××市预算绩效目标公开”；其余各项见手册。"
            self.tell(Place(self.name(file)), "load.no-site", "没有 site.yaml，不知道网站叫什么", hint)
            return None
        found = self.record(file, SiteSettings)
        if found is None:
            return None
        site, document = found
        self.settings.append(document)
        stated = (
            ("网址", site.base_url, "网页上没有可以引用的网址和二维码，也不生成网站地图"),
            ("主办单位", site.host, "页脚不写主办单位"),
            ("网站标识码", site.site_code, "页脚和网页信息里不写网站标识码"),
        )
        missing = {key: lacks for key, value, lacks in stated if value is None}
        if missing:
            meanings = "；".join(f"没有{key}，{lacks}" for key, lacks in missing.items())
            message = f"没有写{'、'.join(missing)}"
            place = Place(document.file, 1, 1)
            self.tell(place, "load.site-facts", message, f"{meanings}。确定以后请补上。", Severity.NOTICE)
        return site

    def localities(self) -> list[Locality]:
        """Every content/<locality>/locality.yaml, without departments."""
        localities = []
        for folder in self.folders(self.content, skip={"pages", "theme", INBOX}):
            self.check_extras(folder, "locality.yaml")
            found = self.record(folder / "locality.yaml", Locality, slug=folder.name)
            if found:
                self.settings.append(found[1])
                for index, entry in enumerate(found[0].forms):
                    self.choice.check_names(entry, found[1], ("表式", index))
                if found[0].code is None:
                    message = f"{found[0].name}没有写行政区划代码"
                    hint = "地区页上显示“未注明”，开放数据里也没有代码，不便与别的数据对应。请补上，例如“行政区划代码: 441900”。"
                    place = Place(found[1].file, 1, 1)
                    self.tell(place, "load.locality-code", message, hint, Severity.NOTICE)
                localities.append(found[0])
        known = {locality.slug for locality in localities}
        for locality in localities:
            if locality.parent and locality.parent not in known:
                place = Place(f"content/{locality.slug}/locality.yaml", 1, 1)
                hint = f"现有地区：{'、'.join(sorted(known))}。"
                self.tell(place, "load.parent", f"上级地区“{locality.parent}”不存在", hint)
        return localities

    def department_folders(self, locality: Locality) -> list[Path]:
        """The folders of a locality's departments, in name order."""
        return self.folders(self.content / locality.slug)

    # -- one department -----------------------------------------------------------------------

    def department(self, locality: Locality, folder: Path) -> LoadedDepartment | None:
        """One department with its disclosures and projects; None when department.yaml cannot be used."""
        self.check_extras(folder, "department.yaml")
        found = self.record(folder / "department.yaml", Department, slug=folder.name)
        documents: dict[tuple[str, str], Document] = {}
        sets: dict[str, FormSet] = {}
        incomplete: set[str] = set()
        disclosures = []
        for year in self.folders(folder):
            loaded = self._disclosure(locality, year)
            if loaded is None:
                continue
            disclosure, its_files, its_forms = loaded
            disclosures.append(disclosure)
            sets[disclosure.slug] = its_forms
            if len(its_files) <= len(_record_files(year)):
                incomplete.add(disclosure.slug)
            documents |= {(year.name, slug): document for slug, document in its_files.items()}
            for one in disclosure.articles:
                text = Document(one.file, {"正文": one.text}, text=one.text)
                documents[year.name, Path(one.file).name] = text
        if found is None:
            return None
        documents["", ""] = found[1]
        department = found[0].model_copy(update={"disclosures": tuple(disclosures)})
        return LoadedDepartment(locality, department, documents, sets, frozenset(incomplete))

    def _disclosure(
        self, locality: Locality, folder: Path
    ) -> tuple[Disclosure, dict[str, Document], FormSet] | None:
        self.check_extras(folder, "disclosure.yaml")
        document = self.read(folder / "disclosure.yaml")
        year_text = document.fields.get("年度") if document else None
        # Without 年度 the folder's name tells which forms are meant: its lack is told, and what follows is checked.
        meant = str(year_text) if year_text else folder.name if document and folder.name.isdigit() else None
        forms = self.choice.of_year(locality, meant, document)
        projects, files, forms = self._projects(folder, forms)
        disclosure = read_disclosure(document, folder.name, forms, self.problems) if document else None
        if document is None or disclosure is None:
            if projects:
                message = f"disclosure.yaml 改正以前，这一年的 {len(projects)} 个项目没有核对"
                place = Place(self.name(folder / "disclosure.yaml"))
                hint = "请先改正这个文件，再校验一次。"
                self.tell(place, "load.unchecked", message, hint, Severity.NOTICE)
            return None
        self._check_year(disclosure, folder, document)
        ordered = self._in_order(disclosure, projects, document)
        files = {"": document, **files}
        articles = read_articles(self, folder, {file.stem for file in _record_files(folder)})
        self._check_notices(disclosure, document, files.keys(), {one.slug for one in articles})
        shown = disclosure.model_copy(update={"projects": ordered, "articles": articles})
        self.choice.check_has_form(locality, shown, document, forms)
        return without_withdrawn(with_evaluation_notice(shown)), files, forms

    def _check_notices(
        self, disclosure: Disclosure, document: Document, projects: Collection[str], texts: Collection[str]
    ) -> None:
        """Notices name what is there, each project in one notice of a kind, each notice by a name of its own."""
        taken: set[str] = set()
        for index, notice in enumerate(disclosure.notices):
            base: Path_ = ("公告", index)
            if notice.slug in taken or notice.slug in projects or notice.slug in texts:
                place = document.place((*base, "文件名"))
                message = f"“{notice.slug}”已经是这一年另一个公告、项目或说明的名字"
                self.tell(place, "load.notice", message, "请换一个名字：它就是网址。")
            taken.add(notice.slug)
            named = ("项目", notice.projects, projects, ".yaml"), ("说明", notice.texts, texts, ".md")
            for key, names, known, ending in named:
                for number, slug in enumerate(names):
                    if slug not in known:
                        message = f"公告里的“{slug}”没有对应的文件 {slug}{ending}"
                        place = document.place((*base, key, number))
                        self.tell(place, "load.notice", message, suggestion(slug, known) or "请检查文件名。")
            if not (notice.projects or notice.texts) and notice.kind != EVALUATED:
                hint = "请在“项目”或“说明”里写上这个公告公开的文件名。"
                self.tell(document.place(base), "load.notice", f"{notice.kind}公告里什么也没有", hint)

    def _projects(
        self, folder: Path, forms: FormSet
    ) -> tuple[dict[str, Project], dict[str, Document], FormSet]:
        projects, documents, own = {}, {}, {}
        for file in _record_files(folder):
            if not self.good_name(file, file.stem):
                continue
            document = self.read(file)
            if document is None:
                continue
            if its := self.choice.of_project(document, forms):
                own[file.stem] = its
            form = (its or forms).for_projects
            project = read_record(document, Project, form, self.problems, file.stem)
            if project is not None:
                projects[file.stem], documents[file.stem] = project, document
        return projects, documents, replace(forms, own=own)

    def _check_year(self, disclosure: Disclosure, folder: Path, document: Document) -> None:
        expected = str(disclosure.year) if disclosure.year else UNDATED
        if folder.name != expected:
            stated = f"“年度”写的是 {disclosure.year}" if disclosure.year else "没有写“年度”"
            hint = f"请把文件夹改名为 {expected}，或改正“年度”。"
            if disclosure.year is None and folder.name.isdigit():
                hint = f"请补上一行“年度: {folder.name}”；原件确实没有年度的，把文件夹改名为 {UNDATED}。"
            place = document.place(("年度",))
            self.tell(place, "load.year-folder", f"{stated}，文件夹却叫“{folder.name}”", hint)

    def _in_order(
        self, disclosure: Disclosure, projects: dict[str, Project], document: Document
    ) -> tuple[Project, ...]:
        ordered: dict[str, Project] = {}
        for index, slug in enumerate(disclosure.order):
            place = document.place(("项目顺序", index))
            if slug not in projects:
                file = Path(document.file).with_name(f"{slug}.yaml").as_posix()
                if not any(problem.place.file == file for problem in self.problems):
                    message = f"“项目顺序”里的“{slug}”没有对应的文件"
                    self.tell(place, "load.order", message, f"请检查 {file} 是否存在。")
            elif slug in ordered:
                self.tell(place, "load.order", f"“项目顺序”里“{slug}”写了两次", "请删去一个。")
            else:
                ordered[slug] = projects[slug]
        if disclosure.order:
            for slug in sorted(set(projects) - set(ordered)):
                place = document.place(("项目顺序",), key=True)
                message = f"项目文件 {slug}.yaml 没有列在“项目顺序”里，会排在最后"
                self.tell(place, "load.order", message, "请加到合适的位置。", Severity.WARNING)
        return (*ordered.values(), *(projects[slug] for slug in sorted(projects) if slug not in ordered))


def read_disclosure(
    document: Document, slug: str, forms: FormSet, problems: list[Problem]
) -> Disclosure | None:
    """What disclosure.yaml says, own fields of its forms among it; None with what is wrong added to ``problems``."""
    data = split_own(document, forms.document or forms.summary, "disclosure", problems)
    if isinstance(data.get(TARGET), dict):
        data[TARGET] = split_record(document.part((TARGET,)), forms.for_department, problems)
    return validated(Disclosure, document, problems, {**data, SLUG_KEY: slug})


def _record_files(folder: Path) -> list[Path]:
    """The project files of a disclosure; files that start with . or _ are drafts."""
    files = sorted(folder.glob("*.yaml"))
    return [file for file in files if file.name != "disclosure.yaml" and not file.name.startswith((".", "_"))]
