"""The state of a running service as JSON and as metrics, for those who ask from outside."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from tocsin import __version__
from tocsin.config.site import Site
from tocsin.errors import DecodeError
from tocsin.model.track_reports import AirPicture
from tocsin.outputs.live.air_pictures import PictureMaker
from tocsin.outputs.live.reach_json import reach_features
from tocsin.outputs.live.track_json import feature_collection
from tocsin.outputs.refusal import Refusal
from tocsin.runtime.live_state import LiveState, who_is_there
from tocsin.sensors.live.posted import NoSightingSensor, Taken, TooManySightings
from tocsin.units import NANOSECONDS_PER_SECOND


class TakesSightings(Protocol):
    """Whoever reads what people saw."""

    def post(self, payload: bytes) -> Taken:
        """Takes one. Raises DecodeError, NoSightingSensor, TooManySightings."""


class LiveView:
    """Answers from the latest state of a site; `state` gives it, `posted` takes what people tell."""

    def __init__(self, site: Site, state: Callable[[], LiveState], posted: TakesSightings) -> None:
        self._site, self._state, self._posted = site, state, posted
        self._maker = PictureMaker(site)

    def health(self) -> dict[str, Any]:
        """Whether the line runs, and how far behind it is."""
        state = self._state()
        return {
            "site": state.site,
            "status": state.status,
            "version": __version__,
            "time_s": state.time_ns / NANOSECONDS_PER_SECOND,
            "running_s": (state.time_ns - state.started_ns) / NANOSECONDS_PER_SECOND,
            "lag_s": state.lag_s,
            "detections": state.detections,
            "pictures": state.pictures,
            "tracks_confirmed": state.tracks_confirmed,
            "sensors": who_is_there(state.reports),
        }

    def sensors(self) -> list[dict[str, Any]]:
        """The report of every sensor, in the order of the site file."""
        return [report.as_json() for report in self._state().reports]

    def tracks(self) -> list[dict[str, Any]]:
        """Every confirmed track of the latest picture, in the site's plane."""
        moment = self._state().moment
        if moment is None:
            return []
        tracks = moment.tracks
        sigma = np.sqrt(np.diagonal(tracks.covariance, axis1=1, axis2=2))
        return [
            {
                "track_id": track_id,
                "time_s": moment.time_ns / NANOSECONDS_PER_SECOND,
                "east_m": state[0], "north_m": state[1], "up_m": state[2],
                "velocity_east_mps": state[3], "velocity_north_mps": state[4], "velocity_up_mps": state[5],
                "sigma_east_m": spread[0], "sigma_north_m": spread[1], "sigma_up_m": spread[2],
                "existence": existence,
                "identity": identity,
            }
            for track_id, state, spread, existence, identity in zip(
                tracks.track_id.tolist(), tracks.state.tolist(), sigma.tolist(), tracks.existence.tolist(),
                tracks.identity.tolist(), strict=True,
            )
        ]  # fmt: skip

    def tracks_geojson(self) -> dict[str, Any]:
        """Every confirmed track of the latest picture, on the Earth, and where those that are lost can be."""
        moment = self._state().moment
        if moment is None:
            return feature_collection(AirPicture(0, ()), self._site)
        found = feature_collection(self._maker.picture(moment), self._site)
        if moment.assessments is not None:
            found["features"] += reach_features(moment.assessments, moment.zones, self._site)
        return found

    def outputs(self) -> list[dict[str, Any]]:
        """The report of every output, in the order of the site file."""
        return [report.as_json() for report in self._state().outputs]

    def receivers(self) -> list[Mapping[str, Any]]:
        """The report of every receiver, in the order of the site file."""
        return [report.as_json() for report in self._state().receivers]

    def sight(self, payload: bytes) -> dict[str, Any]:
        """Takes a person's sighting for the sensor near by; raises Refusal, which says why it does not."""
        try:
            taken = self._posted.post(payload)
        except DecodeError as error:
            raise Refusal(422, str(error)) from None
        except NoSightingSensor as error:
            raise Refusal(409, str(error)) from None
        except TooManySightings as error:
            raise Refusal(429, str(error)) from None
        return {"sensor": taken.sensor, "used": not taken.refused, "refused": taken.refused}

    def collect(self) -> Iterable[Metric]:
        """What Prometheus asks for."""
        state = self._state()
        for name, text, value in (
            ("tocsin_lag_seconds", "How long the oldest of what just came had waited.", state.lag_s),
            ("tocsin_tracks", "Confirmed tracks.", 0 if state.moment is None else len(state.moment.tracks)),
            ("tocsin_alerts_open", "Open alerts.", len(state.alerts)),
            ("tocsin_alerts_unanswered", "Open alerts that nobody acknowledged.", _unanswered(state)),
        ):
            yield GaugeMetricFamily(name, text, value=value)
        yield CounterMetricFamily("tocsin_detections", "Detections used.", value=state.detections)
        yield from self._by_sensor(state)
        yield from self._by_output(state)
        yield from self._by_receiver(state)

    def _by_sensor(self, state: LiveState) -> Iterable[Metric]:
        messages = CounterMetricFamily("tocsin_sensor_messages", "Messages read.", labels=["sensor"])
        used = CounterMetricFamily("tocsin_sensor_detections", "Detections used.", labels=["sensor"])
        live = GaugeMetricFamily("tocsin_sensor_live", "1 while the sensor is live.", labels=["sensor"])
        nis = GaugeMetricFamily("tocsin_sensor_nis", "1 where errors are as it says.", labels=["sensor"])
        lost = CounterMetricFamily(
            "tocsin_sensor_not_used", "Not read, used or kept, by reason.", labels=["sensor", "reason"]
        )
        for report in state.reports:
            messages.add_metric([report.name], report.messages)
            used.add_metric([report.name], report.detections)
            live.add_metric([report.name], float(report.state == "live"))
            nis.add_metric([report.name], math.nan if report.nis is None else report.nis)
            # One reason may be met at more than one door: a series that comes twice breaks the whole page.
            counts = Counter(report.decode_errors) + Counter(report.refused) + Counter(report.dropped)
            for reason, count in sorted(counts.items()):
                lost.add_metric([report.name, reason], count)
        yield from (messages, used, live, nis, lost)

    def _by_output(self, state: LiveState) -> Iterable[Metric]:
        stands = GaugeMetricFamily("tocsin_output_open", "1 while its way stands.", labels=["output"])
        receivers = GaugeMetricFamily("tocsin_output_receivers", "Connected receivers.", labels=["output"])
        sent = CounterMetricFamily("tocsin_output_pictures", "Air pictures sent whole.", labels=["output"])
        lost = CounterMetricFamily(
            "tocsin_output_dropped", "What did not go out, by reason.", labels=["output", "reason"]
        )
        for report in state.outputs:
            stands.add_metric([report.name], float(report.is_open))
            receivers.add_metric([report.name], report.receivers)
            sent.add_metric([report.name], report.pictures)
            for reason, count in sorted(report.dropped.items()):
                lost.add_metric([report.name, reason], count)
        yield from (stands, receivers, sent, lost)

    def _by_receiver(self, state: LiveState) -> Iterable[Metric]:
        stands = GaugeMetricFamily("tocsin_receiver_open", "1 while its way stands.", labels=["receiver"])
        pending = GaugeMetricFamily(
            "tocsin_receiver_pending", "Alerts of which it still has to be told.", labels=["receiver"]
        )
        done = CounterMetricFamily(
            "tocsin_receiver_deliveries", "Messages by what became of them.", labels=["receiver", "state"]
        )
        for report in state.receivers:
            stands.add_metric([report.name], float(report.is_open))
            pending.add_metric([report.name], report.pending)
            done.add_metric([report.name, "confirmed"], report.confirmed)
            done.add_metric([report.name, "refused"], report.refused)
        yield from (stands, pending, done)


def _unanswered(state: LiveState) -> int:
    return sum(report.acknowledged_ns is None for report in state.alerts)
