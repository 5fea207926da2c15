"""Publishing a site: what is written, kept and removed, the manifest, names, and how little is touched."""

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest
import trees

from gongkai.publishing import swap, tree
from gongkai.publishing.manifest import Difference, Manifest, State, verify
from gongkai.publishing.swap import OutputError

SITE = {
    "index.html": "<h1>绩效目标公开</h1>".encode(),
    "dongguan/wsjkj/2023/index.html": "<h1>2023年预算绩效目标公开</h1>".encode(),
    "dongguan/wsjkj/2023/dongguan-wsjkj-2023.pdf": b"%PDF-1.7",
    "data/项目.csv": "项目名称\n".encode(),
}


@pytest.fixture(params=["exchange", "two renames", "no hard links"])
def output(request, tmp_path, monkeypatch):
    """A folder to publish to, on systems of each ability."""
    if request.param == "two renames":
        monkeypatch.setattr(swap, "exchange", lambda one, other: False)
    if request.param == "no hard links":

        def refuse(*_: object) -> None:
            raise OSError(95, "Operation not supported")

        monkeypatch.setattr(tree.os, "link", refuse)
    folder = tmp_path / "project" / "output"
    folder.mkdir(parents=True)
    (folder / ".gitignore").write_bytes(b"*\r\n!.gitignore\n")
    return folder


put = trees.publish


def files(output: Path) -> dict[str, bytes]:
    found = {p.relative_to(output).as_posix(): p.read_bytes() for p in output.rglob("*") if p.is_file()}
    return {path: data for path, data in found.items() if path not in ("manifest.json", ".gitignore")}


def state(output: Path) -> dict[str, tuple[int, int, int]]:
    everything = [output, *output.rglob("*")]
    return {str(p): (p.stat().st_ino, p.stat().st_mtime_ns, p.stat().st_nlink) for p in everything}


def test_the_site_is_what_was_written(output):
    put(output, SITE)
    assert files(output) == SITE
    assert verify(output) == []


def test_gitignore_survives_byte_for_byte(output):
    for number in range(3):
        put(output, {**SITE, "index.html": b"%d" % number})
        assert (output / ".gitignore").read_bytes() == b"*\r\n!.gitignore\n"


def test_only_the_output_and_one_folder_beside_it_are_touched(output):
    (output.parent / "content").mkdir()
    (output.parent / "content" / "site.yaml").write_text("title: x\n")
    before = state(output.parent / "content")
    put(output, SITE)
    put(output, {"index.html": b"2"})
    assert state(output.parent / "content") == before
    assert {p.name for p in output.parent.iterdir()} == {"content", "output", ".output.gongkai"}
    assert (output.parent / ".output.gongkai" / ".gitignore").read_text() == "*\n"


def test_kept_files_stay_and_unplanned_ones_go(output):
    put(output, SITE)
    put(output, {"index.html": b"new", "data/项目.csv": SITE["data/项目.csv"]})
    assert files(output) == {"index.html": b"new", "data/项目.csv": SITE["data/项目.csv"]}
    assert not (output / "dongguan").exists()
    assert verify(output) == []


def test_many_states_in_a_row_are_each_whole(output):
    put(output, SITE)
    for number in range(6):
        new = {f"dongguan/wsjkj/{2020 + number}/index.html": b"%d" % number, "index.html": b"n%d" % number}
        put(output, {**new, "data/项目.csv": SITE["data/项目.csv"]})
        assert files(output) == {**new, "data/项目.csv": SITE["data/项目.csv"]}
        assert verify(output) == []


def test_kept_files_are_the_same_files_not_copies(tmp_path):
    output = tmp_path / "output"
    put(output, SITE)
    before = (output / "data/项目.csv").stat()
    for text in (b"new", b"newer"):
        put(output, {"index.html": text, "data/项目.csv": SITE["data/项目.csv"]})
    after = (output / "data/项目.csv").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_replaced_files_give_back_their_space(tmp_path):
    output = tmp_path / "output"
    put(output, SITE)
    put(output, {path: data + b"2" for path, data in SITE.items()})
    spare = tmp_path / ".output.gongkai" / "site"
    assert all(
        path.samefile(spare / path.relative_to(output)) for path in output.rglob("*") if path.is_file()
    )
    put(output, {"index.html": b"3"})
    assert files(spare) == {"index.html": b"3"}


