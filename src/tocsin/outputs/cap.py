"""Alert messages as the Common Alerting Protocol 1.2 (OASIS, 1 July 2010) for sirens, apps and neighbours.

Status: a site that is configured for `Exercise` gives `Exercise`. One that is configured for `Actual` gives
`Actual` only with an operator's confirmation of that very message; without one it gives `Draft`, which the
standard calls not actionable, and never `Exercise`, so that nobody takes a real threat for a drill. A test
alert is `Test` everywhere and whatever anybody confirms. Only `Actual` is public; the others are restricted
and say why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cap_tools.models import Alert, Area, Category, Info, MsgType, Reference, Scope, Status
from xsdata.formats.dataclass.serializers import XmlSerializer

from tocsin.config.site import Site, ZoneSection
from tocsin.errors import InvalidInput
from tocsin.model.alerts import AlertMessage, MessageType
from tocsin.outputs import cap_values
from tocsin.outputs.alert_texts import Texts, languages_for, load_languages
from tocsin.outputs.cap_values import CapTime, xml_text

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An operator's word that one message goes to the public: for this identifier and no other."""

    identifier: str
    role: str
    """Who confirmed, as a role such as 'duty officer', never a person's name."""


class CapEncoder:
    """Writes the messages of one site as CAP 1.2 XML, signed where the site has a key.

    Raises UnusableFile and InvalidFile where key, certificate or texts can't be used.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._zones = {zone.name: zone for zone in site.zones}
        self._sender = cap_values.sender_name(site.site.name)
        self._serializer = XmlSerializer()
        self._languages = load_languages(site.site.texts_folder)
        self._sign = _signature(site)

    def learn(self, site: Site) -> None:
        """Knows other zones, too; of those that are gone, alerts may still have to be ended."""
        self._zones = {**self._zones, **{zone.name: zone for zone in site.zones}}

    def encode(self, message: AlertMessage, confirmation: Confirmation | None = None) -> bytes:
        """The message as UTF-8 XML, valid against the schema of the standard.

        Raises `InvalidInput` where the site has no such zone or the confirmation is of another message.
        """
        alert = self._alert(message, confirmation)
        written = self._serializer.render(alert, ns_map={None: NAMESPACE}).encode()
        return self._sign(written)

    def status(self, message: AlertMessage, confirmation: Confirmation | None = None) -> Status:
        """Under which status a message goes out; raises as `encode` where the confirmation is of another."""
        if confirmation is not None and confirmation.identifier != message.identifier:
            raise InvalidInput(
                f"confirmation: is of message {confirmation.identifier!r}, not of {message.identifier!r}; "
                "every message is confirmed by itself"
            )
        if message.is_test:
            return Status.TEST
        if self._site.site.status == "Exercise":
            return Status.EXERCISE
        return Status.DRAFT if confirmation is None else Status.ACTUAL

    def _alert(self, message: AlertMessage, confirmation: Confirmation | None) -> Alert:
        zone = self._zone(message)
        status = self.status(message, confirmation)
        languages = languages_for((zone.language, *self._site.site.languages), self._languages)
        notes = " ".join(getattr(texts.note, status.value, "") for _, texts in languages)
        note = None if status is Status.ACTUAL else notes
        is_confirmed = status is Status.ACTUAL and confirmation is not None
        alert = Alert(
            identifier=message.identifier,
            sender=self._sender,
            sent=CapTime.of(message.issued_ns),
            status=status,
            msg_type=MsgType(message.message_type.value),
            source=xml_text(f"confirmed by {confirmation.role}") if is_confirmed and confirmation else None,
            scope=Scope.PUBLIC if status is Status.ACTUAL else Scope.RESTRICTED,
            restriction=note,
            note=note,
            infos=[self._info(message, zone, status, language, texts) for language, texts in languages],
        )
        alert.references_from_list(
            [Reference(self._sender, name, CapTime.of(sent_ns)) for name, sent_ns in message.references]
        )
        return alert

    def _zone(self, message: AlertMessage) -> ZoneSection:
        if message.zone not in self._zones:
            raise InvalidInput(
                f"alert {message.identifier}: the site has no zone {message.zone!r}, "
                f"only {sorted(self._zones)}; make alerter and encoder from one site file"
            )
        return self._zones[message.zone]

    def _info(
        self, message: AlertMessage, zone: ZoneSection, status: Status, language: str, texts: Texts
    ) -> Info:
        is_over = message.message_type is MessageType.CANCEL
        event = texts.event_of(message)
        headline = texts.headline.format(event=event, zone=message.zone)
        entry_ns = message.predicted_entry_ns
        info = Info(
            language=language,
            categories=[Category.SAFETY, Category.SECURITY],
            event=event,
            response_types=[cap_values.response(message)],
            urgency=cap_values.urgency(message),
            severity=cap_values.severity(message),
            certainty=cap_values.certainty(message),
            effective=CapTime.of(message.issued_ns),
            onset=None if is_over or entry_ns is None else CapTime.of(entry_ns),
            expires=CapTime.of(message.expires_ns),
            sender_name=xml_text(self._site.site.name),
            headline=xml_text(getattr(texts.prefix, status.value, "") + headline),
            description=xml_text(_description(message, texts)),
            instruction=texts.instruction_of(message),
            areas=[_area(zone, message, texts)],
        )
        info.parameters_from_dict({name: xml_text(value) for name, value in _parameters(message).items()})
        return info


def _signature(site: Site) -> Callable[[bytes], bytes]:
    """What signs a message; nothing does where the site has no key."""
    if not site.signing.certificate_file:
        return lambda message: message
    from tocsin.outputs.cap_signature import CapSigner  # takes a tenth of a second to load

    return CapSigner(site.signing).sign


def _description(message: AlertMessage, texts: Texts) -> str:
    why = texts.why.format(reason=message.reason)
    if message.is_test:
        return f"{texts.note.Test}\n{why}\n{texts.test.nothing_to_do}"
    name = texts.objects.get(message.object_class, texts.some_object)
    entry_ns = message.predicted_entry_ns
    if message.message_type is MessageType.CANCEL:
        pattern = texts.over_unseen if message.lapsed else texts.over
        sentence = pattern.format(object=name, zone=message.zone)
    else:
        pattern = texts.predicted_without_time if entry_ns is None else texts.predicted
        sentence = pattern.format(
            object=name,
            zone=message.zone,
            probability=f"{100 * message.entry_probability:.0f} %",
            time="" if entry_ns is None else str(CapTime.of(entry_ns))[11:16],
        )
    return f"{sentence[0].upper()}{sentence[1:]}\n{why}"


def _area(zone: ZoneSection, message: AlertMessage, texts: Texts) -> Area:
    """What the message is for: the zone, or the part of it under the predicted path.

    CAP asks for feet above mean sea level, which lies within about 100 m of the ellipsoid; a parameter says
    which of the two is given.
    """
    description = texts.part.format(zone=zone.name) if message.area else zone.name
    return Area(
        area_desc=xml_text(description),
        polygons=[cap_values.polygon_text(message.area or zone.polygon)],
        altitude=cap_values.feet(zone.floor_m),
        ceiling=cap_values.feet(zone.ceiling_m),
    )


def _parameters(message: AlertMessage) -> dict[str, str]:
    """What systems read beside the words: names are stable, in lower case, of tocsin."""
    return {
        "tocsin:alert_id": message.alert_id,
        "tocsin:version": str(message.version),
        "tocsin:level": message.level.word,
        "tocsin:rule": message.rule,
        "tocsin:track_ids": " ".join(message.track_ids),
        "tocsin:object_class": message.object_class,
        "tocsin:entry_probability": f"{message.entry_probability:.3f}",
        "tocsin:evidence": "; ".join(message.evidence),
        "tocsin:height_reference": "WGS-84 ellipsoid",
    }
