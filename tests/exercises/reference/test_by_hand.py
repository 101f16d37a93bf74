"""The right numbers redone by hand: each formula with its numbers in it, a line for all that is assigned."""

import re
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.shapes import output_names
from compare.exercises.formulas.text import parse
from compare.exercises.reference.by_hand import MOST_LINES, steps


def lines(text, output=0, entry=None, name="f", **trial):
    reference = parse("r.py", text.encode())
    function = reference.functions[name]
    trial = {key: Array((len(v),), v) if isinstance(v, list) else v for key, v in trial.items()}
    return steps(reference, function, trial, output_names(reference, function)[output], output, entry)


def of(formula, parameters="a: one, b: one", **trial):
    return lines(f"def f({parameters}):\n    out = {formula}\n    return out\n", **trial)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("a + b", "2 + (-3) = -1"),
        ("b - a", "-3 - 2 = -5"),
        ("a*b", "2*(-3) = -6"),
        ("b*a", "(-3)*2 = -6"),
        ("a - (b - a)", "2 - (-3 - 2) = 7"),
        ("a + (b - a)", "2 + (-3 - 2) = -3"),
        ("a*(b + 1)", "2*(-3 + 1) = -4"),
        ("a/(a*b)", "2/(2*(-3)) = -0.333333"),
        ("a/b*a", "2/(-3)*2 = -1.33333"),
        ("(a - b)**2", "(2 - (-3))² = 25"),
        ("b**2", "(-3)² = 9"),
        ("b**3", "(-3)³ = -27"),
        ("a**b", "2**(-3) = 0.125"),
        ("2**a", "2² = 4"),
        ("-a", "-2"),
        ("-(a + b)", "-(2 + (-3)) = 1"),
        ("-b", "-(-3) = 3"),
        ("1 - a", "1 - 2 = -1"),
        ("1/a", "1/2 = 0.5"),
        ("abs(b - a)", "|-3 - 2| = 5"),
        ("sqrt(a + a)", "sqrt(2 + 2) = 2"),
        ("maximum(a, b)", "maximum(2, -3) = 2"),
        ("where(a > b, a + 1, b)", "2 + 1 = 3"),
        ("(a > b)*a", "2"),
        ("a*1 + 0", "2"),
        ("a - 0", "2"),
        ("a/1", "2"),
    ],
)
def test_a_formula_is_written_with_its_numbers_and_no_bracket_too_many(formula, told):
    assert of(formula, a=2.0, b=-3.0) == (f"out = {told}",)


def test_sums_and_means_are_written_out():
    pair = {"x": [2.0, 1.0], "y": [0.0, -1.0]}
    assert of("mean((x - y)**2)", "x: n, y: n", **pair) == ("out = ((2 - 0)² + (1 - (-1))²)/2 = 4",)
    assert of("x @ y", "x: n, y: n", **pair) == ("out = 2*0 + 1*(-1) = -1",)
    assert of("sum(x)/len(x)", "x: n", x=[5.0]) == ("out = 5",)


RESIDUALS = """
def f(x: n, y: n, w: one):
    r = w*x - y
    dw = sum(r*x)
    db = sum(r)
    return dw, db
"""


def test_each_entry_that_the_asked_one_goes_back_to_has_a_line():
    trial = {"x": [1.0, 2.0], "y": [0.0, 3.0], "w": 1.0}
    assert lines(RESIDUALS, 1, **trial) == ("r[0] = 1*1 - 0 = 1", "r[1] = 1*2 - 3 = -1", "db = 1 + (-1) = 0")
    assert lines(RESIDUALS, 0, **trial)[-1] == "dw = 1*1 + (-1)*2 = -1"
    one = RESIDUALS.replace("dw, db", "r, db")
    assert lines(one, 0, 1, **trial) == ("r[1] = 1*2 - 3 = -1",)


RUN = """
def predict(x: n, w: one):
    yp = w*x
    return yp

def step(w: one, dw: one, lr: one):
    return w - lr*dw, dw

def f(x: n, w: one, lr: one, epochs: whole):
    losses, d = [], 0
    for i in range(epochs + 1):
        losses.append(sum(predict(x, w)**2))
        w, d = step(w, 2*sum(predict(x, w)*x), lr)
    return losses
"""


def test_of_a_run_each_step_up_to_the_asked_record_has_its_lines():
    trial = {"x": [1.0], "w": 2.0, "lr": 0.25, "epochs": 4}
    assert lines(RUN, 0, 0, **trial) == ("losses[0] = 2² = 4",)
    assert lines(RUN, 0, 1, **trial) == ("w = 2 - 0.25*4 = 1", "losses[1] = 1² = 1")
    assert len(lines(RUN, 0, 4, **trial)) == 5


def test_of_many_lines_the_last_are_told():
    trial = {"x": [1.0], "w": 2.0, "lr": 0.25, "epochs": 20}
    first, *rest = lines(RUN, 0, 20, **trial)
    assert (first, len(rest)) == ("…", MOST_LINES)
    assert rest[-1].startswith("losses[20] = ")


def test_what_is_no_number_or_is_not_there_has_no_lines():
    trial = {"x": [1.0], "w": 2.0, "lr": 0.25, "epochs": 1}
    assert lines(RUN, 0, 2, **trial) == ()
    assert lines(RUN, 0, None, **trial) == ()
    assert of("1/(a - a)", a=1.0, b=1.0) == ()
    assert of("log(a - b)", a=1.0, b=1.0) == ()
    assert of("(a - b)**0.5", a=1.0, b=2.0) == ()


def test_an_output_that_has_no_name_of_its_own_is_told_by_that_of_its_exercise():
    gradient = """
def loss(w: one):
    return w**2

@gradient_of(loss, w)
def f(w: one):
    return 2*w
"""
    assert lines(gradient, w=3.0) == ("dw = 2*3 = 6",)


def test_a_formula_too_long_to_read_is_left_out():
    many = [float(i) for i in range(60)]
    assert of("sum(x)", "x: n", x=many) == ("out = 1770",)


FORMULAS = st.recursive(
    st.sampled_from(["a", "b", "2", "1", "0.5"]),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner)
        | st.builds("(-{})".format, inner)
        | st.builds("({})**2".format, inner)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(FORMULAS, st.integers(-3, 3), st.integers(-3, 3))
def test_what_is_written_is_what_it_is_said_to_be(formula, a, b):
    """Python reads the line as the formula that was asked for."""
    told = of(f"a*0 + {formula}", a=float(a), b=float(b))
    if told:
        written, *_, value = told[0].removeprefix("out = ").split(" = ")
        assert isclose(eval(written.replace("²", "**2")), float(value), rel_tol=1e-4, abs_tol=1e-4)
        assert not re.search(r"[-+*/] ?-", written.replace("(-", "("))
