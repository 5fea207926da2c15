"""Site-wide files brought up to date: after any edits they are what a run from nothing gives."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pages
import pytest
import yaml
from test_publish_faults import mounted, root_only
from updating import DATABASE, Departments, add, contents, edited, rename, run, update

from benchmarks.records import Maker
from gongkai.exports import database
from gongkai.exports import site as data
from gongkai.exports.listing import FileList
from gongkai.publishing.collect import Unsuited, Updating
from gongkai.publishing.manifest import verify
from gongkai.publishing.publish import publishing
from gongkai.reading.forms import load_forms
from gongkai.reading.load import LoadedDepartment, Loader
from gongkai.search import index
from gongkai.workspace import built_in_layouts


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small sites are treated like large ones."""
    monkeypatch.setattr(data, "SMALL", 0)
    monkeypatch.setattr(index, "SHARD_BYTES", 2_000)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Departments:
    """Nine departments of seven localities, of all forms."""
    root = tmp_path_factory.mktemp("updates")
    Maker().write(root, 130)
    loader = Loader(root, load_forms((built_in_layouts(),))[0])
    loaded = [
        loader.department(place, folder)
        for place in loader.localities()
        for folder in loader.department_folders(place)
    ]
    return [one for one in loaded if one]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [data.OpenData, index.SearchIndex])
def test_after_any_edits_it_is_as_if_made_anew(
    make: type[Updating], seed: int, records: Departments, tmp_path: Path
) -> None:
    chance, collector = random.Random(seed), make()
    loaded = list(records)
    memo = run(collector, loaded, tmp_path)
    updates = 0
    for _ in range(14):
        before = {file: file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file()}
        which = chance.sample(range(len(loaded)), chance.choice([1, 1, 1, 2, 4]))
        for one in which:
            loaded[one] = edited(chance, loaded[one], records[one])
        try:
            memo, made = update(collector, loaded, [loaded[one] for one in sorted(which)], tmp_path, memo)
            updates += 1
            named = {tmp_path / "out" / address for address in made}
            assert {file for file in named if before.get(file) == file.read_bytes()} == set()
        except Unsuited:
            assert {file: file.read_bytes() for file in before} == before
            memo = run(collector, loaded, tmp_path)
        run(collector, loaded, tmp_path / "anew")
        assert contents(tmp_path / "out") == contents(tmp_path / "anew" / "out")
    assert updates >= 5


# -- what an update can't follow, and what it must not believe --------------------------------------


def changed_first(records: Departments) -> tuple[Departments, LoadedDepartment]:
    """The departments with a project of the first renamed, and that department."""
    department = records[0].department
    first, *rest = department.disclosures
    edited = department.model_copy(update={"disclosures": (rename(random.Random(1), first), *rest)})
    changed = dataclasses.replace(records[0], department=edited)
    return [changed, *records[1:]], changed


def shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def spoil_head(file: Path) -> None:
    file.write_bytes(b"#" * 100 + file.read_bytes()[100:])


def spoil_all(file: Path) -> None:
    file.write_bytes(b"#" * file.stat().st_size)


@pytest.mark.parametrize("damage", [Path.unlink, shorten, spoil_head, spoil_all])
@pytest.mark.parametrize(
    ("make", "address"),
    [
        (data.OpenData, "data/data.json"),
        (data.OpenData, "data/projects.csv"),
        (data.OpenData, DATABASE),
        (index.SearchIndex, index.shard_path(3)),
    ],
)
def test_a_damaged_file_is_never_spliced(
    make: type[Updating], address: str, damage: Callable[[Path], None], records: Departments, tmp_path: Path
) -> None:
    collector = make()
    memo = run(collector, records, tmp_path)
    damage(tmp_path / "out" / address)
    loaded, changed = changed_first(records)
    with pytest.raises(Unsuited):
        update(collector, loaded, [changed], tmp_path, memo)


@pytest.mark.parametrize("make", [data.OpenData, index.SearchIndex])
def test_another_department_or_memo_is_not_followed(
    make: type[Updating], records: Departments, tmp_path: Path
) -> None:
    collector = make()
    memo = run(collector, records[1:], tmp_path)
    with pytest.raises(Unsuited):
        update(collector, records, records[:1], tmp_path, memo)
    with pytest.raises(Unsuited):
        update(collector, records, records[:1], tmp_path, {})


def test_a_year_that_goes_takes_its_files_along(records: Departments, tmp_path: Path) -> None:
    collector = data.OpenData()
    memo = run(collector, records[:1], tmp_path)
    department = records[0].department
    fewer = department.model_copy(update={"disclosures": department.disclosures[1:]})
    changed = [dataclasses.replace(records[0], department=fewer)]
    with pytest.raises(Unsuited):
        update(collector, changed, changed, tmp_path, memo)


