"""What a duty officer reads at three in the morning: one sentence that says what, where, when, and why."""

from __future__ import annotations

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.kind_sets import independent_kinds
from tocsin.alerting.rule_table import LevelRule
from tocsin.alerting.situation import Situation
from tocsin.model.alerts import Level


def reason(situation: Situation, before: Level | None, is_seen_again: bool) -> str:
    """The sentence of an Alert or Update; `before` is the level of the message before, None for the first."""
    level, rule = situation.standing
    last = "last " if situation.whereabouts is Whereabouts.LOST else ""
    parts = [
        f"{_heading(level, before)}: {_what(situation)}",
        *(["seen again"] if is_seen_again else []),
        *_rest_of_group(situation, is_first=before is None),
        f"{last}{seen_by(situation.kinds)}",
        f"rule {rule.label}",
    ]
    return "; ".join(parts)


def all_clear(situation: Situation, is_seen_away: bool) -> str:
    """The sentence of an all-clear: why, and how sure it is that nothing comes."""
    why, confidence = _ending(situation, is_seen_away)
    word = "high" if confidence > 0.9 else "medium" if confidence >= 0.5 else "low"
    rule = situation.standing.rule.label
    sure = f"confidence {word} ({percent(confidence)})"
    heading = f"all-clear for {situation.zone}: {why}"
    return "; ".join([heading, *_left_before(situation), sure, f"rule {rule}"])


def evidence(situation: Situation) -> tuple[str, ...]:
    """What stands behind a message, one fact each."""
    return (
        seen_by(situation.kinds),
        f"last seen {clock_time(situation.seen_ns)}",
        f"reported by {situation.activity}" if situation.activity else f"class {_class(situation)}",
        f"existence {situation.existence:.2f}",
        f"entry probability {situation.entry_probability:.2f}",
        f"tracks {', '.join(situation.track_ids) or 'none'}",
        situation.raised_by,
    )


def raised_by(
    time_ns: int, standing: LevelRule, kinds: frozenset[str], shared: frozenset[str], likeliest: str
) -> str:
    """Which rule raised a level, when, and on what: kinds of evidence, its own or `shared`, or its class."""
    level, rule = standing
    if independent_kinds(kinds) >= rule.min_kinds:
        ground = f"on {kinds_in_words(kinds)}"
    elif independent_kinds(shared) >= rule.min_kinds:
        ground = f"on {kinds_in_words(kinds)}, and {kinds_in_words(shared - kinds)} of what flies beside it"
    else:
        ground = f"on class {likeliest}, {seen_by(kinds)}"
    return f"{level.word} since {clock_time(time_ns)} by rule {rule.label}, {ground}"


