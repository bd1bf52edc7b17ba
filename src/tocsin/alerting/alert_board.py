"""The board: all open alerts of a site, who is part of which, and what is to be said of them now."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tocsin.alerting.area import Areas
from tocsin.alerting.case_story import Whereabouts, predicted_entry_ns, whereabouts
from tocsin.alerting.case_table import NEVER, NO_ALERT, CaseRows
from tocsin.alerting.grouping import Flights, Links, flights_of
from tocsin.alerting.identity import Identities, short_name
from tocsin.alerting.kind_sets import KindSets
from tocsin.alerting.level_life import NOT_THERE, Change, is_seen_away
from tocsin.alerting.message_thread import MessageThread
from tocsin.alerting.open_alert import OpenAlert, Picture, in_order_of_weight, situation
from tocsin.alerting.rule_table import NO_RULE, RuleTable
from tocsin.alerting.situation import Situation
from tocsin.alerting.summaries import Summary, summarised
from tocsin.alerting.without_track import WithoutTrack, is_without_track
from tocsin.config.site import Site
from tocsin.model.alerts import AlertMessage
from tocsin.model.assessments import Assessments
from tocsin.units import IntArray

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
        self._count = 0

    def tell(
        self, assessments: Assessments, cases: CaseRows, row: IntArray, change: IntArray
    ) -> list[AlertMessage]:
        """The messages of one picture: by the oldest object of each alert, then by zone.

        `cases` (k,) are all that are open or open now, after this picture, with the track `row` and `change`
        of each; they get their alert, and those that ended are closed.
        """
        now_ns = assessments.time_ns
        where = whereabouts(cases, now_ns, self._table)
        entry_ns = predicted_entry_ns(cases, where)
        self._gather(cases, self._flights(cases, row, assessments, where, entry_ns), now_ns)
        picture = Picture(assessments, cases, row, where, entry_ns, self._table, self._kind_sets)
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
                del self._alerts[number]
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
        for case in np.flatnonzero(cases["alert"] == NO_ALERT).tolist():
            joined = self._links.alert_to_join(case, cases, flights)
            cases["alert"][case] = self._open(cases[case], now_ns) if joined == NO_ALERT else joined
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
        return self._count

    def _cancels(self, picture: Picture, change: IntArray) -> Iterator[_Said]:
        """All-clears of alerts whose last members have left; who leaves another one is noted there."""
        ended = np.flatnonzero(change == Change.ENDED)
        for number in sorted(set(picture.cases["alert"][ended].tolist())):
            alert, members = self._alerts[number], ended[picture.cases["alert"][ended] == number]
            if (picture.cases["alert"] == number).sum() > len(members):
                alert.gone += len(members)
                alert.unseen += int((~is_seen_away(picture.cases[members], self._table)).sum())
                continue
            del self._alerts[number]
            members = members[
                in_order_of_weight(picture.cases[members], picture.whereabouts[members], self._table)
            ]
            found = self._situation(alert, members, 0, picture)
            is_away = bool(is_seen_away(picture.cases[members], self._table).all())
            yield _order(alert, members, picture), alert.thread.cancel(found, is_away)

    def _reports(self, picture: Picture, change: IntArray) -> Iterator[_Said]:
        """Alerts and Updates of all alerts that have something to say."""
        living = np.flatnonzero(change != Change.ENDED)
        living = living[in_order_of_weight(picture.cases[living], picture.whereabouts[living], self._table)]
        if not len(living):
            return
        summaries = summarised(picture, living)
        for index, summary in enumerate(summaries.rows()):
            alert = self._alerts[summary.alert]
            rule = self._standing(alert, summary, picture.now_ns)
            is_quiet = picture.now_ns < alert.quiet_until_ns and rule == alert.told_rule
            if is_quiet and not summary.joins:
                continue
            members = summaries.members(index)
            named = members[: summary.named]
            if self._is_due(alert, summary, rule, named, picture):
                yield _order(alert, members, picture), self._report(alert, rule, named, members, picture)

    def _standing(self, alert: OpenAlert, summary: Summary, now_ns: int) -> int:
        """The rule whose level stands: that of the members, or the one before for a while after they left.

        Who has been told of one that comes is not told the contrary while others of the group still may.
        """
        level = self._table.level
        if alert.told_rule == NO_RULE or level[summary.rule] >= level[alert.told_rule]:
            alert.held_since_ns = NEVER
            return summary.rule
        if alert.held_since_ns == NEVER:
            if summary.is_told:
                return summary.rule
            alert.held_since_ns = now_ns
        is_held = now_ns - alert.held_since_ns < self._table.lower_after_ns[alert.told_rule]
        if not is_held:
            alert.held_since_ns = NEVER
        return alert.told_rule if is_held else summary.rule

    def _report(
        self, alert: OpenAlert, rule: int, named: IntArray, members: IntArray, picture: Picture
    ) -> AlertMessage:
        found = self._situation(alert, named, len(members) - len(named), picture)
        found.standing, found.is_held = self._table.rules[rule], alert.held_since_ns != NEVER
        message = alert.thread.report(found)
        alert.told_version, alert.told_count, alert.told_rule = self._identities.version, len(named), rule
        alert.quiet_until_ns = alert.thread.quiet_until_ns(found.standing.rule)
        picture.cases["is_named"][members] = False
        picture.cases["is_named"][named] = True
        return message

    def _is_due(
        self, alert: OpenAlert, summary: Summary, rule: int, named: IntArray, picture: Picture
    ) -> bool:
        """Whether there is something to say: another level, members that joined, other news, or renewal."""
        thread, now_ns = alert.thread, picture.now_ns
        standing = self._table.rules[rule]
        if thread.last_level is not standing.level or thread.is_expiring(now_ns):
            return True
        if summary.joins and thread.is_older_than(now_ns, self._grouping.update_after_s):
            return True
        if not thread.is_older_than(now_ns, standing.rule.update_after_s):
            return False
        if self._names_others(alert, named, picture):
            return True
        where = Whereabouts(summary.whereabouts)
        entry_ns = None if summary.entry_ns == NEVER else summary.entry_ns
        is_news = thread.has_news(standing.rule, where, summary.probability, entry_ns)
        return is_news or self._is_elsewhere(alert, where, named, picture)

    def _is_elsewhere(self, alert: OpenAlert, where: Whereabouts, named: IntArray, picture: Picture) -> bool:
        """Whether the area of the last message no longer fits; not asked once they fly elsewhere."""
        row = picture.row[named]
        row = row[row >= 0]
        if where is Whereabouts.AWAY or not len(row):
            return False
        objects = [(picture.assessments.state[k], picture.assessments.covariance[k]) for k in row.tolist()]
        return self._areas.is_outdated(
            picture.now_ns, alert.thread.alert_id, self._zones[alert.zone], objects
        )

    def _names_others(self, alert: OpenAlert, named: IntArray, picture: Picture) -> bool:
        """Whether the tracks are no longer those of the last message."""
        if alert.told_version == self._identities.version and alert.told_count == len(named):
            return False
        alert.told_version, alert.told_count = self._identities.version, len(named)
        return not alert.thread.names(self._track_ids(named, picture))

    def _situation(self, alert: OpenAlert, named: IntArray, quieter: int, picture: Picture) -> Situation:
        track_ids, zone = self._track_ids(named, picture), self._zones[alert.zone]
        activity = self._without_track.words(int(picture.cases["object"][named[0]]))
        return situation(alert, named, quieter, track_ids, zone, picture, activity)

    def _track_ids(self, named: IntArray, picture: Picture) -> tuple[str, ...]:
        numbers = np.sort(picture.cases["object"][named]).tolist()
        return tuple(name for number in numbers for name in self._names(number))

    def _names(self, number: int) -> tuple[str, ...]:
        if number in self._identities:
            return self._identities[number].track_ids
        return self._without_track.track_ids(number)


def _order(alert: OpenAlert, members: IntArray, picture: Picture) -> tuple[int, int]:
    return int(picture.cases["object"][members].min()), alert.zone
