"""What becomes of an answer: its values, forms and failures, as the judge sees them."""

import ast
import struct
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

from compare.sandbox import results, wire
from compare.sandbox.calls import (
    LARGEST_SOURCE,
    LARGEST_VALUE,
    REASONS,
    Answer,
    Exercise,
    Limits,
    SourceFailure,
    Value,
    Vector,
    longest_axis,
)
from compare.sandbox.run import Sandbox

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
        ("np.zeros((0, 1 << 10))", (0, 1 << 10), []),
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
        ("np.zeros((10**12, 0))", "form:too-large"),
        ("np.zeros((0, 10**12))", "form:too-large"),
        ("np.zeros((1000, 1000, 0), dtype=int)", "form:too-large"),
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


def test_a_matrix_arrives_as_a_writable_one_and_comes_back(sandbox):
    matrix = Vector(array("d", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), 3)
    source = b"def f(x, k):\n    x[0, 0] = 9\n    return x.T, [x.shape[0], k], [x[0], x[1]]"
    (found,) = sandbox.run(source, [exercise(3, (matrix, 4), (X, 2), (Vector(array("d", [1.0]), 1), 5))], PATIENT)
    assert found.results[0] is not None
    transposed, sizes, rows = found.results[0]
    assert (transposed.shape, list(transposed.values)) == ((3, 2), [9.0, 4.0, 2.0, 5.0, 3.0, 6.0])
    assert (sizes.shape, list(sizes.values)) == ((2,), [2.0, 4.0])
    assert (rows.shape, list(rows.values)) == ((2, 3), [9.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert (found.notes, found.at) == (("changed-input:x",), 1)


def test_every_kind_of_argument_survives_the_way_to_the_students_process(sandbox):
    matrix, column, none = Vector(array("d", range(6)), 2), Vector(array("d", [0.5])), Vector(array("d"), 2)
    asked = Exercise("f", ("a", "b", "c", "d"), 1, ((1, matrix, 2.5, -(2**62)), (column, 3, none, -0.0)))
    source = b"""def f(*given):
    return [ord(one) for one in repr([(type(each).__name__, *getattr(each, "shape", [each])) for each in given])]"""
    (found,) = sandbox.run(source, [asked], PATIENT)
    texts = ["".join(map(chr, map(int, result[0].values))) for result in found.results]
    assert texts == [
        f"[('int', 1), ('ndarray', 3, 2), ('float', 2.5), ('int', {-(2**62)})]",
        "[('ndarray', 1), ('int', 3), ('ndarray', 0, 2), ('float', -0.0)]",
    ]


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


def test_an_int_of_more_than_64_bits_is_refused():
    with pytest.raises(struct.error):
        wire.pack((exercise(1, (X, 2**63)),))


def test_the_judge_imports_neither_numpy_nor_anything_heavy():
    code = (
        "import sys; there = set(sys.modules); from compare.sandbox.run import Sandbox; Sandbox().close(); "
        "print(sorted(set(sys.modules) - there))"
    )
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


@pytest.mark.parametrize("note", ["", "what:ever", "left-out:1", "left-out:x:error:", "reads:a", "perhaps:a:b:1"])
def test_a_note_that_nothing_of_ours_writes_is_left_out(note):
    data = results.pack(
        results.Record(0, -1, -1, -1, array("q"), array("d"), "", (note, "form:str", "perhaps:기울기:8"))
    )
    assert next(results.unpack(data)).notes == ("form:str", "perhaps:기울기:8")


@given(st.text())
def test_text_of_a_student_becomes_one_printable_short_line(text):
    cleaned = results.clean(text.encode("utf-8", "surrogatepass"))
    assert cleaned.isprintable()
    assert len(cleaned) <= 300


def loaded(sandbox: Sandbox, top: str, body: str = "return k") -> Answer:
    """The answer of a function with `body` below the lines `top`."""
    outcome = sandbox.run(f"{top}\ndef f(x, k):\n    {body}\n".encode(), (exercise(),), PATIENT)
    assert not isinstance(outcome, SourceFailure), outcome
    return outcome[0]


PASSED = [
    ("import torch", ("1:error:ModuleNotFoundError: No module named 'torch'",)),
    ("import torch\nx = torch.ones(1)\nprint(x)", ("1:error:ModuleNotFoundError: No module named 'torch'",)),
    ("import numpy as np\nrows = np.loadtxt('rows.csv')", ("2:error:FileNotFoundError: rows.csv not found.",)),
    ("n = int(input())", ("1:error:EOFError: EOF when reading a line",)),
    ("import sys\nsys.exit(1)\n1 / 0", ("2:exited:SystemExit: 1", "3:error:ZeroDivisionError: division by zero")),
    ("x = bytearray(1 << 40)", ("1:out-of-memory:MemoryError",)),
    ("import os\nos._exit(0)", ("2:exited:",)),
    ("import ctypes\nctypes.string_at(0)", ("2:crashed:",)),
]  # fmt: skip


@pytest.mark.parametrize(("top", "notes"), PASSED)
def test_what_fails_at_the_top_level_is_noted_and_voids_no_function(sandbox, top, notes):
    found = loaded(sandbox, top)
    assert (found.reason, found.notes) == (None, tuple(f"left-out:{note}" for note in notes))
    assert found.results == ((Value((), array("d", [2.0])),),)


@pytest.mark.parametrize(("top", "line"), [("while True: pass", 1), ("import time\n\ntime.sleep(3600)", 3)])
def test_a_statement_that_hangs_is_left_out_in_one_more_run(sandbox, top, line):
    limits = Limits(seconds=0.3, patience=2.0 if "sleep" in top else 200.0)
    (found,) = sandbox.run(f"{top}\ndef f(x, k): return k\n".encode(), (exercise(),), limits)
    assert (found.reason, found.notes) == (None, (f"left-out:{line}:{'stalled' if 'sleep' in top else 'timed-out'}:",))


def test_a_second_statement_that_hangs_fails_the_source(sandbox):
    source = b"while True: pass\n\nwhile True:\n    pass\n"
    found = sandbox.run(source, (exercise(),), Limits(seconds=0.3, patience=200.0))
    assert found[:3] == ("timed-out", "", 3)


@pytest.mark.parametrize("body", ["return t + k", "return np.asarray(t)", "return (lambda: t)()", "return g()"])
def test_a_function_that_touches_a_hole_is_unset_with_the_line_that_failed(sandbox, body):
    found = loaded(sandbox, "import numpy as np\nt = np.load('t.npy')\ndef g(): return t\nu = 3", body)
    assert (found.reason, found.line, found.notes[0]) == ("unset", 2, "unset:t")
    assert found.detail.startswith("FileNotFoundError")
    assert loaded(sandbox, "t = open('t')\nu = 3", "return u").reason is None


def test_a_function_whose_decorator_or_default_fails_is_unset_itself(sandbox):
    for head in ("@njit\ndef f(x, k): return k", "def f(x, k=torch.pi): return k", "f = jit(lambda x, k: k)"):
        (found,) = sandbox.run(head.encode(), (exercise(),), PATIENT)
        assert (found.reason, found.notes[0], found.line) == ("unset", "unset:f", 1)


def test_an_import_that_is_guarded_fails_as_it_should(sandbox):
    top = "try:\n    import torch\nexcept ImportError:\n    torch = None"
    assert loaded(sandbox, top, "return k if torch is None else 0").notes == ("reads:torch:6",)


@pytest.mark.parametrize("top", ["f(", "import torch\nf(", "x = 1\nreturn x", "await f()", "def f(x, x): pass"])
def test_a_file_that_python_does_not_read_fails_with_its_line(sandbox, top):
    found = sandbox.run(top.encode(), (exercise(),), PATIENT)
    assert isinstance(found, SourceFailure)
    assert (found.reason, found.line) == ("bad-source", top.count("\n") + 1)


def test_a_value_from_outside_that_a_function_reads_is_noted_with_its_line(sandbox):
    top = "import math\nn, B = 3, [1]\ndef g(): return n\nclass C: k = 1"
    assert loaded(sandbox, top, "return k * n + math.pi * C.k").notes == ("reads:n:6",)
    assert loaded(sandbox, top, "return [B[0] for _ in x]").notes == ("reads:B:6",)
    assert loaded(sandbox, top, "n = 3; return n + g()").notes == ()


EMPTY = ["pass", "...", "'''What to do.'''", "'''What to do.'''\n    ..."]
WRITTEN = [
    *("return", "return None", "return x", "return 0", "return 'None'", "'''x'''; return 1.5"),
    *("print(x)", "x", "k * 2", "raise ValueError"),
]


@pytest.mark.parametrize("body", EMPTY)
def test_an_empty_body_is_not_written_yet(sandbox, body):
    assert (answer(sandbox, body).reason, answer(sandbox, body).line) == ("missing", 2)


@pytest.mark.parametrize("body", WRITTEN)
def test_any_other_body_is_an_answer(sandbox, body):
    assert answer(sandbox, body).reason != "missing"


@pytest.mark.parametrize(("other", "notes"), [("F", ("perhaps:F:2",)), ("ff", ()), ("solve", ())])
def test_a_function_by_another_name_may_have_been_meant(sandbox, other, notes):
    found = sandbox.run(f"import numpy\ndef {other}(x, k): return k\n".encode(), (exercise(),), PATIENT)[0]
    assert (found.reason, found.notes) == ("missing", notes)


@pytest.mark.parametrize(
    ("taken", "note"),
    [
        ("del f", "gone:f:4"),
        ("del f\nclass A:\n    def f(self): pass", "gone:f:4"),
        ("f = f(1.0, 2)", "made:int:4"),
        ("if True:\n    del f", "gone:f:4"),
        ("for f in range(3): pass", "made:int:4"),
        ("f: int = 3", "made:int:4"),
    ],
)
def test_a_function_whose_name_is_taken_away_is_missing_and_the_line_is_noted(sandbox, taken, note):
    source = f"import numpy\n\ndef f(x, k): return k\n{taken}\n"
    found = sandbox.run(source.encode(), (exercise(),), PATIENT)[0]
    assert (found.reason, found.notes) == ("missing", (note,))


@pytest.mark.parametrize(
    ("calls", "longest"),
    [
        ([], 0),
        ([()], 1),
        ([(1.5,)], 2),
        ([(3,)], 4),
        ([(X,)], 2 * (len(X.values) + 1)),
        ([(Vector(array("d", range(6)), 2),)], 12),
        ([(Vector(array("d", range(6)), 2), X, 2.0, 3)], 12 * 2 * (len(X.values) + 1) * 2 * 4),
        ([(1.5,), (X, 9), (3,)], 2 * (len(X.values) + 1) * 10),
    ],
)
def test_the_longest_axis_is_all_that_goes_in_with_each_other_and_one_more_of_each(calls, longest):
    assert longest_axis(calls) == longest


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ("np.zeros(5)", None), ("np.zeros(6)", "form:too-large"), ("np.zeros((6, 0))", "form:too-large"),
        ("[1.0] * 5", None), ("[1.0] * 6", "form:too-large"), ("(1.0,) * 10**6", "form:too-large"),
        ("np.zeros((5, 5))", None), ("np.zeros((2, 6))", "form:too-large"), ("1.0", None),
    ],
)  # fmt: skip
def test_an_axis_beyond_the_longest_is_a_wrong_form(sandbox, value, note):
    asked = Exercise("f", ("x",), 1, ((X,),), longest=5)
    (found,) = sandbox.run(f"import numpy as np\ndef f(x): return {value}".encode(), [asked], PATIENT)
    assert (found.reason, found.notes) == (("wrong-form", (note,)) if note else (None, ()))


