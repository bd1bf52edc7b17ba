"""Compiled: which cells the reports of posts light, and what that says for an object there.

A report lights the cells from which it can have come: along its bearing, near its plot, or all that a post
that only hears can hear. A pair of post and cell keeps one bit for each bin of the last time: lit or not, so
that a flood of reports counts no more than one. Nothing is checked here: `Activity` is the door.
"""

from __future__ import annotations

import math

import numpy as np

from tocsin.jit import entry, kernel
from tocsin.units import BoolArray, FloatArray, IntArray

TWO_PI = 2.0 * math.pi
_LEAST_USUAL, _MOST_USUAL = 1e-6, 0.99
_LEAST_OTHERS = 8
"""From fewer cells no share is made."""
_ROUNDING = 1e-12
_MOST_LOG = 300.0  # its exponential still has room


@entry
def mark_explained(
    post: IntArray,
    age_s: FloatArray,
    azimuth_rad: FloatArray,
    half_width_rad: FloatArray,
    place_m: FloatArray,
    gate_m: FloatArray,
    sensor: IntArray,
    state: FloatArray,
    sigma_m: FloatArray,
    supported: IntArray,
    first_supported: IntArray,
    post_place_m: FloatArray,
    sound_mps: FloatArray,
    explained: BoolArray,
) -> None:
    """Sets `explained` (n,) where one of k tracks accounts for a report.

    `state` (k, 6) is of now and is flown back by `age_s` (n,), and by the time that sound takes (`sound_mps`
    (p,), 0 for what comes at once). A plot, where `place_m` (n, 2) is not NaN, is a track's within `gate_m`
    (n,) and three sigma of the track (`sigma_m` (k,), of its horizontal place). A bearing or a 'heard' is so
    only if the sensor is known to perceive the track: `supported` are the rows of the tracks that each sensor
    perceives, those of one sensor from `first_supported` (sensors + 1,) on.
    """
    for row in range(len(post)):
        if explained[row]:
            continue
        here, speed = post_place_m[post[row]], sound_mps[post[row]]
        if math.isnan(place_m[row, 0]):
            sine, cosine = math.sin(azimuth_rad[row]), math.cos(azimuth_rad[row])
            least = math.cos(min(half_width_rad[row], math.pi)) - _ROUNDING
            for k in range(first_supported[sensor[row]], first_supported[sensor[row] + 1]):
                east, north = _then(state[supported[k]], age_s[row], here, speed)
                east, north = east - here[0], north - here[1]
                if east * sine + north * cosine >= least * math.sqrt(east * east + north * north):
                    explained[row] = True
                    break
            continue
        for track in range(len(state)):
            east, north = _then(state[track], age_s[row], here, speed)
            gate = gate_m[row] + 3.0 * sigma_m[track]
            if (east - place_m[row, 0]) ** 2 + (north - place_m[row, 1]) ** 2 <= gate * gate:
                explained[row] = True
                break


@kernel
def _then(state: FloatArray, age_s: float, place_m: FloatArray, sound_mps: float) -> tuple[float, float]:
    """East and north of a track when it gave what a post reported `age_s` ago."""
    back_s = age_s
    if sound_mps > 0.0:
        back_s += math.hypot(state[0] - place_m[0], state[1] - place_m[1]) / sound_mps
    return state[0] - back_s * state[3], state[1] - back_s * state[4]


@entry
def light(
    post: IntArray,
    bin_of: IntArray,
    azimuth_rad: FloatArray,
    half_width_rad: FloatArray,
    place_m: FloatArray,
    gate_m: FloatArray,
    first: IntArray,
    cell: IntArray,
    cell_m: FloatArray,
    pair_azimuth_rad: FloatArray,
    lit: IntArray,
) -> None:
    """Sets the bit of each report's bin in `lit` (pairs,), for the pairs that it lights."""
    for row in range(len(post)):
        start, end = first[post[row]], first[post[row] + 1]
        low, high = azimuth_rad[row] - half_width_rad[row], azimuth_rad[row] + half_width_rad[row]
        is_plot = not math.isnan(place_m[row, 0])
        is_around = half_width_rad[row] >= math.pi
        for turn in range(-1, 2):
            shift = turn * TWO_PI
            if is_around and turn != 0:
                continue
            begin = start if is_around else start + np.searchsorted(pair_azimuth_rad[start:end], low + shift)
            for pair in range(begin, end):
                if not is_around and pair_azimuth_rad[pair] > high + shift:
                    break
                if is_plot:
                    east = cell_m[cell[pair], 0] - place_m[row, 0]
                    north = cell_m[cell[pair], 1] - place_m[row, 1]
                    if math.hypot(east, north) > gate_m[row]:
                        continue
                lit[pair] |= 1 << bin_of[row]


@entry
def learn(lit: IntArray, first: IntArray, bins: FloatArray, keep: float, occupied: FloatArray) -> None:
    """One bin more of what is usual: forgets by `keep`, and counts the lit pairs; `bins` (p,) counts bins."""
    for post in range(len(bins)):
        bins[post] = bins[post] * keep + 1.0
        for pair in range(first[post], first[post + 1]):
            occupied[pair] = occupied[pair] * keep + (1.0 if lit[pair] else 0.0)


