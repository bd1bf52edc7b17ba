"""What a duty officer reads at three in the morning: one sentence that says what, where, when, and why."""

from __future__ import annotations

from datetime import UTC, datetime

from tocsin.alerting.case_story import Whereabouts
from tocsin.alerting.rule_table import LevelRule
from tocsin.alerting.sights import independent_kinds
from tocsin.alerting.situation import Situation
from tocsin.model.alerts import Level


def reason(situation: Situation, before: Level | None, is_seen_again: bool) -> str:
    """The sentence of an Alert or Update; `before` is the level of the message before, None for the first."""
    again = "; seen again" if is_seen_again else ""
    level, rule = situation.standing
    heading = _heading(level, before)
    last = "last " if situation.whereabouts is Whereabouts.LOST else ""
    return f"{heading}: {_what(situation)}{again}; {last}{seen_by(situation.kinds)}; rule {rule.label}"


def all_clear(situation: Situation, is_seen_away: bool) -> str:
    """The sentence of an all-clear: why, and how sure it is that nothing comes."""
    why, confidence = _ending(situation, is_seen_away)
    word = "high" if confidence > 0.9 else "medium" if confidence >= 0.5 else "low"
    rule = situation.standing.rule.label
    return f"all-clear for {situation.zone}: {why}; confidence {word} ({percent(confidence)}); rule {rule}"


def evidence(situation: Situation) -> tuple[str, ...]:
    """What stands behind a message, one fact each."""
    return (
        seen_by(situation.kinds),
        f"last seen {clock_time(situation.seen_ns)}",
        f"class {_class(situation)}",
        f"existence {situation.existence:.2f}",
        f"entry probability {situation.entry_probability:.2f}",
        f"tracks {', '.join(situation.track_ids)}",
        situation.raised_by,
    )


def raised_by(time_ns: int, standing: LevelRule, kinds: frozenset[str], name: str, probability: float) -> str:
    """Which rule raised a level, when, and on what: kinds of evidence or the likeliest class."""
    level, rule = standing
    if independent_kinds(kinds) >= rule.min_kinds:
        ground = f"on {kinds_in_words(kinds)}"
    else:
        ground = f"on class {name} {probability:.2f}, {seen_by(kinds)}"
    return f"{level.word} since {clock_time(time_ns)} by rule {rule.label}, {ground}"


def clock_time(time_ns: int) -> str:
    """Time of day, as '10:31:05 UTC'."""
    return datetime.fromtimestamp(time_ns // 1_000_000_000, UTC).strftime("%H:%M:%S UTC")


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
    match situation.whereabouts:
        case Whereabouts.APPROACHING:
            return f"{_class(situation)} heading for {situation.zone}, {_entry_from_now(situation)}"
        case Whereabouts.INSIDE:
            return f"{_class(situation)} {_inside(situation)}"
        case Whereabouts.LOST:
            since = clock_time(situation.seen_ns)
            return f"{_class(situation)} not seen since {since}; then {_as_last_seen(situation)}"
        case Whereabouts.AWAY:
            return f"{_turned(situation)}, {_likely(situation)}"


def _ending(situation: Situation, is_seen_away: bool) -> tuple[str, float]:
    """Why an alert ends, and the probability that nothing comes."""
    if is_seen_away and situation.is_blocked:
        return f"identified as {_class(situation)}", situation.class_probability
    comes = situation.existence * situation.entry_probability
    if is_seen_away:
        return f"{_turned(situation)}, {_likely(situation)}", 1.0 - comes
    unseen = duration((situation.now_ns - situation.seen_ns) / 1e9)
    since = f"{_class(situation)} not seen since {clock_time(situation.seen_ns)} ({unseen})"
    return f"{since}, not seen to turn away, then {_as_last_seen(situation)}; lapses by rule", 1.0 - comes


def _class(situation: Situation) -> str:
    return f"{situation.object_class} ({situation.class_probability:.2f})"


def _likely(situation: Situation) -> str:
    return f"{percent(situation.entry_probability)} likely to enter"


def _inside(situation: Situation) -> str:
    assert situation.inside_since_ns is not None
    return f"inside {situation.zone} since {clock_time(situation.inside_since_ns)}"


def _turned(situation: Situation) -> str:
    if situation.is_blocked:
        return f"identified as {_class(situation)}"
    verb = "has left" if situation.has_been_inside else "no longer heading for"
    return f"{_class(situation)} {verb} {situation.zone}"


def _entry_from_now(situation: Situation) -> str:
    if situation.entry_ns is None:
        return f"{_likely(situation)}, time unknown"
    early, middle, late = ((entry_ns - situation.now_ns) / 1e9 for entry_ns in situation.entry_ns)
    return f"{_likely(situation)} in {duration(middle)} ({_minutes(early)}-{_minutes(late)})"


def _as_last_seen(situation: Situation) -> str:
    if situation.inside_since_ns is not None:
        return _inside(situation)
    likely = f"{_likely(situation)} {situation.zone}"
    if situation.entry_ns is None:
        return likely
    early, middle, late = (clock_time(entry_ns).removesuffix(" UTC") for entry_ns in situation.entry_ns)
    return f"{likely} at about {middle} UTC ({early}-{late})"


def _minutes(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
