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

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": "localhost", **named})
        response = connection.getresponse()
        return response, response.read()

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


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", PAGE, "/compare/data.js", "/-/events", "/-/preview.js", "/nothing"])
def test_other_hosts_are_refused_by_every_method(method: str, path: str, client: Client) -> None:
    assert client.ask(path, method, Host="evil.example")[0].status == 421


@pytest.mark.parametrize("path", ["/", PAGE, "/-/preview.js", "/nothing"])
def test_head_is_get_without_the_content(path: str, client: Client) -> None:
    (head, nothing), (get, _) = client.ask(path, "HEAD"), client.ask(path)
    assert nothing == b""
    assert head.status == get.status
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("dest", ["script", "empty", "image", "style", "iframe", ""])
def test_pages_of_other_origins_read_nothing(site: str, dest: str, client: Client) -> None:
    for path in (PAGE, "/compare/data.js", "/-/events"):
        response, data = client.ask(path, Sec_Fetch_Site=site, Sec_Fetch_Dest=dest)
        assert response.status == 403
        assert "民兵" not in data.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "none", "Sec_Fetch_Dest": "document"},
        {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Dest": "script"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "document"},
        {},
    ],
    ids=["typed", "own-script", "link-from-elsewhere", "no-browser"],
)
def test_the_page_itself_and_links_to_it_are_answered(headers: dict[str, str], client: Client) -> None:
    assert client.ask(PAGE, **headers)[0].status == 200


@pytest.mark.parametrize("path", ["/", PAGE, "/-/preview.css", "/nothing"])
def test_every_answer_is_for_its_own_origin_and_kind(path: str, client: Client) -> None:
    headers = client.ask(path)[0].headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert client.events().headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_link_out_of_the_built_site_is_not_followed(client: Client, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("绝不能公开", encoding="utf-8")
    (tmp_path / "index.html").write_text("绝不能公开", encoding="utf-8")
    site = client.preview.workspace.output
    for name, target in (("out.html", tmp_path / "secret.html"), ("out", tmp_path)):
        (site / name).symlink_to(target)
        try:
            response, data = client.ask(f"/{name}")
            assert response.status == 404
            assert "绝不能公开" not in data.decode()
        finally:
            (site / name).unlink()


@pytest.mark.parametrize("path", ["/" + "a" * 5000, "/" + "a/" * 3000, "/%00", "/a%00.html", "/%ff", "//x//"])
def test_a_path_that_no_file_can_have_is_not_there(path: str, client: Client) -> None:
    response, _ = client.ask(path)
    assert response.status == 404


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
