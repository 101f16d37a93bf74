"""Each step of Adam, by hand and by torch, lies where exact arithmetic puts it; one that is a little off does not."""

import io
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compare.__main__ import main
from compare.agreement.adam import Moments, Trained, Updates, by_adam, root, verdict
from compare.errors import Fault
from compare.lessons import load
from compare.reports.lesson import tables
from compare.truth.rounding import PRECISIONS
from manual import regression
from manual.adam import Adam
from torch_impl.adam import Adam as Mirror

EXACT = {"lr": "0.001", "beta1": "0.9", "beta2": "0.999", "eps": "1e-8", "weight_decay": "0", "maximize": False}
OPTIONS = [
    {},
    {"lr": 0.5, "betas": (0.5, 0.9)},
    {"weight_decay": 0.25},
    {"maximize": True, "weight_decay": 0.1},
    {"eps": 0.01, "lr": 0.1},
]
sizes = st.sampled_from([1e-3, 0.01, 1.0, 100.0])
walks = st.lists(st.tuples(st.floats(-1, 1), sizes), min_size=1, max_size=12)


def exact(options):
    given = {name: str(value) for name, value in options.items() if name not in ("betas", "maximize")}
    betas = dict(zip(("beta1", "beta2"), map(str, options.get("betas", (0.9, 0.999))), strict=True))
    return EXACT | given | betas | {"maximize": options.get("maximize", False)}


def steps(rule, number, gradients, start):
    """(before, gradient, after, t) of each update."""
    p, m, v = number(start), None, None
    for t, (share, size) in enumerate(gradients):
        g = number(share * size)
        before = Moments(float(p), float(m or 0), float(v or 0))
        p, m, v = rule.step(p, g, m, v, t)
        yield before, float(g), Moments(float(p), float(m), float(v)), t


SIDES = {
    ("manual", "float32"): (Adam, lambda value: np.array(value, np.float32)),
    ("manual", "float64"): (Adam, lambda value: np.array(value, np.float64)),
    ("torch", "float32"): (Mirror, lambda value: torch.tensor(value, dtype=torch.float32)),
    ("torch", "float64"): (Mirror, lambda value: torch.tensor(value, dtype=torch.float64)),
}


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("side", SIDES, ids=" ".join)
@given(walks, st.floats(-3, 3))
def test_no_step_of_either_side_is_wrong(side, options, gradients, start):
    kind, number = SIDES[side]
    for before, g, after, t in steps(kind(**options), number, gradients, start):
        assert verdict(before, g, after, t, exact(options), PRECISIONS[side[1]]) != "wrong"


