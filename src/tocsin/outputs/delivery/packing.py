"""From messages to what a receiver gets: CAP, JSON, Cursor on Target, or sentences to be spoken."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tocsin.config.receivers import AlertFormat, Receiver
from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage, MessageType
from tocsin.model.deliveries import Letter
from tocsin.outputs.alert_texts import Texts, languages_for, load_languages
from tocsin.outputs.cap import CapEncoder, Confirmation
from tocsin.outputs.cap_values import CapTime
from tocsin.outputs.delivery.alert_cot import alert_event
from tocsin.outputs.delivery.connection import Parcel

_KINDS: Mapping[AlertFormat, tuple[str, str]] = {
    AlertFormat.CAP: ("application/cap+xml", ".xml"),
    AlertFormat.JSON: ("application/json", ".json"),
    AlertFormat.SPEECH: ("text/plain; charset=utf-8", ".txt"),
    AlertFormat.COT: ("application/xml", ".cot.xml"),
}


class Packer:
    """Packs letters for the receivers of one site. Raises as `CapEncoder` does."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._encoder = CapEncoder(site)
        self._languages = load_languages(site.site.texts_folder)
        self._zones = {zone.name: zone for zone in site.zones}
        self._packed: Mapping[AlertFormat, Callable[[Letter, Receiver], bytes]] = {
            AlertFormat.CAP: lambda letter, _: self.cap(letter),
            AlertFormat.JSON: self._json,
            AlertFormat.SPEECH: self._speech,
            AlertFormat.COT: lambda letter, _: alert_event(letter, self._zones[letter.message.zone]),
        }

    def learn(self, site: Site) -> None:
        """Knows other zones, too; letters about those that are gone still go out."""
        self._encoder.learn(site)
        self._zones = {**self._zones, **{zone.name: zone for zone in site.zones}}

    def pack(self, letter: Letter, receiver: Receiver) -> Parcel:
        """What goes out. Raises InvalidInput for a message of a zone that the site no longer has."""
        message, (content_type, suffix) = letter.message, _KINDS[receiver.bytes_of]
        return Parcel(
            message.identifier,
            message.alert_id,
            self._packed[receiver.bytes_of](letter, receiver),
            content_type,
            suffix,
            message.message_type is MessageType.CANCEL,
        )

    def cap(self, letter: Letter) -> bytes:
        """The CAP form."""
        message, role = letter.message, letter.confirmed_by
        return self._encoder.encode(message, Confirmation(message.identifier, role) if role else None)

    def status(self, message: AlertMessage, confirmed_by: str) -> str:
        """Under which CAP status a message goes out."""
        confirmation = Confirmation(message.identifier, confirmed_by) if confirmed_by else None
        return str(self._encoder.status(message, confirmation).value)

    def words(self, letter: Letter) -> tuple[str, str]:
        """Headline and instruction in the first language of the zone."""
        message = letter.message
        _, texts = self._texts(message, ())[0]
        headline = texts.headline.format(event=texts.event_of(message), zone=message.zone)
        return getattr(texts.prefix, letter.status, "") + headline, texts.instruction_of(message)

    def _texts(self, message: AlertMessage, wanted: Sequence[str]) -> tuple[tuple[str, Texts], ...]:
        zone = self._zones.get(message.zone)
        own = (*((zone.language,) if zone else ()), *self._site.site.languages)
        return languages_for(wanted or own, self._languages)

    def _speech(self, letter: Letter, receiver: Receiver) -> bytes:
        """One sentence a language, each on a line."""
        message = letter.message
        spoken = [
            texts.spoken(message, letter.status) for _, texts in self._texts(message, receiver.languages)
        ]
        return "".join(f"{sentence}\n" for sentence in spoken).encode()

    def _json(self, letter: Letter, receiver: Receiver) -> bytes:
        message, entry_ns = letter.message, letter.message.predicted_entry_ns
        content: dict[str, Any] = {
            "identifier": message.identifier,
            "alert_id": message.alert_id,
            "version": message.version,
            "message_type": message.message_type.value,
            "status": letter.status,
            "level": message.level.word,
            "zone": message.zone,
            "issued": str(CapTime.of(message.issued_ns)),
            "expires": str(CapTime.of(message.expires_ns)),
            "predicted_entry": None if entry_ns is None else str(CapTime.of(entry_ns)),
            "entry_probability": round(message.entry_probability, 3),
            "object_class": message.object_class,
            "all_clear": message.all_clear,
            "area": message.area or self._zones[message.zone].polygon,
            "references": [name for name, _ in message.references],
            "texts": {
                tag: {
                    "event": texts.event_of(message),
                    "headline": texts.headline.format(event=texts.event_of(message), zone=message.zone),
                    "instruction": texts.instruction_of(message),
                    "spoken": texts.spoken(message, letter.status),
                }
                for tag, texts in self._texts(message, receiver.languages)
            },
        }
        return json.dumps(content, ensure_ascii=False).encode()
