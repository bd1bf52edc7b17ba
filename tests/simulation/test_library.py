import tomllib

import numpy as np
import pytest
from tests.simulation.small import shipped_flights, shipped_run

from tocsin.config.rules import default_rules
from tocsin.config.site import Site
from tocsin.errors import UnusableFile
from tocsin.geo.polygon import Polygon
from tocsin.simulation import load_scenario, scenario_names
from tocsin.simulation.library import scenario_text

SEEDS = range(1, 7)


def entries_s(scenario, seed):
    """When each threat first enters a zone that threats are meant for, after the start; None: never."""
    zones = [zone for zone in scenario.site.placed_zones() if zone.name in scenario.header.threat_zones]
    found = {}
    for flight in shipped_flights(scenario.header.name, seed):
        if flight.traits.threat:
            inside = [Polygon(zone.vertices_enu_m).contains(flight.state[:, :2]) for zone in zones]
            seconds = np.flatnonzero(np.any(inside, axis=0))
            found[flight.object_id] = flight.start_s + seconds[0] if len(seconds) else None
    return found


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_is_valid_and_runs_under_the_packages_own_rules(name):
    scenario = load_scenario(name)
    assert scenario.header.name == name
    assert isinstance(scenario.site, Site)
    assert "rules" not in tomllib.loads(scenario_text(name))
    assert scenario.site.rules == default_rules()
    assert "invented" in scenario_text(name)


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_says_in_a_sentence_what_it_is_to_prove(name):
    _, found, proves = load_scenario(name).header.description.partition("It is to prove that ")
    assert found
    assert proves.strip().endswith(".")


def test_there_are_at_least_twelve_families():
    assert len({load_scenario(name).header.family for name in scenario_names()}) >= 12


THREATENING = [name for name in scenario_names() if load_scenario(name).header.threat_zones]


@pytest.mark.parametrize("name", THREATENING)
def test_every_threat_that_is_meant_to_enters_with_time_to_warn_of_it(name):
    scenario = load_scenario(name)
    lead_s = max(zone.required_lead_s for zone in scenario.site.zones)
    for seed in (1, 7):
        found = entries_s(scenario, seed)
        assert found
        for entry_s in found.values():
            assert entry_s is not None
            assert lead_s + 60.0 < entry_s < scenario.header.duration_s


def test_whoever_turns_away_never_comes_within_a_kilometre_of_the_town():
    (town,) = load_scenario("turning-away").site.placed_zones()
    for seed in SEEDS:
        threats = [flight for flight in shipped_flights("turning-away", seed) if flight.traits.threat]
        assert len(threats) == 4
        for flight in threats:
            assert Polygon(town.vertices_enu_m).signed_distance(flight.state[:, :2]).min() > 1000.0


def test_whoever_passes_along_the_coast_leaves_the_other_zones_aside():
    zones = load_scenario("coast-past-zones").site.placed_zones()
    aside = [Polygon(zone.vertices_enu_m) for zone in zones if zone.name != "Terminal"]
    for seed in SEEDS:
        for flight in shipped_flights("coast-past-zones", seed):
            if flight.traits.threat:
                assert all(zone.signed_distance(flight.state[:, :2]).min() > 1000.0 for zone in aside)


def test_border_crossing_and_quiet_night_are_at_the_same_place_with_the_same_sensors_and_zones():
    assert load_scenario("border-crossing").site == load_scenario("quiet-night").site


def test_the_quiet_night_has_no_threat_and_a_light_aircraft_over_the_town_that_reports_itself():
    scenario = load_scenario("quiet-night")
    assert scenario.header.duration_s == 8 * 3600
    flights = shipped_flights("quiet-night", 1)
    assert not any(flight.traits.threat for flight in flights)
    town = Polygon(scenario.site.placed_zones()[0].vertices_enu_m)
    over_town = [flight for flight in flights if flight.class_name == "light_aircraft"
                 and town.contains(flight.state[:, :2]).any()]  # fmt: skip
    assert over_town
    assert all(flight.identity.startswith("adsb:") for flight in over_town)


def test_five_threats_cross_and_two_of_them_emit_nothing():
    threats = [flight for flight in shipped_flights("border-crossing", 1) if flight.traits.threat]
    assert len(threats) == 5
    assert sum(flight.emits_radio for flight in threats) == 3
    for flight in threats:
        assert 1000.0 - 20.0 <= flight.state[0, 2] + 120.0 <= 3200.0
        assert 20.0 < np.hypot(*flight.state[0, 3:5]) < 36.0


@pytest.mark.parametrize("seed", SEEDS)
def test_every_threat_enters_the_town_within_the_scenario_for_every_seed(seed):
    scenario = load_scenario("border-crossing")
    for entry_s in entries_s(scenario, seed).values():
        assert entry_s is not None
        assert 900.0 < entry_s < scenario.header.duration_s


def test_before_the_last_moment_to_warn_a_second_kind_of_sensor_has_heard_each_threat():
    scenario = load_scenario("border-crossing")
    zone = scenario.site.zones[0]
    kinds = np.array([sensor.kind.value for sensor in scenario.site.sensors])
    for seed in (1, 2):
        run = shipped_run("border-crossing", seed)
        after_s = (run.detections.time_ns - run.start_ns) / 1e9
        for object_id, entry_s in entries_s(scenario, seed).items():
            latest_s = entry_s - zone.required_lead_s - scenario.site.site.delivery_delay_s
            mine = (run.object_id == object_id) & (after_s < latest_s) & (after_s > latest_s - 300.0)
            counts = {kind: int((kinds[run.detections.sensor[mine]] == kind).sum()) for kind in set(kinds)}
            assert counts["radar"] >= 5
            assert counts["microphone"] >= 20


def test_an_unknown_scenario_names_the_nearest_and_all_that_there_are():
    with pytest.raises(UnusableFile, match=r"Did you mean 'quiet-night'.*border-crossing, .*quiet-night"):
        load_scenario("quite-night")


def test_a_scenario_in_a_file_of_ones_own_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(scenario_text("quiet-night"), encoding="utf-8")
    assert load_scenario(path) == load_scenario(str(path)) == load_scenario("quiet-night")