ERRORS = {
    "the factor of m forgotten": lambda b, a: a._replace(p=b.p + (a.p - b.p) * 1.001),
    "m a little off": lambda b, a: a._replace(m=a.m * (1 + 1e-5)),
    "v a little off": lambda b, a: a._replace(v=a.v * (1 + 1e-5)),
    "p upwards": lambda b, a: a._replace(p=2 * b.p - a.p),
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_step_that_is_a_little_off_is_wrong(name):
    gradients = [(1.0, 1.0), (-0.5, 1.0), (0.25, 1.0)]
    for before, g, after, t in steps(Adam(lr=0.5), lambda value: np.array(value, np.float32), gradients, 1.0):
        options = exact({"lr": 0.5})
        assert verdict(before, g, after, t, options, PRECISIONS["float32"]) == "right"
        assert verdict(before, g, ERRORS[name](before, after), t, options, PRECISIONS["float32"]) == "wrong"


@pytest.mark.parametrize("g", [0.0, 1e-9, 1e-30])
def test_where_eps_decides_it_is_unchecked(g):
    (step,) = steps(Adam(), lambda value: np.array(value, np.float32), [(1.0, g)], 1.0)
    assert verdict(*step, exact({}), PRECISIONS["float32"]) == "unchecked"


@given(st.fractions(0, 10**6))
def test_a_root_lies_between_its_bounds(square):
    low, high = root(square)
    assert low**2 <= square < high**2
    assert high - low == Fraction(1, 2**256)


SEVERAL = """
title = "Two features"
dtype = "{dtype}"
x = [[1, 2], [3, -1], [0.5, 0.25]]
y = [1, 2, 4]
w = [0.5, -0.5]
b = 1.0
epochs = 12
optimizer = {{lr = 0.1, weight_decay = 0.01, maximize = true}}
"""


def made(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_side_of_a_lesson_is_right_in_every_gradient_and_step(dtype, tmp_path):
    for lesson, numbers in ((load("hours-ability"), 201 * 4), (made(tmp_path, SEVERAL.format(dtype=dtype)), 13 * 6)):
        trained = by_adam(lesson, dtype)
        assert (trained.name, trained.title, trained.dtype) == (lesson.name, lesson.title, dtype)
        assert list(trained.sides) == ["manual", "autograd", "torch"]
        for side in trained.sides.values():
            assert side.counts == {"right": numbers, "unchecked": 0, "wrong": 0}
            assert side.wrong is None


def test_the_first_update_is_that_of_adam_on_paper():
    """At first m/√v is the gradient's sign: w and b move by lr. On height and weight dw = -19.04 and db = 2."""
    for side in by_adam(load("height-weight"), "float64").sides.values():
        assert (side.loss, side.w, side.b) == pytest.approx((13.352, 1.001, 0.999), abs=1e-9)


def test_a_step_without_its_correction_is_the_first_that_is_wrong(monkeypatch):
    def hurried(self, p, dp, m=None, v=None, t=0):
        return honest(self, p, dp, m, v, t + (t == 3))

    honest = Adam.step
    monkeypatch.setattr(Adam, "step", hurried)
    sides = by_adam(load("height-weight-training")).sides
    assert sides["manual"].wrong == sides["autograd"].wrong == (3, "w")
    assert sides["torch"].wrong is None
    assert sides["manual"].counts == {"right": 802, "unchecked": 0, "wrong": 2}


@pytest.mark.parametrize(("place", "quantity"), [(0, "dw"), (1, "db")])
def test_a_gradient_a_little_off_is_wrong_and_its_step_is_not(place, quantity, monkeypatch):
    def longer(*arguments):
        gradients = list(honest(*arguments))
        gradients[place] = gradients[place] * np.float32(1.001)
        return gradients

    honest = regression.gradients
    monkeypatch.setattr(regression, "gradients", longer)
    side = by_adam(load("height-weight")).sides["manual"]
    assert (side.wrong, side.counts) == ((0, quantity), {"right": 3, "unchecked": 0, "wrong": 1})


LINE = """
title = "A line"
x = [1, 2]
y = {y}
w = {w}
b = 0.0
epochs = 3
trained = {trained}
optimizer = {{lr = {lr}}}
"""


def test_where_the_line_goes_through_all_points_the_steps_are_unchecked_and_the_gradients_right(tmp_path):
    lesson = made(tmp_path, LINE.format(y=[2, 4], w=2.0, trained=["w", "b"], lr=0.1))
    for side in by_adam(lesson).sides.values():
        assert side.counts == {"right": 8, "unchecked": 8, "wrong": 0}


def test_a_gradient_whose_products_may_overflow_is_unchecked(tmp_path):
    """Both rows pull by 1.8e38, one up and one down: in float32 their sizes have no sum, and no bound follows."""
    text = LINE.format(y=[-1.2e19, 1.2e19], w=0.0, trained=["w", "b"], lr=0.1)
    lesson = made(tmp_path, text.replace("x = [1, 2]", "x = [1.5e19, 1.5e19]"))
    for side in by_adam(lesson).sides.values():
        assert side.counts == {"right": 4, "unchecked": 12, "wrong": 0}


def test_a_frozen_parameter_stays_and_its_steps_are_none(tmp_path):
    for trained, moved in ((["w"], "w"), (["b"], "b"), ([], "")):
        lesson = made(tmp_path, LINE.format(y=[1, 1], w=2.0, trained=trained, lr=0.1).replace("'", '"'))
        for side in by_adam(lesson).sides.values():
            assert sum(side.counts.values()) == 4 * (2 + len(trained))
            assert "w" * bool(side.w != 2) + "b" * bool(side.b != 0) == moved


def test_a_run_that_leaves_the_numbers_is_judged_until_then(tmp_path):
    """From w = b = 0 with dw = -3, db = -2 both move by lr, after which a square overflows."""
    lesson = made(tmp_path, LINE.format(y=[1, 1], w=0.0, trained=["w", "b"], lr=1e30))
    for side in by_adam(lesson).sides.values():
        assert (side.wrong, side.counts) == (None, {"right": 4, "unchecked": 0, "wrong": 0})
        assert (side.loss, side.w, side.b) == (1, pytest.approx(1e30), pytest.approx(1e30))


def test_a_step_that_is_too_long_for_the_dtype_is_refused_with_its_key(tmp_path):
    lesson = made(tmp_path, LINE.format(y=[1, 1], w=0.0, trained=["w"], lr=3.5e37).replace("'", '"'))
    with pytest.raises(Fault) as refused:
        by_adam(lesson)
    assert "optimizer.lr: too large for float32" in refused.value.text("en")
    by_adam(lesson, "float64")


def test_the_table_names_each_side_its_counts_and_the_first_wrong_step():
    sides = {"manual": Updates({"right": 5, "unchecked": 6, "wrong": 7}, (3, "db"), 0.25, np.array([1.5, 2.0]), 0.125)}
    trained = Trained("mine", {"en": "A title", "ko": "제목"}, "float32", sides)
    out = io.StringIO()
    tables.render_adam([trained], "en", out)
    assert out.getvalue().startswith("By Adam: A title  (mine, float32)\n")
    assert "by hand      5          6      7  0.25  1.5, …  0.125\n" in out.getvalue()
    assert "by hand: update 3 is the first that is wrong: db lies outside of its rounding\n" in out.getvalue()
    tables.render_adam([trained], "ko", out := io.StringIO())
    assert "손으로: 3번째 갱신에서 처음으로 틀렸습니다. db의 값이" in out.getvalue()


def test_the_command_ends_with_1_only_where_a_step_is_wrong(monkeypatch, capsys):
    assert main(["--adam", "--lesson", "height-weight", "--lang", "en"]) == 0
    assert "torch           4          0      0" in capsys.readouterr().out
    monkeypatch.setattr(Adam, "step", lambda self, p, dp, m=None, v=None, t=0: (p - dp, dp, dp * dp))
    assert main(["--adam", "--lesson", "height-weight", "--lang", "en"]) == 1
