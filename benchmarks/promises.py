"""What is promised of every alert: CAP that is valid and signed, and an answer to 'why?'."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree

from benchmarks.options import Options, Unavailable
from benchmarks.table import Column, Part, Table, at_most
from tocsin.config.kinds import SensorKind
from tocsin.config.signing import Signing
from tocsin.errors import InvalidInput
from tocsin.outputs.cap_signature import verify_cap
from tocsin.recording.layout import table_path
from tocsin.recording.recording import Recording
from tocsin.recording.why import Why, evidence_of, why
from tocsin.runtime.scenario_job import record_simulated
from tocsin.simulation.library import load_scenario, scenario_names
from tocsin.simulation.run import simulate

CHECKOUT = Path(__file__).resolve().parent.parent
SCHEMA = "schemas/CAP-v1.2.xsd"
SEEDS, QUICK_SEEDS = 20, 3
_CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
LONGEST_S = 7200.0  # quiet-night is eight hours, of which quiet-hour is one
MOST_NAMED = 20
IS_LONG = True  # `python -m benchmarks promises`


def describe() -> str:
    return f"""Promises: every CAP message of the suite is valid and verifies, every alert says why

The scenarios that come with tocsin, but for those longer than {LONGEST_S / 3600:g} hours, through the whole
line of a site that signs. *Valid*: by the schema of CAP 1.2 (OASIS). *Verified*: by signxml with the site's
certificate. *Answered*: what `tocsin alert why` reads from the recording, the truth taken out of it before,
has the rule with its figures, every track as it was then, the detections behind them, all kinds of sensors
that the message names, and when the newest of them was measured, received and used. Failures are named."""


@dataclass(frozen=True)
class Kept:
    """How often promises were kept; `failures` name the message and what is wrong with it."""

    messages: int = 0
    valid: int = 0
    verified: int = 0
    alerts: int = 0
    answered: int = 0
    failures: tuple[str, ...] = field(default=())

    def __add__(self, other: Kept) -> Kept:
        mine, its = ([getattr(one, name) for name in Kept.__match_args__] for one in (self, other))
        return Kept(*(a + b for a, b in zip(mine, its, strict=True)))


def run(options: Options) -> Sequence[Part]:
    _schema()
    cases = [(name, seed) for name in _names() for seed in options.seeds(SEEDS, QUICK_SEEDS)]
    return tables(zip(cases, options.pooled(one_run, cases), strict=True), cases)


def tables(found: Iterable[tuple[tuple[str, int], Kept]], cases: Sequence[tuple[str, int]]) -> list[Table]:
    """A line for each scenario, and one for each failure."""
    by_name: dict[str, Kept] = {}
    failures = Table("Failures", [Column("scenario"), Column("seed"), Column("what")])
    for (name, seed), kept in found:
        by_name[name] = by_name.get(name, Kept()) + kept
        for failure in kept.failures[:MOST_NAMED]:
            failures.add(name, seed, failure)
    table = Table(
        "Promises",
        [Column("scenario"), *(Column(name, ",.0f") for name in Kept.__match_args__)],
        note=f"{len(cases) // len(by_name)} seeds of each scenario.",
    )
    for name, kept in [*by_name.items(), ("all", sum(by_name.values(), Kept()))]:
        cells = (kept.messages, kept.valid, kept.verified, kept.alerts, kept.answered, len(kept.failures))
        table.add(name, *cells, goals=[at_most(len(kept.failures), 0)])
    return [table, failures] if failures.rows else [table]


def one_run(case: tuple[str, int]) -> Kept:
    """A scenario with a seed, run by a site that signs, and judged by its recording."""
    name, seed = case
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        certificate = signed_run(name, seed, folder)
        return kept_in(folder / "run", _schema(), certificate)


def signed_run(name: str, seed: int, folder: Path) -> Path:
    """Records a run of a site that signs, without its truth, in `run`; gives the site's certificate."""
    signing = site_certificate(folder)
    simulated = simulate(load_scenario(name), seed)
    signed = replace(simulated, site=simulated.site.model_copy(update={"signing": signing}))
    record_simulated(signed, folder / "run")
    for table in ("truth", "origins"):
        table_path(folder / "run", table).unlink()
    return Path(signing.certificate_file)


