from lxml import html
from tests.evaluation.test_measured import a_run

from tocsin.evaluation.curves import Curve, svg
from tocsin.evaluation.gate import GATES
from tocsin.evaluation.page import measures_page


def test_the_page_has_a_row_for_each_family_and_says_what_misses_its_goal():
    page = html.fromstring(measures_page("A suite", {"coast": a_run(), "waves": a_run(warned=False)}))
    rows = {row[0].text: row[1:] for row in page.xpath("//tbody/tr")}
    pod = [gate.name for gate in GATES].index("pod")
    assert (rows["coast"][pod].text, rows["coast"][pod].get("class")) == ("1.000", "reached")
    assert (rows["waves"][pod].text, rows["waves"][pod].get("class")) == ("0.000", "short")


def test_the_page_loads_nothing_and_a_name_is_no_markup():
    text = measures_page("<script>alert(1)</script>", {"<b>": a_run()})
    assert "<script" not in text
    assert "<b>" not in text
    assert "http" not in text
    assert len(html.fromstring(text).xpath("//svg")) == 2


def test_a_run_without_an_oracle_has_a_page_all_the_same():
    assert "<td>-</td>" in measures_page("Old", {"old": a_run(oracle=False)})


def test_points_beyond_the_axes_are_drawn_on_the_edge():
    drawn = svg("Title", "x", "y", [Curve("late", [(-0.5, 0.0), (2.0, 1.0)])])
    assert 'points="44.0,252.0 364.0,12.0"' in drawn
