"""What the page does besides editing: overview, new records, import, sheets and PDFs out, publishing with progress."""

from __future__ import annotations

import tempfile
import threading
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from gongkai.authoring.create import create
from gongkai.building.look import Terms
from gongkai.building.pipeline import build
from gongkai.commands.difference import SiteDifference, compare_with_published, difference_text
from gongkai.diffs.differences import Difference, compare_disclosure
from gongkai.diffs.pairs import published
from gongkai.exchange.import_plan import plan_import
from gongkai.exchange.import_report import report_text
from gongkai.exchange.proposals import Proposal, slug_of
from gongkai.pages.copied import keep
from gongkai.printing.documents import Documents
from gongkai.problems import CommandError, Severity
from gongkai.reading.kinds import Address
from gongkai.reading.source import leaves, parse_yaml, path_text
from gongkai.workbench.changes import changed_text
from gongkai.workbench.desk import Desk, Reading
from gongkai.workspace import Workspace


class Office:
    """The work around records; one long piece of it at a time, in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.task: dict[str, Any] = {}
        """The long work that runs or ran last: name, step, done, total, finished, said, failed."""
        self._at_work = threading.Lock()

    # -- overview -----------------------------------------------------------------------------

    def overview(self) -> list[dict[str, Any]]:
        """Every department with its years: projects, problems, whether published and how it differs from that."""
        with self.desk.lock:
            found = []
            for unit in self.desk.folders:
                reading = self.desk.read(unit)
                name = reading.loaded.department.name if reading.loaded else "/".join(unit)
                years = sorted(self._years(unit, reading), key=lambda year: str(year["year"]), reverse=True)
                locality = self.desk.localities[unit[0]].name
                found.append({"unit": "/".join(unit), "locality": locality, "name": name, "years": years})
            return found

    def _years(self, unit: tuple[str, str], reading: Reading) -> Iterator[dict[str, Any]]:
        folder = self.desk.folders[unit]
        for year in sorted(one.name for one in folder.iterdir() if (one / "disclosure.yaml").is_file()):
            address = Address(*unit, year)
            mine = [one for one in reading.of_year(address) if not one.accepted]
            yield {
                "year": year,
                "address": str(address),
                "projects": len(self.projects(address)),
                "errors": sum(one.blocks for one in mine),
                "warnings": sum(one.severity is Severity.WARNING for one in mine),
                "late": any(one.rule.startswith("timeliness") for one in mine),
                "state": self._state(address),
            }

    def _compared(self, address: Address) -> tuple[bool, Difference | None] | None:
        """Whether a year is public, and what differs from that; None where it can't be read."""
        reading = self.desk.read(address.unit)
        disclosure = reading.disclosure(address.year)
        if reading.loaded is None or disclosure is None:
            return None
        old = published(self.desk.workspace.output, *address.unit, address.year)
        return old is not None, compare_disclosure(reading.loaded, disclosure, old)

    def _state(self, address: Address) -> str:
        match self._compared(address):
            case None:
                return "读不了"
            case (False, _):
                return "还没有公开"
            case (_, found):
                return "公开后有改动" if found else "已公开"

    def projects(self, address: Address) -> list[dict[str, Any]]:
        """The projects of a year in order, those that can't be read at the end under their file names."""
        reading = self.desk.read(address.unit)
        disclosure = reading.disclosure(address.year)
        known = {one.slug: one for one in (*disclosure.projects, *disclosure.withdrawn)} if disclosure else {}
        folder = self.desk.path(address).parent
        files = [one.stem for one in sorted(folder.glob("*.yaml")) if one.name[0] not in "._"]
        listed = [*known, *(one for one in files if one not in known and one != "disclosure")]
        found = []
        for slug in listed:
            mine = reading.of_file(f"content/{address.folder}/{slug}.yaml")
            one = known.get(slug)
            note = "" if one and one.disclosed else "不公开" if one else "读不了"
            note = "已撤回" if one and one.withdrawal else note
            found.append({
                "slug": slug,
                "name": one.name if one else slug,
                "note": note,
                "errors": sum(problem.blocks for problem in mine),
                "others": sum(not problem.blocks and not problem.accepted for problem in mine),
            })  # fmt: skip
        return found

    def changed(self, address: Address) -> str:
        """What a year would change of what is public, in words; "" where nothing does, or it can't be read."""
        _, found = self._compared(address) or (False, None)
        return difference_text(SiteDifference(True, (found,), 0)).partition("\n\n")[2] if found else ""

    def difference(self) -> str:
        """The whole site against what is public, in words."""
        return difference_text(compare_with_published(self.desk.workspace, 1))

    # -- new records --------------------------------------------------------------------------

    def new(self, wanted: Mapping[str, Any]) -> str:
        """A new project by name, or all of last year's for the next; its address. Raises CommandError."""
        address, last = str(wanted["address"]), wanted.get("from")
        with self.desk.lock:
            if last is not None:
                create(self.desk.workspace, address, _unasked, int(last))
            else:
                name, place = str(wanted["name"]).strip(), Address.of(address)
                if not name:
                    raise CommandError("请写项目名称。")
                taken = {one["slug"] for one in self.projects(place)}
                address = f"{place.folder}/{wanted.get('slug') or slug_of(name, taken)}"
                create(self.desk.workspace, address, _unasked, None, name)
                self._list(place, address.rsplit("/", 1)[1])
            self.desk.refresh()
        return address

    def _list(self, place: Address, slug: str) -> None:
        """Put a new project at the end of 项目顺序, where the year has one."""
        file = self.desk.path(place)
        document, _ = parse_yaml(file.read_bytes(), place.file)
        order = document.fields.get("项目顺序") if document else None
        if document and isinstance(order, list):
            last = {"do": "set", "keys": [("项目顺序", len(order))], "value": slug}
            text = changed_text(document.text, [last])
            file.write_text(text, encoding="utf-8", newline="\n")

    def keep(self, address: Address) -> str:
        """Keep the PDF that is public now; the file name for 原文件. Raises CommandError."""
        return keep(self.desk.workspace, str(address), date.today()).file.name

    # -- files in and out -----------------------------------------------------------------------

    def take_in(self, address: Address, name: str, data: bytes) -> dict[str, Any]:
        """What an import of one file would write: the report, and each record with its differences; nothing is written."""
        year = int(address.year) if address.year.isdigit() else None
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / (Path(name.replace("\\", "/")).name or "file")
            file.write_bytes(data)
            plan = plan_import([file], self.desk.workspace, *address.unit, year)
        return {"report": report_text(plan), "proposals": [self._proposal(one) for one in plan.proposals]}

    def _proposal(self, proposal: Proposal) -> dict[str, Any]:
        """A proposal for the page; each difference with the YAML keys it is written at."""
        file = self.desk.workspace.root / proposal.file
        texts = [proposal.text.encode(), *([file.read_bytes()] if file.is_file() else [])]
        read = (parse_yaml(text, proposal.file)[0] for text in texts)
        keys = {path_text(path): path for one in read if one for path, _ in leaves(one.data)}
        shown = asdict(proposal)
        for one in shown["differences"]:
            one["keys"] = keys.get(one["path"])
        address = proposal.file.removeprefix("content/").removesuffix(".yaml").removesuffix("/disclosure")
        return shown | {"address": address}

    def pdf(self, address: Address) -> bytes:
        """The draft as it would be printed. Raises CommandError for a record that can't be."""
        from gongkai.printing.fonts import find_fonts
        from gongkai.printing.printer import Printer

        with self.desk.lock:
            reading = self.desk.read(address.unit)
            disclosure, workspace = reading.disclosure(address.year), self.desk.workspace
            fonts, missing = find_fonts(workspace.font_cache, workspace.font_folders)
            if fonts is None:
                raise CommandError(missing[0].message + "。", missing[0].hint)
            projects = disclosure.projects if disclosure else ()
            project = next((one for one in projects if one.slug == address.project), None)
            if reading.loaded is None or disclosure is None or (address.project and project is None):
                raise CommandError("记录有错误，还印不出来。", "请先改正标出的错误。")
            documents = Documents(self.desk.templates, reading.loaded, disclosure)
            job = documents.project(project) if project else documents.whole()
            if job is None:
                raise CommandError("这一年没有可以印的表。")
            fonts.prepare()
            return Printer(self.desk.forms, fonts).print(job)[0].data

    # -- long work ------------------------------------------------------------------------------

    def publish(self) -> None:
        """Start publishing; ``task`` says how far it is. Raises CommandError while something else is at work."""
        if not self._at_work.acquire(blocking=False):
            raise CommandError("正在生成，请等它完成。")
        self.task = {"name": "发布", "step": "读取", "done": 0, "total": 0, "finished": False}

        def run() -> None:
            try:
                self.task = self.task | {"said": self._publish(), "failed": False}
            except CommandError as error:
                self.task = self.task | {"said": str(error), "failed": True}
            except Exception:  # the page must say so, and go on
                traceback.print_exc()
                said = "程序出错，已发布的网站没有改动；请把启动窗口里的文字报告给维护者。"
                self.task = self.task | {"said": said, "failed": True}
            finally:
                self.task = self.task | {"finished": True}
                self._at_work.release()

        threading.Thread(target=run, daemon=True).start()

    def preview(self) -> None:
        """Build the site as it would be, where only this machine sees it."""
        terms = Terms(public=self.desk.workspace.output, strict=True)
        with self._at_work:
            build(preview_workspace(self.desk.workspace), terms=terms)

    def _publish(self) -> str:
        def progress(step: str, done: int, total: int) -> None:
            self.task = self.task | {"step": step, "done": done, "total": total}

        outcome = build(self.desk.workspace, progress=progress, terms=Terms())
        if not outcome.published:
            return "没有发布：有错误。已发布的网站没有改动，请看“校验报告”。"
        said = f"已发布 {outcome.files} 个文件，其中新做 {outcome.made} 个。"
        return said + (f"有错误的部门没有更新：{'、'.join(outcome.held)}。" if outcome.held else "")


def preview_workspace(workspace: Workspace) -> Workspace:
    """Where the preview of a site stands."""
    return Workspace(workspace.root, workspace.cache / "preview" / "site")


def _unasked(question: str) -> str:
    raise CommandError(f"还缺{question}。", "请先新建地区和部门。")