def test_the_database_is_made_anew_before_it_grows_without_bound(
    records: Departments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector, chance, loaded = data.OpenData(), random.Random(5), list(records)
    memo = run(collector, loaded, tmp_path)
    size = (tmp_path / "out" / DATABASE).stat().st_size
    for _ in range(25):
        loaded[0] = dataclasses.replace(
            records[0],
            department=records[0].department.model_copy(
                update={"disclosures": tuple(add(chance, one) for one in records[0].department.disclosures)}
            ),
        )
        memo, _ = update(collector, loaded, [loaded[0]], tmp_path, memo)
    assert (tmp_path / "out" / DATABASE).stat().st_size < 1.25 * size
    monkeypatch.setattr(database, "_GROWN", 0.9)
    with pytest.raises(Unsuited):
        update(collector, loaded, [records[0]], tmp_path, memo)


def test_comments_change_no_file(records: Departments, tmp_path: Path) -> None:
    for collector in (data.OpenData(), index.SearchIndex()):
        memo = run(collector, records, tmp_path)
        again, made = update(collector, records, records[:3], tmp_path, memo)
        assert made == []
        assert again.keys() == memo.keys()


@root_only
@pytest.mark.parametrize("size", ["100k", "600k", "900k", "1200k"])
def test_a_full_disk_is_told_and_given_back(size: str, records: Departments, tmp_path: Path) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", f"size={size}", "tmpfs"):
        with pytest.raises(OSError, match="space"):
            run(data.OpenData(), records, tmp_path)
        assert not (tmp_path / "scratch").exists()


# -- through the build ----------------------------------------------------------------------------


def test_a_built_site_is_what_a_build_from_nothing_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Maker().write(tmp_path / "records", 40)
    pages.build(tmp_path / "records", tmp_path / "site")
    content = tmp_path / "site" / "content"
    projects = sorted(content.glob("*/*/20*/*.yaml"))
    projects = [file for file in projects if "项目名称" in file.read_text(encoding="utf-8")]
    anew: list[str] = []
    for make in (data.OpenData, index.SearchIndex, FileList):
        monkeypatch.setattr(make, "files", counted(make.files, make.name, anew))
    for step, edit in enumerate((reword, reword_two, take_out)):
        edit(content, projects)
        assert pages.rebuild(tmp_path / "site").published
        assert verify(tmp_path / "site" / "output") == []
        done = list(anew)
        fresh = pages.build(tmp_path / "site", tmp_path / f"fresh{step}")
        assert site_contents(tmp_path / "site" / "output") == site_contents(fresh)
        assert done == []
        anew.clear()


def counted(files: Callable[..., Any], name: str, anew: list[str]) -> Callable[..., Any]:
    def counting(*arguments: Any) -> Any:
        anew.append(name)
        return files(*arguments)

    return counting


def reword(content: Path, projects: list[Path]) -> None:
    edit_yaml(projects[0], lambda record: record.update(项目名称="改名的项目"))


def reword_two(content: Path, projects: list[Path]) -> None:
    for file in (projects[1], projects[-1]):
        edit_yaml(file, lambda record: record.update(项目名称="又改名的项目，更长一些"))


def take_out(content: Path, projects: list[Path]) -> None:
    """A project goes from its folder and its disclosure's list."""
    gone = projects.pop(0)
    gone.unlink()
    edit_yaml(gone.with_name("disclosure.yaml"), lambda record: record["项目顺序"].remove(gone.stem))


def edit_yaml(file: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    record = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)
    change(record)
    file.write_text(yaml.safe_dump(record, allow_unicode=True, default_style='"'), encoding="utf-8")


def site_contents(output: Path) -> dict[str, Any]:
    """Every file but those that only tell of the database's bytes, and of these what they tell of the others."""
    found = contents(output)
    size = str((output / DATABASE).stat().st_size)
    lines = found["data/files.csv"].decode().split("\r\n")
    found["data/files.csv"] = [line.replace(f",{size},", ",?,") for line in lines]
    for address in ("manifest.json", "data/index.html"):
        del found[address]
    return found


# -- files that are moved into the site -------------------------------------------------------------


def test_a_finished_file_is_moved_kept_or_replaced(tmp_path: Path) -> None:
    output = tmp_path / "output"

    def publish_page(text: bytes) -> int:
        """The inode of the page."""
        with publishing(output) as staging:
            growing = staging.scratch.grow()
            growing.write(text)
            finished = growing.finish()
            staging.take("a/index.html", finished)
            assert staging.read("a/index.html") == text
            assert not finished.path.exists()
            staging.commit()
        assert verify(output) == []
        assert (output / "a/index.html").read_bytes() == text
        return (output / "a/index.html").stat().st_ino

    first = publish_page(b"one")
    assert publish_page(b"one") == first
    assert publish_page(b"two") != first
    (output / "a/index.html").write_bytes(b"xxx")
    publish_page(b"two")
    assert not (tmp_path / ".output.gongkai" / "scratch").exists()
