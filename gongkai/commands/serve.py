"""Local preview: builds into a folder of its own, serves it on this machine only, rebuilds on every change."""

from __future__ import annotations

import json
import logging
import queue
import re
import threading
import time
import traceback
from collections.abc import Callable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from gongkai.building.look import Outcome
from gongkai.building.pipeline import build, warm_up
from gongkai.building.terms import Terms
from gongkai.commands.watch import Watch
from gongkai.problems import Problem
from gongkai.reading.regular import true_path
from gongkai.workspace import Workspace, find_layout

log = logging.getLogger("gongkai")
HOST = "127.0.0.1"
PREFIX = "/-/"
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>')
_INJECTED = b'<link rel="stylesheet" href="/-/preview.css"><script src="/-/preview.js" defer></script></head>'


class Preview:
    """The state of one preview: the last outcome, and the browsers that wait to be told of the next."""

    def __init__(self, workspace: Workspace) -> None:
        self.source = workspace
        self.workspace = Workspace(workspace.root, workspace.cache / "preview" / "site")
        self._watch = Watch(workspace)
        self.outcome: Outcome | None = None
        self.failure = ""
        self.builds = 0
        self._listeners: set[queue.SimpleQueue[str]] = set()
        self._lock = threading.Lock()

    def rebuild(self) -> float:
        """Build once; returns the seconds it took. A bug is shown in the page and does not end the preview."""
        started = time.perf_counter()
        try:
            terms = Terms(public=self.source.output, strict=True)
            self.outcome, self.failure = build(self.workspace, terms=terms), ""
        except Exception:
            self.failure = traceback.format_exc()
            log.error("%s", self.failure)
        self.builds += 1
        with self._lock:
            for listener in self._listeners:
                listener.put(self.message())
        return time.perf_counter() - started

    def message(self) -> str:
        """What browsers are told: number of the build, whether the site was renewed, all problems."""
        outcome = self.outcome or Outcome(())
        shown = [_problem(problem) for problem in outcome.problems if not problem.accepted]
        return json.dumps(
            {
                "build": self.builds,
                "published": outcome.published,
                "problems": shown,
                "failure": self.failure,
            },
            ensure_ascii=False,
        )

    def listen(self) -> queue.SimpleQueue[str]:
        """A queue that gets a message after every build."""
        listener: queue.SimpleQueue[str] = queue.SimpleQueue()
        with self._lock:
            self._listeners.add(listener)
        return listener

    def forget(self, listener: queue.SimpleQueue[str]) -> None:
        """The browser has gone."""
        with self._lock:
            self._listeners.discard(listener)

    def watch(self, stopped: threading.Event, told: Callable[[float], None]) -> None:
        """Rebuild whenever a file of the content or the layouts changes, until stopped."""
        warm_up(self.workspace)
        for _ in self._watch.changes(stopped):
            told(self.rebuild())


def _problem(problem: Problem) -> dict[str, str]:
    return {
        "place": str(problem.place),
        "severity": problem.severity.value,
        "label": problem.severity.label,
        "message": problem.message,
        "hint": problem.hint,
    }


class _Handler(SimpleHTTPRequestHandler):
    """Files of the preview, with the overlay's script put into pages."""

    preview: Preview
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, directory=str(self.preview.workspace.output), **kwargs)

    def do_GET(self) -> None:
        """One request; what another web page asks for is refused, so that none can read the preview."""
        if not self._is_for_us():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif self._is_of_another_page():
            self.send_error(HTTPStatus.FORBIDDEN)
        elif self.path == PREFIX + "events" and self.command == "GET":
            self._events()
        elif self.path.startswith(PREFIX):
            self._own_file(self.path.removeprefix(PREFIX))
        else:
            self._site_file()

    def do_HEAD(self) -> None:
        """As GET, without the content."""
        self.do_GET()

    def _is_for_us(self) -> bool:
        """Not another host's name that leads to this machine (DNS rebinding)."""
        return (self.headers.get("Host") or "").partition(":")[0] in (HOST, "localhost")

    def _is_of_another_page(self) -> bool:
        """Whether a page of another origin embeds or fetches this; a link that is followed may come from anywhere.

        Browsers say so themselves (Fetch Metadata Request Headers, W3C); what is no browser says nothing.
        """
        foreign = self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        return foreign and self.headers.get("Sec-Fetch-Dest") != "document"

    def _own_file(self, name: str) -> None:
        kinds = {"preview.js": "text/javascript; charset=utf-8", "preview.css": "text/css; charset=utf-8"}
        file = find_layout(self.preview.source.layouts, f"preview/{name}") if name in kinds else None
        if file is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            self._send(HTTPStatus.OK, kinds[name], file.read_bytes())

    def _site_file(self) -> None:
        file, status = self._published(), HTTPStatus.OK
        if file is None:
            file, status = self.preview.workspace.output / "404.html", HTTPStatus.NOT_FOUND
        try:
            data = file.read_bytes()
        except OSError:
            data = "<!DOCTYPE html><meta charset=utf-8><head></head><p>还没有可以预览的网页。".encode()
        kind = self.guess_type(str(file)) if status is HTTPStatus.OK else "text/html"
        if kind == "text/html":
            data = _POLICY.sub(b"", data).replace(b"</head>", _INJECTED, 1)
            kind += "; charset=utf-8"
        self._send(status, kind, data)

    def _published(self) -> Path | None:
        """The file of the built site that is asked for; None where there is none or a link leads out of the site."""
        try:
            file = Path(self.translate_path(self.path))
            file = true_path(file / "index.html" if file.is_dir() else file)
            inside = file.is_relative_to(true_path(self.preview.workspace.output))
            return file if inside and file.is_file() else None
        except (OSError, ValueError):  # a name longer than the system takes, or with a zero in it
            return None

    def _send(self, status: HTTPStatus, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def end_headers(self) -> None:
        """Nothing is kept, taken for another kind of file, or given to pages of other origins."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def _events(self) -> None:
        listener = self.preview.listen()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        message: str = self.preview.message()
        try:
            while True:
                self.wfile.write(f"data: {message}\n\n".encode())
                self.wfile.flush()
                message = listener.get()
        except OSError:
            pass
        finally:
            self.preview.forget(listener)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not worth a line."""


def make_server(preview: Preview, port: int) -> ThreadingHTTPServer:
    """A server on this machine's loopback address; port 0 takes any free one. Raises OSError if it is taken."""
    handler = type("Handler", (_Handler,), {"preview": preview})
    server = ThreadingHTTPServer((HOST, port), handler)
    server.daemon_threads = True
    return server
