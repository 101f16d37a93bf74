"""Running formulas: arrays as NumPy has them, numbers with a true value and room for every float32 program."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises.formulas import numbers, text
from compare.exercises.formulas.arrays import Array, ShapeError, together
from compare.exercises.formulas.kinds import FLOATS, NUMBERS
from compare.exercises.formulas.numbers import Number, U, Undefined
from compare.exercises.formulas.run import Run, outputs
from compare.exercises.reference import sides
from compare.exercises.trials import inputs
from tests.references import ALL, LAYERS, RIDGE, TRAIN

SHAPES = st.sampled_from([(), (1,), (3,), (1, 3), (2, 3), (2, 1), (3, 2), (1, 1)])
EXPRESSIONS = (
    "a + b", "a - b", "a * b", "a / 4", "-a", "a**3", "a.T", "a @ b", "a.T @ b", "a[0]", "a[:, None]", "a[1:]",
    "a[:, 0]", "a[None, :]", "sum(a)", "sum(a, axis=0)", "sum(a, axis=1, keepdims=True)", "sum(a, keepdims=True)",
    "mean(a)", "mean(a, axis=0)", "mean(a, axis=1)", "maximum(a, b)", "where(a > b, a, b)", "where(a <= 0, 1, b)",
    "abs(a)", "with_ones(a)", "zeros_like(a)", "len(a) * a", "a[-1]", "a[0:2] + 1/3", "sum(a, axis=-1)",
)  # fmt: skip


def array(shape, entries):
    return Array(shape, entries) if shape else entries[0]


def parsed(expression):
    """A function of a and b that returns the expression, whatever their shapes are."""
    return text.parse("e.py", f"def f(a: n, b: n):\n    return {expression}".encode())


@given(st.data())
def test_arrays_do_what_numpy_does(data):
    expression = data.draw(st.sampled_from(EXPRESSIONS))
    values = []
    for _ in range(2):
        shape = data.draw(SHAPES)
        size = int(np.prod(shape))
        values.append(
            (shape, [float(each) for each in data.draw(st.lists(st.integers(-9, 9), min_size=size, max_size=size))])
        )
    reference = parsed(expression)
    names = {name: np.array(entries).reshape(shape) for name, (shape, entries) in zip("ab", values, strict=True)}
    try:
        expected = np.asarray(eval(expression, {**sides._OF_NUMPY, **names}))
    except (ValueError, IndexError, TypeError):
        return
    if expected.ndim > 2:
        return
    found = Run(reference, FLOATS).call("f", [array(*value) for value in values])
    assert inputs.flat(found) == (expected.shape, expected.ravel().tolist())


def test_shapes_that_do_not_fit_are_refused_as_by_numpy():
    with pytest.raises(ShapeError):
        together(max, Array((2,), [1, 2]), Array((3,), [1, 2, 3]))
    with pytest.raises(ShapeError):
        Array((2,), [1, 2]) @ 3
    with pytest.raises(ShapeError):
        Array((2, 2), [1, 2, 3, 4])[None]


def test_fractions_stay_fractions_and_only_a_function_makes_a_float():
    reference = text.parse("e.py", b"def f(a: one):\n    b = 1/3*a + 0.1\n    return b, exp(b)")
    exact, rounded = Run(reference, NUMBERS).call("f", [Number(Fraction(2), 2.0)])
    assert exact.value == Fraction(2, 3) + Fraction(1, 10)
    assert isinstance(rounded.value, float)


ROUGH = (
    ("(a + b) - c", ("a - c + b", "b - (c - a)")),
    ("(a - b)**2", ("a*a - 2*a*b + b*b", "(b - a)*(b - a)", "a*(a - b) - b*(a - b)")),
    ("a*(b + c)/3", ("a*b/3 + c*a/3", "(1/3)*a*(c + b)", "a/3*b + a*(c/3)")),
    ("a/(b*b + 1)", ("a*(1/(1 + b*b))", "1/((b*b + 1)/a)")),
    ("tanh(a + b)", ("tanh(b + a)", "(1 - exp(-2*(a + b)))/(1 + exp(-2*(a + b)))", "2/(1 + exp(-2*b - 2*a)) - 1")),
    ("sigmoid(a*b)", ("1/(1 + exp(-a*b))", "exp(a*b)/(1 + exp(b*a))", "(1 + tanh(a*b/2))/2")),
    ("log(c*c + 1)", ("log(1 + c**2)", "-log(1/(c*c + 1))")),
    ("sqrt(a*a + b*b)", ("(a*a + b*b)**0.5", "sqrt(b**2 + a**2)")),
    (
        "exp(a)/(exp(a) + exp(b))",
        ("1/(1 + exp(b - a))", "exp(a - maximum(a, b))/(exp(a - maximum(a, b)) + exp(b - maximum(a, b)))"),
    ),
    ("c*sigmoid(a)*(1 - sigmoid(a))", ("c*exp(-a)/(1 + exp(-a))**2",)),
)
EIGHTHS = st.integers(-16, 16).filter(bool).map(lambda each: each / 8)


@pytest.mark.parametrize(("formula", "others"), ROUGH, ids=[formula for formula, _ in ROUGH])
@given(a=EIGHTHS, b=EIGHTHS, c=EIGHTHS)
def test_every_other_form_in_float32_stays_within_the_allowance(formula, others, a, b, c):
    source = "def f(a: one, b: one, c: one):\n    return {}".format
    given_ = [Number(Fraction(each), abs(each)) for each in (a, b, c)]
    right = Run(text.parse("e.py", source(formula).encode()), NUMBERS).call("f", given_)
    hand = sides.by_hand(np.float32)
    for other in others:
        reference = text.parse("e.py", source(other).encode())
        got = Run(reference, hand.kind).call("f", [np.float32(each) for each in (a, b, c)])
        assert abs(float(got) - float(right.value)) <= right.allowance


@pytest.mark.parametrize("name", ALL)
def test_float32_by_numpy_stays_within_the_allowance_of_every_trial(name):
    reference = text.parse(name, ALL[name].encode())
    for function in reference.own.values():
        for one in inputs.trials(reference, function, 3):
            found = sides.computed(reference, function, one.trial, sides.by_hand(np.float32))
            for flat, expected in zip(found, one.truth, strict=True):
                off = [abs(a - b) for a, b in zip(flat.entries, expected.values, strict=True)]
                assert all(one <= room for one, room in zip(off, expected.allowed, strict=True))


@pytest.mark.parametrize("name", ALL)
def test_the_allowance_leaves_no_room_for_a_wrong_formula(name):
    """On half of the entries that are not 0 it is below a thousandth of them."""
    reference = text.parse(name, ALL[name].encode())
    for function in reference.own.values():
        found = [pair for one in inputs.trials(reference, function, 3) for each in one.truth
                 for pair in zip(each.values, each.allowed, strict=True) if pair[0]]  # fmt: skip
        assert 2 * sum(room <= abs(value) / 1000 for value, room in found) > len(found)


def exactly(of):
    """A function of Decimals, through exp and ln of forty digits."""
    return lambda value: together(of, value)


def decimal_kind():
    def tanh(a):
        return 1 - 2 / ((2 * a).exp() + 1)

    of = {"exp": Decimal.exp, "log": Decimal.ln, "sqrt": Decimal.sqrt, "tanh": tanh}
    of["sigmoid"] = lambda a: 1 / (1 + (-a).exp())
    functions = {**FLOATS.functions, **{name: exactly(each) for name, each in of.items()}}
    return FLOATS._replace(
        constant=lambda value: value if isinstance(value, int) else Decimal(value.numerator) / value.denominator,
        functions=functions,
    )


@pytest.mark.parametrize("name", ["logistic", "layers"])
def test_a_truth_in_doubles_is_far_nearer_than_the_allowance(name):
    """Held against forty digits, it is off by less than 2⁻²⁷ of the allowance, which is for float32."""
    reference = text.parse(name, ALL[name].encode())
    function = list(reference.own.values())[-1]
    with localcontext() as context:
        context.prec = 40
        for one in inputs.trials(reference, function, 3):
            given_ = [as_decimals(one.trial[each.name]) for each in function.parameters]
            result = outputs(Run(reference, decimal_kind()).call(function.name, given_))
            for value, expected in zip(result, one.truth, strict=True):
                entries = value.entries if isinstance(value, Array) else [value]
                for digits, near, room in zip(entries, expected.values, expected.allowed, strict=True):
                    assert abs(digits - Decimal(near)) <= Decimal(room) * Decimal(2) ** -27


def as_decimals(value):
    return value.each(Decimal) if isinstance(value, Array) else Decimal(value)


def test_errors_of_a_run_cancel_with_their_signs():
    """Two hundred steps towards a minimum: absolute values of the steps' factors would have grown without end."""
    source = (
        b"def run(y: one, w: one, steps: whole):\n    for k in range(steps):\n        w = w - 3/2*(w - y)\n    return w"
    )
    reference = text.parse("run.py", source)
    result = Run(reference, NUMBERS).call("run", [Number(Fraction(1), 1.0), Number(Fraction(2), 2.0), 200])
    assert result.allowance < 1000 * U
    w = np.float32(2)
    for _ in range(200):
        w = w - np.float32(1.5) * w + np.float32(1.5)
    assert abs(float(w) - float(result.value)) <= result.allowance


