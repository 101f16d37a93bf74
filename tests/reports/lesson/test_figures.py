"""The figures: what is drawn, with which letters, and that the same comparisons give the same bytes."""

import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from compare.agreement.records import AGREE, Comparison
from compare.reports.language import LANGUAGES, Messages
from compare.reports.lesson import curves, figures
from compare.reports.page.evidence import svg

NAMES = ("data", "losses", "momentum", "path", "ulp")


def run(momentum: float = 0.0, epochs: int = 201) -> dict[str, list[float | None]]:
    """Descent on the hours data, in plain Python: enough like the real thing to be drawn."""
    w = b = vw = vb = 0.0
    curve: dict[str, list[float | None]] = {"loss": [], "w": [], "b": [], "ulp": [0.0] * epochs}
    for _ in range(epochs):
        r = [w * x + b - y for x, y in zip((1, 2, 3), (200, 400, 600), strict=True)]
        vw = momentum * vw + 2 / 3 * (r[0] + 2 * r[1] + 3 * r[2])
        vb = momentum * vb + 2 / 3 * sum(r)
        for name, value in (("loss", sum(e * e for e in r) / 3), ("w", w), ("b", b)):
            curve[name].append(value)
        w, b = w - 0.01 * vw, b - 0.01 * vb
    return curve


def comparison(name="hours-ability", title="Hours", momentum=0.0, **changes) -> Comparison:
    side = run(momentum)
    record = Comparison(
        name=name, title={"en": title, "ko": "시간과 능력치"}, dtype="float32", verdict=AGREE, rows=[], trajectory=[],
        diverged_at=None, first_difference=None, x=[1.0, 2.0, 3.0], y=[200.0, 400.0, 600.0],
        options={"lr": 0.01, "momentum": momentum}, curves={"manual": side, "autograd": side, "torch": side},
    )  # fmt: skip
    return record._replace(**changes)


def apart() -> Comparison:
    """Sides that differ."""
    curves = {side: {**one, "loss": [loss * (1 + i) for loss in one["loss"]]}
              for i, (side, one) in enumerate(BOTH[0].curves.items())}  # fmt: skip
    return BOTH[0]._replace(curves=curves)


def draw(comparisons):
    return figures.draw(comparisons, Messages("figures", "en"))


