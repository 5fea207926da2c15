"""What is found: a piece of text that tells of a person, and of which kind it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["identity", "mobile", "landline", "bank", "address", "child"]

# Characters nobody sees, which may stand anywhere inside a number; and what people put between its groups. A line
# break parts two numbers: columns of amounts would be read as one.
UNSEEN = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
BETWEEN = (
    " \\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"  # blanks of every width
    "\\-\u2010-\u2015\u2212\u2500\u30fc\ufe58\ufe63\uff0d_\uff3f~\uff5e"  # dashes
    ".\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb\uff0e\u2026*\u3001"  # dots
    "/\\\\|\uff0f\uff3c\uff5c()\uff08\uff09\\[\\]\uff3b\uff3d{}\u3010\u3011\u3014\u3015\u300c\u300d"
)


@dataclass(frozen=True, slots=True)
class Personal:
    """Something personal at ``start``–``end`` of the text it was found in."""

    kind: Kind
    start: int
    end: int
    checked: bool = True
    """False for a number that only the words before it show to be one: its check digit is wrong."""
