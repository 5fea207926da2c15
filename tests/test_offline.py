"""The folder for machines without a network: made by the script, installed from its wheels alone, used at once."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SYSTEM = f"manylinux_2_28_{platform.machine()}"
pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the script makes Linux wheels for this machine"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("offline") / "gongkai"
    python = "{}.{}".format(*sys.version_info)
    told = subprocess.run(
        ["sh", ROOT / "scripts" / "offline.sh", made, SYSTEM],
        env=os.environ | {"PYTHONS": python, "PIP_RETRIES": "0", "PIP_TIMEOUT": "5"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if "No matching distribution" in told.stderr or "Connection" in told.stderr:
        pytest.skip("no registry to take the wheels from")
    assert told.returncode == 0, told.stderr
    return made


def test_it_installs_and_begins_a_site_without_a_network(folder: Path) -> None:
    """What pip would install is in the folder; gongkai's own wheel is really installed, beside what is here already."""
    alone = {
        **os.environ,
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--find-links", folder / "wheels"]
    whole = subprocess.run(
        [*pip, "--dry-run", "--ignore-installed", "gongkai"], env=alone, capture_output=True, text=True, timeout=120, check=False
    )  # fmt: skip
    assert whole.returncode == 0, whole.stderr
    installed = folder / "installed"
    subprocess.run([*pip, "--no-deps", "--target", installed, "gongkai"], env=alone, check=True, timeout=120)
    words = ["--site", "某站", "--locality", "某某区", "--department", "某某局", "--year", "2026", "--form", "huadu-summary", "--project", "民兵事业费"]  # fmt: skip
    code = "import sys, gongkai.cli.main as it; assert it.__file__.startswith(sys.argv.pop(1)); it.main()"
    begun = subprocess.run(
        [sys.executable, "-c", code, installed, "init", *words],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert begun.returncode == 0, begun.stderr
    assert (folder / "content/site.yaml").is_file()


def test_it_carries_handbook_and_installers(folder: Path) -> None:
    assert (folder / "手册/手册.html").is_file()
    assert subprocess.run(["sh", "-n", folder / "install.sh"], check=False).returncode == 0
    batch = (folder / "install.bat").read_bytes()
    assert batch.count(b"\r\n") == batch.count(b"\n") > 5
    ascii_part = batch[: next(at for at, byte in enumerate(batch) if byte > 127)]
    assert b"chcp 65001" in ascii_part, "cmd.exe reads what stands before it in the system's own encoding"
