"""Which alerts have something to say now: another level, members that joined, other news, or renewal.

What one alert goes through stands one by one in `tests/alerting/one_by_one/case.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.case_table import NEVER
from tocsin.alerting.rule_table import NO_RULE, RuleTable
from tocsin.alerting.summaries import Summaries
from tocsin.alerting.told_table import ToldRows
from tocsin.config.grouping import Grouping
from tocsin.units import BoolArray, IntArray

LOOK_EVERY_NS = 10_000_000_000
"""How often the area of a message is compared with where its objects are expected to pass."""


@dataclass(frozen=True, slots=True)
class News:
    """Of a alerts: the `rule` (a,) whose level stands, and which have something to say.

    Of those that have nothing else to say, `is_old` are old enough for news of the same level, and of these
    `may_name_others` and `may_be_elsewhere` are still to be held against their tracks and their area.
    """

    rule: IntArray
    is_due: BoolArray
    is_old: BoolArray
    may_name_others: BoolArray
    may_be_elsewhere: BoolArray


def news_of(
    summaries: Summaries, told: ToldRows, now_ns: int, version: int, table: RuleTable, grouping: Grouping
) -> News:
    """Holds alerts against what they said last: `told` (a,) of each; `version` is that of identities."""
    rule, joins = standing(summaries, told, now_ns, table), summaries.joins
    is_quiet = (now_ns < told["quiet_until_ns"]) & (rule == told["rule"])
    age_ns = now_ns - told["issued_ns"]
    is_first = told["rule"] == NO_RULE
    is_other = is_first | (table.level[rule] != table.level[told["rule"]])
    is_due = is_other | (now_ns >= told["renew_ns"])
    is_due |= joins & (age_ns >= grouping.update_after_s * 1e9)
    is_old = age_ns >= table.update_after_s[rule] * 1e9
    is_due |= is_old & _is_other_told(summaries, told, rule, table)
    is_asked = joins | ~is_quiet
    is_old &= is_asked & ~is_due
    is_changed = joins | summaries.is_renamed | (told["objects"] != summaries.named)
    is_same_state = (told["version"] == version) & (told["objects"] == summaries.named)
    is_to_look = now_ns - told["looked_ns"] >= LOOK_EVERY_NS
    return News(
        rule,
        is_due & is_asked,
        is_old,
        is_old & is_changed & ~is_same_state,
        is_old & is_to_look & (summaries.whereabouts != Whereabouts.AWAY),
    )


def standing(summaries: Summaries, told: ToldRows, now_ns: int, table: RuleTable) -> IntArray:
    """The rules whose levels stand: those of the members, or those before for a while after they left.

    Who has been told of one that comes is not told the contrary while others of the group still may. Notes
    in `told` since when levels are held so.
    """
    is_lower = (told["rule"] != NO_RULE) & (table.level[summaries.rule] < table.level[told["rule"]])
    since_ns = told["held_since_ns"]
    begins = is_lower & (since_ns == NEVER) & ~summaries.is_told
    since_ns = np.where(begins, now_ns, since_ns)
    is_held = is_lower & (since_ns != NEVER) & (now_ns - since_ns < table.lower_after_ns[told["rule"]])
    told["held_since_ns"] = np.where(is_held, since_ns, NEVER)
    return np.where(is_held, told["rule"], summaries.rule)


def _is_other_told(summaries: Summaries, told: ToldRows, rule: IntArray, table: RuleTable) -> BoolArray:
    """Whether whereabouts, likelihood or entry changed enough since the last message."""
    # That it flies elsewhere is said when the alert ends: one look may be wrong.
    is_here = summaries.whereabouts != Whereabouts.AWAY
    is_other_place = summaries.whereabouts != told["whereabouts"]
    change = np.abs(summaries.probability - told["probability"])
    is_other_chance = change > table.update_probability_change[rule]
    shift_ns = np.abs(summaries.entry_ns - told["entry_ns"])
    is_known = (summaries.entry_ns != NEVER) & (told["entry_ns"] != NEVER)
    is_other_time = is_known & (shift_ns > table.update_entry_change_s[rule] * 1e9)
    found: BoolArray = (is_here & (is_other_place | is_other_chance)) | is_other_time
    return found
