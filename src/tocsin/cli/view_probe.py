"""What a probe found, for people: the best guess with its evidence, what else was tried, and the block."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.cli.words import count, printable, reasons
from tocsin.sensors.probe import Finding, Group, Probe, Sureness

_MOST_SHOWN = 12
_LEAST_S = 1.0  # over less, a rate says nothing
_WORDS = {Sureness.SURE: "surely", Sureness.PROBABLE: "probably", Sureness.UNLIKELY: "hardly"}


def probe_lines(probe: Probe) -> Iterator[str]:
    """Lines of text, those of a block ready to be pasted."""
    if not any(group.arrivals for group in probe.groups):
        yield f"{printable(probe.address)}: nothing came"
    for group in probe.groups:
        if group.arrivals:
            yield from _group_lines(group)
    for remark in probe.remarks:
        yield f"note: {printable(remark)}"


def _group_lines(group: Group) -> Iterator[str]:
    span = f" in {group.seconds:.1f} s" if group.seconds else ""
    came = f"{count(group.bytes, 'byte')} in {count(group.arrivals, 'piece')}"
    yield f"{printable(group.name)}: {came}{span} from {count(group.senders, 'sender')}"
    best = group.best
    if best is None:
        yield "  speaks nothing that tocsin knows"
        yield f"  begins with    {group.head}"
    else:
        rate = f", {best.messages / group.seconds:.1f} a second" if group.seconds >= _LEAST_S else ""
        yield f"  speaks {best.format}, {_WORDS[group.sureness(best)]}: {_explained(group, best)}{rate}"
        yield from _evidence(best)
    for other in group.findings:
        if other is not best:
            yield f"  {_WORDS[group.sureness(other)]} {other.format}: {_explained(group, other)}"
    if group.block:
        yield "For the site file:"
        yield ""
        yield group.block.rstrip("\n")
        yield ""


def _explained(group: Group, finding: Finding) -> str:
    return f"{count(finding.messages, 'message')}, {finding.share(group.bytes):.0%} of the bytes"


def _evidence(finding: Finding) -> Iterator[str]:
    counts = (
        ("decoded", finding.decoded), ("of no use", finding.refused), ("not decoded", finding.undecodable)
    )  # fmt: skip
    for heading, found in counts:
        if found:
            yield f"  {heading:<14} {reasons(dict(found))}"
    for name, values in finding.evidence.items():
        shown = [f"{printable(value)} ({number:,})" for value, number in list(values.items())[:_MOST_SHOWN]]
        more = [f"and {len(values) - _MOST_SHOWN} more"] if len(values) > _MOST_SHOWN else []
        yield f"  {_HEADINGS.get(name, name):<14} {', '.join([*shown, *more])}"
    if finding.remark:
        yield f"  {finding.remark}"


_HEADINGS = {"sac_sic": "SAC/SIC"}
