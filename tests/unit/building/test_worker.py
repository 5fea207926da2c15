"""A process's worker: the same while the program is the same, and let go of when it is another."""

from __future__ import annotations

import gc
import shutil
import weakref
from dataclasses import replace
from pathlib import Path

from gongkai.building import pipeline
from gongkai.building.load import load
from gongkai.building.look import store_folder
from gongkai.building.worker import here, start
from gongkai.workspace import Workspace


def test_builds_of_one_process_share_its_worker_and_leave_nothing_behind(tmp_path: Path) -> None:
    small = Path(__file__).parents[2] / "sites/small"
    workspace = Workspace.at(shutil.copytree(small, tmp_path / "site"))
    assert pipeline.build(workspace, workers=1).published
    worker = here()
    loaded = load(workspace)  # forms are other objects, and say the same
    assert start(workspace, loaded.forms, store_folder(workspace), loaded.program) is worker
    printer = weakref.ref(worker.printer)
    fonts = replace(loaded, keys={**loaded.keys, "fonts": "others"})
    assert start(workspace, loaded.forms, store_folder(workspace), fonts.program) is not worker
    del worker
    gc.collect()
    assert printer() is None
