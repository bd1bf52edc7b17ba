"""The tables of the public contract: what detections, tracks, truth and alerts are called in files."""

from __future__ import annotations

from tocsin.model.labels import CLASS_WORDS, LABELS
from tocsin.model.schema import Column, Schema

_TIME = Column("time_s", "number", "UTC seconds since 1970", "s", required=True, minimum=0, maximum=9e9)
_VELOCITY = tuple(
    Column(f"velocity_{axis}_mps", "number", f"velocity towards {axis}", "m/s", minimum=-2000, maximum=2000)
    for axis in ("east", "north", "up")
)
_LATITUDE = Column("latitude_deg", "number", "WGS-84 latitude", "deg", minimum=-90, maximum=90)
_LONGITUDE = Column("longitude_deg", "number", "WGS-84 longitude", "deg", minimum=-180, maximum=180)
_ALTITUDE = Column("altitude_m", "number", "height above the ellipsoid", "m", minimum=-1000, maximum=100_000)

DETECTIONS = Schema(
    "detections",
    "What sensors reported: one row a detection, in the terms in which the sensor measures.",
    (
        _TIME,
        Column("received_s", "number", "UTC seconds of receipt; absent: time_s", "s", minimum=0, maximum=9e9),
        Column("sensor", "string", "name of the sensor in the site file", required=True),
        Column("scan", "integer", "one look of the sensor at all it covers; absent: equal time_s", minimum=0),
        Column("range_m", "number", "slant range", "m", minimum=0, maximum=1e6),
        Column("azimuth_deg", "number", "clockwise from true north", "deg", minimum=-360, maximum=360),
        Column("elevation_deg", "number", "up from the horizontal", "deg", minimum=-90, maximum=90),
        Column("range_rate_mps", "number", "growth of the range", "m/s", minimum=-2000, maximum=2000),
        _LATITUDE,
        _LONGITUDE,
        _ALTITUDE,
        *_VELOCITY,
        Column("heard", "boolean", "whether a presence sensor heard anything"),
        Column("identity", "string", "what the object calls itself; a serial is hashed before it comes here"),
        Column("range_sigma_m", "number", "overrides the sensor's", "m", minimum=1e-3, maximum=1e5),
        Column("azimuth_sigma_deg", "number", "overrides the sensor's", "deg", minimum=1e-4, maximum=180),
        Column("elevation_sigma_deg", "number", "overrides the sensor's", "deg", minimum=1e-4, maximum=180),
        Column("range_rate_sigma_mps", "number", "overrides the sensor's", "m/s", minimum=1e-3, maximum=1000),
        Column("position_sigma_m", "number", "overrides the sensor's", "m", minimum=1e-3, maximum=1e5),
        Column(
            "velocity_sigma_mps", "number", "of each axis of a velocity", "m/s", minimum=1e-3, maximum=1e4
        ),
        Column("sensor_latitude_deg", "number", "where a moving sensor was", "deg", minimum=-90, maximum=90),
        Column("sensor_longitude_deg", "number", "where it was", "deg", minimum=-180, maximum=180),
        Column("sensor_altitude_m", "number", "where it was", "m", minimum=-1000, maximum=100_000),
        Column("label", "string", f"what the sensor takes it for: {', '.join(LABELS)}"),
        Column("label_confidence", "number", "how sure the sensor is of it", minimum=0, maximum=1),
        Column(
            "radar_cross_section_m2", "number", "as measured at this look", "m2", minimum=1e-9, maximum=1e6
        ),
    ),
)

_STATE = (
    _LATITUDE,
    _LONGITUDE,
    _ALTITUDE,
    Column("east_m", "number", "position in the site's tangent plane", "m"),
    Column("north_m", "number", "position in the site's tangent plane", "m"),
    Column("up_m", "number", "position in the site's tangent plane", "m"),
    *_VELOCITY,
)

TRACKS = Schema(
    "tracks",
    "Every confirmed track after each scan, predicted to its time.",
    (
        _TIME,
        Column("track_id", "string", "identity of the track", required=True),
        *_STATE,
        *(Column(f"sigma_{axis}_m", "number", "1 sigma", "m", minimum=0) for axis in ("east", "north", "up")),
        Column("existence", "number", "probability that the object is real", minimum=0, maximum=1),
        Column("class", "string", "most probable class, or unknown"),
        Column("class_probability", "number", "probability of that class", minimum=0, maximum=1),
        Column("sensors", "strings", "sensors that saw it in the last minute"),
    ),
)

TRUTH = Schema(
    "truth",
    "Where simulated objects really were.",
    (
        _TIME,
        Column("object_id", "string", "identity of the object", required=True),
        *_STATE,
        Column("class", "string", "what it is", required=True),
        Column("threat", "boolean", "whether the zones should be warned of it", required=True),
    ),
)