@pytest.mark.parametrize("ability", ["syncfs", "no syncfs"])
def test_many_files_at_once(tmp_path, monkeypatch, ability):
    synced = set()
    if ability == "no syncfs":
        sync = tree.sync_folder
        monkeypatch.setattr(tree, "sync_all", lambda folder: False)
        monkeypatch.setattr(tree, "sync_folder", lambda folder: (synced.add(folder.name), sync(folder)))
    many = {f"{number % 40}/{number}.html": b"%d" % number for number in range(120)}
    put(tmp_path / "output", many)
    assert synced >= {str(number) for number in range(40)} or ability == "syncfs"
    put(tmp_path / "output", {path: data + b"2" for path, data in many.items()})
    assert files(tmp_path / "output") == {path: data + b"2" for path, data in many.items()}
    assert verify(tmp_path / "output") == []


def test_the_same_again_touches_nothing(output):
    put(output, SITE)
    before = state(output)
    put(output, SITE)
    assert state(output) == before


@pytest.mark.parametrize("damage", ["gone", "longer", "same size", "folder", "link", "folder is a link"])
def test_a_damaged_file_is_healed(output, tmp_path, damage):
    put(output, SITE)
    path = "dongguan/wsjkj/2023/index.html"
    target = output / path
    if damage == "longer":
        target.write_bytes(SITE[path] + b" ")
    elif damage == "same size":
        target.write_bytes(SITE[path].upper())
    elif damage == "folder is a link":
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "index.html").write_bytes(SITE[path])
        for file in target.parent.iterdir():
            file.unlink()
        target.parent.rmdir()
        target.parent.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    else:
        target.unlink()
        if damage == "folder":
            (target / "inner").mkdir(parents=True)
        if damage == "link":
            (tmp_path / "outside").write_bytes(SITE[path])
            target.symlink_to(tmp_path / "outside")
    for number in range(3):  # also in the second tree, which comes back into place the time after
        put(output, {**SITE, "turn.txt": b"%d" % number})
        assert verify(output) == []
        assert not any(each.is_symlink() for each in output.rglob("*"))
    elsewhere = tmp_path / "elsewhere"
    assert not elsewhere.exists() or [p.name for p in elsewhere.iterdir()] == ["index.html"]


def test_strangers_in_the_site_go(output):
    put(output, SITE)
    (output / "stranger.html").write_text("x")
    (output / "empty" / "deep").mkdir(parents=True)
    for number in range(3):
        assert put(output, SITE) == ([] if number else ["stranger.html"])
        assert files(output) == SITE
        assert not (output / "empty").exists()
    assert (output.parent / ".output.gongkai/removed/stranger.html").read_text() == "x"


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_the_folder_keeps_its_mode(output):
    output.chmod(0o2750)
    for number in range(3):
        put(output, {"index.html": b"%d" % number})
        assert stat.S_IMODE(output.stat().st_mode) == 0o2750


def test_a_link_to_the_output_stays_a_link(output, tmp_path):
    link = tmp_path / "www"
    link.symlink_to(output, target_is_directory=True)
    put(link, SITE)
    put(link, {"index.html": b"2"})
    assert link.is_symlink()
    assert files(output) == {"index.html": b"2"}
    assert verify(link) == []


def test_a_file_may_become_a_folder_and_back(output):
    put(output, {"a": b"1", "b/c": b"2"})
    put(output, {"a/d": b"3", "b": b"4"})
    assert files(output) == {"a/d": b"3", "b": b"4"}
    put(output, {"a": b"1", "b/c": b"2"})
    assert files(output) == {"a": b"1", "b/c": b"2"}


# The manifest


def test_the_manifest_lists_every_file_sorted_and_without_dates(output):
    put(output, SITE)
    manifest = Manifest.read(output)
    assert manifest is not None
    read = json.loads((output / "manifest.json").read_bytes())
    assert list(read["files"]) == sorted(SITE)
    assert read["files"]["index.html"] == {
        "size": len(SITE["index.html"]),
        "sha256": hashlib.sha256(SITE["index.html"]).hexdigest(),
    }
    assert b"".join(manifest.blocks()) == (output / "manifest.json").read_bytes()
    assert [file.path for file in manifest] == sorted(SITE)


def test_the_same_files_in_any_order_and_way_give_the_same_manifest(tmp_path):
    put(tmp_path / "one", SITE)
    put(tmp_path / "two", {"index.html": b"first something else", "data/项目.csv": SITE["data/项目.csv"]})
    put(tmp_path / "two", dict(reversed(SITE.items())))
    assert (tmp_path / "one/manifest.json").read_bytes() == (tmp_path / "two/manifest.json").read_bytes()


def test_an_empty_site_is_a_site(output):
    put(output, SITE)
    put(output, {})
    assert json.loads((output / "manifest.json").read_bytes())["files"] == {}
    assert verify(output) == []