@pytest.mark.parametrize(("longest", "reason"), [(6, None), (5, "wrong-form")])
def test_an_axis_that_was_forged_is_a_wrong_form_before_anything_is_made_of_it(longest, reason):
    record = results.Record(0, -1, -1, -1, array("q", [2, 0, 6]), array("d"), "", ())
    found = results.answer(record, Exercise("f", ("x",), 1, ((X,),), longest))
    assert (found.reason, found.notes) == (reason, ("form:unreadable",) if reason else ())


LACKING = [
    ("import sklearn", "ModuleNotFoundError: No module named 'sklearn'"),
    ("from torch.nn import MSELoss", "ModuleNotFoundError: No module named 'torch'"),
    ("open('data.csv')", "FileNotFoundError"),
    ("np.loadtxt('/home/kim/data.csv')", "FileNotFoundError"),
    ("np.savetxt('losses.csv', x)", "FileNotFoundError|PermissionError"),
    ("float(input())", "EOFError"),
    ("__import__('socket').create_connection(('localhost', 80), 1)", "PermissionError|OSError|gaierror"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "error"), LACKING)
def test_what_needs_what_is_not_there_is_unset_wherever_the_line_stands(sandbox, line, error):
    inside = answer(sandbox, line)
    at_the_top = loaded(sandbox, f"import numpy as np\nx = np.ones(3)\nt = {line}" if "import " not in line else line)
    assert (inside.reason, inside.line, inside.at) == ("unset", 3, 0)
    assert inside.detail.startswith(tuple(error.split("|")))
    assert len([note for note in at_the_top.notes if note.startswith("left-out:")]) == 1
    caught = f"try:\n        {line}\n    except Exception as e: raise ValueError from e"
    assert answer(sandbox, caught).reason == "unset"


