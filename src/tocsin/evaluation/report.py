"""What a recorded run was worth, against the truth: all measures of one run, and `metrics.json` from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.errors import UnusableFile
from tocsin.evaluation import gospa, nees
from tocsin.evaluation.alert_log import LoggedAlert, alert_log
from tocsin.evaluation.arrival import arrivals
from tocsin.evaluation.entry_forecasts import entry_forecasts
from tocsin.evaluation.leads import RaisedWarning, ZoneOutcome, reversals, warnings, zone_outcomes
from tocsin.evaluation.measured import Measured, measures
from tocsin.evaluation.oracle import OracleLog, possible_entries
from tocsin.evaluation.over_warned import over_warned
from tocsin.evaluation.paths import TruePath, places_at, true_paths
from tocsin.evaluation.prediction_log import prediction_log
from tocsin.evaluation.siap import siap
from tocsin.evaluation.ties import Ties
from tocsin.evaluation.track_log import TrackLog, track_log
from tocsin.evaluation.zone_volume import ZoneVolume, zone_volumes
from tocsin.evaluation.zones_warned import zones_warned
from tocsin.recording.layout import SITE
from tocsin.recording.recording import Recording
from tocsin.units import FloatArray

METRICS_FORMAT = 1
SHORTEST_MEMORY_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """All measures of one run. `gospa_s` (k,) are the instants at which `gospa_scores` were taken."""

    site: str
    threats: int
    outcomes: list[ZoneOutcome]
    warnings: list[RaisedWarning]
    alerts: int
    reversals: int
    gospa_s: FloatArray
    gospa_scores: list[gospa.Gospa]
    gospa: gospa.GospaSummary | None
    nees_horizontal: nees.NeesSummary | None
    nees_vertical: nees.NeesSummary | None
    measured: Measured

    def metrics(self) -> dict[str, Any]:
        """What `metrics.json` holds; None is what can't be said. The keys are stable:

        `threats` in the truth, `threats_entering` any zone, `threats_warned`: warned for every zone entered;
        `entries` of threats into zones, `entries_warned`; `lead_s` of those entries that had a warning, early
        or late: median, 5th percentile, worst; `warnings`, `false_warnings`, `false_alarm_ratio`; `alerts`,
        `reversals`, `reversals_per_alert`; `gospa` (horizontal, cutoff 500 m); `nees`; `objects` and
        `raised_warnings`, the tables from which the counts are made; `measures` of warnings, and `measured`,
        from which they are taken.
        """
        entries = [o for o in self.outcomes if o.threat and o.entry_s is not None]
        entering = {o.object_id for o in entries}
        leads = sorted(o.lead_s for o in entries if o.lead_s is not None)
        false = sum(warning.false for warning in self.warnings)
        return {
            "format": METRICS_FORMAT,
            "site": self.site,
            "threats": self.threats,
            "threats_entering": len(entering),
            "threats_warned": len(entering - {o.object_id for o in entries if not o.warned}),
            "entries": len(entries),
            "entries_warned": sum(o.warned for o in entries),
            "lead_s": _spread(leads),
            "warnings": len(self.warnings),
            "false_warnings": false,
            "false_alarm_ratio": false / len(self.warnings) if self.warnings else None,
            "alerts": self.alerts,
            "reversals": self.reversals,
            "reversals_per_alert": self.reversals / self.alerts if self.alerts else None,
            "gospa": None if self.gospa is None else asdict(self.gospa),
            "nees": {
                "horizontal": None if self.nees_horizontal is None else asdict(self.nees_horizontal),
                "vertical": None if self.nees_vertical is None else asdict(self.nees_vertical),
            },
            "objects": [asdict(outcome) for outcome in self.outcomes],
            "raised_warnings": [asdict(warning) for warning in self.warnings],
            "measures": asdict(measures(self.measured)),
            "measured": asdict(self.measured),
        }


def evaluate(recording: Recording, oracle: OracleLog | None = None) -> Evaluation:
    """Scores a run of a simulation; `recording.write_metrics(evaluation.metrics())` keeps what it found.

    `oracle` is what the oracle of this very recording said; without it nothing is measured against it.
    Raises `UnusableFile` where the truth or a table is missing, `InvalidTable` where one isn't the
    contract's, `InvalidFile` where the recorded site file isn't valid.
    """
    if not recording.has_truth():
        raise UnusableFile(recording.directory, "has no truth.parquet; only simulated runs can be evaluated")
    site = parse(recording.site_toml, recording.directory / SITE, Site)
    paths, zones = true_paths(recording.truth(), site.frame), zone_volumes(site)
    tracks, alerts = track_log(recording.tracks()), alert_log(recording)
    ties = Ties(tracks, paths, (alert.issued_s for alert in alerts))
    outcomes = zone_outcomes(alerts, ties, zones, site.site.delivery_delay_s)
    raised = warnings(alerts, paths, zones)
    instants = np.unique(np.concatenate([path.time_s for path in paths])) if paths else np.empty(0)
    scores = gospa_over_time(tracks, paths, instants, _memory_s(site))
    horizontal, vertical = consistency(tracks, paths)
    return Evaluation(
        site=site.site.name,
        threats=sum(path.threat for path in paths),
        outcomes=outcomes,
        warnings=raised,
        alerts=len({(alert.alert_id, alert.zone) for alert in alerts}),
        reversals=reversals(alerts),
        gospa_s=instants,
        gospa_scores=scores,
        gospa=gospa.summarise(scores),
        nees_horizontal=horizontal,
        nees_vertical=vertical,
        measured=_measured(recording, site, oracle, tracks, alerts, ties, zones, outcomes, raised),
    )


def _measured(
    recording: Recording,
    site: Site,
    oracle: OracleLog | None,
    tracks: TrackLog,
    alerts: Sequence[LoggedAlert],
    ties: Ties,
    zones: Sequence[ZoneVolume],
    outcomes: Sequence[ZoneOutcome],
    raised: Sequence[RaisedWarning],
) -> Measured:
    delay_s, table = site.site.delivery_delay_s, recording.predictions()
    entered = {(o.object_id, o.zone): o.entry_s for o in outcomes if o.entry_s is not None}
    predictions = None if table is None else prediction_log(table)
    return Measured(
        entries=None if oracle is None else possible_entries(outcomes, oracle, delay_s),
        warnings=len(raised),
        false_warnings=sum(warning.false for warning in raised),
        alerts=len({(alert.alert_id, alert.zone) for alert in alerts}),
        reversals=reversals(alerts),
        arrivals=[] if predictions is None else arrivals(alerts, predictions, ties, entered),
        forecasts=[]
        if predictions is None
        else entry_forecasts(tracks, predictions, ties.paths, zones, entered),
        over_warned=over_warned(alerts, ties, zones, site.frame),
        siap=siap(tracks, ties.paths, None if oracle is None else oracle.known_s),
        zones=zones_warned(outcomes, raised, delay_s),
    )


def gospa_over_time(
    tracks: TrackLog, paths: Sequence[TruePath], instants: FloatArray, memory_s: float
) -> list[gospa.Gospa]:
    """Horizontal GOSPA at each instant, of the latest picture carried on to it.

    A picture has no row where there is no track, so one that is older than `memory_s` has gone.
    """
    places = places_at(paths, instants)
    scores = []
    for index, time_s in enumerate(instants):
        truth = places[np.isfinite(places[:, index, 0]), index, :2]
        scores.append(gospa.gospa(truth, tracks.picture_at(float(time_s), memory_s)[:, :2]))
    return scores


def consistency(
    tracks: TrackLog, paths: Sequence[TruePath]
) -> tuple[nees.NeesSummary | None, nees.NeesSummary | None]:
    """Horizontal and vertical NEES of the rows that an assignment within the cutoff ties to a true object.

    One picture of each second is looked at: the next ones say the same again.
    """
    pictures = np.unique(np.floor(tracks.picture_s), return_index=True)[1]
    places = places_at(paths, tracks.picture_s[pictures])
    errors, sigmas = [np.zeros((0, 3))], [np.zeros((0, 3))]
    names: set[str] = set()
    for column, picture in enumerate(pictures):
        rows = tracks.rows_of_picture(int(picture))
        truth = places[np.isfinite(places[:, column, 0]), column]
        pairs = gospa.gospa(truth[:, :2], tracks.place_m[rows, :2]).pairs
        errors.append(tracks.place_m[rows][pairs[:, 1]] - truth[pairs[:, 0]])
        sigmas.append(tracks.sigma_m[rows][pairs[:, 1]])
        names.update(tracks.track_id[rows][pairs[:, 1]])
    error, sigma = np.concatenate(errors), np.concatenate(sigmas)
    return _nees(error[:, :2], sigma[:, :2], len(names)), _nees(error[:, 2:], sigma[:, 2:], len(names))


def _nees(errors_m: FloatArray, sigmas_m: FloatArray, independent: int) -> nees.NeesSummary | None:
    known = (np.isfinite(errors_m) & (sigmas_m > 0)).all(axis=1)
    return nees.summarise(errors_m[known], sigmas_m[known], independent)


def _memory_s(site: Site) -> float:
    """Two of the shortest periods: every look of a sensor, also one that saw nothing, gives a picture."""
    periods = [sensor.filled().period_s or SHORTEST_MEMORY_S for sensor in site.sensors]
    return max(SHORTEST_MEMORY_S, 2.0 * min(periods, default=SHORTEST_MEMORY_S))


def _spread(leads_s: list[float]) -> dict[str, float] | None:
    if not leads_s:
        return None
    fifth = float(np.percentile(leads_s, 5, method="lower"))
    return {"median": float(np.median(leads_s)), "p05": fifth, "worst": leads_s[0]}
