"""Files made of one piece per department: grown piece by piece on the disk, later brought up to date by splicing."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from gongkai.publishing.collect import Unsuited
from gongkai.publishing.scratch import Cut, Finished, Growing, Scratch, joined


class Frame(NamedTuple):
    """What stands around the pieces of a file; ``rows`` are those the head has."""

    head: bytes
    between: bytes = b""
    foot: bytes = b""
    rows: int = 0


class Piece(NamedTuple):
    """What one department gives to a file. Without data it gives nothing."""

    data: bytes
    rows: int


@dataclass
class Pieces:
    """Where in a file the pieces of departments are: their numbers in order, bytes and rows. Small, to be kept."""

    frame: Frame
    numbers: array[int] = field(default_factory=lambda: array("I"))
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    counts: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, number: int, size: int, rows: int) -> None:
        """The next piece; numbers only rise."""
        self.numbers.append(number)
        self.sizes.append(size)
        self.counts.append(rows)

    def __contains__(self, number: int) -> bool:
        place = bisect_left(self.numbers, number)
        return place < len(self.numbers) and self.numbers[place] == number

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        between = len(self.frame.between) * max(0, len(self.sizes) - 1)
        return len(self.frame.head) + sum(self.sizes) + between + len(self.frame.foot)

    @property
    def rows(self) -> int:
        """Rows of the whole file."""
        return self.frame.rows + sum(self.counts)


class Spool:
    """Growing files by address."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self.pieces: dict[str, Pieces] = {}
        self._files: dict[str, Growing] = {}

    def begin(self, address: str, frame: Frame) -> None:
        """A file that is there even when no department gives anything."""
        if address not in self._files:
            self._files[address], self.pieces[address] = self._scratch.grow(), Pieces(frame)
            self._files[address].write(frame.head)

    def add(self, address: str, frame: Frame, number: int, piece: Piece) -> None:
        """Append a department's piece; ``frame`` counts with the first one."""
        if not piece.data:
            return
        self.begin(address, frame)
        pieces, file = self.pieces[address], self._files[address]
        if pieces.numbers:
            file.write(pieces.frame.between)
        file.write(piece.data)
        pieces.add(number, len(piece.data), piece.rows)

    def finish(self) -> Iterator[tuple[str, Finished]]:
        """Every file in order of address."""
        for address in sorted(self._files):
            self._files[address].write(self.pieces[address].frame.foot)
            yield address, self._files[address].finish()


@dataclass
class Splice:
    """A published file with some departments' pieces replaced, added or taken out: not yet written."""

    source: Path
    pieces: Pieces
    content: list[bytes | Cut]

    def write(self, target: Path) -> Finished:
        """Write the new file."""
        return joined(target, self.source, self.content)


def splice(source: Path, old: Pieces, changes: Mapping[int, Piece]) -> Splice | None:
    """How a published file changes; None if it does not. Raises Unsuited if it is not the file that is known."""
    try:
        with source.open("rb") as file:
            if file.seek(0, 2) != old.size or not _holds(file, 0, old.frame.head):
                raise Unsuited
            places = dict(_places(old))
            changed = {
                number: piece
                for number, piece in changes.items()
                if (number in places or piece.data)
                and not (number in places and _is(file, places[number][0], piece.data))
            }
    except OSError as error:
        raise Unsuited from error
    if not changed:
        return None
    pieces, content = Pieces(old.frame), _Content(old.frame)
    for number in sorted({*places, *changed}):
        if number not in changed:
            cut, rows = places[number]
            content.add(cut)
            pieces.add(number, cut.end - cut.start, rows)
        elif data := changed[number].data:
            content.add(data)
            pieces.add(number, len(data), changed[number].rows)
    return Splice(source, pieces, content.finish())


def _places(pieces: Pieces) -> Iterator[tuple[int, tuple[Cut, int]]]:
    start, step = len(pieces.frame.head), len(pieces.frame.between)
    for number, size, rows in zip(pieces.numbers, pieces.sizes, pieces.counts, strict=True):
        yield number, (Cut(start, start + size), rows)
        start += size + step


def _is(file: BinaryIO, cut: Cut, data: bytes) -> bool:
    return cut.end - cut.start == len(data) and _holds(file, cut.start, data)


def _holds(file: BinaryIO, start: int, data: bytes) -> bool:
    file.seek(start)
    return file.read(len(data)) == data


class _Content:
    """Head, pieces and foot one behind the other; neighbours of the old file stay one cut."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._found: list[bytes | Cut] = [frame.head]
        self._first = True

    def add(self, piece: bytes | Cut) -> None:
        step, last = len(self._frame.between), self._found[-1]
        if isinstance(piece, Cut) and isinstance(last, Cut) and last.end + step == piece.start:
            self._found[-1] = Cut(last.start, piece.end)
        elif self._first:
            self._found.append(piece)
        else:
            self._found += [self._frame.between, piece]
        self._first = False

    def finish(self) -> list[bytes | Cut]:
        return [*self._found, self._frame.foot]
