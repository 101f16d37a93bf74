"""The class at a glance in a real browser: whole on a laptop's screen, usable on a phone, sorted by a press."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compare.exercises import course
from compare.exercises.findings import ExerciseFinding, Failure, Finding
from compare.grading.naming import Identity
from compare.reports.gradebook import Gradebook, Row, row
from compare.reports.gradebook.page import page
from tests.reports.conftest import IN_A_BROWSER, Visit
from tests.reports.page.test_page_in_a_browser import CUT_OFF, violations

pytestmark = IN_A_BROWSER
COURSE = course.read()


def finding(shares: list[float]) -> Finding:
    found = [
        ExerciseFinding(name, "right" if share == 1 else "wrong", of, share * of)
        for (name, of), share in zip(COURSE.points.items(), shares, strict=True)
    ]
    return Finding(sum(one.points for one in found), 20.0, tuple(found))


def rows() -> Iterator[Row]:
    """Long names, long paths, and points that no text sorts as numbers do."""
    failure = Finding(0.0, 20.0, (), Failure("bad-source", "invalid syntax", 3))
    for at in range(30):
        who = Identity("canvas", f"{40000 + at}", f"Maximiliana-{at} de la Cruz-Hohenlohe", 2.5 * (at % 2))
        found = failure if at == 7 else finding([at % 3 / 2] * 8)
        path = f"maximilianadelacruzhohenlohe_LATE_{40000 + at}_900000{at}_my_answers_to_the_first_homework-1.py"
        penalty = {"*": (-at / 4, "<late>", True)} if at % 3 else {}
        yield row(path, f"{at}", who, found, None, COURSE.points, penalty, (), 0.0, "0123456789ab")


@pytest.fixture(params=["en", "ko"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    book = Gradebook("Homework 1", request.param, COURSE, list(COURSE.points), (), False, [("a.pdf", "link")], rows)
    (tmp_path / "index.html").write_text("".join(page(book)), encoding="utf-8")
    return tmp_path / "index.html"


def test_on_a_laptops_screen_the_last_column_is_there(browser, file):
    visit = Visit(browser, file, viewport={"width": 1280, "height": 800})
    right = "[...document.querySelectorAll('.class thead th')].at(-1).getBoundingClientRect().right"
    assert visit.tab.evaluate(right) <= 1280
    assert visit.tab.evaluate("document.querySelector('.class').closest('.wide').scrollWidth") <= 1280
    visit.context.close()


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_it_is_quiet_accessible_and_not_cut_off(browser, file, width, theme):
    visit = Visit(browser, file, color_scheme=theme, viewport={"width": width, "height": 740})
    assert (visit.said, visit.asked) == ([], [file.as_uri()])
    assert visit.tab.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.tab.evaluate(CUT_OFF) == violations(visit.tab) == []
    visit.context.close()


def test_a_press_on_a_heading_sorts_by_number_and_a_second_turns_it_round(browser, file):
    visit = Visit(browser, file)
    heading = visit.tab.locator(".class thead th").nth(2)
    points = "[...document.querySelectorAll('.class tbody tr')].map((row) => Number(row.cells[2].dataset.value))"
    expected = sorted(round(each.total, 2) for each in rows())
    for order, turned in (("ascending", expected), ("descending", expected[::-1])):
        heading.locator("button").press("Enter")
        assert heading.get_attribute("aria-sort") == order
        assert visit.tab.evaluate(points) == turned
    visit.tab.locator(".class thead button").first.click()
    assert visit.tab.locator("[aria-sort]").count() == 1
    names = visit.tab.locator(".class tbody th").all_inner_texts()
    assert [name.split()[0] for name in names[:3]] == ["Maximiliana-0", "Maximiliana-1", "Maximiliana-2"]
    visit.context.close()


def test_a_cell_is_coloured_by_its_share_of_the_points(browser, file):
    visit = Visit(browser, file, color_scheme="light")
    colour = "(row) => getComputedStyle(document.querySelectorAll('.class tbody tr')[row].cells[5]).backgroundColor"
    assert len({visit.tab.evaluate(colour, row) for row in (0, 1, 2, 7)}) == 4  # none, half, all, unchecked
    assert visit.tab.evaluate(colour, 0) == visit.tab.evaluate(colour, 3)
    visit.context.close()
