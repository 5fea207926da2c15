"""Files held by groups: whatever is packed, and when, they are the same as in a plain mapping."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gongkai.publishing.manifest import Manifest
from gongkai.publishing.pathmap import PathMap, group_of, groups_of
from gongkai.publishing.upcoming import READY, WRITTEN, Upcoming

PATHS = st.sampled_from(
    [
        "index.html", "a", "a/b", "a/b/c.html", "a/b/c.htm", "a/b-/c.html", "a/b/c/d.html", "a/b/年度.pdf",
        "a/c/x", "b/a/x", "search/t/a/b/1.js", "search/t/a/b/2.js", "search/t/a", "search/t/a/b", "search/i/1.js",
    ]
)  # fmt: skip
GROUPS = st.sampled_from(["", *groups_of("a", "b"), "a/c", "a/b-"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["set", "delete", "pack", "replace"]),
        PATHS,
        GROUPS,
        st.binary(min_size=3, max_size=3),
    )
)


@given(STEPS)
def test_whatever_is_packed_it_maps_like_a_dict(steps) -> None:
    held, plain = PathMap(3), dict[str, bytes]()
    for what, path, group, value in steps:
        if what == "pack":
            held.pack(group)
        elif what == "set" or path not in plain:
            held[path] = plain[path] = value
        elif what == "delete":
            del held[path]
            del plain[path]
        else:
            held.replace(path, value)
            plain[path] = value
    assert list(held.items()) == sorted(plain.items())
    assert len(held) == len(plain)
    assert held.groups() == {group_of(path) for path in plain}
    for path in [
        "index.html",
        "a/b",
        "a/b/c.html",
        "a/b/c",
        "a/b/",
        "a/b/c.html\na/b/c.htm",
        "search/t/a/b/1.js",
    ]:
        assert (path in held, held.get(path)) == (path in plain, plain.get(path))
    for folder in ["a/b", "a/b/c", "a/b/c.ht", "a/c", "search/t/a/b"]:
        assert held.below(folder) == any(path.startswith(f"{folder}/") for path in plain)
    again, shared = PathMap(3), PathMap(3)
    again.fill(sorted(plain.items()))
    for group in held.groups():
        shared.share(group, held)
    assert held == again == shared


@given(st.permutations(["a/b/2", "a/b/1", "a/c/1", "x", "a/b/3"]))
def test_what_comes_in_no_order_is_all_there(paths) -> None:
    held = PathMap(1)
    held.fill((path, path[-1:].encode()) for path in paths)
    assert [path for path, _ in held.items()] == sorted(paths)


def manifest(*paths: str) -> Manifest:
    listed = Manifest()
    listed.files.fill((path, bytes(40)) for path in paths)
    return listed


def test_a_group_that_seemed_complete_may_still_change() -> None:
    plan = Upcoming(manifest("a/b/1", "a/b/2", "a/b/3", "a/b/4", "c/d/1"))
    for path in ("a/b/1", "a/b/2", "a/b/3"):
        plan.plan(path, 7)
    plan.complete("a/b")
    plan.drop("a/b/1")
    plan.plan("a/b/2", WRITTEN)
    plan.next.add("a/b/2", 5, bytes(32))
    plan.plan("a/b/5", WRITTEN)
    plan.next.add("a/b/5", 5, bytes(32))
    plan.keep_group("c/d")
    assert sorted(plan.gone()) == ["a/b/1", "a/b/4"]
    assert [path for path in ("a/b/1", "a/b/2", "a/b/3", "c/d/1", "c/d/2") if path in plan] == [
        "a/b/2", "a/b/3", "c/d/1",
    ]  # fmt: skip
    plan.settle()
    assert [(one.path, one.size) for one in plan.next] == [
        ("a/b/2", 5),
        ("a/b/3", 0),
        ("a/b/5", 5),
        ("c/d/1", 0),
    ]
    assert list(plan.written()) == ["a/b/2", "a/b/5"]
    assert list(plan.missing()) == ["a/b/3"]
    plan.linked("a/b/3")
    assert list(plan.missing()) == []
    assert list(plan.missing()) == ["a/b/3"]
    assert plan.mark("a/b/3") == 7


def test_numbers_of_files_beyond_62_bits_are_none() -> None:
    plan = Upcoming(manifest("a/b/1", "a/b/2"))
    plan.plan("a/b/1", 1 << 80)
    plan.plan("a/b/2", READY)
    plan.settle()
    assert list(plan.missing()) == ["a/b/1", "a/b/2"]
    mark = plan.mark("a/b/1")
    assert mark is not None
    assert mark < 0
