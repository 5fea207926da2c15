"""Setting up a machine: what is pinned, what is installed, and what people are told when it cannot be."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
POSIX = pytest.mark.skipif(os.name != "posix", reason="the set-up scripts are for Debian and the like")


def pins(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Name → (version, hashes) of a constraints file."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        requirement, *hashes = line.split("--hash=")
        version = re.match(r"([a-z0-9-]+)==([^ ;]+)", requirement)
        assert version, f"{name}: not pinned: {line[:60]}"
        found[version[1]] = (version[2], frozenset(part.strip() for part in hashes))
    return found


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def assert_pinned(requirements: list[str], name: str) -> None:
    pinned = pins(name)
    for text in requirements:
        requirement = Requirement(text)
        key = re.sub(r"[._-]+", "-", requirement.name).lower()
        assert key in pinned, f"run make constraints: {name} has no {key}"
        assert requirement.specifier.contains(pinned[key][0]), f"run make constraints: not {requirement}"


def test_everything_needed_is_pinned_with_hashes():
    extras = project()["optional-dependencies"]
    assert_pinned([*project()["dependencies"], "setuptools"], "constraints.txt")
    assert_pinned(
        [*project()["dependencies"], *(one for extra in extras.values() for one in extra)],
        "constraints-dev.txt",
    )
    for name in ("constraints.txt", "constraints-dev.txt"):
        for package, (_, hashes) in pins(name).items():
            assert hashes, package
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), package


def test_both_constraints_agree_and_the_base_holds_no_tools():
    base, dev = pins("constraints.txt"), pins("constraints-dev.txt")
    assert base.items() <= dev.items()
    assert not {"mypy", "playwright", "pytest", "ruff", "distributed", "typst"} & base.keys()


def test_constraints_name_no_registry():
    for name in ("constraints.txt", "constraints-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"://|^-", text, re.MULTILINE)


@POSIX
def test_make_lists_every_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)", text, re.MULTILINE)[1].split()) - {"site-ready", "test-ready"}
    shown = subprocess.run(
        ["make", "-C", ROOT, "--no-print-directory"], capture_output=True, text=True, check=True
    )
    assert {line.split()[1] for line in shown.stdout.splitlines()} == targets


class Machine:
    """A Debian of our own making: the commands that look at it and change it are replaced by scripts."""

    def __init__(self, folder: Path):
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.bin.mkdir()
        self.log.touch()
        self.command("dpkg-query", "exit 1")
        self.command("apt-get", f'echo "$DEBIAN_FRONTEND apt-get $*" >>{self.log}')
        self.command("sudo", "exit 1")
        self.user(1000)

    def command(self, name: str, script: str) -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def user(self, number: int) -> None:
        self.command("id", f"echo {number}")

    def installs(self, what: str) -> subprocess.CompletedProcess:
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [ROOT / "scripts/packages.sh", what],
            env={**os.environ, "PATH": path},
            capture_output=True,
            encoding="utf-8",
        )

    def ran(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@POSIX
def test_without_root_the_command_to_run_is_told_in_both_languages(machine):
    answer = machine.installs("site")
    assert answer.returncode == 1
    command = "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends make "
    assert command in answer.stderr
    assert "libharfbuzz-subset0" in answer.stderr and "chromium" not in answer.stderr
    assert "System packages are missing" in answer.stderr and "缺少系统软件包" in answer.stderr
    assert machine.ran() == []


@POSIX
def test_only_what_is_missing_is_installed(machine):
    machine.command("dpkg-query", "printf 'installed %s\\n' make fontconfig git")
    machine.user(0)
    assert machine.installs("test").returncode == 0
    install = machine.ran()[-1]
    assert install.startswith("noninteractive apt-get ") and "DPkg::Lock::Timeout=" in install
    assert {"chromium", "qpdf", "libpango-1.0-0"} <= set(install.split())
    assert not {"make", "git", "fontconfig"} & set(install.split())


@POSIX
def test_nothing_is_run_when_everything_is_there(machine):
    machine.command("dpkg-query", 'for p; do echo "installed $p"; done')
    assert machine.installs("test").returncode == 0
    assert machine.ran() == []


@POSIX
def test_sudo_is_used_where_it_asks_no_password(machine):
    machine.command("sudo", f'echo "sudo $*" >>{machine.log}; [ "$2" = true ] || {{ shift; exec "$@"; }}')
    assert machine.installs("site").returncode == 0
    assert any("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get" in line for line in machine.ran())


@POSIX
def test_lists_are_refreshed_once_when_an_installation_fails(machine):
    machine.user(0)
    refreshed = machine.bin / "refreshed"
    machine.command(
        "apt-get",
        f"""echo "$*" >>{machine.log}
        case "$*" in *" update") touch {refreshed}; exit 100;; esac
        [ $(grep -c ' install ' {machine.log}) = 2 ] && [ -e {refreshed} ]""",
    )
    assert machine.installs("site").returncode == 0
    steps = ["update" if line.endswith(" update") else "install" for line in machine.ran()]
    assert steps[-3:] == ["install", "update", "install"]


@POSIX
def test_what_apt_cannot_install_is_told(machine):
    machine.user(0)
    machine.command("apt-get", "exit 100")
    answer = machine.installs("site")
    assert answer.returncode == 1
    assert "apt-get install" in answer.stderr


# A package that builds without any other, so that environments can be made without a network.
BACKEND = """
import pathlib, zipfile

def build_editable(folder, settings=None, metadata=None):
    name = "small-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("small.pth", str(pathlib.Path.cwd()))
        wheel.writestr("small-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1\\n")
        wheel.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("small-1.dist-info/RECORD", "")
    return name
"""


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "检出 one"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "small"\nversion = "1"\n'
    )
    (folder / "constraints.txt").write_text("# nothing\n")
    (folder / "constraints-dev.txt").write_text("# nothing more\n")
    return folder


def venv(checkout: Path, what: str = "base") -> str:
    """What venv.sh says; nothing when there was nothing to do."""
    answer = subprocess.run(
        [checkout / "scripts/venv.sh", what],
        env={**os.environ, "PIP_NO_INDEX": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stderr


def small_is_found_in(checkout: Path) -> bool:
    code = "import sys; sys.exit(sys.argv[1] not in sys.path)"
    return subprocess.run([checkout / ".venv/bin/python", "-I", "-c", code, checkout]).returncode == 0


@POSIX
def test_an_environment_is_made_once_and_heals(checkout):
    assert "Making .venv" in venv(checkout)
    assert small_is_found_in(checkout)
    assert venv(checkout) == ""

    with (checkout / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert "Installing" in (said := venv(checkout)) and "Making" not in said

    shutil.rmtree(next(checkout.glob(".venv/lib/*/site-packages/small-1.dist-info")))
    assert "Making" not in venv(checkout)
    assert small_is_found_in(checkout)

    assert "constraints-dev.txt" in venv(checkout, "dev")
    assert venv(checkout, "base") == "", "what dev installs is enough for the site"

    moved = checkout.rename(checkout.with_name("moved"))
    assert "Making .venv" in venv(moved)
    assert small_is_found_in(moved)


@POSIX
def test_a_broken_environment_is_made_anew(checkout):
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to("/nowhere/python3")
    assert "Making .venv" in venv(checkout)
    assert small_is_found_in(checkout)
