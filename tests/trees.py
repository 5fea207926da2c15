"""Publishing as a build does it: content goes to a store, and what is known of the site from the last time is compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gongkai.building.store import Objects
from gongkai.publishing.manifest import Manifest
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
        manifest, names = Manifest(), {}
        for path, data in files.items():
            names[path], size, _ = objects.put(data)
            manifest.add(path, size, names[path])
        foreign = site.publish(manifest, lambda path: objects.path(names[path]))
        with suppress(OSError):
            memory.write_text(json.dumps(site.state), "utf-8")
    return foreign
