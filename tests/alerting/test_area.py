"""Which part of a zone is warned; the zone of these tests is 11 km high and 11 km wide, east of the site."""

from __future__ import annotations

import numpy as np
from tests.alerting.alerts_made import AWAY, through
from tests.alerting.pictures import Made, make_site, picture, run

from tocsin.alerting.alerter import Alerter
from tocsin.geo.polygon import Polygon
from tocsin.model.alerts import AlertMessage, MessageType

SITE = make_site()
(ZONE,) = SITE.placed_zones()
WHOLE_M2 = Polygon(ZONE.vertices_enu_m).area_m2
# Comes from the west and crosses the zone's lower half, 2 km above its southern edge.
COMING = Made(east_m=-5000.0, north_m=2000.0, velocity_east_mps=30.0, sigma_m=10.0)


def area(message: AlertMessage) -> Polygon:
    latitude, longitude = np.radians(np.array(message.area)).T
    return Polygon(SITE.frame.to_enu(latitude, longitude, np.full(len(latitude), ZONE.floor_up_m))[:, :2])


def warned(*tracks: Made) -> AlertMessage:
    (message,) = run(Alerter(SITE), range(11), *tracks)
    return message


def test_who_lives_within_a_kilometre_of_the_path_is_warned_and_who_lives_far_from_it_is_not() -> None:
    part = area(warned(COMING))
    path = np.array([[east, 2000.0] for east in range(200, 10_900, 100)], dtype=float)
    for aside_m in (-990.0, 0.0, 990.0):
        assert part.contains(path + np.array([0.0, aside_m])).all()
    assert not part.contains(np.array([[5000.0, 6000.0], [5000.0, 9000.0]])).any()
    assert part.area_m2 < 0.4 * WHOLE_M2


def test_the_area_is_part_of_the_zone() -> None:
    corners = area(warned(COMING)).vertices_m
    assert (Polygon(ZONE.vertices_enu_m).signed_distance(corners) < 1.0).all()


def test_the_less_is_known_of_the_way_the_wider_the_area() -> None:
    sharp, vague = (area(warned(COMING.but(sigma_m=sigma_m))).area_m2 for sigma_m in (10.0, 900.0))
    assert vague > 1.15 * sharp


def test_what_hangs_in_the_air_may_go_anywhere_near_by() -> None:
    hovering = COMING.but(east_m=5000.0, velocity_east_mps=0.0)
    assert area(warned(hovering)).contains(np.array([5500.0, 2500.0]))


def test_an_area_that_is_nearly_the_zone_is_the_zone() -> None:
    assert warned(COMING.but(sigma_m=8000.0)).area == ()


def test_a_message_of_an_object_that_no_picture_holds_any_more_is_for_the_whole_zone() -> None:
    alerter = Alerter(SITE)
    (first,) = run(alerter, range(11), COMING)
    assert first.area
    later = through(alerter, ("Kaldvik",), [()] * 700, 11)
    assert later[0].message_type is MessageType.UPDATE
    assert later[0].area == ()


def test_an_object_that_turns_inside_what_was_told_is_news() -> None:
    alerter = Alerter(SITE)
    run(alerter, range(11), COMING)
    turned = COMING.but(east_m=4000.0, velocity_east_mps=0.0, velocity_north_mps=30.0)
    # The entry stays when it was told to be: it is the place alone that is news.
    pictures = [(turned.but(entry_s=240.0 - second),) for second in range(80)]
    updates = through(alerter, ("Kaldvik",), pictures, 11)
    assert [message.message_type for message in updates] == [MessageType.UPDATE]
    assert area(updates[0]).contains(np.array([4000.0, 9000.0]))


def test_an_object_that_flies_on_as_expected_is_no_news() -> None:
    alerter = Alerter(SITE)
    (first,) = run(alerter, range(11), COMING)
    flown = [(COMING.but(east_m=-5000.0 + 30.0 * second, entry_s=250.0 - second),) for second in range(80)]
    assert through(alerter, ("Kaldvik",), flown, 11) == []
    assert first.area


def test_the_all_clear_is_for_all_who_were_told() -> None:
    alerter = Alerter(SITE)
    (first,) = run(alerter, range(11), COMING)
    turned = COMING.but(east_m=4000.0, velocity_east_mps=0.0, velocity_north_mps=30.0)
    messages = through(alerter, ("Kaldvik",), [(turned,)] * 80 + [(AWAY,)] * 500, 11)
    second, last = messages[0], messages[-1]
    assert last.message_type is MessageType.CANCEL
    told = [point for message in (first, second) for point in area(message).vertices_m]
    whole = Polygon(ZONE.vertices_enu_m) if not last.area else area(last)
    assert (whole.signed_distance(np.array(told)) < 1.0).all()


def test_the_area_rests_on_what_flies_not_on_where_the_picture_lists_it() -> None:
    far = Made("T9", probability=0.0, north_m=9000.0, east_m=-5000.0)
    alerter = Alerter(SITE)
    pictures = [picture(second, far, COMING) for second in range(11)]
    (message,) = [message for made in pictures for message in alerter.decide(made)]
    assert message.area == warned(COMING).area
