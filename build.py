"""Builds the site: hands its arguments to gongkai.cli. ``python -m build`` is the packaging tool of that name."""

import runpy
import sys


def main() -> None:
    """As a script the site's command line; as a module, in the checkout, the tool that this file hides."""
    if __spec__ is None:
        from gongkai.cli.main import main as command_line

        command_line()
    else:
        sys.path.pop(0)  # this folder
        runpy.run_module("build", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
