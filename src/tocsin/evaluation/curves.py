"""Small plots as inline SVG: lines and points between 0 and 1, without any library and any script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _LEFT, _TOP = 320, 240, 44, 12
_COLOURS = ("#1b6ca8", "#c2571a", "#2e8540", "#7b3fa0", "#8a6d00", "#b0124a", "#007f86", "#555555")
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """One line through points (x, y), each from 0 to 1; `is_reference` draws it thin and dashed."""

    label: str
    points: Sequence[tuple[float, float]]
    is_reference: bool = False


def svg(title: str, x_label: str, y_label: str, curves: Sequence[Curve]) -> str:
    """A plot of its own size with its legend beside it; values beyond 0 and 1 are drawn on the edge."""
    names = [curve for curve in curves if not curve.is_reference]
    height = max(_HEIGHT + 60, 40 + 16 * len(curves))
    drawn = [_line(curve, _colour(curve, names)) for curve in curves]
    legend = [_entry(row, curve, _colour(curve, names)) for row, curve in enumerate(curves)]
    axes = [_tick(value) for value in _TICKS]
    bottom = _TOP + _HEIGHT
    return (
        f'<svg role="img" viewBox="0 0 {_LEFT + _WIDTH + 210} {height}" width="{_LEFT + _WIDTH + 210}">'
        f"<title>{escape(title)}</title>"
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#999"/>'
        f"{''.join(axes)}{''.join(drawn)}{''.join(legend)}"
        f'<text x="{_LEFT + _WIDTH / 2}" y="{bottom + 36}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(12 {_TOP + _HEIGHT / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text></svg>"
    )


def _place(x: float, y: float) -> tuple[float, float]:
    across, up = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
    return round(_LEFT + across * _WIDTH, 1), round(_TOP + (1.0 - up) * _HEIGHT, 1)


def _colour(curve: Curve, names: Sequence[Curve]) -> str:
    return "#777" if curve.is_reference else _COLOURS[names.index(curve) % len(_COLOURS)]


def _line(curve: Curve, colour: str) -> str:
    points = " ".join(f"{x},{y}" for x, y in (_place(*point) for point in curve.points))
    dashes = ' stroke-dasharray="4 4"' if curve.is_reference else ""
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}/>'


def _entry(row: int, curve: Curve, colour: str) -> str:
    y = _TOP + 12 + 16 * row
    return f'<text x="{_LEFT + _WIDTH + 10}" y="{y}" fill="{colour}">{escape(curve.label)}</text>'


def _tick(value: float) -> str:
    x, y = _place(value, value)
    bottom = _TOP + _HEIGHT
    return (
        f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{value:g}</text>'
        f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{value:g}</text>'
    )