@pytest.mark.parametrize("line", ["x[9]", "1 / 0", "raise ValueError", "no_name", "np.ones(2) + x[:1].reshape(3, 3)"])
def test_any_other_exception_is_the_functions_own(sandbox, line):
    assert answer(sandbox, line).reason == "error"


@pytest.mark.parametrize(
    ("head", "own"),
    [("def f(x)", "x"), ("def f()", ""), ("def f(x, k, w)", "x, k, w"), ("def f(x: int, *, k=2)", "x, *, k"),
     ("class A:\n def f(self, x): return x\nf = A().f\ndef g()", "x")],
)  # fmt: skip
def test_a_function_of_other_parameters_is_told_them_and_those_asked_for(sandbox, head, own):
    (found,) = sandbox.run(f"{head}: return 1.0\n".encode(), (exercise(),), PATIENT)
    assert (found.reason, found.notes) == ("error", (f"takes:{own}:x, k",))


@pytest.mark.parametrize("head", ["def f(x, k, w=1)", "def f(*a)", "def f(x, k, **o)"])
def test_parameters_that_take_what_is_given_are_none_to_speak_of(sandbox, head):
    (found,) = sandbox.run(f"{head}: raise TypeError\n".encode(), (exercise(),), PATIENT)
    assert (found.reason, found.notes) == ("error", ())


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("class Model:\n    def f(self, x, k): return k", "inside-class:Model:2"),
        ("class A:\n    class B:\n        def f(x, k): return k", "inside-class:B:3"),
        ("def answers():\n    def f(x, k): return k", "inside-function:answers:2"),
        ("def a():\n    if True:\n        def f(x, k): return k", "inside-function:a:3"),
        ("if __name__ == '__main__':\n    def f(x, k): return k", "inside-main:f:2"),
        ("if False:\n    pass\nelse:\n    class A:\n        def f(x, k): return k", "inside-class:A:5"),
        ("if False:\n    def f(x, k): return k", "inside-block:f:2"),
        ("for _ in []:\n    async def f(x, k): return k", "inside-block:f:2"),
    ],
)
def test_a_function_that_stands_in_something_else_is_missing_and_its_place_is_noted(sandbox, source, note):
    (found,) = sandbox.run(source.encode(), (exercise(),), PATIENT)
    assert (found.reason, found.notes) == ("missing", (note,))