@entry
def weigh(
    lit: IntArray,
    bins: int,
    first: IntArray,
    post: IntArray,
    cell: IntArray,
    detection: FloatArray,
    by_cell: IntArray,
    first_of_cell: IntArray,
    kind: IntArray,
    visible: FloatArray,
    false_share: FloatArray,
    azimuth_rad: FloatArray,
    half_width_rad: FloatArray,
    prior_bins: float,
    learnt_bins: FloatArray,
    occupied: FloatArray,
    prior_odds: float,
    common_cause: float,
    gain: FloatArray,
    kind_gain: FloatArray,
    probability: FloatArray,
) -> None:
    """Writes the probability (cells,) that something unexplained is in each cell that a post lights.

    `false_share` (p,) is the declared probability that false reports light a given cell in a bin, worth
    `prior_bins` bins; `occupied` (pairs,) of `learnt_bins` (p,) is what was usual there; one object lights
    what is within `half_width_rad` (pairs,) of its azimuth. `gain` (pairs,) becomes the log of how much
    likelier the post's reports are with an object there, `kind_gain` (cells, kinds) that of all of a kind;
    both only where a cell is lit.

    A common cause (wind, thunder, a jammer, a flock) does at one kind whatever an object would do, and is
    there with probability `common_cause`: so one kind multiplies the odds by at most its inverse.
    """
    probability[:] = 0.0
    kind_gain[:] = 0.0
    is_lit = np.zeros(len(probability), dtype=np.bool_)
    for pair in range(len(lit)):
        if lit[pair] != 0:
            is_lit[cell[pair]] = True
    for own in range(len(kind)):
        _weigh_post(lit, bins, first[own], first[own + 1], cell, is_lit, detection, visible[own],
                    false_share[own], azimuth_rad, half_width_rad, prior_bins, learnt_bins[own], occupied,
                    gain)  # fmt: skip
    for at in range(len(probability)):
        if not is_lit[at]:
            continue
        for k in range(first_of_cell[at], first_of_cell[at + 1]):
            pair = by_cell[k]
            kind_gain[at, kind[post[pair]]] += gain[pair]
        log_odds = math.log(prior_odds)
        for which in range(kind_gain.shape[1]):
            log_odds += _bounded(kind_gain[at, which], common_cause)
        probability[at] = 1.0 / (1.0 + math.exp(-log_odds))


@kernel
def _weigh_post(
    lit: IntArray,
    bins: int,
    start: int,
    end: int,
    cell: IntArray,
    is_lit: BoolArray,
    detection: FloatArray,
    visible: float,
    false_share: float,
    azimuth_rad: FloatArray,
    half_width_rad: FloatArray,
    prior_bins: float,
    learnt_bins: float,
    occupied: FloatArray,
    gain: FloatArray,
) -> None:
    """Log likelihood ratios of one post's pairs: Bernoulli by bin, averaged over whether it can perceive."""
    total = 0
    for pair in range(start, end):
        total += _ones(lit[pair])
    for pair in range(start, end):
        if not is_lit[cell[pair]]:
            continue
        usual = (prior_bins * false_share + occupied[pair]) / (prior_bins + learnt_bins)
        if lit[pair]:
            usual = max(
                usual, _lit_elsewhere(pair, lit, bins, start, end, total, azimuth_rad, half_width_rad)
            )
        usual = min(max(usual, _LEAST_USUAL), _MOST_USUAL)
        present = 1.0 - (1.0 - detection[pair]) * (1.0 - usual)
        count = _ones(lit[pair])
        log_ratio = count * math.log(present / usual) + (bins - count) * math.log(
            (1.0 - present) / (1.0 - usual)
        )
        gain[pair] = math.log(1.0 - visible + visible * math.exp(min(log_ratio, _MOST_LOG)))


@kernel
def _lit_elsewhere(
    pair: int,
    lit: IntArray,
    bins: int,
    start: int,
    end: int,
    total: int,
    azimuth_rad: FloatArray,
    half_width_rad: FloatArray,
) -> float:
    """Share of the bins lit in all other directions: who reports from everywhere says nothing of any place.

    As radars set their threshold by the cells around (cell averaging: Richards 2014, section 6.5).
    """
    own, ones = 0, 0
    for other in range(start, end):
        if _turn(azimuth_rad[other] - azimuth_rad[pair]) <= 2.0 * half_width_rad[pair]:
            own += 1
            ones += _ones(lit[other])
    others = end - start - own
    return (total - ones) / (others * bins) if others >= _LEAST_OTHERS else 0.0


@kernel
def _bounded(log_ratio: float, common_cause: float) -> float:
    """Log of the likelihood ratio that is left where a common cause may do the same as an object."""
    if log_ratio > _MOST_LOG:
        return -math.log(common_cause)
    ratio = math.exp(log_ratio)
    return math.log(ratio / (1.0 - common_cause + common_cause * ratio))


@kernel
def _ones(bits: int) -> int:
    """How many bits are set."""
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@kernel
def _turn(angle_rad: float) -> float:
    """The angle without sign, in 0 to pi."""
    rest = abs(angle_rad) % TWO_PI
    return min(rest, TWO_PI - rest)
