"""The alerter: takes the assessments of one picture after the other, gives the messages that people need."""

from __future__ import annotations

import numpy as np

from tocsin.alerting.alert_board import AlertBoard
from tocsin.alerting.area import Areas
from tocsin.alerting.case_story import learn, note_raise
from tocsin.alerting.case_table import NEVER, NO_ALERT, CaseTable
from tocsin.alerting.identity import AirObject, Identities
from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.level_life import NOT_THERE, Change, mature, step
from tocsin.alerting.rule_table import NO_RULE, RuleTable
from tocsin.alerting.same_object import Motion
from tocsin.alerting.sights import Pairs, Sights, sights_of
from tocsin.alerting.without_track import FIRST_NUMBER, WithoutTrack
from tocsin.config.site import Site
from tocsin.errors import InvalidInput
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.units import BoolArray, FloatArray, IntArray


class Alerter:
    """Raises, updates, lowers and ends alerts by the rules of a site: one for each object or group and zone.

    It knows no time but that of the assessments, so that the same pictures always give the same messages.
    What is open when a recording ends stays open: that no more is recorded is no reason for an all-clear.

    Where others hook in: what caps or blocks levels of an object belongs into `Sights.is_blocked` and
    `may_raise`, both (rules, tracks), right after `sights_of`. What is seen without a track (`WithoutTrack`)
    changes entry probabilities in a copy of the picture before `sights_of`, and is a row behind its tracks
    and a case for its zone where no track accounts for it, so that rules, levels and messages are the same.
    """

    def __init__(self, site: Site) -> None:
        self._zones = tuple(zone.name for zone in site.zones)
        self._table = RuleTable(site.rules, self._zones)
        self._identities = Identities(Motion(site.prior))
        self._cases = CaseTable(len(self._table), len(self._zones))
        self._centres_m = _centres_m(site)
        self._grouping = site.grouping
        self._kind_sets = KindSets()
        self._areas = Areas(site)
        self._without_track = WithoutTrack(len(self._zones), self._table, self._kind_sets)
        self._board = AlertBoard(
            site, self._table, self._kind_sets, self._identities, self._without_track, self._areas
        )
        self._latest_ns: int | None = None

    def decide(self, assessments: Assessments) -> list[AlertMessage]:
        """The messages that one picture calls for, oldest object first, in the order of the site's zones.

        Called for every picture, also those without tracks, in the order of time. Raises `InvalidInput` where
        the zones are not those of the site or the picture is not newer than the one before.
        """
        self._check(assessments)
        self._latest_ns = assessments.time_ns
        tracks, with_active = self._without_track.take(assessments)
        sights = sights_of(with_active, self._table, self._kind_sets, self._grouping)
        raising = sights.raising(self._table)
        self._identities.update(tracks, np.unique(raising.row[raising.row < len(tracks)]))
        self._without_track.follow(self._cases.rows, self._identities)
        self._note_cases(raising, len(tracks))
        row, loudest = self._mature(sights)
        self._settle_without_track(row, loudest)
        self._cases.note_renamed(self._identities.take_changed())
        messages = self._step(sights, row, loudest, tracks)
        self._without_track.note_open(self._cases.rows, assessments.time_ns)
        self._forget()
        return self._areas.fill(messages, assessments)

    def rezone(self, site: Site, now_ns: int, words: str) -> list[AlertMessage]:
        """Goes on with other zones; `site` differs in nothing else. Gives the ends of alerts of zones that
        are gone, for which `words` say why. Zones are the same where their names are."""
        zones = tuple(zone.name for zone in site.zones)
        moved = np.array([zones.index(name) if name in zones else -1 for name in self._zones], np.int64)
        self._table, self._zones = RuleTable(site.rules, zones), zones
        self._centres_m = _centres_m(site)
        self._areas.rezone(site)
        self._cases.rezone(moved, len(zones), FIRST_NUMBER)
        self._without_track.rezone(moved, len(zones), self._table)
        ended = self._board.rezone(zones, moved, self._table, now_ns, words)
        for message in ended:
            self._areas.forget(message.alert_id)
        return ended

    def _check(self, assessments: Assessments) -> None:
        if assessments.zones != self._zones:
            raise InvalidInput(
                f"assessments: zones {assessments.zones} are not those of the site, {self._zones}; "
                "make assessor and alerter from one site file"
            )
        if self._latest_ns is not None and assessments.time_ns <= self._latest_ns:
            raise InvalidInput(
                f"assessments: time {assessments.time_ns} ns is not after that of the picture before, "
                f"{self._latest_ns} ns; give pictures in the order of time"
            )

    def _note_cases(self, raising: Pairs, tracks: int) -> None:
        is_track = raising.row < tracks
        if is_track.any():
            self._cases.add(self._identities.numbers(raising.row[is_track]), raising.zone[is_track])
        if not is_track.all():
            active = raising.row[~is_track]
            self._cases.add(self._without_track.numbers(active), raising.zone[~is_track])

    def _mature(self, sights: Sights) -> tuple[IntArray, IntArray]:
        """The track that speaks for each case, and the rule that has matured in it.

        Before a first message, objects are joined to others that they turn out to be.
        """
        asked = 0
        while True:
            rows = self._cases.rows
            row = self._without_track.speaks(rows, self._identities.rows(rows["object"], rows["zone"]))
            loudest = mature(rows, row, sights, self._table)
            opening = rows["object"][(rows["alert"] == NO_ALERT) & (loudest != NO_RULE)].tolist()
            numbers = sorted({number for number in opening if asked < number < FIRST_NUMBER})
            for air_object in self._identities.in_company(numbers):
                asked = air_object.number
                if self._is_merged(air_object):
                    break
            else:
                return row, loudest

    def _is_merged(self, air_object: AirObject) -> bool:
        """Not so where both already have an alert for one zone: neither may end without a word."""
        twin = self._identities.twin_of(air_object)
        if twin is None:
            return False
        mine, its = (self._cases.rows[self._cases.of(one.number)] for one in (air_object, twin))
        open_zones = [one["zone"][one["alert"] != NO_ALERT] for one in (mine, its)]
        if len(np.intersect1d(*open_zones)):
            return False
        self._cases.hand_over(air_object.number, into=twin.number)
        self._identities.merge(air_object, into=twin)
        return True

    def _settle_without_track(self, row: IntArray, loudest: IntArray) -> None:
        """Alerts of activity go to objects that open where it was; near what is told of, none opens."""
        rows, level = self._cases.rows, self._table.level
        is_opening = (rows["alert"] == NO_ALERT) & (loudest != NO_RULE)
        for given, into in self._without_track.take_overs(rows, row, is_opening, self._identities):
            self._cases.give_alert(given, into)
            loudest[given] = NO_RULE
            if level[loudest[into]] <= level[rows["standing"][into]]:
                loudest[into] = NO_RULE
        loudest[self._without_track.is_told(rows, row, loudest)] = NO_RULE

    def _step(
        self, sights: Sights, row: IntArray, loudest: IntArray, tracks: Assessments
    ) -> list[AlertMessage]:
        """Steps all cases of open alerts, and those that open; gives what is to be said of them."""
        active = np.flatnonzero(self._cases.is_open | (loudest != NO_RULE))
        if not len(active):
            self._cases.keep(self._is_held())
            return []
        cases, row = self._cases.rows.take(active), row[active]
        change, is_new = step(cases, row, loudest[active], sights, self._table)
        is_raised = change == Change.RAISED
        learn(cases, row, is_new | is_raised, sights, self._centres_m)
        note_raise(cases, row, is_raised, sights)
        row = np.where(row < len(tracks), row, NOT_THERE)  # what has no track flies with nothing
        messages = self._board.tell(tracks, cases, row, change, sights.shared)
        self._cases.put(active, cases)
        self._cases.keep((self._cases.rows["alert"] != NO_ALERT) | self._is_held())
        return messages

    def _is_held(self) -> BoolArray:
        held: BoolArray = (self._cases.rows["held_since_ns"] != NEVER).any(axis=1)
        return held

    def _forget(self) -> None:
        gone = self._identities.forgettable()
        if gone:
            remembered = set(self._cases.rows["object"].tolist())
            for air_object in gone:
                if air_object.number not in remembered:
                    self._identities.forget(air_object)


def _centres_m(site: Site) -> FloatArray:
    """The middle of each zone in the plane, (z, 2)."""
    return np.array([zone.vertices_enu_m.mean(axis=0) for zone in site.placed_zones()]).reshape(-1, 2)