def test_verify_names_every_difference(output):
    put(output, SITE)
    (output / "index.html").write_bytes(SITE["index.html"].upper())
    (output / "data/项目.csv").unlink()
    (output / "extra").mkdir()
    (output / "extra/页.html").write_text("x")
    (output / "empty").mkdir()
    (output / "dongguan/wsjkj/2023/dongguan-wsjkj-2023.pdf").write_bytes(b"%PDF")
    (output / "dongguan/.gitignore").write_text("only the one at the top is ours to leave")
    assert verify(output) == [
        Difference("data/项目.csv", State.MISSING),
        Difference("dongguan/.gitignore", State.EXTRA),
        Difference("dongguan/wsjkj/2023/dongguan-wsjkj-2023.pdf", State.CHANGED),
        Difference("empty/", State.EXTRA),
        Difference("extra/页.html", State.EXTRA),
        Difference("index.html", State.CHANGED),
    ]
    assert [s.label for s in State] == ["缺少", "多余", "已改动"]


def test_a_manifest_missing_or_damaged_is_said_and_healed(output):
    put(output, SITE)
    for damage in (b"", b"{}", (output / "manifest.json").read_bytes()[:-3], b"\xff" * 50, None):
        if damage is None:
            (output / "manifest.json").unlink()
        else:
            (output / "manifest.json").write_bytes(damage)
        expected = State.MISSING if damage is None else State.CHANGED
        assert verify(output) == [Difference("manifest.json", expected)]
        put(output, SITE)
        assert verify(output) == []


def test_times_do_not_count(output):
    put(output, SITE)
    for path in output.rglob("*"):
        os.utime(path, (0, 0))
    put(output, {"new.html": b"1", **SITE})
    assert verify(output) == []


# Names


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "a/.", "C:/x", "a\\b", "con", "a/NUL.html",
        "com1.txt", "lpt³", "aux .x", "a./b", "a /b", "a?b", "a\nb", 'a"b', "a\x00b", "a|b", "x" * 256, "汉" * 86,
        "\udcff.html", "manifest.json", "Manifest.JSON", ".gitignore",
    ],
)  # fmt: skip
def test_a_name_not_every_system_takes_is_refused(tmp_path, path):
    put(tmp_path / "output", SITE)
    with pytest.raises(OutputError) as error:
        put(tmp_path / "output", {path: b"x"})
    assert error.value.hint
    assert files(tmp_path / "output") == SITE


def test_ordinary_names_pass(tmp_path):
    names = [
        ".nojekyll",
        "a.b.c",
        "console.html",
        "关于 本站.html",
        "a/.gitignore",
        "b/manifest.json",
        "汉" * 85,
        "com/1",
    ]
    put(tmp_path / "output", dict.fromkeys(names, b"x"))
    assert verify(tmp_path / "output") == []
    assert [file.path for file in Manifest.read(tmp_path / "output") or ()] == sorted(names)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a/x.html", "a/X.html"), ("A/x", "a/y"), ("e\u0301.html", "\u00e9.html"), ("a", "a/b"), ("a/b", "a")],
)
def test_names_alike_elsewhere_are_refused_and_nothing_is_published(tmp_path, one, other):
    put(tmp_path / "output", SITE)
    with pytest.raises(OutputError) as error:
        put(tmp_path / "output", {one: b"1", other: b"2"})
    assert error.value.hint
    assert files(tmp_path / "output") == SITE


def test_a_tampered_manifest_reaches_nothing_outside(tmp_path):
    put(tmp_path / "output", SITE)
    (tmp_path / "secret").write_bytes(b"12345678")
    manifest = tmp_path / "output/manifest.json"
    text = manifest.read_text("utf-8").replace("dongguan/wsjkj/2023/dongguan-wsjkj-2023.pdf", "../secret")
    manifest.write_text(text, "utf-8")
    put(tmp_path / "output", {"index.html": b"1"})
    assert (tmp_path / "secret").read_bytes() == b"12345678"


# What is not ours


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "论文.docx").write_bytes(b"years of work")
    (home / "manifest.json").write_text('{"name": "some app"}')
    with pytest.raises(OutputError, match=r"论文\.docx") as error:
        put(home, SITE)
    assert "空文件夹" in error.value.hint
    assert {p.name for p in tmp_path.iterdir()} == {"home"}
    assert {p.name for p in home.iterdir()} == {"论文.docx", "manifest.json"}


def test_a_repository_in_the_output_is_not_removed(output):
    put(output, SITE)
    (output / ".git").mkdir()
    with pytest.raises(OutputError, match="Git"):
        put(output, {"index.html": b"2"})
    assert files(output) == SITE
    assert (output / ".git").is_dir()