BOTH = [comparison(), comparison("hours-ability-momentum", momentum=0.9)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_written_as_png_and_svg(tmp_path, language):
    paths = figures.draw_all(BOTH, tmp_path, language)
    assert {path.name for path in paths} == {f"{name}.{kind}" for name in NAMES for kind in ("png", "svg")}
    assert all(path.stat().st_size > 1000 for path in paths)


def test_the_same_comparisons_give_the_same_bytes(tmp_path):
    first, second = (figures.draw_all(BOTH[:1], tmp_path / name, "en") for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_figure_for_the_page_is_an_svg_element_alone():
    assert svg(draw(BOTH)["momentum"]).startswith("<svg")


def test_every_axis_is_labelled():
    drawn = draw(BOTH).values()
    assert all(axes.get_xlabel() and axes.get_ylabel() and axes.get_title() for figure in drawn for axes in figure.axes)


def test_bundled_data_has_units_on_its_axes():
    axes = draw(BOTH)["data"].axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("time spent (hours)", "ability gained (points)")


def test_sides_differ_in_width_and_dash_so_that_grey_shows_them():
    widest, _, narrowest = draw([apart()])["losses"].axes[0].get_lines()
    assert widest.get_linewidth() > 3 * narrowest.get_linewidth()
    assert (widest.get_linestyle(), narrowest.get_linestyle()) == ("-", "--")


def test_one_update_has_a_line_but_no_curves():
    assert list(draw([comparison(curves={"manual": run(epochs=1)})])) == ["data"]


def test_two_inputs_have_losses_but_no_plane():
    side = run() | {"w": [None] * 201}
    rows = comparison(x=[[1.0, 2.0], [2.0, 1.0], [3.0, 0.0]], curves={"manual": side})
    assert list(draw([rows])) == ["losses", "ulp"]


def test_a_run_that_diverges_is_marked_and_drawn_as_far_as_it_goes():
    side = {key: [*values[:5], *[None] * (len(values) - 5)] for key, values in run().items()}
    axes = draw([comparison(curves={"manual": side}, diverged_at=5)])["losses"].axes[0]
    assert any("5" in str(line.get_label()) for line in axes.get_lines())


def test_a_run_up_to_the_largest_floats_is_drawn_without_a_warning(tmp_path, recwarn):
    grows: list[float | None] = [10.0**epoch for epoch in range(309)]
    side = {"loss": grows, "w": grows, "b": [0.0] * 309, "ulp": grows}
    assert figures.draw_all([comparison(curves={"manual": side}, diverged_at=308)], tmp_path, "en")
    assert [str(warning.message) for warning in recwarn] == []


def test_a_title_with_dollar_signs_is_text_and_no_formula(tmp_path):
    assert figures.draw_all([comparison("mine", r"$\frac{<script>$")], tmp_path, "en")


def test_hangul_is_romanised_where_no_font_has_it(monkeypatch):
    monkeypatch.setattr(figures, "hangul_font", lambda: None)
    figures.drawable.cache_clear()
    assert figures.drawable("키와 몸무게") == "kiwa mommuge"
    figures.drawable.cache_clear()


def test_letters_that_no_font_has_become_question_marks():
    assert figures.drawable("a\U0001f9ffb") == "a?b"


def test_the_font_found_for_hangul_really_has_it():
    if figures.hangul_font() is None:
        pytest.skip("no font with Hangul is installed")
    assert figures.drawable("한글") == "한글"


def test_an_ellipse_of_the_surface_has_the_loss_it_stands_for():
    surface = curves.bowl(BOTH[0])
    heights = [curves.above(surface, w, b) for w, b in zip(*curves.contour(surface, 7.0), strict=True)]
    assert all(math.isclose(height, 7.0, rel_tol=1e-9) for height in heights)


def test_the_lowest_point_of_the_surface_is_the_least_squares_line():
    x, y = [-5.0, 5.0, 0.0, 2.0, -2.0], [-6.7, 10.3, -3.3, 5.0, -5.3]
    w, b = curves.bowl(comparison(x=x, y=y)).least
    assert math.isclose(w, Fraction(528, 290), rel_tol=1e-12)
    assert abs(b) < 1e-12


def test_data_on_one_vertical_line_has_no_single_lowest_point(tmp_path):
    same = comparison(x=[2.0, 2.0, 2.0])
    assert curves.bowl(same) is None
    assert figures.draw_all([same], tmp_path, "en")


def test_drawing_needs_neither_torch_nor_pyplot():
    script = "import sys, compare.reports.lesson.figures; print({'torch', 'matplotlib.pyplot'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("several", "together"),
    [
        ([[1.0, 2.0], [1.005, 2.0]], True),
        ([[1.0, 2.0], [1.02, 2.0]], False),
        ([[0.0, math.nan], [0.0, math.nan]], True),
        ([[0.0, math.nan], [0.0, 1.0]], False),
        ([[1.0], [1.0, 1.0]], False),
        ([[5.0]], True),
        ([], True),
    ],
)
def test_sides_are_one_line_only_where_nobody_could_tell_them_apart(several, together):
    assert curves.coincide(several, 0.01) is together


def test_losses_that_coincide_are_one_line_and_others_a_line_each():
    assert [len(draw([one])["losses"].axes[0].get_lines()) for one in (BOTH[0], apart())] == [1, 3]


def test_each_side_has_a_mark_of_its_own_which_no_other_hides():
    marks = [line.get_marker() for line in draw(BOTH)["ulp"].axes[0].get_lines()]
    assert len(marks) == len(set(marks)) == 3