def kept_in(directory: Path, schema: etree.XMLSchema, certificate: Path) -> Kept:
    """What a recording keeps of the promises, by the messages that its table of alerts names."""
    recording = Recording(directory)
    evidence, rows = evidence_of(recording), recording.alerts().to_pylist()
    valid = verified = 0
    failures: list[str] = []
    unanswered: set[str] = set()
    for row in rows:
        message = (directory / row["cap_file"]).read_bytes()
        troubles = [_invalid(message, schema), _forged(message, certificate, row)]
        valid, verified = valid + (troubles[0] is None), verified + (troubles[1] is None)
        unsaid = [f"why: {what}" for what in missing(why(evidence, row), message)]
        if unsaid:
            unanswered.add(row["alert_id"])
        failures += [f"{row['cap_file']}: {what}" for what in (*troubles, *unsaid) if what is not None]
    alerts = {row["alert_id"] for row in rows}
    written = {f"cap/{path.name}" for path in (directory / "cap").glob("*.xml")}
    failures += [f"{name}: no alert names it" for name in sorted(written - {row["cap_file"] for row in rows})]
    return Kept(len(rows), valid, verified, len(alerts), len(alerts - unanswered), tuple(failures))


def missing(answer: Why, message: bytes) -> Iterator[str]:
    """What an answer does not say of the message that it is the answer for."""
    if answer.rule.get("within_s") is None:
        yield "no rule with its figures"
    for track in answer.tracks:
        if track.existence is None or track.object_class is None:
            yield f"nothing of track {track.track_id}"
    if not any(sensor.rows for sensor in answer.sensors):
        yield "no detections"
    steps = answer.steps
    if steps.measured_s is None or steps.received_s is None or steps.used_s is None:
        yield "no times"
    elif max(steps.measured_s, steps.used_s) > steps.issued_s:
        yield "evidence newer than the message"
    shown = {sensor.kind for sensor in answer.sensors}
    for kind in sorted(_kinds_named(message) - shown):
        yield f"says {kind}, and shows none"


def _kinds_named(message: bytes) -> set[str]:
    """The kinds of sensor that a message says it rests on: who saw it and, where it is raised, on what."""
    root = etree.fromstring(message)
    pairs = (
        (one.findtext(f"{_CAP}valueName"), one.findtext(f"{_CAP}value"))
        for one in root.iter(f"{_CAP}parameter")
    )
    said = dict(pairs)["tocsin:evidence"].split("; ")
    sent = root.findtext(f"{_CAP}sent")[11:19]
    raised = said[-1].rpartition(", on ")[2] if f"since {sent}" in said[-1] else ""
    words = f"{said[0]} {raised}"
    return {kind.value for kind in SensorKind if kind.value.replace("_", " ") in words}


def _schema() -> etree.XMLSchema:
    """Of the standard; it is not ours to ship."""
    folder = Path(os.environ.get("TOCSIN_SHARED") or CHECKOUT.parent / "shared")
    if not (folder / SCHEMA).exists():
        raise Unavailable(
            f"needs {SCHEMA} of the shared folder; no {folder / SCHEMA} (TOCSIN_SHARED names another)"
        )
    return etree.XMLSchema(etree.parse(folder / SCHEMA))


def _names() -> list[str]:
    return [name for name in scenario_names() if load_scenario(name).header.duration_s <= LONGEST_S]


def site_certificate(folder: Path) -> Signing:
    """A key and a certificate of its own, made now, in files of a folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "promises")])
    now = datetime.now(UTC)
    unsigned = x509.CertificateBuilder(
        name,
        name,
        key.public_key(),
        x509.random_serial_number(),
        now - timedelta(days=1),
        now + timedelta(days=1),
    )
    certificate = unsigned.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "site.pem").write_bytes(certificate)
    (folder / "site.key").write_bytes(key.private_bytes(*formats))
    return Signing(certificate_file=str(folder / "site.pem"), private_key_file=str(folder / "site.key"))


def _invalid(message: bytes, schema: etree.XMLSchema) -> str | None:
    try:
        schema.assertValid(etree.fromstring(message))
    except (etree.DocumentInvalid, etree.XMLSyntaxError) as error:
        return f"not valid: {error}"
    return None


def _forged(message: bytes, certificate: Path, row: Mapping[str, Any]) -> str | None:
    try:
        found = verify_cap(message, certificate)
    except InvalidInput as error:
        return f"not verified: {error}"
    wanted = f"{row['alert_id']}-{row['version']}"
    return None if found.identifier == wanted else f"is signed as {found.identifier}"
