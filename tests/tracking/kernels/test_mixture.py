"""Ambiguous clusters: every assignment enumerated, over one look and over two."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from tests.tracking import twin, twin_motion
from tests.tracking.made import (
    START_NS,
    STRAIGHT,
    looks_of,
    mask_of,
    sensor_model,
    store_of,
    works_of,
)
from tests.tracking.plain import plain
from tests.tracking.twin_motion import Bernoulli, Mode, single

from tocsin.tracking.kernels.layout import (
    CLUSTERS,
    EAST,
    MISSED,
    NOBODY,
    NODE,
    NORTH,
    ROWS,
    UP,
    Edges,
    Records,
    Store,
    records,
)
from tocsin.tracking.store import new_edges
from tocsin.units import IntArray

module = plain("mixture")
SENSOR = sensor_model()
MASK, SIGMA = mask_of(EAST, NORTH, UP), np.full(10, 20.0)
PD, NEW, PRUNE = 0.8, 1e-6, 1e-6
Event = tuple[int, ...]


def flier(east_m: float, speed_mps: float, existence: float) -> Bernoulli:
    """Its place and speed go together, so that where it came from still shows after a hit."""
    covariance = np.diag([400.0] * 3 + [25.0] * 3)
    covariance[0, 3] = covariance[3, 0] = 80.0
    return single(existence, np.array([east_m, 4000.0, 700.0, speed_mps, 0.0, 0.0]), covariance)


def looks_at(*east_m: float) -> Records:
    rows = np.zeros((len(east_m), 10))
    rows[:, EAST], rows[:, NORTH], rows[:, UP] = east_m, 4000.0, 700.0
    looks = looks_of(rows, SIGMA, MASK)
    looks.new_weight, looks.alone = NEW, 1.0
    return looks


@dataclass
class Meeting:
    """Tracks and detections that all compete, before they are resolved."""

    store: Store
    nodes: Records
    tracks: IntArray
    looks: Records
    edges: Edges
    is_clear: bool

    def resolve(self, prune: float = PRUNE) -> bool:
        chosen, local = np.arange(len(self.nodes)), np.arange(len(self.looks))
        return bool(module.resolve(
            self.store, self.nodes, chosen, self.tracks, local, self.edges, SENSOR, self.looks, STRAIGHT,
            prune, works_of()[0], np.zeros(1, np.int64), START_NS, self.is_clear,
        ))  # fmt: skip


def meeting(store: Store, tracks: list[int], looks: Records) -> Meeting:
    """The rows that the tracks are, or are in the hypotheses of the first cluster, all within reach."""
    places, cluster = [], store.clusters[0]
    for track in tracks:
        rows = [track]
        if store.tracks[track].cluster != NOBODY:
            member = cluster.track[: cluster.members].tolist().index(track)
            rows = [int(row) for row in dict.fromkeys(cluster.row[: cluster.hypotheses, member].tolist())]
        places += [(row, track) for row in rows if row != NOBODY]
    nodes = records(NODE, len(places))
    for node, (row, track) in zip(nodes, places, strict=True):
        node.row, node.track, node.cluster = row, track, store.tracks[track].cluster
        store.tracks[row].pd = PD
    grid = plain("gate").build(looks, True)
    edges, _ = plain("edges").connect(
        store, nodes, START_NS, STRAIGHT, SENSOR, looks, grid, new_edges(100), works_of()[0]
    )
    is_clear = all(store.tracks[track].cluster == NOBODY for track in tracks)
    return Meeting(store, nodes, np.array(tracks), looks, edges, is_clear)


def events(tracks: int, detections: int) -> Iterator[Event]:
    for event in itertools.product(range(-1, detections), repeat=tracks):
        used = [j for j in event if j >= 0]
        if len(set(used)) == len(used):
            yield event


@dataclass(frozen=True)
class Alternative:
    """One object in one hypothesis, or its absence: probability of existence and Gaussian."""

    existence: float
    mode: Mode

    def after(self, looks: Records, j: int) -> tuple[float, Alternative]:
        """Weight, over that of what is new, and outcome of a miss (-1) or of detection j."""
        missed = 1.0 - self.existence * PD
        if j < 0:
            return missed, Alternative(self.existence * (1.0 - PD) / missed, self.mode)
        look = looks[j]
        mean, covariance, _, log_likelihood = twin.condition(
            SENSOR, self.mode.state, self.mode.covariance, look
        )
        return self.existence * PD * math.exp(log_likelihood) / NEW, Alternative(
            1.0, Mode(1.0, mean, covariance)
        )


def enumerated(
    parents: list[tuple[float, list[Alternative]]], looks: Records
) -> dict[Event, list[tuple[float, list[Alternative]]]]:
    """By assignment, of every parent: weight (all sum to 1) and what the objects are then."""
    found = defaultdict(list)
    for weight, objects in parents:
        for event in events(len(objects), len(looks)):
            outcomes = [one.after(looks, j) for one, j in zip(objects, event, strict=True)]
            mass = weight * math.prod(outcome[0] for outcome in outcomes)
            found[event].append((mass, [outcome[1] for outcome in outcomes]))
    total = sum(mass for parts in found.values() for mass, _ in parts)
    return {event: [(mass / total, after) for mass, after in parts] for event, parts in found.items()}


def assigned(store: Store, h: int) -> Event:
    """The detections that a hypothesis of the first cluster has assigned."""
    cluster = store.clusters[0]
    return tuple(int(store.tracks[row].assigned) for row in cluster.row[h, : cluster.members])


def hypotheses_in(store: Store) -> dict[Event, tuple[float, list[Any]]]:
    """By assignment: weight and rows."""
    cluster, found = store.clusters[0], {}
    for h in range(cluster.hypotheses):
        rows = [store.tracks[row] for row in cluster.row[h, : cluster.members]]
        assert assigned(store, h) not in found
        found[assigned(store, h)] = (float(cluster.weight[h]), rows)
    return found


def heavy(expected: dict[Event, Any]) -> dict[Event, Any]:
    """Those of at least a thousandth of the heaviest, their weights sum to 1."""
    mass = {event: sum(part[0] for part in parts) for event, parts in expected.items()}
    kept = {event: share for event, share in mass.items() if share >= 1e-3 * max(mass.values())}
    return {event: share / sum(kept.values()) for event, share in kept.items()}


def assert_same(row: Any, mode: Mode) -> None:
    scale = np.sqrt(np.diag(mode.covariance))
    np.testing.assert_allclose((row.mode[0].state - mode.state) / scale, 0.0, atol=1e-8)
    np.testing.assert_allclose(
        (row.mode[0].covariance - mode.covariance) / np.outer(scale, scale), 0.0, atol=1e-8
    )
    np.testing.assert_allclose(row.state, row.mode[0].state)


PAIR = [flier(3000.0, 40.0, 0.9), flier(3040.0, -40.0, 0.8)]


def first_look() -> tuple[Meeting, dict[Event, list[tuple[float, list[Alternative]]]]]:
    """Two that cross, and two detections that may be of either."""
    met = meeting(store_of(PAIR, START_NS), [0, 1], looks_at(3012.0, 3035.0))
    objects = [Alternative(track.existence, track.modes[0]) for track in PAIR]
    return met, enumerated([(1.0, objects)], met.looks)


def test_hypotheses_are_the_assignments_with_their_weights_and_what_they_make_of_each_track() -> None:
    met, expected = first_look()
    assert met.resolve()
    found, kept = hypotheses_in(met.store), heavy(expected)
    assert len(kept) >= 4
    assert {event: weight for event, (weight, _) in found.items()} == pytest.approx(kept, rel=1e-8)
    assert list(found) == sorted(found, key=lambda event: -kept[event])
    for event, (_, rows) in found.items():
        for row, alternative in zip(rows, expected[event][0][1], strict=True):
            assert row.existence == pytest.approx(alternative.existence, rel=1e-9)
            assert_same(row, alternative.mode)


def test_a_track_shows_what_it_is_in_the_heaviest_hypothesis_and_is_there_by_all() -> None:
    met, _ = first_look()
    met.store.tracks.name[:2], met.store.tracks.confirmed[:2] = (71, 72), True
    met.resolve()
    found = list(hypotheses_in(met.store).values())
    for t in range(2):
        track, rows = met.store.tracks[t], [rows[t] for _, rows in found]
        assert track.existence == pytest.approx(sum(w * r[t].existence for w, r in found), rel=1e-12)
        np.testing.assert_array_equal(track.state, rows[0].state)
        assert (track.name, track.confirmed, track.cluster, track.owner) == (71 + t, True, 0, NOBODY)
        assert all((row.owner, row.cluster, row.confirmed) == (t, NOBODY, False) for row in rows)


def test_what_each_detection_and_track_has_is_the_sum_over_all_assignments() -> None:
    met, expected = first_look()
    seen = met.store.perception[:2, 0].copy()
    existence = [track.existence for track in PAIR]
    met.edges.edges.probability = 0.7  # of another scan, as the room for edges is kept
    met.resolve()
    share = np.zeros((2, 2))
    for event, parts in expected.items():
        for t, j in enumerate(event):
            share[t, j] += parts[0][0] if j >= 0 else 0.0
    for edge in met.edges.edges[:4]:
        assert edge.probability == pytest.approx(share[edge.node, edge.detection], rel=1e-3)
    np.testing.assert_allclose(met.looks.alone, 1.0 - share.sum(axis=0), atol=1e-4)
    np.testing.assert_allclose(met.nodes.hit, share.sum(axis=1), atol=1e-4)
    for t in range(2):
        # Seen, or missed although it is there: what is left of being visible is the share of the first.
        hit, missed = (
            share[t].sum(),
            (1.0 - share[t].sum()) * existence[t] * (1 - PD) / (1 - existence[t] * PD),
        )
        assert met.store.perception[t, 0].support == pytest.approx(
            seen[t].support + hit / (hit + missed), rel=1e-3
        )
        assert met.store.evidence[t].count == 2
        assert sorted(met.store.evidence[t].probability[:2]) == pytest.approx(sorted(share[t]), rel=1e-3)


def test_rows_of_what_no_hypothesis_says_are_free_again() -> None:
    met, _ = first_look()
    met.resolve()
    cluster = met.store.clusters[0]
    used = {0, 1, *cluster.row[: cluster.hypotheses, :2].ravel().tolist()}
    assert set(np.flatnonzero(met.store.tracks.existence > 0.0).tolist()) == used
    assert met.store.used[CLUSTERS] == 1
    assert met.store.used[ROWS] > max(used)


def test_what_hardly_exists_in_a_hypothesis_is_not_in_it() -> None:
    met, _ = first_look()
    left = 0.9 * (1.0 - PD) / (1.0 - 0.9 * PD)  # of the first track, where it is missed
    assert met.resolve(prune=left + 0.01)
    cluster = met.store.clusters[0]
    rows = cluster.row[: cluster.hypotheses, :2]
    assert (rows == NOBODY).any()
    assert (met.store.tracks.existence[rows[rows != NOBODY]] > left).all()


def second_look() -> tuple[Meeting, dict[Event, list[tuple[float, list[Alternative]]]]]:
    """The same a moment later, with hypotheses already."""
    met, _ = first_look()
    met.resolve()
    parents = []
    for weight, rows in hypotheses_in(met.store).values():
        modes = [Mode(1.0, row.state.copy(), row.covariance.copy()) for row in rows]
        existence = [float(row.existence) for row in rows]
        parents.append((weight, [Alternative(*known) for known in zip(existence, modes, strict=True)]))
    again = meeting(met.store, [0, 1], looks_at(3005.0, 3043.0))
    return again, enumerated(parents, again.looks)


def test_parents_and_assignments_are_weighed_together() -> None:
    met, expected = second_look()
    assert not met.is_clear
    assert met.resolve()
    cluster, found = met.store.clusters[0], dict[Event, float]()
    for h in range(cluster.hypotheses):
        event = assigned(met.store, h)
        found[event] = found.get(event, 0.0) + float(cluster.weight[h])
    kept = heavy(expected)
    assert max(kept, key=kept.__getitem__) == max(found, key=found.__getitem__)
    # The lightest of all, beyond the most that are kept, are missing: the others weigh the more for it.
    heavier = {event: weight for event, weight in kept.items() if weight > 0.02}
    assert len(heavier) >= 4
    for event, weight in heavier.items():
        assert found[event] == pytest.approx(weight, rel=0.03)
    assert met.store.used[CLUSTERS] == 1


def test_what_a_track_makes_of_one_detection_is_one_row_whatever_it_was_before() -> None:
    met, expected = second_look()
    met.resolve()
    for t, j in enumerate(assigned(met.store, 0)):
        assert j >= 0
        row = met.store.tracks[met.store.clusters[0].row[0, t]]
        same = [
            (mass, after[t].mode)
            for other, parts in expected.items()
            for mass, after in parts
            if other[t] == j
        ]
        mass = np.array([part[0] for part in same])
        state, covariance = twin_motion.merge(list(mass / mass.sum()), [part[1] for part in same])
        scale = np.sqrt(np.diag(covariance))
        # Within what the lightest parents, which are not looked for, could change.
        np.testing.assert_allclose((row.state - state) / scale, 0.0, atol=0.01)
        np.testing.assert_allclose((row.covariance - covariance) / np.outer(scale, scale), 0.0, atol=0.02)


def crowd() -> tuple[list[Bernoulli], Records]:
    """Four that are close, and four detections: far more assignments of like weight than are kept."""
    fliers = [flier(3000.0 + 15.0 * k, 60.0 * (k - 1.5), 0.9) for k in range(4)]
    return fliers, looks_at(3000.0, 3015.0, 3030.0, 3045.0)


def test_where_few_hypotheses_would_hold_too_little_nothing_is_changed() -> None:
    fliers, looks = crowd()
    met = meeting(store_of(fliers, START_NS), [0, 1, 2, 3], looks)
    before = met.store.tracks[:4].tobytes(), met.looks.tobytes(), met.store.perception.tobytes()
    assert not met.resolve()
    assert (met.store.tracks[:4].tobytes(), met.looks.tobytes(), met.store.perception.tobytes()) == before
    assert not (met.store.tracks.existence[4:] > 0.0).any()
    assert met.store.used[CLUSTERS] == 0


def test_where_they_do_after_hypotheses_each_track_becomes_one_again() -> None:
    fliers, looks = crowd()
    store = store_of([*fliers, fliers[0], fliers[1]], START_NS)
    cluster = store.clusters[0]
    cluster.members, cluster.hypotheses, cluster.weight[0], store.used[CLUSTERS] = 2, 1, 1.0, 1
    cluster.track[:2], cluster.row[0, :2] = (0, 1), (4, 5)
    store.tracks.cluster[:2], store.tracks.owner[4:6] = 0, (0, 1)
    met = meeting(store, [0, 1, 2, 3], looks)
    assert not met.is_clear
    assert met.resolve()
    assert set(np.flatnonzero(store.tracks.existence > 0.0).tolist()) == {0, 1, 2, 3}
    assert (store.tracks.cluster[:4] == NOBODY).all()
    assert not (store.clusters.members > 0).any()


def test_who_is_the_same_in_all_hypotheses_stands_alone_and_who_is_nowhere_is_gone() -> None:
    store = store_of(
        [*PAIR, flier(0.0, 0.0, 0.7), flier(3000.0, 40.0, 0.6), flier(3500.0, 0.0, 0.5)], START_NS
    )
    store.tracks.confirmed[:3] = True
    rows = np.array([[3, 2, NOBODY], [4, 2, NOBODY]])
    mixture = plain("fusion").Mixture(np.array([0, 1, 2]), np.array([0.6, 0.4]), np.zeros(2, np.int64), rows)
    module._settle(store, mixture, 2, PRUNE)
    cluster = store.clusters[0]
    assert (cluster.members, cluster.hypotheses, cluster.track[0]) == (1, 2, 0)
    assert cluster.row[:2, 0].tolist() == [3, 4]
    assert cluster.weight[:2].tolist() == [0.6, 0.4]
    assert store.tracks.cluster[:2].tolist() == [0, NOBODY]
    assert store.tracks.existence[:3] == pytest.approx([0.6 * 0.6 + 0.4 * 0.5, 0.7, 0.0])
    assert store.tracks.confirmed[:3].tolist() == [True, True, False]


@pytest.mark.parametrize("seed", range(3))
def test_free_rows_are_found_in_order_and_counted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    store, cursor = store_of(PAIR, START_NS), np.zeros(1, np.int64)
    store.tracks.existence[:12] = rng.integers(0, 2, 12)
    store.used[ROWS] = 5
    free = np.flatnonzero(store.tracks.existence == 0.0)[:6].tolist()
    assert [module.free_row(store, cursor) for _ in range(6)] == free
    assert store.used[ROWS] == max(5, free[-1] + 1)


def test_clusters_are_used_again_and_dissolved_with_their_tracks() -> None:
    store = store_of([*PAIR, flier(0.0, 0.0, 0.7)], START_NS)
    store.clusters.members[:3], store.used[CLUSTERS] = (2, 0, 1), 3
    assert module._free_cluster(store) == 1
    store.tracks.cluster[:3] = 0, NOBODY, 2
    module.dissolve(store, np.array([0, 1]))
    assert store.tracks.cluster[:3].tolist() == [NOBODY, NOBODY, 2]
    assert store.clusters.members[:3].tolist() == [0, 0, 1]
    store.clusters.members[:3] = 1
    assert module._free_cluster(store) == 3
    assert store.used[CLUSTERS] == 4


def test_a_miss_weighs_what_is_absent_or_unseen_and_nothing_for_the_excused() -> None:
    met, _ = first_look()
    met.store.perception.visible[1] = 0.5
    chosen = np.arange(2)
    expected = [math.log(1.0 - 0.9 * PD), math.log(1.0 - 0.8 * 0.5 * PD)]
    np.testing.assert_allclose(module._missed(met.store, met.nodes, chosen, SENSOR), expected)
    met.nodes.excused = True
    assert module._missed(met.store, met.nodes, chosen, SENSOR).tolist() == [0.0, 0.0]
    assert met.resolve()
    assert met.store.tracks[0].assigned == MISSED or met.store.tracks[0].existence > 0.0


def test_joint_parents_are_all_pairs_of_clusters_and_lone_tracks_with_every_node_at_its_best() -> None:
    store = store_of([flier(0.0, 0.0, 0.5)] * 8, START_NS)
    for c, (members, weight, rows) in enumerate(
        [((0, 1), (0.7, 0.3), ((4, 5), (6, NOBODY))), ((2,), (0.8, 0.2), ((7,), (2,)))]
    ):
        cluster = store.clusters[c]
        cluster.members, cluster.hypotheses = len(members), 2
        cluster.track[: len(members)], cluster.weight[:2] = members, weight
        cluster.row[:2, : len(members)] = rows
        store.tracks.cluster[list(members)] = c
    nodes = records(NODE, 6)
    nodes.row = [4, 6, 5, 7, 2, 3]
    best = np.array([0.1, 0.2, 0.4, 0.8, 1.6, 3.2])
    parents, scores = module._parents(store, nodes, np.arange(6), np.arange(4), best)
    expected: dict[Event, float] = {}
    for (w, first), (v, second) in itertools.product(
        [(0.7, (0, 2)), (0.3, (1, NOBODY))], [(0.8, (3,)), (0.2, (4,))]
    ):
        places = (*first, *second, 5)
        expected[places] = math.log(w) + math.log(v) + sum(best[k] for k in places if k != NOBODY)
    found = dict(zip((tuple(row) for row in parents[:, :4].tolist()), scores.tolist(), strict=True))
    assert found == pytest.approx(expected)
    assert list(scores) == sorted(scores, reverse=True)


@pytest.mark.parametrize("is_excused", [True, False])
def test_a_miss_leaves_the_excused_as_they_were(is_excused: bool) -> None:
    met, _ = first_look()
    node, cursor, before = met.nodes[0], np.zeros(1, np.int64), met.store.tracks[0].existence
    node.excused = is_excused
    row = module._assigned(met.store, node, MISSED, 1.0, met.edges, works_of()[0], cursor)
    assert (met.store.tracks[row].existence == before) == is_excused


def test_of_one_detection_there_are_two_rows_only_where_the_track_hardly_exists_in_one() -> None:
    met, _ = second_look()
    rows, nodes, nothing = met.store.clusters[0].row[:2, 0], records(NODE, 2), np.zeros(2)
    nodes.track = 0
    options = plain("hypotheses").Options(np.arange(3), np.zeros(2), np.array([7, 7]), nothing, nothing)
    for existence, like in ((0.9, 0), (0.3, NOBODY)):
        met.store.tracks.existence[rows] = 0.95, existence
        assert module._like(met.store, nodes, np.arange(2), 1, options, 1, rows) == like
