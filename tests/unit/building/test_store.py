"""The store: what it gives back, and that nothing damaged in it is believed."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gongkai.building.artifacts import File, Made
from gongkai.building.store import FILE, Damaged, Objects, Store
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.swap import OutputError

WARNING = Problem(
    Place("a.yaml", 3, 4), "a.rule", Severity.WARNING, "警告", "怎么办", "字段", (Place("b.yaml", 1),), "理由"
)


def made(objects: Objects, key: str, data: bytes, *problems: Problem) -> Made:
    sha256, size, stamp = objects.put(data)
    return Made(key, (File("a/b.html", sha256, size, 2, stamp),), problems)


def test_what_is_kept_is_given_back_also_to_the_next_process(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one = made(store.objects, "k1", b"1", WARNING)
    store.made("a/b", {"x": one})
    store.learn("kind", {"name": {"数": [1, None]}})
    store.close()
    again = Store(tmp_path)
    assert again.artifacts("a/b") == {"x": one}
    assert again.artifacts("other") == {}
    assert again.fact("kind", "name") == {"数": [1, None]}
    assert again.facts("kind") == {"name": {"数": [1, None]}}
    again.made("a/b", {})
    again.retain("kind", ["another"])
    assert (again.artifacts("a/b"), again.facts("kind")) == ({}, {})


def test_what_failed_is_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    error = Problem(Place("a.yaml"), "a.rule", Severity.ERROR, "错误")
    store.made("a/b", {"x": made(store.objects, "k", b"1", error)})
    assert store.artifacts("a/b") == {}


def test_an_artifact_is_known_only_with_its_content(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one, other = made(store.objects, "k1", b"1"), made(store.objects, "k2", b"2")
    store.made("a/b", {"x": one, "y": other})
    store.objects.remove([one.files[0].sha256])
    assert store.artifacts("a/b") == {"y": other}
    with pytest.raises(Damaged):
        store.objects.read(one.files[0].sha256)


def test_a_store_written_in_another_way_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.learn("build", {"": {"look": {}}})
    store.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as base:
        base.execute("PRAGMA user_version = 0")
    assert Store(tmp_path, reading=True).facts("build") == {}
    with pytest.raises(Damaged, match="format 0"):
        Store(tmp_path)


@pytest.mark.parametrize("kind", ["made", "build"])
def test_a_damaged_row_is_not_there(kind: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.made("a/b", {"x": made(store.objects, "k", b"1")})
    store.learn("build", {"": {"k": 1}})
    store.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as base:
        base.execute("UPDATE known SET value = replace(value, 'k', 'q') WHERE kind = ?", (kind,))
        base.commit()
    again = Store(tmp_path)
    assert (again.artifacts("a/b") == {}) is (kind == "made")
    assert (again.facts("build") == {}) is (kind == "build")
    assert (again.fact("build") is None) is (kind == "build")


def test_a_file_that_is_no_store_is_damaged(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(Damaged):
        Store(tmp_path)
    assert Store(tmp_path, reading=True).facts("build") == {}


def test_who_only_reads_can_learn_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.learn("kind", {"": 1})
    reading = Store(tmp_path, reading=True)
    assert reading.fact("kind") == 1
    with pytest.raises(OutputError):
        reading.learn("kind", {"": 2})


def test_content_is_known_by_its_hash(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    name, size, stamp = objects.put([b"one ", b"two"])
    assert (name, size) == (hashlib.sha256(b"one two").hexdigest(), 7)
    assert objects.put(b"one two") == (name, size, stamp)
    assert objects.path(name).read_bytes() == b"one two"
    assert objects.names() == {name}
    objects.remove([name, "0" * 64])
    assert objects.names() == set()


@pytest.mark.parametrize("damage", ["same size", "cut", "gone", "touched"])
def test_damaged_content_is_not_there_and_is_written_again(damage: str, tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    name, _, stamp = objects.put(b"one two")
    place = objects.path(name)
    assert objects.has(name, stamp)
    if damage == "gone":
        place.unlink()
    else:
        place.write_bytes({"same size": b"one 2wo", "cut": b"one", "touched": b"one two"}[damage])
    assert objects.has(name, stamp) is (damage == "touched")
    objects.put(b"one two")
    assert objects.path(name).read_bytes() == b"one two"


def test_what_another_version_of_the_program_made_is_forgotten_but_for_what_it_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.made("a/b", {"x": made(store.objects, "k", b"1")})
    store.learn("build", {"": 1})
    store.close()
    monkeypatch.setattr("gongkai.building.store.code_key", lambda: "other")
    again = Store(tmp_path)
    assert (again.artifacts("a/b"), again.fact("build")) == ({}, 1)


def test_facts_of_another_kind_follow_those_that_are_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.learn("kind", {"a": 1, "b": 2})
    store.repeat("kind", "other", ["a"])
    store.learn("kind", {"a": 3})
    assert store.facts("other") == {"a": 1}
    store.repeat("kind", "other", ["a", "b"])
    assert store.facts("other") == {"a": 3, "b": 2}
