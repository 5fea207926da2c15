"""The local preview: rebuilds on change, tells browsers, survives broken input, answers this machine only."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.commands.serve import HOST, Preview, make_server
from gongkai.workspace import Workspace

SMALL = Path(__file__).parent / "sites" / "small"
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
PAGE = "/dongguan/shi-zhi-gongwei/2026/minbing/index.html"


class Client:
    """A preview that runs, and how to talk to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.preview = Preview(Workspace.at(folder))
        self.preview.rebuild()
        self.server = make_server(self.preview, 0)
        self.stopped = threading.Event()
        self.rebuilt: list[float] = []
        self.port = int(self.server.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        threading.Thread(
            target=self.preview.watch, args=(self.stopped, self.rebuilt.append), daemon=True
        ).start()

    def get(self, path: str, host: str = "localhost") -> tuple[int, str]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        connection.request("GET", path, headers={"Host": f"{host}:{self.port}"})
        response = connection.getresponse()
        return response.status, response.read().decode()

    def events(self) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        connection.request("GET", "/-/events", headers={"Host": "localhost"})
        return connection.getresponse()

    def edit(self, old: str, new: str) -> None:
        file = self.folder / PROJECT
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")


def message(response: http.client.HTTPResponse) -> dict[str, object]:
    line = response.readline().decode()
    response.readline()
    found: dict[str, object] = json.loads(line.removeprefix("data: "))
    return found


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    running = Client(Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("serve") / "site")))
    running.start()
    yield running
    running.stopped.set()
    running.server.shutdown()
    running.server.server_close()


def test_pages_come_with_the_overlay_and_without_their_policy(client: Client) -> None:
    status, page = client.get(PAGE)
    assert status == 200
    assert "民兵事业费" in page
    assert '<script src="/-/preview.js" defer>' in page
    assert "Content-Security-Policy" not in page
    assert client.get("/-/preview.js")[0] == client.get("/-/preview.css")[0] == 200
    assert client.get("/")[0] == 200


def test_what_is_not_there_is_the_404_page(client: Client) -> None:
    assert client.get("/nothing/here.html")[0] == 404
    assert client.get("/-/../../../etc/passwd")[0] == 404
    assert client.get("/../../content/site.yaml")[0] == 404


def test_other_hosts_are_refused(client: Client) -> None:
    assert client.get("/", host="evil.example")[0] == 421


def test_a_change_rebuilds_and_tells_the_browser(client: Client) -> None:
    listening = client.events()
    before = message(listening)
    client.edit("约100人次", "约130人次")
    after = message(listening)
    assert after["published"] is True
    assert after["build"] == before["build"] + 1  # type: ignore[operator]
    assert "约130人次" in client.get(PAGE)[1].replace('<span class="nb">', "").replace("</span>", "")


def test_broken_input_shows_its_problem_and_keeps_the_page(client: Client) -> None:
    page = client.get(PAGE)[1]
    listening = client.events()
    message(listening)
    client.edit("83,370.00元", "八万")
    told = message(listening)
    assert told["published"] is False
    assert [problem["place"] for problem in told["problems"] if problem["severity"] == "error"] == [
        f"{PROJECT}:10:7"
    ]  # type: ignore[attr-defined]
    assert client.get(PAGE)[1] == page
    client.edit("八万", "83,370.00元")
    assert message(listening)["published"] is True