ALERTS = Schema(
    "alerts",
    "Every message of every alert, in the order in which they were issued.",
    (
        Column("alert_id", "string", "the same through updates, cancel and all-clear", required=True),
        Column("version", "integer", "1 for the first message of an alert", required=True, minimum=1),
        Column("issued_s", "number", "UTC seconds since 1970", "s", required=True),
        Column("level", "string", "watch, advisory or warning", required=True),
        Column("zone", "string", "name of the zone in the site file", required=True),
        Column("track_ids", "strings", "the tracks that the alert stands for", required=True),
        Column("predicted_entry_s", "number", "median of the predicted time of entry, UTC", "s"),
        Column("entry_probability", "number", "that the object enters the zone", minimum=0, maximum=1),
        Column("reason", "string", "the rule and the evidence, in words", required=True),
        Column("message_type", "string", "Alert, Update or Cancel", required=True),
        Column("cap_file", "string", "the CAP message, relative to the output directory", required=True),
        Column("rule", "string", "name of the rule of the site file; absent: no rule called for it"),
        Column("beside", "strings", "tracks beside them that lent the evidence that raised the level"),
        Column("seen_s", "number", "when what it is about was last seen or heard, UTC", "s"),
        Column("tracked_s", "number", "clock of the machine when its picture was there; live runs only", "s"),
        Column("decided_s", "number", "the same when it was decided; live runs only", "s"),
    ),
)

ASSOCIATIONS = Schema(
    "associations",
    "Which detections made which track: the answer to 'why is this here?'.",
    (
        _TIME,
        Column("track_id", "string", "identity of the track", required=True),
        Column("detection", "integer", "row number in detections.parquet", required=True, minimum=0),
        Column("sensor", "string", "name of the sensor", required=True),
        Column("probability", "number", "that this detection is of this track", minimum=0, maximum=1),
    ),
)

PREDICTIONS = Schema(
    "predictions",
    "Which zones each track was expected to enter, and when: every ten seconds and with every message.",
    (
        _TIME,
        Column("track_id", "string", "identity of the track", required=True),
        Column("zone", "string", "name of the zone in the site file", required=True),
        Column("entry_probability", "number", "that it is inside or enters; no row: 0", minimum=0, maximum=1),
        Column("earliest_entry_s", "number", "5 % point of the time of entry, UTC", "s"),
        Column("predicted_entry_s", "number", "median of the time of entry, UTC", "s"),
        Column("latest_entry_s", "number", "95 % point of the time of entry, UTC", "s"),
    ),
)

PATHS = Schema(
    "paths",
    "Where tracks of open alerts were expected to fly: every ten seconds, a row for each point of the way.",
    (
        _TIME,
        Column("track_id", "string", "identity of the track", required=True),
        Column("after_s", "number", "how long after time_s it was expected there", "s", minimum=0),
        _LATITUDE,
        _LONGITUDE,
        _ALTITUDE,
        Column("sigma_along_m", "number", "along the way; half of what may come is within 0.67 of it", "m"),
        Column("sigma_across_m", "number", "across the way, in the same sense", "m"),
        Column("course_deg", "number", "direction of the way there, clockwise from true north", "deg"),
    ),
)

PRESENCE = Schema(
    "presence",
    "What each sensor was from then on: of a service alone, at its start and whenever it changed.",
    (
        _TIME,
        Column("sensor", "string", "name of the sensor", required=True),
        Column("state", "string", "waiting, live, stale or offline; not_live: from files", required=True),
    ),
)

CLASS_EVIDENCE = Schema(
    "class_evidence",
    "Why a track was taken for what it is: every minute, and with every message that names it.",
    (
        _TIME,
        Column("track_id", "string", "identity of the track", required=True),
        Column(
            "evidence", "string", "prior, kinematics, wind, size, label, identity, together", required=True
        ),
        Column("sensor", "string", "name of the sensor whose labels they are"),
        *(Column(name, "number", "natural log of how well it fits that class") for name in CLASS_WORDS),
    ),
)

ORIGINS = Schema(
    "origins",
    "Which object each true detection of a simulation was of; no tracker may see it.",
    (
        _TIME,
        Column("received_s", "number", "UTC seconds of receipt", "s", required=True, minimum=0, maximum=9e9),
        Column("sensor", "string", "name of the sensor in the site file", required=True),
        Column("object_id", "string", "identity of the object in the truth", required=True),
    ),
)

TABLES = {
    table.name: table
    for table in (
        DETECTIONS, TRACKS, TRUTH, ALERTS, ASSOCIATIONS, PREDICTIONS, CLASS_EVIDENCE, PATHS, PRESENCE, ORIGINS
    )
}  # fmt: skip
