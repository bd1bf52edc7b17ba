"""How people reach the console of a running service: the site file's `[console]`."""

from __future__ import annotations

import ipaddress
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator

from tocsin.config.logins import check_certificate
from tocsin.config.section import Section


class Listen(NamedTuple):
    """Where it listens: an address of this machine, and a port."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine reaches it."""
        return ipaddress.ip_address(self.host).is_loopback


def parse_listen(text: str) -> Listen:
    """`0.0.0.0:8443`, `[::]:8443`. Raises ValueError."""
    host, _, port = text.rpartition(":")
    try:
        address = str(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")))
        number = int(port)
    except ValueError:
        raise ValueError(f"{text!r} is no address with a port, as 0.0.0.0:8443 or [::]:8443") from None
    if not 0 <= number <= 65_535:
        raise ValueError(f"there is no port {number}")
    return Listen(address, number)


def _checked(text: str) -> str:
    if text:
        parse_listen(text)
    return text


class ConsoleSection(Section):
    """The live map in a browser. Without any of it, the console is at the [service] port of this machine."""

    listen: Annotated[str, AfterValidator(_checked)] = ""
    """Where others reach it too, as 0.0.0.0:8443, with a certificate; empty: only this machine does."""
    certificate_file: str = ""
    """With which it shows who it is, PEM; needed unless `listen` is on loopback."""
    private_key_file: str = ""
    """Of the certificate, PEM, unencrypted; empty: in the same file."""
    host_names: tuple[str, ...] = ()
    """Names under which it may be asked at `listen`, as console.example.org; empty: any."""
    session_hours: float = Field(12.0, gt=0, le=168)
    """How long a login lasts [h]."""
    time_zone: str = Field("", pattern=r"^([A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*)?$")
    """Shown beside UTC, a name of the IANA database, as Asia/Seoul; empty: the browser's."""
    layers: tuple[str, ...] = ()
    """GeoJSON files that are drawn under everything, as coast lines and roads of the place."""
    base_map: str = ""
    """A PMTiles file with the map of the place; empty: outlines of countries only."""
    most_clients: int = Field(200, ge=1, le=10_000)
    """Browsers and programs that may watch at one time."""
    most_clients_of_one_address: int = Field(64, ge=1, le=10_000)
    """Of these, from one address; behind one router, all have one."""

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        check_certificate(self)
        if self.certificate_file and not self.listen:
            raise ValueError("certificate_file is for listen; on this machine alone it is plain HTTP")
        if self.listen and not parse_listen(self.listen).is_loopback and not self.certificate_file:
            raise ValueError(
                f"listen = {self.listen!r} is reached from elsewhere and needs certificate_file, "
                "for tokens would go over the network in the clear"
            )
        return self
