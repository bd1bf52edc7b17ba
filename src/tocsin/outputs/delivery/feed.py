"""The alerts that are current, as an Atom feed (RFC 4287): one entry a message, with a link to its CAP form.

`updated` of the feed is renewed every ten seconds also where nothing is new, as long as the line goes on, so
that whoever reads it knows whether tocsin is still there. All-clears stay in it for an hour.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from lxml import etree
from lxml.builder import ElementMaker

from tocsin import __version__
from tocsin.config.site import Site
from tocsin.model.alerts import MessageType
from tocsin.model.deliveries import Letter
from tocsin.outputs.cap_values import sender_name, xml_text
from tocsin.outputs.delivery.connection import HEARTBEAT_S
from tocsin.outputs.delivery.outbox import DRAFT
from tocsin.outputs.delivery.packing import Packer
from tocsin.units import NANOSECONDS_PER_SECOND

ATOM = "http://www.w3.org/2005/Atom"
CONTENT_TYPE, CAP_TYPE = "application/atom+xml", "application/cap+xml"
_ENDED_STAYS_NS = 3600 * NANOSECONDS_PER_SECOND
_BEAT_NS = round(HEARTBEAT_S * NANOSECONDS_PER_SECOND)
_E = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


class Feed:
    """Of one site, without drafts; `put` is called by one thread at a time, the others by any.

    `stepped_ns` says when the line last went on.
    """

    def __init__(self, site: Site, packer: Packer, stepped_ns: Callable[[], int]) -> None:
        self._site, self._packer, self.stepped_ns = site, packer, stepped_ns
        self._sender = sender_name(site.site.name)
        self._latest: dict[str, Letter] = {}
        self._caps: dict[str, tuple[Letter, bytes]] = {}

    def put(self, letters: Iterable[Letter], now_ns: int) -> None:
        """What was issued, or confirmed by an operator since."""
        latest = {name: letter for name, letter in self._latest.items() if _is_current(letter, now_ns)}
        for letter in letters:
            before = latest.get(letter.message.alert_id)
            is_newer = before is None or letter.number >= before.number
            if letter.status != DRAFT and is_newer and _is_current(letter, now_ns):
                latest[letter.message.alert_id] = letter
        self._latest = latest  # a new one, so that readers see it whole
        known = {letter.message.identifier for letter in latest.values()}
        self._caps = {name: cap for name, cap in list(self._caps.items()) if name in known}

    def cap(self, identifier: str) -> bytes | None:
        """The CAP form of a message in the feed, the same each time; None where it is in none."""
        for letter in self._latest.values():
            if letter.message.identifier == identifier:
                kept = self._caps.get(identifier)
                if kept is None or kept[0] != letter:
                    kept = self._caps[identifier] = (letter, self._packer.cap(letter))
                return kept[1]
        return None

    def atom(self, now_ns: int, folder: str = "", holds: Callable[[str], bool] = lambda _: True) -> bytes:
        """The feed; CAP forms are linked in `folder`, those that it `holds`."""
        letters = [
            letter
            for letter in self._latest.values()
            if _is_current(letter, now_ns) and holds(letter.message.identifier)
        ]
        letters.sort(key=lambda letter: -letter.number)
        root = _E.feed(
            _E.id(self._urn("feed")),
            _E.title(xml_text(self._site.site.name)),
            _E.updated(_time(min(now_ns, self.stepped_ns()) // _BEAT_NS * _BEAT_NS)),
            _E.author(_E.name(xml_text(self._site.site.name))),
            _E.generator("tocsin", version=__version__),
            *(self._entry(letter, folder) for letter in letters),
        )
        return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))

    def _entry(self, letter: Letter, folder: str) -> etree._Element:
        message, (title, summary) = letter.message, self._packer.words(letter)
        href = f"{folder}{message.identifier}.xml"
        return _E.entry(
            _E.id(self._urn(f"{message.identifier} {message.issued_ns} {letter.status}")),
            _E.title(xml_text(title)),
            _E.updated(_time(message.issued_ns)),
            _E.link(rel="alternate", type=CAP_TYPE, href=href),
            _E.category(
                term=message.message_type.value, scheme="urn:oasis:names:tc:emergency:cap:1.2:msgType"
            ),
            _E.category(term=letter.status, scheme="urn:oasis:names:tc:emergency:cap:1.2:status"),
            _E.category(term=message.level.word),
            _E.summary(xml_text(summary)),
        )

    def _urn(self, name: str) -> str:
        """A name for ever, which the same site and message always get."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"tocsin:{self._sender}:{name}").urn


def _is_current(letter: Letter, now_ns: int) -> bool:
    message = letter.message
    if message.message_type is MessageType.CANCEL:
        return now_ns - message.issued_ns < _ENDED_STAYS_NS
    return message.expires_ns > now_ns


def _time(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns // NANOSECONDS_PER_SECOND, UTC).isoformat().replace("+00:00", "Z")
