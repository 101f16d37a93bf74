"""What becomes of an answer: its values, forms and failures, as the judge sees them."""

import ast
import subprocess
import sys
from array import array
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from compare.sandbox import Sandbox, requests, results
from compare.sandbox.calls import (
    LARGEST_SOURCE,
    LARGEST_VALUE,
    Answer,
    Exercise,
    Limits,
    SourceFailure,
    Value,
    Vector,
)

PATIENT = Limits(seconds=60.0)
X = Vector(array("d", [1.0, 2.5, -3.0]))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as one:
        yield one


def exercise(outputs: int = 1, *calls: tuple[object, ...]) -> Exercise:
    return Exercise("f", ("x", "k"), outputs, calls or ((X, 2),))


def answer(sandbox: Sandbox, body: str, outputs: int = 1) -> Answer:
    source = f"import numpy as np\ndef f(x, k):\n    {body}\n"
    outcome = sandbox.run(source.encode(), (exercise(outputs),), PATIENT)
    assert not isinstance(outcome, SourceFailure), outcome
    return outcome[0]


def value(sandbox: Sandbox, expression: str) -> Value:
    found = answer(sandbox, f"return {expression}")
    assert found.results[0] is not None, found
    return found.results[0][0]


@pytest.mark.parametrize(
    ("expression", "shape", "values"),
    [
        ("k", (), [2.0]),
        ("x", (3,), [1.0, 2.5, -3.0]),
        ("np.float32(0.1)", (), [float(np.float32(0.1))]),
        ("np.array(7, dtype=np.int8)", (), [7.0]),
        ("[[1, 2.5], (3, 4)]", (2, 2), [1.0, 2.5, 3.0, 4.0]),
        ("x[::-1]", (3,), [-3.0, 2.5, 1.0]),
        ("np.array([[1, 2], [3, 4]]).T", (2, 2), [1.0, 3.0, 2.0, 4.0]),
        ("np.matrix([1, 2])", (1, 2), [1.0, 2.0]),
        ("np.ma.masked_array([1, 2], [0, 1])", (2,), [1.0, 2.0]),
        ("[]", (0,), []),
        ("np.zeros((0, 1 << 30))", (0, 1 << 30), []),
        ("2**53 + 1", (), [2.0**53]),
        ("2**70", (), [2.0**70]),
        ("float('inf')", (), [float("inf")]),
        ("__import__('fractions').Fraction(1, 3)", (), [1 / 3]),
        ("[__import__('decimal').Decimal('0.1'), 2**80]", (2,), [0.1, 2.0**80]),
        ("range(3)", (3,), [0.0, 1.0, 2.0]),
    ],
)
def test_whatever_is_a_number_or_numbers_crosses_as_float64(sandbox, expression, shape, values):
    assert value(sandbox, expression) == Value(shape, array("d", values))


def test_a_nan_crosses_as_a_nan(sandbox):
    found = value(sandbox, "float('nan')").values[0]
    assert found != found


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        ("None", "form:NoneType"),
        ("'1.5'", "form:str"),
        ("b'1'", "form:bytes"),
        ("True", "form:bool"),
        ("x > 0", "form:bool"),
        ("[1.0, None]", "form:NoneType"),
        ("[2**80, True]", "form:bool"),
        ("1 + 0j", "form:complex"),
        ("(v for v in x)", "form:generator"),
        ("map(abs, x)", "form:map"),
        ("{1.0: 2.0}", "form:dict"),
        ("f", "form:function"),
        ("[[1], [1, 2]]", "form:ragged"),
        ("np.datetime64('2026-01-01')", "form:datetime64[D]"),
        ("np.zeros(1, dtype=[('a', float)])", "form:[('a', '<f8')]"),
        (f"np.zeros({LARGEST_VALUE} + 1)", "form:too-large"),
        ("10**400", "form:too-large"),
    ],
)
def test_whatever_is_not_is_named(sandbox, expression, note):
    found = answer(sandbox, f"return {expression}")
    assert (found.reason, found.notes, found.results, found.at) == ("wrong-form", (note,), (None,), 0)


@pytest.mark.parametrize("expression", ["1, 2", "[1, 2]", "np.array([1, 2])"])
def test_several_outputs_come_in_any_sequence(sandbox, expression):
    assert answer(sandbox, f"return {expression}", 2).results == (
        (Value((), array("d", [1.0])), Value((), array("d", [2.0]))),
    )


@pytest.mark.parametrize(
    ("expression", "note"),
    [("1.0", "form:float"), ("1, 2, 3", "count:3"), ("[1]", "count:1"), ("{1: 2}", "form:dict"), ("x, ''", "form:str")],
)
def test_another_number_of_outputs_is_named(sandbox, expression, note):
    assert answer(sandbox, f"return {expression}", 2).notes == (note,)


