"""The site file: where we are, what flies here, which sensors look, which zones are warned.

Every setting has its unit, range, default and help here; `tocsin config init|check|show`, `tocsin schema
site` and the documentation are made from these declarations.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tocsin.config.access import Network, check_access
from tocsin.config.confusion import Confusion
from tocsin.config.console import ConsoleSection
from tocsin.config.editions import Editions
from tocsin.config.escalation import DEFAULT_UNITS, Chain, Unit, chain_of, chains_or_default, check_chains
from tocsin.config.grouping import Grouping
from tocsin.config.inputs import (
    Input,
    InputFormat,
    Transport,
    check_carried,
    parse_input,
    usual_format,
    with_usual_topic,
)
from tocsin.config.kinds import DEFAULTS, MOVABLE, SensorKind
from tocsin.config.known_flights import KnownFlight
from tocsin.config.logins import Login
from tocsin.config.outputs import Output
from tocsin.config.receivers import Receiver, check_receivers
from tocsin.config.recording import Kept
from tocsin.config.rules import Rule, default_rules
from tocsin.config.section import Altitude, LanguageTag, Latitude, Longitude, Name, Probability, Section
from tocsin.config.shared_inputs import check_shared_inputs, check_sources
from tocsin.config.shared_outputs import check_outputs
from tocsin.config.signing import Signing
from tocsin.config.winds import WindSection, check_winds
from tocsin.geo.frame import LocalFrame
from tocsin.geo.polygon import Polygon
from tocsin.model.sensors import UNASSIGNED
from tocsin.model.zones import Zone


class Place(Section):
    """The origin of the site's tangent plane, and what holds for all of it."""

    name: Name
    """What people call this site."""
    latitude_deg: Latitude
    """Origin of the tangent plane, WGS-84 [deg]."""
    longitude_deg: Longitude
    """Origin of the tangent plane, WGS-84 [deg]."""
    altitude_m: Altitude = 0.0
    """Origin of the tangent plane above the ellipsoid [m]."""
    languages: tuple[LanguageTag, ...] = ("en",)
    """Languages of the alerts, RFC 3066 codes."""
    texts_folder: str = ""
    """Folder with texts of further languages, as `fi.toml`; empty: those that come with tocsin."""
    delivery_delay_s: float = Field(10.0, ge=0, le=3600)
    """From issue to the people's ears, fixed; subtracted from every lead [s]."""
    status: Literal["Exercise", "Actual"] = "Exercise"
    """CAP status of every alert. `Actual` is public and needs an operator's confirmation."""
    identity_secret_file: str = ""
    """File with the secret that serials are hashed with; empty: one of this user's, made at first use."""


class Prior(Section):
    """What is known of objects before any sensor saw them."""

    altitude_m: float = Field(1000.0, ge=-1000, le=30_000)
    """Mean height above the ellipsoid [m]."""
    altitude_sigma_m: float = Field(1000.0, gt=0, le=30_000)
    """Spread of the height, 1 sigma [m]."""
    speed_sigma_mps: float = Field(25.0, gt=0, le=1000)
    """Spread of the velocity on each horizontal axis, 1 sigma [m/s]."""
    vertical_speed_sigma_mps: float = Field(2.0, gt=0, le=300)
    """Spread of the vertical velocity, 1 sigma [m/s]."""
    acceleration_density_m2ps3: float = Field(0.3, gt=0, le=1000)
    """White acceleration noise density on each horizontal axis [m2/s3]; the vertical has its share."""
    lifetime_s: float = Field(900.0, gt=0, le=1e6)
    """Mean time for which an object is there [s]."""
    birth_rate_per_km2_s: float = Field(1e-6, ge=0, le=1)
    """Objects that appear a second and square kilometre."""
    initial_objects_per_km2: float | None = Field(None, ge=0, le=1e6)
    """Objects that are there before anybody looks; absent: births times lifetime."""
    motion: Literal["modes", "straight"] = "modes"
    """How objects fly: straight on, with sudden changes, in turns and on the spot; or nearly `straight`."""


MOST_POINTS = 32
"""Of a table by range."""


