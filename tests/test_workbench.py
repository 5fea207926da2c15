"""The page over HTTP: its doors, records shown and written, two who write one file, what goes in and out, publishing."""

from __future__ import annotations

import http.client
import io
import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import openpyxl
import pytest

from gongkai.workbench.app import Workbench
from gongkai.workspace import Workspace

SMALL = Path(__file__).parent / "sites" / "small"
YEAR = "dongguan/shi-zhi-gongwei/2026"
PROJECT = f"{YEAR}/minbing"
FILE = f"content/{PROJECT}.yaml"
PAGE = f"/site/{PROJECT}/index.html"
TOTAL = {"do": "set", "keys": [["年度资金", "总额"]], "kind": "amount", "unit": "元"}


class Client:
    """A workbench that runs, and how to talk to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bench = Workbench(Workspace.at(folder), 0)
        self.host = f"127.0.0.1:{self.bench.port}"
        self.running = threading.Thread(target=self.bench.run, daemon=True)
        self.running.start()
        status, headers, _ = self.ask("GET", f"/?token={self.bench.token}", Cookie="")
        assert status == 303
        self.cookie = headers["Set-Cookie"].partition(";")[0]

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.bench.port, timeout=60)
        named = {"Host": self.host, "Cookie": getattr(self, "cookie", "")}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {name: value for name, value in named.items() if value})
        response = connection.getresponse()
        return response.status, response.headers, response.read()

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        status, _, data = self.ask("GET", path, **headers)
        return status, data.decode()

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        own = {"Origin": f"http://{self.host}", "Content_Type": "application/json"} | headers
        status, _, data = self.ask("POST", path, json.dumps(body).encode(), **own)
        try:
            return status, json.loads(data)
        except ValueError:
            return status, data.decode()

    def state(self, address: str = PROJECT) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get(f"/state/{address}")[1])
        return found

    def save(self, *changes: dict[str, Any], address: str = PROJECT) -> dict[str, Any]:
        status, told = self.post(
            "/save", {"address": address, "changes": changes, "hash": self.state(address)["hash"]}
        )
        assert status == 200, told
        found: dict[str, Any] = told
        return found

    @property
    def text(self) -> str:
        return (self.folder / FILE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    running = Client(Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("bench") / "site")))
    yield running
    running.bench.stop()
    running.running.join(10)


@pytest.fixture
def record(client: Client, tmp_path: Path) -> Iterator[Client]:
    """The client, whose records are afterwards what they were."""
    content = client.folder / "content"
    before = shutil.copytree(content, tmp_path / "before")
    yield client
    shutil.rmtree(content)
    shutil.copytree(before, content)
    client.bench.desk.refresh()


# -- doors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/news", f"/state/{PROJECT}", "/own/workbench.js", PAGE, "/nothing"])
def test_without_the_token_nothing_is_shown(path: str, client: Client) -> None:
    for cookie in ("", f"gongkai-{client.bench.port}=wrong"):
        status, text = client.get(path, Cookie=cookie)
        assert status == 401
        assert "民兵" not in text


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
def test_other_hosts_are_refused_by_every_method(method: str, host: str, client: Client) -> None:
    assert client.ask(method, "/", Host=host or "x")[0] == 421


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("dest", ["script", "empty", "image", "style", "iframe", ""])
def test_pages_of_other_origins_read_nothing(site: str, dest: str, client: Client) -> None:
    for path in (f"/state/{PROJECT}", "/news", PAGE):
        status, text = client.get(path, Sec_Fetch_Site=site, Sec_Fetch_Dest=dest)
        assert status == 403
        assert "民兵" not in text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "document"},
        {"Cookie": "x=y"},
        {"Content_Type": "text/plain"},
    ],
)
def test_nobody_else_writes(headers: dict[str, str], client: Client) -> None:
    before = client.text
    changes = [TOTAL | {"text": "1元"}]
    body = {"address": PROJECT, "changes": changes, "hash": client.state()["hash"]}
    status, _ = client.post("/save", body, **headers)
    assert status in (401, 403, 415)
    assert client.text == before
    assert client.post("/publish", {}, **headers)[0] in (401, 403, 415)


@pytest.mark.parametrize("path", ["/", f"/record/{PROJECT}", "/own/workbench.css", "/nothing"])
def test_every_answer_is_for_its_own_origin_and_kind(path: str, client: Client) -> None:
    _, headers, _ = client.ask("GET", path)
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    ["../../etc/passwd", f"{YEAR}/../../../x", f"{YEAR}/disclosure", "dongguan", f"{YEAR}/a%00b", f"{YEAR}/minbing.yaml"],
)  # fmt: skip
def test_addresses_lead_to_records_alone(address: str, client: Client) -> None:
    assert client.get(f"/state/{address}")[0] == 404
    assert client.post("/create", {"address": address, "text": "a: b"})[0] == 400


# -- records ----------------------------------------------------------------------------------------


def test_every_bound_cell_says_what_the_record_says(client: Client) -> None:
    state = client.state()
    cells = {cell["keys"][0][-1]: cell for cell in state["cells"] if cell["table"] >= 0}
    assert cells["总额"]["value"] == "83,370.00元"
    assert cells["总额"]["unit"] == "元"
    assert cells["一级指标"]["choices"]
    assert cells["项目名称"]["value"] == "民兵事业费"


def test_a_change_keeps_comments_quotes_and_order(record: Client) -> None:
    (record.folder / FILE).write_text(
        record.text.replace("年度资金:", "# 财政局核过\n年度资金:"), encoding="utf-8"
    )
    before = record.text
    record.save(TOTAL | {"text": "9"})
    assert record.text == before.replace("83,370.00元", "9元")


def test_what_is_wrong_is_told_as_it_is_typed_and_not_written(record: Client) -> None:
    before = record.text
    status, told = record.post("/check", {"address": PROJECT, "changes": [TOTAL | {"text": "八万"}]})
    assert status == 200
    wrong = [one for one in told["problems"] if one["severity"] == "error"]
    assert [one["keys"] for one in wrong] == [["年度资金", "总额"]]
    assert record.text == before


def test_a_record_with_an_error_is_still_shown_as_its_table(record: Client) -> None:
    state = record.save(TOTAL | {"text": "八万"})
    assert "总额: 八万" in record.text
    assert 'data-field="name"' in state["html"]
    assert next(cell for cell in state["cells"] if cell["keys"] == [["年度资金", "总额"]])["value"] == "八万"


def test_a_file_that_is_no_yaml_can_be_mended_as_text(record: Client) -> None:
    good = record.text
    (record.folder / FILE).write_text(good.replace("年度资金:", "年度资金："), encoding="utf-8")
    record.bench.desk.refresh()
    state = record.state()
    assert state["html"] == ""
    assert [one["rule"] for one in state["problems"]] == ["source.wide-colon"]
    assert record.save({"do": "text", "text": good})["html"]
    assert record.text == good


def test_what_somebody_else_wrote_is_never_overwritten(record: Client) -> None:
    seen = record.state()["hash"]
    theirs = record.text.replace("民兵事业费", "民兵训练费")
    (record.folder / FILE).write_text(theirs, encoding="utf-8")
    body = {"address": PROJECT, "changes": [TOTAL | {"text": "9元"}], "hash": seen}
    status, told = record.post("/save", body)
    assert status == 409
    assert record.text == theirs == told["theirs"]
    assert told["mine"] == theirs.replace("83,370.00元", "9元")
    assert record.post("/save", body | {"hash": told["hash"]})[0] == 200
    assert record.text == told["mine"]


def test_undo_takes_back_what_was_written_here_and_nothing_else(record: Client) -> None:
    before = record.text
    record.save(TOTAL | {"text": "9元"})
    record.save(TOTAL | {"text": "10元"})
    for _ in range(2):
        assert record.post("/undo", {"address": PROJECT})[0] == 200
    assert record.text == before
    record.save(TOTAL | {"text": "9元"})
    (record.folder / FILE).write_text(before + "# 别人写的\n", encoding="utf-8")
    status, told = record.post("/undo", {"address": PROJECT})
    assert status == 400
    assert "别处改过" in told["message"]


def test_rows_are_added_moved_and_removed(record: Client) -> None:
    rows = lambda: record.state()["data"]["绩效指标"]  # noqa: E731
    before = rows()
    keys = ["绩效指标"]
    record.save(
        {"do": "add", "keys": keys, "at": 1, "value": {"一级指标": "产出指标", "二级指标": "数量指标"}}
    )
    assert rows() == [before[0], {"一级指标": "产出指标", "二级指标": "数量指标"}, *before[1:]]
    record.save({"do": "move", "keys": keys, "at": 1, "to": 0})
    assert rows()[1] == before[0]
    record.save({"do": "delete", "keys": [*keys, 0]})
    assert rows() == before


def test_a_pasted_range_fills_rows_and_adds_those_that_are_missing(record: Client) -> None:
    count = len(record.state()["data"]["绩效指标"])
    columns = [{"key": key, "kind": kind} for key, kind in (("一级指标", "text"), ("二级指标", "text"), ("三级指标", "text"), ("年度指标值", "target"))]  # fmt: skip
    pasted = [["产出指标", "数量指标", "训练次数", "≥4次"], ["", "", "训练人数", "100人"]]
    change = {"do": "paste", "keys": ["绩效指标"], "at": count, "columns": columns, "rows": pasted}
    record.save(change)
    named = ["一级指标", "二级指标", "三级指标", "年度指标值"]
    assert record.state()["data"]["绩效指标"][count:] == [
        dict(zip(named, pasted[0], strict=True)),
        dict(zip(named, ["产出指标", "数量指标", "训练人数", "100人"], strict=True)),
    ]


def test_a_step_that_leads_nowhere_changes_nothing(record: Client) -> None:
    before, seen = record.text, record.state()["hash"]
    for change in (
        {"do": "delete", "keys": ["绩效指标", 99]},
        {"do": "move", "keys": ["绩效指标"], "at": 0, "to": 99},
        {"do": "looked", "line": 1, "text": "x"},
        {"do": "fly"},
        {},
    ):
        status, _ = record.post("/save", {"address": PROJECT, "changes": [change], "hash": seen})
        assert status == 400
    for body in ({}, [], None, {"address": 1, "changes": 2}):
        assert record.post("/save", body)[0] == 400
    assert record.text == before


def test_a_finding_is_accepted_with_a_reason(record: Client) -> None:
    state = record.save(TOTAL | {"text": "9元"})
    one = next(one for one in state["problems"] if one["acceptable"])
    value = {"规则": one["rule"], "位置": one["path"], "原因": "原文如此"}
    after = record.save({"do": "add", "keys": ["已认可"], "value": value})
    assert [each["accepted"] for each in after["problems"] if each["rule"] == one["rule"]] == ["原文如此"]


# -- around records ---------------------------------------------------------------------------------


def test_new_projects_and_the_next_year(record: Client) -> None:
    client = record
    status, told = client.post("/new", {"address": YEAR, "name": "党员 培训"})
    assert (status, told["address"]) == (200, f"{YEAR}/dang-yuan-pei-xun")
    assert "党员 培训" in client.get(f"/record/{told['address']}")[1]
    later = YEAR.replace("2026", "2027")
    assert client.post("/new", {"address": later, "from": 2026})[0] == 200
    state = client.state(f"{later}/minbing")
    mark = state["marks"][0]
    after = client.save(
        {"do": "looked", "line": mark["line"], "text": mark["text"]}, address=f"{later}/minbing"
    )
    assert len(after["marks"]) == len(state["marks"]) - 1


def test_a_sheet_goes_out_and_comes_back_as_differences(record: Client) -> None:
    form = "dongguan-project-2026"
    data = record.ask("GET", f"/sheet/{PROJECT}?form={form}")[2]
    assert record.ask("GET", f"/sheet/{form}")[2][:2] == b"PK"
    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = next(cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "民兵事业费")
    cell.value = "民兵训练费"
    changed = io.BytesIO()
    book.save(changed)
    before = record.text
    own = {"Origin": f"http://{record.host}"}
    status, _, answer = record.ask("POST", f"/import/{YEAR}?name=a.xlsx", changed.getvalue(), **own)
    told = json.loads(answer)
    assert status == 200
    [proposal] = [one for one in told["proposals"] if one["status"] == "changed"]
    assert [(one["keys"], one["before"], one["after"]) for one in proposal["differences"]] == [
        (["项目名称"], "民兵事业费", "民兵训练费")
    ]
    assert record.text == before


def test_a_bad_upload_is_only_a_problem_of_its_own(client: Client) -> None:
    own = {"Origin": f"http://{client.host}"}
    status, _, answer = client.ask("POST", f"/import/{YEAR}?name=../../x.xlsx", b"PK\x03\x04 nothing", **own)
    assert status == 200
    assert "x.xlsx" in json.loads(answer)["report"]
    assert client.ask("POST", f"/import/{YEAR}?name=a.pdf", b"", **own)[0] == 200


def test_the_draft_is_printed_from_what_is_written(client: Client) -> None:
    status, headers, data = client.ask("GET", f"/draft/{PROJECT}")
    assert (status, headers["Content-Type"], data[:5]) == (200, "application/pdf", b"%PDF-")


def test_the_preview_shows_the_site_as_it_would_be(record: Client) -> None:
    record.save(TOTAL | {"text": "90,000.00元"})
    deadline = time.monotonic() + 20
    while "90,000.00" not in record.get(PAGE)[1].replace("</span>", "") and time.monotonic() < deadline:
        time.sleep(0.1)
    status, page = record.get(PAGE)
    assert status == 200
    assert "90,000.00" in page
    assert '<script src="/own/preview.js" defer>' in page
    assert not (record.folder / "output").exists()
    for path in ("/site/nothing.html", "/site/../../content/site.yaml", "/site/" + "a" * 5000, "/site/%00"):
        assert record.get(path)[0] == 404


def test_a_link_out_of_the_preview_is_not_followed(client: Client, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("绝不能公开", encoding="utf-8")
    client.get(PAGE)
    link = client.folder / ".cache/preview/site/out"
    link.symlink_to(tmp_path)
    try:
        assert client.get("/site/out/")[0] == 404
    finally:
        link.unlink()


def test_the_handbook_its_links_and_the_report(client: Client) -> None:
    status, page = client.get("/manual/" + quote("手册.html"))
    assert status == 200
    for name in re.findall(r'(?:href|action)="([^"/:#]+\.html)', page):
        assert client.get(f"/manual/{quote(unquote(name))}")[0] == 200, name
        for anchor in re.findall(rf'href="{name}#([^"]+)"', page):
            assert f'id="{unquote(anchor)}"' in client.get(f"/manual/{quote(unquote(name))}")[1], anchor
    assert client.get("/report")[0] == 200
    assert "新公开" in client.get("/changes")[1]


def test_publishing_says_how_far_it_is_and_what_came_of_it(record: Client) -> None:
    client = record
    assert client.post("/publish", {})[0] == 200
    deadline = time.monotonic() + 60
    while not (task := json.loads(client.get("/news")[1])["task"])["finished"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert task["said"].startswith("已发布")
    assert (client.folder / "output" / PROJECT / "index.html").is_file()
    assert "已公开" in client.get("/")[1]
    kept = client.post("/keep", {"address": YEAR})
    assert kept[0] == 200
    shutil.rmtree(client.folder / "output")