def test_a_function_that_stands_elsewhere_as_well_is_the_one_at_the_top(sandbox):
    assert loaded(sandbox, "class A:\n    def f(self): pass").notes == ()


@pytest.mark.parametrize("reason", ["timed-out", "stalled", "killed", "crashed"])
def test_what_only_the_judge_can_know_is_not_believed_of_the_process_itself(reason):
    record = results.Record(0, REASONS.index(reason), 3, 0, array("q", [0]), array("d", [1.0]), "", ())
    found = results.answer(record, exercise())
    assert (found.reason, found.notes) == ("wrong-form", ("form:unreadable",))
    end = results.End(0, 0, 0.0, 0.0, (0,) * 8, (record._replace(exercise=results.NONE),))
    assert results.failure_of(end, 1.0).reason == "exited"


FORGED = """
import sys
def f(x, k):
    frame = sys._getframe()
    while frame:
        if type(frame.f_locals.get("notes")) is dict:
            for reason in ("killed", "stalled", "timed-out", "crashed", "error"):
                frame.f_locals["notes"][f"left-out:1:{reason}:x"] = None
        frame = frame.f_back
    return k
"""


def test_a_line_that_is_said_to_have_ended_the_process_did_so(sandbox):
    (found,) = sandbox.run(FORGED.encode(), (exercise(),), PATIENT)
    assert found.notes == ("left-out:1:error:x",)
    (found,) = sandbox.run(b"import ctypes\nctypes.string_at(0)\n" + FORGED.encode(), (exercise(),), PATIENT)
    assert {note.split(":")[2] for note in found.notes} == {"crashed", "error"}


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        ("raise ValueError('x' * (100 << 20))", "error", "ValueError: " + "x" * 287 + "…"),
        ("e = OSError(); e.errno = np.ones(2); raise e", "unset", "OSError"),
        ("raise OSError(12, 'full')", "out-of-memory", "OSError: [Errno 12] full"),
    ],
)
def test_an_exception_is_told_whatever_it_carries(sandbox, line, reason, detail):
    found = answer(sandbox, line)
    assert (found.reason, found.detail) == (reason, detail)


HINDERING = [
    "def __setattr__(self, name, value): raise ValueError",
    "__traceback__ = property(lambda self: 1 / 0)",
    "__cause__ = property(lambda self: 1 / 0)",
    "__class__ = property(lambda self: 1 / 0)",
    "def __str__(self): raise ValueError",
    "def __repr__(self): raise ValueError",
]


@pytest.mark.parametrize("body", HINDERING)
def test_an_exception_that_hinders_whoever_looks_at_it_is_an_error_all_the_same(sandbox, body):
    found = loaded(sandbox, f"class E(Exception):\n    {body}", "raise E")
    assert (found.reason, found.at) == ("error", 0)
    at_the_top = loaded(sandbox, f"class E(Exception):\n    {body}\nraise E")
    assert (at_the_top.reason, [note[:17] for note in at_the_top.notes]) == (None, ["left-out:3:error:"])