def _pairs_by_range(value: Any) -> Any:
    """A table by range may be a number, {range = probability} or [[range, probability], ...]."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ((0.0, float(value)),)
    if isinstance(value, dict):
        return tuple(sorted((float(range_m), probability) for range_m, probability in value.items()))
    return value


def _increasing(pairs: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    ranges = [range_m for range_m, _ in pairs]
    if not pairs or ranges != sorted(set(ranges)):
        raise ValueError("ranges must increase, and there must be at least one")
    if len(pairs) > MOST_POINTS:
        raise ValueError(f"at most {MOST_POINTS} ranges")
    return pairs


ProbabilityByRange = Annotated[
    tuple[tuple[Annotated[float, Field(ge=0)], Probability], ...],
    BeforeValidator(
        _pairs_by_range,
        json_schema_input_type=Probability | dict[str, Probability] | tuple[tuple[float, Probability], ...],
    ),
    AfterValidator(_increasing),
]


def _readable_input(text: str) -> str:
    parse_input(text)
    return text


def _node_id(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise ValueError("should be a UUID, as in 1b4e28ba-2fa1-41d2-883f-0016d3cca427") from None


class Sensor(Section):
    """One sensor. What isn't given is taken from what is usual for its kind."""

    name: Name
    """Unique in the file; what tables and alerts call it."""
    kind: SensorKind
    """What it measures with, and which evidence it counts as."""
    latitude_deg: Latitude | None = None
    """Where it stands; a radar that tells its own position may leave it out [deg]."""
    longitude_deg: Longitude | None = None
    """Where it stands [deg]."""
    altitude_m: Altitude | None = None
    """Where it stands, above the ellipsoid; absent: at the site's height [m]."""
    moves: bool = False
    """On a ship or vehicle: it tells its place while it runs, and the one above is but where it starts."""
    period_s: float | None = Field(None, gt=0, le=3600)
    """Time between looks; a look without detections is evidence too [s]."""
    range_sigma_m: float | None = Field(None, gt=0, le=1e5)
    """Error of range, 1 sigma [m]."""
    azimuth_sigma_deg: float | None = Field(None, gt=0, le=180)
    """Error of azimuth, 1 sigma [deg]."""
    elevation_sigma_deg: float | None = Field(None, gt=0, le=180)
    """Error of elevation, 1 sigma [deg]."""
    range_rate_sigma_mps: float | None = Field(None, gt=0, le=1000)
    """Error of range rate, 1 sigma [m/s]."""
    position_sigma_m: float | None = Field(None, gt=0, le=1e5)
    """Error of a reported position on each axis, 1 sigma [m]."""
    detection_probability: ProbabilityByRange | None = None
    """Probability of a detection at each look, or a table by range in metres, linear in between."""
    min_range_m: float = Field(0.0, ge=0, le=1e6)
    """Nothing nearer is seen [m]."""
    max_range_m: float | None = Field(None, gt=0, le=1e6)
    """Nothing farther is seen [m]."""
    min_elevation_deg: float = Field(-90.0, ge=-90, le=90)
    """Nothing lower is seen [deg]."""
    max_elevation_deg: float = Field(90.0, ge=-90, le=90)
    """Nothing higher is seen [deg]."""
    min_range_rate_mps: float = Field(0.0, ge=0, le=100)
    """What comes or goes more slowly than this is not told from the ground and not seen [m/s]."""
    false_detections_per_scan: float | None = Field(None, ge=0, le=1e6)
    """Mean number of false detections a look, over its coverage."""
    false_detections_per_km2: float | None = Field(None, ge=0, le=1e6)
    """The same for a square kilometre; takes the place of false_detections_per_scan."""
    range_resolution_m: float | None = Field(None, gt=0, le=1e5)
    """Objects nearer to each other than this, and than those below, give one plot; absent: any range [m]."""
    azimuth_resolution_deg: float | None = Field(None, gt=0, le=180)
    """As above, in azimuth; absent: objects are told apart however near they are [deg]."""
    elevation_resolution_deg: float | None = Field(None, gt=0, le=180)
    """As above, in elevation; absent: any elevation [deg]."""
    multipath_probability: float = Field(0.0, ge=0, lt=1)
    """Share of an object's plots with a copy behind it, by way of the ground or a building; 0: none has."""
    multipath_excess_m: float = Field(200.0, gt=0, le=1e5)
    """How much farther such copies are in the mean; their excess is taken as exponential [m]."""
    propagation_speed_mps: float | None = Field(None, gt=0, le=3e8)
    """Speed of what it hears with: sound is late; absent: at once [m/s]."""
    visible_probability: Probability | None = None
    """Probability that it can perceive an object at all: a radio receiver hears only what emits."""
    visible_hold_s: float | None = Field(None, gt=0, le=1e6)
    """How long an object mostly stays perceptible or imperceptible to it [s]."""
    input: Annotated[str, AfterValidator(_readable_input)] = ""
    """How its bytes come, as in `udp://0.0.0.0:8600`; `capture` or empty: from replayed files alone."""
    format: InputFormat | None = None
    """What the bytes are; absent: what its kind mostly speaks."""
    user: str = ""
    """Name under which tocsin logs in to the input's broker."""
    password_file: str = ""
    """File with the password for the input's broker, and nothing else."""
    ca_file: str = ""
    """File with the certificates by which the other side is trusted; empty: those of this machine. With an
    input of tls-listen, callers must show a certificate that they vouch for; empty: callers need none."""
    certificate_file: str = ""
    """File (PEM) with the certificate that tocsin shows the other side of an encrypted input."""
    private_key_file: str = ""
    """File (PEM) with the key of that certificate; empty: it is in the same file."""
    senders: tuple[Network, ...] = ()
    """Addresses or networks that may send to an input that waits, as `10.0.0.0/8`; empty: anybody."""
    message_key_file: str = ""
    """File with the key that a node signs its messages with; what is not signed so is not used."""
    label_right_probability: float = Field(0.7, gt=0, lt=1)
    """How often its labels are right, where it says what an object is and label_confusion doesn't tell."""
    label_confusion: Confusion = ()
    """How often it gives a label to a class, as in { drone = { multirotor = 0.9, bird = 0.2 } }."""
    system_area_code: int | None = Field(None, ge=0, le=255)
    """SAC by which an ASTERIX source names itself (EUROCONTROL, data items I048/010, I062/010)."""
    system_identification_code: int | None = Field(None, ge=0, le=255)
    """SIC by which an ASTERIX source names itself."""
    editions: Editions = ()
    """Edition of each ASTERIX category that it sends; absent: the newest, which reads most older ones."""
    node_id: Annotated[str, AfterValidator(_node_id)] = ""
    """UUID by which a SAPIENT node names itself; empty: the one node that is no other sensor's."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.latitude_deg is None) != (self.longitude_deg is None):
            raise ValueError("latitude_deg and longitude_deg go together: give both or neither")
        if self.min_elevation_deg >= self.max_elevation_deg:
            raise ValueError("min_elevation_deg must be below max_elevation_deg")
        if self.max_range_m is not None and self.min_range_m >= self.max_range_m:
            raise ValueError("min_range_m must be below max_range_m")
        if self.false_detections_per_scan is not None and self.false_detections_per_km2 is not None:
            raise ValueError("give false_detections_per_scan or false_detections_per_km2, not both")
        if self.moves and self.kind not in MOVABLE:
            raise ValueError(f"moves is for {' or '.join(MOVABLE)}: others are not tracked while they move")
        if self.azimuth_resolution_deg is None and (self.range_resolution_m or self.elevation_resolution_deg):
            raise ValueError("range_resolution_m and elevation_resolution_deg need azimuth_resolution_deg")
        check_access(self)  # also that of its input
        return self

    @property
    def live_input(self) -> tuple[Input, InputFormat] | None:
        """How bytes come while the site runs, and what they are; None: only from files."""
        way = parse_input(self.input)
        if way.transport is Transport.CAPTURE:
            return None
        kind_of_bytes = _format_of(self, way)
        check_carried(way, kind_of_bytes)
        return with_usual_topic(way, kind_of_bytes), kind_of_bytes

    @property
    def login(self) -> Login:
        """How tocsin and the other side of its input know each other."""
        return Login.of(self)

    def filled(self) -> Sensor:
        """The same sensor with every default of its kind written out."""
        usual = DEFAULTS[self.kind]
        values: dict[str, Any] = {}
        for name in type(usual).__dataclass_fields__:
            if getattr(self, name) is None:
                values[name] = getattr(usual, name)
        if self.detection_probability is None:
            values["detection_probability"] = ((0.0, usual.detection_probability),)
        if self.false_detections_per_km2 is not None:
            values["false_detections_per_scan"] = None
        return self.model_copy(update=values)


def _format_of(sensor: Sensor, way: Input) -> InputFormat:
    """What a sensor's live input speaks."""
    usual = sensor.format or usual_format(sensor.kind, way)
    if usual is None:
        known = ", ".join(InputFormat)
        raise ValueError(f"a sensor of kind {sensor.kind} with an input needs a format; known: {known}")
    return usual