def test_a_wrong_form_in_one_call_keeps_the_values_of_the_others(sandbox):
    source = b"def f(x, k):\n    return k if k > 1 else None\n"
    found = sandbox.run(source, (exercise(1, (X, 2), (X, 1), (X, 3)),), PATIENT)[0]
    assert [result and result[0].values[0] for result in found.results] == [2.0, None, 3.0]
    assert (found.reason, found.at) == ("wrong-form", 1)


def test_an_exception_in_one_call_keeps_the_values_before_it(sandbox):
    source = b"def f(x, k):\n    return 1 / k\n"
    found = sandbox.run(source, (exercise(1, (X, 2), (X, 0), (X, 4)),), PATIENT)[0]
    assert found.results == ((Value((), array("d", [0.5])),), None, None)
    assert (found.reason, found.detail, found.line, found.at) == ("error", "ZeroDivisionError: division by zero", 2, 1)


def test_every_call_gets_fresh_inputs_and_a_change_is_noted(sandbox):
    source = b"def f(x, k):\n    x += 1\n    return x.sum()\n"
    found = sandbox.run(source, (exercise(1, (X, 1), (X, 1)),), PATIENT)[0]
    assert [result[0].values[0] for result in found.results] == [3.5, 3.5]
    assert (found.reason, found.notes) == (None, ("changed-input:x",))


def test_inputs_arrive_as_writable_float64_arrays_floats_and_ints(sandbox):
    body = "assert x.dtype == float and x.flags.writeable and x.base is None and type(k) is int; return 0"
    assert answer(sandbox, body).reason is None


def test_one_exercise_that_dies_costs_that_exercise_only(sandbox):
    names = ("a", "b", "c", "d")
    source = b"import os\na = lambda: 1.0\nb = lambda: os._exit(1)\nc = lambda: 2.0\nd = lambda: 1 / 0\n"
    found = sandbox.run(source, tuple(Exercise(name, (), 1, ((),)) for name in names), PATIENT)
    assert [each.reason for each in found] == [None, "exited", None, "error"]


def test_the_same_chance_comes_twice(sandbox):
    body = "import random; return [random.random(), np.random.rand(), np.random.default_rng().random()]"
    assert answer(sandbox, body) == answer(sandbox, body)


def test_no_submission_sees_another(sandbox):
    answer(sandbox, "import builtins; builtins.left = np.left = 1; return 0")
    assert answer(sandbox, "return float(hasattr(np, 'left'))").results[0][0].values[0] == 0.0
    assert answer(sandbox, "return left").detail == "NameError: name 'left' is not defined"


def test_a_source_that_is_too_long_is_not_even_tried(sandbox):
    found = sandbox.run(b"#" * (LARGEST_SOURCE + 1), (exercise(),), PATIENT)
    assert found == SourceFailure("bad-source", f"{LARGEST_SOURCE + 1} > {LARGEST_SOURCE}", None)


def test_an_int_that_float64_does_not_hold_is_refused():
    with pytest.raises(ValueError, match="float64"):
        requests.pack((exercise(1, (X, 2**53 + 1)),))


def test_the_judge_imports_neither_numpy_nor_anything_heavy():
    code = "import sys; from compare.sandbox import Sandbox; Sandbox().close(); print(sorted(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    loaded = ast.literal_eval(printed.decode())
    assert not {"numpy", "pickle", "ctypes", "subprocess", "tempfile", "multiprocessing", "asyncio"} & set(loaded)


@given(st.binary(max_size=400))
def test_no_bytes_of_a_student_disturb_the_judge(data):
    for record in results.unpack(data):
        found = results.answer(record, exercise(2, (X, 1), (X, 2)))
        assert len(found.results) == 2


@given(st.lists(st.integers(-3, 2**62), max_size=12), st.lists(st.floats(), max_size=12))
def test_shapes_and_values_that_do_not_fit_are_a_wrong_form(codes, values):
    record = results.Record(0, -1, -1, -1, array("q", codes), array("d", values), "", ())
    found = results.answer(record, exercise(1, (X, 1), (X, 2)))
    for result in found.results:
        assert result is None or Fraction(len(result[0].values)) == np.prod([1, *result[0].shape], dtype=object)


@given(arrays(np.float64, array_shapes(min_dims=0, max_dims=4, min_side=0), elements=st.floats(allow_nan=False)))
def test_an_array_survives_the_way_bit_for_bit(given_array):
    from compare.sandbox.forms import convert

    codes, values = array("q"), array("d")
    convert(given_array, 1, codes, values)
    data = results.pack(results.Record(0, -1, -1, -1, codes, values, "", ()))
    found = results.answer(next(results.unpack(data)), exercise()).results[0][0]
    assert found.shape == given_array.shape
    assert found.values.tobytes() == given_array.tobytes()


@given(st.text())
def test_text_of_a_student_becomes_one_printable_short_line(text):
    cleaned = results.clean(text.encode("utf-8", "surrogatepass"))
    assert cleaned.isprintable()
    assert len(cleaned) <= 300
