"""Publishing as a build does it: content goes to a store, and what is known of the site from the last time is compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from gongkai.building.store import Objects
from gongkai.publishing.manifest import File, Manifest, listing
from gongkai.publishing.tree import publishing


def publish(output: Path, files: Mapping[str, bytes]) -> list[str]:
    """Publish just these files; what was foreign in the site before."""
    beside = output.parent.with_name(f"{output.parent.name}.store")
    objects, memory = Objects(beside / "objects"), beside / "groups.json"
    with publishing(output) as site:
        left = None
        with suppress(OSError, ValueError):
            left = json.loads(memory.read_text("utf-8"))
        site.compare(left)
        made = [File(path, size, name) for path, (name, size, _) in _put(objects, files)]
        manifest = Manifest({"": listing(sorted(made))})
        foreign = site.publish(manifest, lambda file: objects.path(file.sha256))
        with suppress(OSError):
            memory.write_text(json.dumps(site.state), "utf-8")
    return foreign


def _put(objects: Objects, files: Mapping[str, bytes]) -> Iterator[tuple[str, tuple[str, int, str]]]:
    return ((path, objects.put(data)) for path, data in files.items())