def _simple_polygon(polygon: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    Polygon([(longitude, latitude) for latitude, longitude in polygon])
    return polygon


class ZoneSection(Section):
    """A place whose people are warned."""

    name: Name
    """What people call it; unique in the file."""
    polygon: Annotated[
        tuple[tuple[Latitude, Longitude], ...], Field(min_length=3), AfterValidator(_simple_polygon)
    ]
    """Corners as [latitude, longitude] [deg]."""
    floor_m: Altitude = -1000.0
    """Lowest height that counts, above the ellipsoid [m]."""
    ceiling_m: Altitude = 10_000.0
    """Highest height that counts, above the ellipsoid [m]."""
    required_lead_s: float = Field(60.0, ge=0, le=86_400)
    """A warning that comes later than this before the entry is too late [s]."""
    language: str = "en"
    """Language in which this zone is warned, an RFC 3066 code."""

    @model_validator(mode="after")
    def _has_height(self) -> Self:
        if self.floor_m >= self.ceiling_m:
            raise ValueError("floor_m must be below ceiling_m")
        return self


class Service(Section):
    """How `tocsin run` is reached."""

    port: int = Field(8642, ge=0, le=65535)
    """Where other commands reach it on this machine, on 127.0.0.1 only; 0: any that is free."""
    most_messages_per_s: float = Field(20_000.0, gt=0, le=1e7)
    """What one input may send; what is more is dropped and counted, so that no sensor starves another."""
    alert_book_file: str = ""
    """Where alerts, and what people did about them, are kept; empty: alerts.sqlite beside the recordings."""
    operators_file: str = ""
    """Who may act on alerts, made by `tocsin operator add`; empty: operators.json beside the site file."""
    cancel_holds_s: float = Field(900.0, gt=0, le=86_400)
    """What an operator cancelled stays silent for so long, or until a rule raises it to a louder one [s]."""
    mark_holds_s: float = Field(3600.0, gt=0, le=86_400)
    """The longest, and the usual, time for which an operator's mark lowers an alert [s]."""


class Site(Section):
    """A whole site file."""

    site: Place
    service: Service = Service()
    console: ConsoleSection = ConsoleSection()
    recording: Kept = Kept()
    signing: Signing = Signing()
    prior: Prior = Prior()
    winds: tuple[WindSection, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    zones: tuple[ZoneSection, ...] = ()
    rules: tuple[Rule, ...] = Field(default_factory=default_rules)
    grouping: Grouping = Grouping()
    outputs: tuple[Output, ...] = ()
    receivers: tuple[Receiver, ...] = ()
    units: Annotated[tuple[Unit, ...], Field(min_length=1)] = DEFAULT_UNITS
    chains: tuple[Chain, ...] = ()
    known_flights: tuple[KnownFlight, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for what, names in (
            ("sensors", [s.name for s in self.sensors]),
            ("zones", [z.name for z in self.zones]),
            ("known_flights", [flight.name for flight in self.known_flights]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what}: the name {twice[0]!r} is given twice; names must be unique")
        if UNASSIGNED in self.sensor_names:
            raise ValueError(f"sensors: the name {UNASSIGNED!r} is taken: so is called what is no sensor's")
        check_winds(self.winds)
        check_shared_inputs(self.sensors)
        check_sources(self.sensors)
        check_outputs(self.outputs, self.sensors)
        check_receivers(self.receivers, [zone.name for zone in self.zones])
        check_chains(self.chains, self.units, [zone.name for zone in self.zones])
        known = {zone.name for zone in self.zones}
        for rule in self.rules:
            if missing := sorted(set(rule.zones) - known):
                raise ValueError(
                    f"rules: the {rule.level} rule names a zone {missing[0]!r} that is not in the file"
                )
        return self

    @property
    def frame(self) -> LocalFrame:
        """The tangent plane at the site."""
        return LocalFrame.from_degrees(self.site.latitude_deg, self.site.longitude_deg, self.site.altitude_m)

    @property
    def sensor_names(self) -> tuple[str, ...]:
        """In the order of the file, which is the order of sensor numbers everywhere."""
        return tuple(sensor.name for sensor in self.sensors)

    @property
    def own_track_codes(self) -> frozenset[tuple[int, int]]:
        """SAC and SIC under which this site sends tracks."""
        return frozenset(output.track_code for output in self.outputs if output.track_code is not None)

    def chain(self, zone: str) -> Chain:
        """Who answers for the alerts of a zone."""
        return chain_of(chains_or_default(self.chains, self.units), zone)

    def placed_zones(self) -> tuple[Zone, ...]:
        """The zones in the site's tangent plane."""
        return tuple(
            Zone.of(self.frame, z.name, z.polygon, z.floor_m, z.ceiling_m, z.required_lead_s, z.language)
            for z in self.zones
        )
