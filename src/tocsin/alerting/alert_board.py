"""The board: all open alerts of a site, who is part of which, and what is to be said of them now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from tocsin.alerting.area import Areas
from tocsin.alerting.case_story import predicted_entry_ns, whereabouts
from tocsin.alerting.case_table import NEVER, NO_ALERT, CaseRows
from tocsin.alerting.companions import Shared
from tocsin.alerting.grouping import Flights, Links, ToldOf, flights_of
from tocsin.alerting.identity import Identities, short_name
from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.level_life import NOT_THERE, Change, is_seen_away
from tocsin.alerting.message_thread import MessageThread
from tocsin.alerting.news import news_of
from tocsin.alerting.open_alert import Member, OpenAlert, Picture, in_order_of_weight, members_of, situation
from tocsin.alerting.rule_table import RuleTable
from tocsin.alerting.situation import Situation
from tocsin.alerting.summaries import Summaries, summarised
from tocsin.alerting.told_table import Told, ToldRows, ToldTable
from tocsin.alerting.without_track import WithoutTrack, is_without_track
from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.units import BoolArray, IntArray

CHECK_EVERY_NS = 10_000_000_000
"""How often it is looked whether members of a group have parted."""


_Said = tuple[tuple[int, int], AlertMessage]
"""Its place among the messages of a picture, and the message."""


class AlertBoard:
    """Gathers open cases in alerts, one for each group and zone, and writes their messages."""

    def __init__(
        self,
        site: Site,
        table: RuleTable,
        kind_sets: KindSets,
        identities: Identities,
        without_track: WithoutTrack,
        areas: Areas,
    ) -> None:
        self._site_name = site.site.name
        self._zones = tuple(zone.name for zone in site.zones)
        self._grouping = site.grouping
        self._links = Links(site.grouping)
        self._table = table
        self._kind_sets = kind_sets
        self._identities = identities
        self._without_track = without_track
        self._areas = areas
        self._alerts: dict[int, OpenAlert] = {}
        self._told = ToldTable()
        self._opened: list[int] = []
        self._count = 0

    def tell(
        self, assessments: Assessments, cases: CaseRows, row: IntArray, change: IntArray, shared: Shared
    ) -> list[AlertMessage]:
        """The messages of one picture: by the oldest object of each alert, then by zone.

        `cases` (k,) are all that are open or open now, after this picture, with the track `row` and `change`
        of each; they get their alert, and those that ended are closed. `shared` says who lends evidence.
        """
        now_ns = assessments.time_ns
        where = whereabouts(cases, now_ns, self._table)
        entry_ns = predicted_entry_ns(cases, where)
        self._gather(cases, self._flights(cases, row, assessments, where, entry_ns), now_ns)
        self._told.add(self._opened)
        self._opened.clear()
        picture = Picture(assessments, cases, row, where, entry_ns, self._table, self._kind_sets, shared)
        said = [*self._cancels(picture, change), *self._reports(picture, change)]
        is_ended = change == Change.ENDED
        cases["alert"][is_ended], cases["held_since_ns"][is_ended] = NO_ALERT, NEVER
        return [message for _, message in sorted(said, key=lambda one: one[0])]

    def rezone(
        self, zones: tuple[str, ...], moved: IntArray, table: RuleTable, now_ns: int, words: str
    ) -> list[AlertMessage]:
        """Zones have other numbers, `moved` (z,), below 0 for those that are gone; gives their ends."""
        self._zones, self._table = zones, table
        ended = []
        for number, alert in list(self._alerts.items()):
            alert.zone = int(moved[alert.zone])
            if alert.zone < 0:
                self._close(number)
                ended.append(alert.thread.retract(now_ns, words))
        return ended

    def _flights(
        self, cases: CaseRows, row: IntArray, assessments: Assessments, where: IntArray, entry_ns: IntArray
    ) -> Flights:
        """How objects fly; what is active without a track joins no group, and none joins it."""
        is_alone = is_without_track(cases)
        row, entry_ns = np.where(is_alone, NOT_THERE, row), np.where(is_alone, NEVER, entry_ns)
        return flights_of(cases, row, assessments.state, where, entry_ns)

    def _gather(self, cases: CaseRows, flights: Flights, now_ns: int) -> None:
        """Gives new cases to the alert of their group, and those that parted one of their own."""
        fresh = np.flatnonzero(cases["alert"] == NO_ALERT)
        told = ToldOf(fresh, cases, flights)
        for case in fresh.tolist():
            joined = self._links.alert_to_join(case, told.zone(case), cases, flights)
            cases["alert"][case] = self._open(cases[case], now_ns) if joined == NO_ALERT else joined
            told.add(case)
        for number in self._links.loose(cases, flights):
            alert = self._alerts[number]
            if now_ns < alert.next_check_ns:
                continue
            alert.next_check_ns = now_ns + CHECK_EVERY_NS
            members = np.flatnonzero(cases["alert"] == number)
            for parted in self._links.parted(members, cases, flights, now_ns):
                cases["alert"][parted] = self._open(cases[parted[0]], now_ns, alert.thread.alert_id)
                cases["apart_since_ns"][parted], cases["is_named"][parted] = NEVER, False

    def _open(self, case: np.void, now_ns: int, parted_from: str = "") -> int:
        """Begins an alert under a name of its own."""
        self._count += 1
        zone = int(case["zone"])
        number = int(case["object"])
        first = self._identities[number].track_ids[0] if number in self._identities else "active"
        name = short_name(self._site_name, self._zones[zone], first, now_ns)
        self._alerts[self._count] = OpenAlert(
            self._count, zone, MessageThread(name), now_ns + CHECK_EVERY_NS, parted_from
        )
        self._opened.append(self._count)
        return self._count

    def _close(self, number: int) -> None:
        del self._alerts[number]
        self._told.remove(number)

    def _cancels(self, picture: Picture, change: IntArray) -> Iterator[_Said]:
        """All-clears of alerts whose last members have left; who leaves another one is noted there."""
        ended = np.flatnonzero(change == Change.ENDED)
        for number in sorted(set(picture.cases["alert"][ended].tolist())):
            alert, members = self._alerts[number], ended[picture.cases["alert"][ended] == number]
            if (picture.cases["alert"] == number).sum() > len(members):
                alert.gone += len(members)
                alert.unseen += int((~is_seen_away(picture.cases[members], self._table)).sum())
                continue
            self._close(number)
            members = members[in_order_of_weight(picture.cases, members, picture.whereabouts, self._table)]
            found = self._situation(alert, members_of(members, picture), 0, picture)
            is_away = bool(is_seen_away(picture.cases[members], self._table).all())
            yield _order(alert, members, picture), alert.thread.cancel(found, is_away)

    def _reports(self, picture: Picture, change: IntArray) -> Iterator[_Said]:
        """Alerts and Updates of all alerts that have something to say."""
        living = np.flatnonzero(change != Change.ENDED)
        living = living[in_order_of_weight(picture.cases, living, picture.whereabouts, self._table)]
        if not len(living):
            return
        summaries = summarised(picture, living)
        places = self._told.places(summaries.alert)
        told = self._told.rows.take(places)
        news = news_of(summaries, told, picture.now_ns, self._identities.version, self._table, self._grouping)
        told["version"][news.is_old], told["objects"][news.is_old] = (
            self._identities.version, summaries.named[news.is_old],
        )  # fmt: skip
        is_due = news.is_due | self._names_others(news.may_name_others, summaries, picture)
        is_due |= self._is_elsewhere(news.may_be_elsewhere & ~is_due, summaries, told, picture)
        self._told.put(places, told)
        places, due = places[is_due].tolist(), np.flatnonzero(is_due).tolist()
        for place, row, named in zip(due, places, summaries.named_of(due, picture), strict=True):
            alert, members = self._alerts[int(summaries.alert[place])], summaries.members(place)
            message = self._report(alert, row, int(news.rule[place]), named, members, picture)
            yield _order(alert, members, picture), message

    def _report(
        self, alert: OpenAlert, row: int, rule: int, named: list[Member], members: IntArray, picture: Picture
    ) -> AlertMessage:
        told = self._told.rows
        found = self._situation(alert, named, len(members) - len(named), picture)
        found.standing, found.is_held = self._table.rules[rule], int(told["held_since_ns"][row]) != NEVER
        message = alert.thread.report(found)
        entry_ns = NEVER if message.predicted_entry_ns is None else message.predicted_entry_ns
        told[row] = Told(
            number=alert.number,
            rule=rule,
            version=self._identities.version,
            objects=len(named),
            issued_ns=picture.now_ns,
            renew_ns=alert.thread.renew_ns,
            quiet_until_ns=alert.thread.quiet_until_ns(found.standing.rule),
            held_since_ns=int(told["held_since_ns"][row]),
            looked_ns=picture.now_ns,
            probability=message.entry_probability,
            entry_ns=entry_ns,
            whereabouts=int(found.whereabouts),
        )
        picture.cases["is_named"][members] = np.arange(len(members)) < len(named)
        picture.cases["is_renamed"][members] = False
        return message

    def _is_elsewhere(
        self, is_asked: BoolArray, summaries: Summaries, told: ToldRows, picture: Picture
    ) -> BoolArray:
        """Whether the areas of the last messages no longer fit."""
        found = np.zeros(len(is_asked), dtype=bool)
        for place in np.flatnonzero(is_asked).tolist():
            row = picture.row[summaries.members(place)[: int(summaries.named[place])]]
            row = row[row >= 0]
            if not len(row):
                continue
            told["looked_ns"][place] = picture.now_ns
            alert = self._alerts[int(summaries.alert[place])]
            found[place] = self._areas.is_outdated(
                alert.thread.alert_id,
                self._zones[alert.zone],
                picture.assessments.state[row],
                picture.assessments.covariance[row],
            )
        return found

    def _names_others(self, is_asked: BoolArray, summaries: Summaries, picture: Picture) -> BoolArray:
        """Whether the tracks are no longer those of the last messages."""
        found = np.zeros(len(is_asked), dtype=bool)
        for place in np.flatnonzero(is_asked).tolist():
            named = summaries.members(place)[: int(summaries.named[place])]
            thread = self._alerts[int(summaries.alert[place])].thread
            objects = picture.cases["object"][named].tolist()
            found[place] = not thread.names(self._track_ids(objects))
            picture.cases["is_renamed"][named] = False
        return found

    def _situation(
        self, alert: OpenAlert, members: list[Member], quieter: int, picture: Picture
    ) -> Situation:
        track_ids = self._track_ids(one.object for one in members)
        activity = self._without_track.words(members[0].object)
        return situation(alert, members, quieter, track_ids, self._zones[alert.zone], picture, activity)

    def _track_ids(self, objects: Iterable[int]) -> tuple[str, ...]:
        return tuple(name for number in sorted(objects) for name in self._names(number))

    def _names(self, number: int) -> tuple[str, ...]:
        if number in self._identities:
            return self._identities[number].track_ids
        return self._without_track.track_ids(number)


def _order(alert: OpenAlert, members: IntArray, picture: Picture) -> tuple[int, int]:
    return int(picture.cases["object"][members].min()), alert.zone
