"""The page's addresses: what can be looked at and what can be done, each handed to the editor or the office."""

from __future__ import annotations

import json
import mimetypes
import re
import secrets
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gongkai import HOST
from gongkai.building import pipeline
from gongkai.building.look import Terms
from gongkai.commands.report_formats import html_page
from gongkai.commands.watch import Watch
from gongkai.exchange.sheet_of import sheet_for
from gongkai.problems import CommandError
from gongkai.reading.files import true_path
from gongkai.reading.kinds import Address
from gongkai.workbench.desk import Desk
from gongkai.workbench.editing import Conflict, Editor, hash_of
from gongkai.workbench.manual import PICTURES, manual_page
from gongkai.workbench.office import Office, preview_workspace
from gongkai.workbench.safety import Guarded
from gongkai.workspace import Workspace, find_layout, handbook

_MOST = 50 * 1024 * 1024
"""The most an upload may have, in bytes."""
_OWN_FILES = re.compile(r"[a-z]+\.(css|js|svg)")
_SITE_STYLES = frozenset(("site.css", "tables.css"))
_PREVIEW = "/site/"
_SITE_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')
_INJECTED = (
    b'<link rel="stylesheet" href="/own/preview.css"><script src="/own/preview.js" defer></script></head>'
)
_KINDS = mimetypes.MimeTypes()
"""Python's own list: a system's may say otherwise, and Windows with some programs calls scripts plain text."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Endpoint = Callable[[Request], Awaitable[Response]]


class Workbench:
    """One site's page, and its server on this machine's loopback address; port 0 takes any free one."""

    def __init__(self, workspace: Workspace, port: int) -> None:
        """Raises OSError where the port is taken."""
        self.desk = Desk(workspace)
        self.editor, self.office = Editor(self.desk), Office(self.desk)
        self.version = 0
        """Grows with every change on disk."""
        self._previewed = -1
        self._socket = socket.create_server((HOST, port))
        self.port = int(self._socket.getsockname()[1])
        self.token = secrets.token_urlsafe(24)
        app = Guarded(Starlette(routes=self._routes()), self.port, self.token)
        config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._stopped = threading.Event()

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{HOST}:{self.port}/?token={self.token}"

    def run(self) -> None:
        """Serve until Ctrl-C or ``stop``."""
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._stopped.set()
            self._socket.close()

    def stop(self) -> None:
        """End ``run``."""
        self._server.should_exit = True

    def _watch(self) -> None:
        for _ in Watch(self.desk.workspace).changes(self._stopped):
            self.desk.refresh()
            self.version += 1

    def _routes(self) -> list[Route]:
        look, do = self._looking, self._doing
        return [
            Route("/", look(lambda _: self._page("home.html", departments=self.office.overview()))),
            Route("/record/{address:path}", look(self._record)),
            Route("/own/{name}", look(self._own_file)),
            Route("/news", look(lambda _: JSONResponse({"version": self.version, "task": self.office.task}))),
            Route("/state/{address:path}", look(lambda it: JSONResponse(self.editor.state(_of(it))))),
            Route("/sheet/{address:path}", look(self._sheet)),
            Route("/draft/{address:path}", look(lambda it: Response(self.office.pdf(_of(it)), media_type="application/pdf"))),
            Route("/report", look(self._report)),
            Route("/changes", look(lambda _: self._page("changes.html", text=self.office.difference()))),
            Route("/manual/{name:path}", look(self._manual)),
            Route(_PREVIEW + "{path:path}", look(self._site)),
            Route("/check", do(lambda it: self.editor.check(Address.of(it["address"]), it["changes"])), methods=["POST"]),
            Route("/save", do(lambda it: self.editor.save(Address.of(it["address"]), it["changes"], it["hash"])), methods=["POST"]),
            Route("/undo", do(lambda it: self.editor.undo(Address.of(it["address"]))), methods=["POST"]),
            Route("/create", do(lambda it: self.editor.create(Address.of(it["address"]), str(it["text"]))), methods=["POST"]),
            Route("/new", do(lambda it: {"address": self.office.new(it)}), methods=["POST"]),
            Route("/keep", do(lambda it: {"file": self.office.keep(Address.of(it["address"]))}), methods=["POST"]),
            Route("/publish", do(lambda _: self.office.publish()), methods=["POST"]),
            Route("/import/{address:path}", do(lambda it: self.office.take_in(*it), _upload), methods=["POST"]),
        ]  # fmt: skip

    # -- how requests are answered ------------------------------------------------------------

    def _looking(self, show: Callable[[Request], Response]) -> Endpoint:
        """What is only looked at; what stops it is shown as a page."""

        async def endpoint(request: Request) -> Response:
            try:
                return await run_in_threadpool(show, request)
            except CommandError as error:
                return self._page("stopped.html", 404, error=error)

        return endpoint

    def _doing(
        self, act: Callable[[Any], Any], read: Callable[[Request], Awaitable[Any]] | None = None
    ) -> Endpoint:
        """What does something: JSON in, unless ``read`` takes it from the request; JSON out."""

        async def endpoint(request: Request) -> Response:
            try:
                given = await (read or _json)(request)
                return JSONResponse(await run_in_threadpool(act, given))
            except CommandError as error:
                return JSONResponse({"message": error.message, "hint": error.hint}, 400)
            except Conflict as conflict:
                theirs, mine = conflict.args
                return JSONResponse({"theirs": theirs, "mine": mine, "hash": hash_of(theirs)}, 409)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise HTTPException(400) from error

        return endpoint

    def _page(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        shown = {"site": self.desk.site, "problems": self.desk.problems, **context}
        return HTMLResponse(self.desk.templates.render(f"workbench/{template}", shown), status)

    # -- pages ----------------------------------------------------------------------------------

    def _record(self, request: Request) -> Response:
        address = _of(request)
        reading = self.desk.read(address.unit)
        context: dict[str, Any] = {
            "address": address,
            "state": self.editor.state(address),
            "department": reading.loaded.department if reading.loaded else None,
            "locality": self.desk.locality(address.locality),
            "projects": self.office.projects(address),
            "changed": self.office.changed(address),
            "forms": self._form_names(address),
        }
        return self._page("record.html", **context)

    def _form_names(self, address: Address) -> list[tuple[str, str]]:
        """The forms that a spreadsheet of the record can be made in: id and name."""
        loaded = self.desk.read(address.unit).loaded
        forms = loaded.forms.get(address.year) if loaded else None
        wanted = (forms.project, forms.summary, forms.document) if forms else ()
        if forms and not address.project:
            wanted = (forms.department, *wanted)
        return [(form.id, form.declared.name) for form in wanted if form]

    def _report(self, request: Request) -> Response:
        outcome, root = pipeline.check(self.desk.workspace, terms=Terms()), self.desk.workspace.root
        return HTMLResponse(html_page(outcome.problems, root, Terms().today, self.port))

    def _manual(self, request: Request) -> Response:
        name = request.path_params["name"]
        if Path(name).suffix in PICTURES:
            file = _inside(handbook(), name)
            return FileResponse(file) if file else Response(status_code=404)
        return HTMLResponse(manual_page(self.desk.templates, name))

    # -- files ------------------------------------------------------------------------------------

    def _own_file(self, request: Request) -> Response:
        name = str(request.path_params["name"])
        place = f"site/assets/{name}" if name in _SITE_STYLES else f"workbench/{name}"
        file = find_layout(self.desk.workspace.layouts, place) if _OWN_FILES.fullmatch(name) else None
        if file is None:
            raise HTTPException(404)
        return Response(file.read_bytes(), media_type=_kind(name))

    def _sheet(self, request: Request) -> Response:
        """A form by its id, blank, or with ``?form=`` filled with the record at the address."""
        form, address = request.query_params.get("form"), request.path_params["address"]
        data = sheet_for(self.desk.workspace, form or address, address if form else None)
        name = quote(f"{address.replace('/', '-')}.xlsx")
        return Response(data, 200, {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}, _XLSX)

    def _site(self, request: Request) -> Response:
        """A file of the site as it would be; built anew first where something has changed."""
        site = preview_workspace(self.desk.workspace).output
        if self._previewed != self.version or not site.is_dir():
            self._previewed = self.version
            self.office.preview()
        file, status = _inside(site, request.path_params["path"]), 200
        if file is None:
            file, status = site / "404.html", 404
        try:
            data = file.read_bytes()
        except OSError:
            page = "<!DOCTYPE html><meta charset=utf-8><head></head><p>有错误，还没有可以预览的网页。"
            data = page.encode()
        kind = _kind(file.name)
        if kind.startswith("text/html"):
            data = _SITE_POLICY.sub(b"", data).replace(b"</head>", _INJECTED, 1)
        return Response(data, status, media_type=kind)


def _of(request: Request) -> Address:
    return Address.of(request.path_params["address"])


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > _MOST:
            raise HTTPException(413)
    return bytes(data)


async def _upload(request: Request) -> tuple[Address, str, bytes]:
    return _of(request), request.query_params.get("name", ""), await _body(request)


async def _json(request: Request) -> dict[str, Any]:
    """Only what says it is JSON: a form of another page can't say so."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415)
    found: dict[str, Any] = json.loads(await _body(request))
    return found


def _inside(site: Path, path: str) -> Path | None:
    """The file of a site that is asked for; None where there is none or a link leads out of the site."""
    try:
        file = site / path
        file = true_path(file / "index.html" if file.is_dir() else file)
        return file if file.is_relative_to(true_path(site)) and file.is_file() else None
    except (OSError, ValueError):  # a name longer than the system takes, or with a zero in it
        return None


def _kind(name: str) -> str:
    kind = _KINDS.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
