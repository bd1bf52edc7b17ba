from pathlib import Path

import pytest
from tests.simulation.small import EAR, HEAD, PLANES, RADAR

from tocsin.config.kinds import SensorKind
from tocsin.errors import InvalidFile
from tocsin.simulation.scenario import parse_scenario

PERCEPTION = '[[perception]]\nsensors = ["radar"]\nfading_visible_s = 10.0\nfading_hidden_s = 5.0\n'
NOISE = (
    '[[noise]]\nname = "road"\npath = [[-47.0, -127.1], [-47.0, -127.0]]\npasses_per_hour = 5.0\n'
    "speed_mps = [15.0, 25.0]\nreach_m = 700.0\n"
)
ZONE = '[[zones]]\nname = "town"\npolygon = [[-47.0, -127.0], [-47.0, -126.9], [-46.9, -126.9]]\n'
TEXT = HEAD.format(duration_s=900.0) + RADAR + ZONE + "[wind]\neast_mps = 1.0\n" + PLANES + PERCEPTION + NOISE


def problems(text):
    with pytest.raises(InvalidFile) as caught:
        parse_scenario(text, Path("mine.toml"))
    return caught.value.problems


def line_of(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_text_that_the_others_spoil_is_valid():
    scenario = parse_scenario(TEXT, Path("mine.toml"))
    assert scenario.site.sensor_names == ("radar",)
    assert scenario.end_ns - scenario.start_ns == 900_000_000_000
    assert scenario.start_ns == 1_924_992_000_000_000_000


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("family", "famly"),
        ("duration_s", "duration"),
        ("east_mps", "east_mph"),
        ("range_sigma_m", "range_sigm_m"),
        ("max_turn_rate_degps", "max_turn_rate_deg"),
        ("start_radius_m", "start_radius"),
        ("fading_hidden_s", "fading_hiden_s"),
        ("passes_per_hour", "passes_an_hour"),
    ],
)
def test_an_unknown_key_tells_its_line_and_the_nearest_right_key(right, wrong):
    text = TEXT.replace(right, wrong)
    (problem,) = [found for found in problems(text) if found.what == "unknown key"]
    assert problem.line == line_of(text, wrong)
    assert problem.remedy == f"Did you mean {right!r}?"


@pytest.mark.parametrize(
    ("right", "wrong", "what", "remedy"),
    [
        ('class_name = "plane"', 'class_name = "plan"', "no class 'plan'", "Did you mean 'plane'?"),
        ('sensors = ["radar"]', 'sensors = ["rader"]', "no sensor 'rader'", "Did you mean 'radar'?"),
        (
            'family = "test"',
            'family = "test"\nthreat_zones = ["twon"]',
            "no zone 'twon'",
            "Did you mean 'town'?",
        ),
        ("start_s = [0.0, 60.0]", "start_s = [901.0, 902.0]", "after the end", "It ends at 900 s."),
        (
            "start_s = [0.0, 60.0]",
            "speed_mps = [20.0, 28.0]",
            "beyond its class plane",
            "Stay within [25.0, 30.0].",
        ),
        (
            "start_s = [0.0, 60.0]",
            "altitude_m = [600.0, 2501.0]",
            "beyond its class",
            "Stay within [500.0, 2500.0].",
        ),
        ("start_s = [0.0, 60.0]", "pause_s = 5.0", "cannot stand still", "Set hovers"),
        (
            "reach_m = 700.0",
            'reach_m = 700.0\nkind = "adsb"',
            "perceives no noise",
            "Possible: direction_finder",
        ),
    ],
)
def test_what_names_nothing_or_contradicts_tells_its_line_and_the_remedy(right, wrong, what, remedy):
    text = TEXT.replace(right, wrong)
    (problem,) = problems(text)
    assert what in problem.what
    assert problem.remedy.startswith(remedy)
    assert problem.line == line_of(text, wrong.splitlines()[-1])


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("fading_hidden_s = 5.0", "", "go together"),
        ("fading_hidden_s = 5.0", "fading_hidden_s = 5.0\noutages = [[5, 9], [8, 12]]", "overlap"),
        ("fading_hidden_s = 5.0", "fading_hidden_s = 5.0\noutages = [[9, 5]]", "must not be above"),
        ('sensors = ["radar"]', 'sensors = ["radar"]\nkind = "radar"', "one of them"),
        ("start_s = [0.0, 60.0]", "wander_degps = 1.0", "what wanders"),
        ("speed_mps = [25.0, 30.0]", "speed_mps = [30.0, 25.0]", "must not be above"),
        ("east_mps = 1.0", "east_mps = nan", "finite"),
        ("count = 3", "count = 0", "greater than or equal to 1"),
        ("start_utc = 2031-01-01T00:00:00Z", "start_utc = 2031-01-01T00:00:00", "timezone"),
    ],
)
def test_values_that_cannot_be_are_refused_with_their_line(right, wrong, what):
    (problem,) = problems(TEXT.replace(right, wrong))
    assert what in problem.what
    assert problem.line is not None


def test_every_problem_is_told_at_once():
    text = TEXT.replace('class_name = "plane"', 'class_name = "plan"').replace('["radar"]', '["rader"]')
    assert len(problems(text)) == 2


def test_names_are_unique():
    (problem,) = problems(TEXT + NOISE)
    assert problem.what == "the name 'road' is given twice"
    (problem,) = problems(TEXT + PLANES.partition("[[objects]]")[1] + PLANES.partition("[[objects]]")[2])
    assert problem.what == "the name 'plane' is given twice"


def test_a_sensor_needs_a_place():
    text = TEXT.replace("latitude_deg = -47.0\nlongitude_deg = -127.0\naltitude_m = 0.0\n", "", 1)
    (problem,) = problems(text)
    assert problem.what == "no position"
    assert problem.line == line_of(text, "[[sensors]]")


def test_without_a_kind_its_sensors_are_named_nowhere_and_sections_about_others_stay():
    text = HEAD.format(duration_s=900.0) + RADAR + EAR + PLANES + (
        '[[perception]]\nsensors = ["ear"]\nlatency_s = 1.0\n'
        '[[perception]]\nsensors = ["radar", "ear"]\nlatency_s = 2.0\n'
        '[[perception]]\nkind = "microphone"\nrotates = false\n'
    )  # fmt: skip
    left = parse_scenario(text, Path("mine.toml")).without(SensorKind.MICROPHONE)
    assert left.site.sensor_names == ("radar",)
    assert [section.sensors for section in left.perception] == [("radar",), ()]
