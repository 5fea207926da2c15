"""What docs/部署.md says works: its nginx serves the site as it says, its units are valid, its log is written."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from published import ROOT, published

TEXT = (ROOT / "docs" / "部署.md").read_text("utf-8")
SMALL = ROOT / "tests" / "sites" / "small"


def block(kind: str) -> str:
    found = re.search(rf"^```{re.escape(kind)}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an nginx with the configuration of the document, on a free port."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("no nginx here")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    block_of_server = block("nginx").replace("listen 80;", f"listen 127.0.0.1:{port};")
    block_of_server = block_of_server.replace("/srv/gongkai/output", str(published(SMALL).output))
    user = "user root;" if os.geteuid() == 0 else ""
    conf = folder / "nginx.conf"
    conf.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{block_of_server}}}\n",
        "utf-8",
    )
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")])
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            assert process.poll() is None, (folder / "error.log").read_text("utf-8")
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def get(address: str, **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "application/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".yaml": "text/yaml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "text/xml; charset=utf-8",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".sqlite": "application/vnd.sqlite3",
    ".png": "image/png",
    ".zip": "application/zip",
    ".ico": "image/x-icon",
}


def test_every_kind_of_file_has_its_type_and_how_long_it_is_good(server: str) -> None:
    output = published(SMALL).output
    kinds = {file.suffix: file for file in sorted(output.rglob("*")) if file.is_file()}
    assert kinds.keys() <= TYPES.keys()
    assets = next(file for file in sorted(output.glob("assets/*")) if file.is_file())
    for file in (*kinds.values(), assets):
        path = file.relative_to(output).as_posix()
        if path == "404.html":
            continue
        status, headers, body = get(f"{server}/{urllib.request.quote(path)}")
        assert (status, headers["Content-Type"], body) == (200, TYPES[file.suffix], file.read_bytes()), path
        lasting = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
        assert headers["Cache-Control"] == lasting
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_compressed_and_asked_for_again_only_when_they_changed(server: str) -> None:
    address = f"{server}/dongguan/shi-zhi-gongwei/2026/minbing/"
    _, plain, body = get(address)
    _, headers, packed = get(address, **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == body
    assert len(packed) < len(body) / 2
    assert get(address, **{"If-None-Match": plain["ETag"]})[0] == 304


def test_what_is_not_there_is_answered_with_the_sites_own_page(server: str) -> None:
    status, headers, body = get(f"{server}/dongguan/nothing/here/")
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert body == (published(SMALL).output / "404.html").read_bytes()
    assert get(f"{server}/.gitignore")[0] == 404
    assert get(f"{server}/dongguan")[0] in (200, 301)


def test_the_units_are_valid(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd here")
    for name in ("gongkai.service", "gongkai.timer"):
        # What it runs is not on this machine; everything else is checked as it stands.
        text = block(f"systemd {name}").replace("/srv/gongkai/.venv/bin/python", sys.executable)
        (tmp_path / name).write_text(text, "utf-8")
    found = subprocess.run(
        [tool, "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    )
    assert not [line for line in found.stderr.splitlines() if "gongkai" in line], found.stderr


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "build.py"), *arguments]
    return subprocess.run(command, cwd=site, capture_output=True, text=True, timeout=120, check=False)


def test_the_line_of_the_timer_is_quiet_while_all_is_well_and_keeps_a_log(tmp_path: Path) -> None:
    line = re.search(r"build\.py (--quiet.*)", block("systemd gongkai.service"))
    assert line
    arguments = line[1].replace("/srv/gongkai/", "").split()
    site = Path(shutil.copytree(SMALL, tmp_path / "site"))
    good = run(site, *arguments)
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "")
    log = (site / "log/build.log").read_text("utf-8")
    assert re.search(r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d 已发布 \d+ 个文件", log)
    record = site / "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
    record.write_text(record.read_text("utf-8").replace("项目名称", "项目名字"), "utf-8")
    bad = run(site, *arguments)
    assert bad.returncode == 1
    assert "不认识“项目名字”" in bad.stderr
    assert "不认识“项目名字”" in (site / "log/build.log").read_text("utf-8").removeprefix(log)


def test_the_lines_of_the_air_gap(tmp_path: Path) -> None:
    site = Path(shutil.copytree(SMALL, tmp_path / "site"))
    shutil.copytree(published(SMALL).output, site / "output")
    assert run(site, "pack", "a.zip").returncode == 0
    (site / "content/pages").mkdir(exist_ok=True)
    (site / "content/pages/guanyu.md").write_text("# 关于\n\n说明。\n", "utf-8")
    assert run(site, "--quiet", "build").returncode == 0
    packed = run(site, "pack", "b.zip", "--since", "a.zip")
    found = re.search(r"[0-9a-f]{64}", packed.stdout)
    assert found
    far = str(tmp_path / "far/output")
    refused = run(tmp_path, "--output", far, "unpack", str(site / "b.zip"))
    assert refused.returncode == 1
    assert "还缺" in refused.stderr
    assert run(tmp_path, "--output", far, "unpack", str(site / "a.zip")).returncode == 0
    assert run(tmp_path, "--output", far, "unpack", str(site / "b.zip"), "--sha256", found[0]).returncode == 0
    assert run(tmp_path, "--output", far, "verify").returncode == 0
    for file in (site / "output").rglob("*"):
        if file.is_file():
            assert (
                tmp_path / "far/output" / file.relative_to(site / "output")
            ).read_bytes() == file.read_bytes()
    again = run(site, "pack", "b.zip")
    assert again.returncode == 2
    assert "已经存在" in again.stderr
