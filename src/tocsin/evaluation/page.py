"""The measures as one page of HTML that needs nothing else: the table by family, and two plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from tocsin.evaluation.curves import Curve, svg
from tocsin.evaluation.gate import GATES, SKILL_LOOK_AHEAD_S, Gate
from tocsin.evaluation.measured import Measured, Measures, measures, pool

_STYLE = """body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; }
table { border-collapse: collapse; } th, td { padding: .25em .6em; text-align: right; }
th:first-child, td:first-child { text-align: left; } tr { border-bottom: 1px solid #ddd; }
td.short { background: #fbe3dc; } td.reached { background: #e2f1e4; } svg { font-size: 12px; }"""


def measures_page(title: str, families: Mapping[str, Measured]) -> str:
    """The whole page; families in the order of the mapping."""
    found = {family: measures(measured) for family, measured in families.items()}
    together = pool(list(families.values()))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        "<p>Red cells miss the goal of their column, green ones reach it. What the measures mean stands in "
        "tocsin's documentation, on the page of figures.</p>"
        f"{_table(found)}<h2>Lead kept</h2><p>Lead over that of an oracle that is told the truth, of all "
        f"entries that it warns of in time; the farther to the right, the better.</p>{_kept_lead(families)}"
        f"<h2>Zone entry within {SKILL_LOOK_AHEAD_S:g} s</h2><p>On the diagonal it comes as often as it is "
        f"said.</p>{_reliability(together)}</body></html>\n"
    )


def _table(families: Mapping[str, Measures]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in ("family", *(gate.title for gate in GATES)))
    rows = "".join(
        f"<tr><td>{escape(family)}</td>{''.join(_cell(gate, found) for gate in GATES)}</tr>"
        for family, found in families.items()
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(gate: Gate, found: Measures) -> str:
    value, shortfall = gate.of(found), gate.shortfall(found)
    if value is None:
        return "<td>-</td>"
    return f'<td class="{"short" if shortfall else "reached"}">{value:.3f}</td>'


def _kept_lead(families: Mapping[str, Measured]) -> str:
    curves = []
    for family, measured in families.items():
        kept = [entry.efficiency for entry in measured.entries or [] if entry.excluded is None]
        if kept:
            curves.append(Curve(family, _steps(sorted(kept))))
    return svg("Lead kept", "lead over the oracle's", "share of entries", curves)


def _steps(values: Sequence[float]) -> list[tuple[float, float]]:
    """The empirical distribution as a stair."""
    corners = [(0.0, 0.0)]
    for number, value in enumerate(values):
        corners += [(value, number / len(values)), (value, (number + 1) / len(values))]
    return [*corners, (1.0, 1.0)]


def _reliability(together: Measured) -> str:
    points = [
        (said / count, came / count)
        for forecasts in together.forecasts
        if forecasts.look_ahead_s == SKILL_LOOK_AHEAD_S
        for count, said, came in zip(
            forecasts.bins_samples, forecasts.bins_probability, forecasts.bins_entered, strict=True
        )
        if count
    ]
    curves = [Curve("said and come", points), Curve("as said", [(0.0, 0.0), (1.0, 1.0)], is_reference=True)]
    return svg("Reliability", "probability that was said", "share that entered", curves)
