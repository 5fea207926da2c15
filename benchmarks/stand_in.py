"""python -m benchmarks.stand_in …: the command line with a printer that costs nothing, to measure all but printing."""

from __future__ import annotations

from typing import Any

from gongkai.building.worker import Worker
from gongkai.cli.main import main
from gongkai.printing.documents import PrintJob
from gongkai.printing.fonts import Fonts
from gongkai.printing.printer import Printed


class StandIn:
    """Answers with a small file in place of each PDF; pages only state its size and number of pages."""

    def print(self, job: PrintJob) -> tuple[Printed, list[Any]]:
        """What a printer gives, and no problems."""
        return Printed(b"%PDF-1.7\n" + b"%" * 40_000, 2), []


# At import: worker processes import this file before they begin.
Worker.printer = StandIn()  # type: ignore[assignment]
Fonts.prepare = lambda fonts, progress=None: None  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