@pytest.mark.parametrize(
    "formula",
    ["log(a - a)", "1/(a - a)", "sqrt(a - 3)", "maximum(a, a)", "where(a > a, 1, 2)", "abs(a - a)", "exp(30*a)",
     "sigmoid(5*a)", "a**100", "9**9**9", "(a - 3)**0.5", "1/((a + 1/3) - 1/3 - a)", "where(a/3 == a/3, 1, 2)"],
)  # fmt: skip
def test_where_nobody_can_say_what_is_right_nothing_is_said(formula):
    reference = text.parse("e.py", f"def f(a: one):\n    return {formula}*a".encode())
    with pytest.raises(Undefined):
        inputs.truth(Run(reference, NUMBERS).call("f", [Number(Fraction(2), 2.0)]))


def test_a_comparison_of_what_was_counted_has_no_room():
    reference = text.parse("e.py", b"def f(y: binary(n)):\n    return where(y > 0, 1, 2), where(y == 1, y != 0, 3)")
    first, second = Run(reference, NUMBERS).call("f", [Array((2,), [0, 1])])
    assert list(first.entries) == [2, 1]
    assert list(second.entries) == [3, True]


def test_a_number_carries_value_magnitude_count_and_error():
    a, b = Number(Fraction(1, 2), 0.5), Number(Fraction(-1, 4), 0.25)
    both = a * b + a
    assert (both.value, both.magnitude, both.count, both.error) == (Fraction(3, 8), 0.625, 2, 0.0)
    assert both.allowance == pytest.approx(2 * 0.625 * U)
    less = (b - a) / 4
    assert (less.value, less.magnitude, less.count) == (Fraction(-3, 16), 0.1875, 2)
    assert numbers.number(Fraction(1, 3)).count == 1
    assert numbers.number(Fraction(3, 8)).count == 0
    assert (a**2).value == Fraction(1, 4)
    assert (a**-1).value == 2
    assert (2**a).value == pytest.approx(2**0.5)
    assert (1 - a).value == Fraction(1, 2)
    assert (1 / b).value == -4
    assert abs(b).value == Fraction(1, 4)


def test_a_functions_error_is_its_slope_times_that_of_its_argument():
    a = Number(Fraction(1, 2), 0.5) + Number(Fraction(1, 4), 0.25)
    found = numbers.FUNCTIONS["tanh"](a)
    slope = 1 - np.tanh(0.75) ** 2
    assert found.error == pytest.approx(slope * 0.75 * U, rel=1e-5)
    assert (found.magnitude, found.count) == (1.0, 3)  # 1 - 2/(exp(2a) + 1) is right, too


@pytest.mark.parametrize(("source", "name"), [(RIDGE, "ridge"), (LAYERS, "backward"), (TRAIN, "train")])
def test_numbers_and_floats_agree(source, name):
    reference = text.parse("e.py", source.encode())
    function = reference.functions[name]
    for one in inputs.trials(reference, function, 8):
        result = Run(reference, FLOATS).call(name, inputs.floats(function, one.trial))
        assert inputs.within(result, one.truth, 2.0**-20)