def clock_time(time_ns: int) -> str:
    """Time of day, as '10:31:05 UTC'."""
    minutes, seconds = divmod(time_ns // 1_000_000_000, 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}:{seconds:02d} UTC"


def duration(seconds: float) -> str:
    """A span of time as people say it: '50 s', '4 min 10 s', '1 h 05 min'."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def percent(probability: float) -> str:
    """A probability in whole percent; only what is certain is called 0 % or 100 %."""
    whole = round(100 * probability)
    if whole == 0 and probability > 0:
        return "under 1 %"
    if whole == 100 and probability < 1:
        return "over 99 %"
    return f"{whole} %"


def kinds_in_words(kinds: frozenset[str]) -> str:
    """The kinds of sensor, as 'direction finder, microphone and radar'."""
    names = [kind.replace("_", " ") for kind in sorted(kinds)]
    if not names:
        return "no kind of sensor by itself"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def seen_by(kinds: frozenset[str]) -> str:
    """Whose evidence stands behind a track."""
    return f"seen by {kinds_in_words(kinds)}"


def _heading(level: Level, before: Level | None) -> str:
    if before is None or before == level:
        return level.word
    verb = "raised" if level > before else "lowered"
    return f"{verb} from {before.word} to {level.word}"


def _what(situation: Situation) -> str:
    if situation.activity:
        return _active(situation)
    who = _who(situation)
    match situation.whereabouts:
        case Whereabouts.APPROACHING:
            return f"{who} heading for {situation.zone}, {_entry_from_now(situation)}"
        case Whereabouts.INSIDE:
            return f"{who} {_inside(situation)}"
        case Whereabouts.LOST:
            since = clock_time(situation.seen_ns)
            return f"{who} not seen since {since}; then {_as_last_seen(situation)}{_can_be(situation)}"
        case Whereabouts.AWAY:
            return f"{_turned(situation)}, {_likely(situation)}"


def _who(situation: Situation) -> str:
    """What it is; of several, how many they are, and what the one is that speaks for them."""
    if situation.objects == 1:
        return _class(situation)
    return f"group of {situation.objects}, {_class(situation)},"


def _rest_of_group(situation: Situation, is_first: bool) -> list[str]:
    """What else belongs to the situation, and does not call for its level."""
    said = [f"parted from {situation.parted_from}"] if situation.parted_from and is_first else []
    if situation.quieter:
        said.append(f"{situation.quieter} more on a lower level")
    if situation.gone:
        said.append(f"{situation.gone} no longer part of it")
    if situation.is_held:
        said.append("level held from those that left")
    return said


def _left_before(situation: Situation) -> list[str]:
    """Those of a group that left earlier; people must know if some only were not seen any more."""
    if not situation.gone:
        return []
    unseen = f", {situation.unseen} of them not seen to leave" if situation.unseen else ""
    return [f"{situation.gone} of the group before{unseen}"]


def _ending(situation: Situation, is_seen_away: bool) -> tuple[str, float]:
    """Why an alert ends, and the probability that nothing comes."""
    if is_seen_away and situation.is_blocked:
        return f"identified as {_who(situation).rstrip(',')}", situation.class_probability
    if situation.activity:
        return f"{_active(situation)}; lapses by rule", 1.0 - situation.entry_probability
    comes = situation.existence * situation.entry_probability
    if is_seen_away:
        return f"{_turned(situation)}, {_likely(situation)}", 1.0 - comes
    unseen = duration((situation.now_ns - situation.seen_ns) / 1e9)
    since = f"{_who(situation)} not seen since {clock_time(situation.seen_ns)} ({unseen})"
    return f"{since}, not seen to turn away, then {_as_last_seen(situation)}; lapses by rule", 1.0 - comes


def _active(situation: Situation) -> str:
    """What is known where there is no track: who reports, and how soon the fastest or a slow one is there."""
    who = f"reported by {situation.activity}, no track"
    if situation.whereabouts is Whereabouts.AWAY or situation.whereabouts is Whereabouts.LOST:
        return f"something was active near {situation.zone} until {clock_time(situation.seen_ns)}, {who}"
    soon = ""
    if situation.entry_ns is not None:
        early, _, late = (_minutes((entry_ns - situation.now_ns) / 1e9) for entry_ns in situation.entry_ns)
        soon = f"; it can be there in {early}-{late}"
    likely = percent(situation.entry_probability)
    return f"something active near {situation.zone} with {likely}, {who} yet{soon}"


def _class(situation: Situation) -> str:
    return f"{situation.object_class} ({situation.class_probability:.2f})"


def _likely(situation: Situation) -> str:
    return f"{percent(situation.entry_probability)} likely to enter"


def _inside(situation: Situation) -> str:
    assert situation.inside_since_ns is not None
    since = clock_time(situation.inside_since_ns)
    if situation.objects == 1:
        return f"inside {situation.zone} since {since}"
    return f"{situation.inside} of them inside {situation.zone}, first since {since}{_last(situation)}"


def _turned(situation: Situation) -> str:
    if situation.is_blocked:
        return f"identified as {_who(situation).rstrip(',')}"
    verb = "has left" if situation.has_been_inside else "no longer heading for"
    return f"{_who(situation)} {verb} {situation.zone}"


def _entry_from_now(situation: Situation) -> str:
    if situation.entry_ns is None:
        return f"{_likely(situation)}, time unknown"
    early, middle, late = ((entry_ns - situation.now_ns) / 1e9 for entry_ns in situation.entry_ns)
    when = f"in {duration(middle)} ({_minutes(early)}-{_minutes(late)})"
    if situation.objects == 1:
        return f"{_likely(situation)} {when}"
    return f"first {when}{_last(situation)}, {_likely(situation)}"


def _last(situation: Situation) -> str:
    """When the last of several is predicted to enter, where that is still to come."""
    if situation.last_entry_ns is None or situation.last_entry_ns <= situation.now_ns:
        return ""
    return f", last in {duration((situation.last_entry_ns - situation.now_ns) / 1e9)}"


def _as_last_seen(situation: Situation) -> str:
    if situation.inside_since_ns is not None:
        return _inside(situation)
    likely = f"{_likely(situation)} {situation.zone}"
    if situation.entry_ns is None:
        return likely
    early, middle, late = (clock_time(entry_ns).removesuffix(" UTC") for entry_ns in situation.entry_ns)
    return f"{likely} at about {middle} UTC ({early}-{late})"


def _can_be(situation: Situation) -> str:
    """How far what is lost can have come: nobody may take the place where it was for where it is."""
    if situation.reach_m <= 0.0:
        return ""
    who = "can" if situation.objects == 1 else "each can"
    return f"; {who} be anywhere within {situation.reach_m / 1000.0:.1f} km of where it was seen last"


def _minutes(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
