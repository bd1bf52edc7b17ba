"""Lines of fixed columns, so that a live view knows how high it is before it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

Block = list[Text]
"""What belongs to one thing: its line, and perhaps a second one that may be left out."""


class Cell(NamedTuple):
    """One column of one line; what is longer than `width` ends in an ellipsis."""

    text: str
    width: int
    style: str = ""
    right: bool = False


def line(*cells: Cell) -> Text:
    """Cells side by side, a space between them."""
    text = Text(no_wrap=True, overflow="ellipsis")
    for number, cell in enumerate(cells):
        if number:
            text.append(" ")
        text.append(_fitted(cell), style=cell.style)
    text.rstrip()
    return text


def fitted(blocks: Sequence[Block], rows: int) -> list[Text]:
    """As much as fits in so many rows: second lines go first, from below, then whole blocks."""
    kept = [list(block) for block in blocks]
    for block in reversed(kept):
        if sum(map(len, kept)) <= rows:
            break
        del block[1:]
    if len(kept) > rows:
        shown = max(rows - 1, 0)
        more = Text(f"  and {len(kept) - shown} more", style="dim", no_wrap=True)
        return [text for block in kept[:shown] for text in block] + ([more] if rows > 0 else [])
    return [text for block in kept for text in block]


def _fitted(cell: Cell) -> str:
    if cell_len(cell.text) > cell.width:
        return set_cell_size(cell.text, cell.width - 1) + "…"
    padding = " " * (cell.width - cell_len(cell.text))
    return padding + cell.text if cell.right else cell.text + padding
