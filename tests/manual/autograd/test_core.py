"""The engine's core: small enough to be read at one sitting, and exact where its entries are."""

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from manual import autograd
from manual.autograd.core import SGD, Variable

ROOM = Path(autograd.__file__).parent
CORE = {"core"}  # variable, node, the table of rules, the way back
FACE = {"__init__", "autograd", "creation", "errors", "functions", "indexing", "kinds", "lesson", "optim", "printing"}
FACE |= {"random", "rounding", "rules", "shapes", "tensor"}
FACE |= {"nn/__init__", "nn/functional", "nn/init", "utils/__init__", "utils/data"}


def lines(names):
    return sum(len((ROOM / f"{name}.py").read_text(encoding="utf-8").splitlines()) for name in names)


def test_the_core_is_read_at_one_sitting_and_its_face_grows_no_more():
    assert {path.relative_to(ROOM).with_suffix("").as_posix() for path in ROOM.rglob("*.py")} == CORE | FACE
    assert lines(CORE) <= 300
    assert lines(CORE | FACE) <= 3140


def calls(work):
    """The functions written in Python that are entered while `work` runs, without itself."""
    entered = []

    def watch(frame, event, _):
        if event == "call":
            entered.append(frame.f_code.co_name)

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return entered[1:]


@pytest.mark.parametrize("other", [autograd.ones(3), autograd.ones(3, requires_grad=True)], ids=["data", "leaf"])
def test_a_multiplication_passes_three_functions(other):
    w = autograd.ones(3, requires_grad=True)
    assert len(calls(lambda: w * other)) <= 3


fractions = st.fractions(-9, 9, max_denominator=9)


def exact(entries):
    return np.array(entries, object)


OPERATIONS = {
    "a + b": lambda a, b: a + b,
    "a - b": lambda a, b: a - b,
    "2 - a": lambda a, b: 2 - a + 0 * b,
    "a * b": lambda a, b: a * b,
    "a / 7": lambda a, b: a / 7 + b,
    "a ** 2": lambda a, b: a**2 + b,
    "a ** 3": lambda a, b: a**3 * b,
    "a ** 4": lambda a, b: a**4 * b,
    "a ** 0": lambda a, b: a**0 * b,
    "a @ b": lambda a, b: a @ b,
    "a's mean": lambda a, b: a.mean() * b,
    "a's sum": lambda a, b: a.sum() * b * a,
}


@pytest.mark.parametrize("name", OPERATIONS)
@given(st.lists(st.tuples(fractions, fractions), min_size=1, max_size=4), st.data())
def test_over_fractions_a_gradient_is_the_exact_derivative(name, pairs, data):
    """By the five-point difference, which is exact for polynomials up to degree 4 in one entry."""
    work, place = OPERATIONS[name], data.draw(st.integers(0, len(pairs) - 1))
    arrays = [exact(column) for column in zip(*pairs, strict=True)]
    leaves = [Variable(array, requires_grad=True) for array in arrays]
    work(*leaves).sum().backward()
    for leaf in range(2):

        def value(step, leaf=leaf):
            moved = [array.copy() for array in arrays]
            moved[leaf][place] += step
            return work(*map(Variable, moved)).sum().array.item()

        steps = [value(Fraction(k)) - value(-Fraction(k)) for k in (1, 2)]
        slope = (8 * steps[0] - steps[1]) / 12
        given = Fraction(0) if leaves[leaf].grad is None else leaves[leaf].grad[place]
        assert given == slope
        assert isinstance(given, Fraction)


def test_a_quotient_and_a_power_below_zero_are_exact_by_hand():
    a, b = (Variable(exact([Fraction(entry)]), requires_grad=True) for entry in (3, 5))
    (a / b + 2 / b + a**-2).sum().backward()
    assert a.grad.tolist() == [Fraction(1, 5) - Fraction(2, 27)]
    assert b.grad.tolist() == [-Fraction(3, 25) - Fraction(2, 25)]


def test_the_cores_own_descent_is_exact():
    """On paper, for the points (1, 2) and (3, 4): dw = Σ r x, db = Σ r. First r = -2, -4, so that w = 0.14, b = 0.06;
    then r = -1.8, -3.52, so that dw = -12.36 and db = -5.32."""
    x, y = exact([Fraction(1), Fraction(3)]), exact([Fraction(2), Fraction(4)])
    w, b = (Variable(exact([Fraction(0)]), requires_grad=True) for _ in range(2))
    descent = SGD([w, b], lr=Fraction(1, 100))
    for _ in range(2):
        loss = ((w * x + b - y) ** 2).mean()
        loss.backward()
        descent.step()
    assert (w.array.tolist(), b.array.tolist()) == ([Fraction("0.2636")], [Fraction("0.1132")])
    assert w.grad is None


def test_matrices_of_fractions_multiply_and_go_back_exactly():
    a, b = Variable(exact([[1, 2], [3, 4]]) + Fraction(0), True), Variable(exact([[5], [6]]) + Fraction(0), True)
    (a @ b).backward(Fraction(1, 2))
    assert a.grad.tolist() == [[Fraction(5, 2), 3], [Fraction(5, 2), 3]]
    assert b.grad.tolist() == [[2], [3]]


PRODUCTS = [((3,), (3,)), ((2, 3), (3,)), ((2,), (2, 3)), ((2, 3), (3, 4))]


@pytest.mark.parametrize("shapes", PRODUCTS, ids=str)
@given(st.data())
def test_every_product_and_its_gradients_are_the_sums_over_the_indices(shapes, data):
    """out[i, k] = Σ a[i, j] b[j, k], so that a[i, j] receives Σ g[i, k] b[j, k], and b[j, k] Σ g[i, k] a[i, j]."""
    arrays = [exact([data.draw(fractions) for _ in range(int(np.prod(shape)))]).reshape(shape) for shape in shapes]
    a, b = (Variable(array, requires_grad=True) for array in arrays)
    out = a @ b
    g = exact([data.draw(fractions) for _ in range(out.array.size)]).reshape(out.array.shape)
    (out * Variable(g)).sum().backward()
    left = arrays[0].reshape(-1, arrays[0].shape[-1])
    right = arrays[1].reshape(arrays[1].shape[0], -1)
    above = g.reshape(len(left), right.shape[1])
    (rows, inner), columns = left.shape, right.shape[1]
    for i in range(rows):
        for k in range(columns):
            assert out.array.reshape(rows, columns)[i, k] == sum(left[i, j] * right[j, k] for j in range(inner))
    for j in range(inner):
        for i in range(rows):
            assert a.grad.reshape(rows, inner)[i, j] == sum(above[i, k] * right[j, k] for k in range(columns))
        for k in range(columns):
            assert b.grad.reshape(inner, columns)[j, k] == sum(above[i, k] * left[i, j] for i in range(rows))


NAMED = """
a + a; a - a; a * a; 2 * a; a / a; a / 2; -a; a ** 2; a ** 3; a ** 0.5; a.sum(); a.mean(); a @ a; m @ a; a @ m; m @ m
"""


@pytest.mark.parametrize("expression", NAMED.strip().replace("\n", "; ").split("; "))
def test_an_operation_has_torchs_name_and_points_to_its_operands(expression):
    ours = {"a": Variable(np.ones(2), True), "m": Variable(np.ones((2, 2)), True)}
    theirs = {"a": torch.ones(2, requires_grad=True), "m": torch.ones((2, 2), requires_grad=True)}
    node, wanted = eval(expression, ours).node, eval(expression, theirs).grad_fn
    assert node.name() == wanted.name()
    if node.name() != "SqueezeBackward4":  # of which torch makes two nodes
        sources = [source and source.name() for source, _ in node.next_functions]
        expected = [source and source.name().split("::")[-1] for source, _ in wanted.next_functions]
        assert sources == expected[: len(sources)]
        assert not any(expected[len(sources) :])
    assert f"<{node.name()} object at 0x" in repr(node)


def test_a_leaf_points_nowhere():
    assert Variable(np.ones(2), True).node.next_functions == ()


def test_a_number_less_a_variable_on_paper():
    assert (7 - Variable(np.array([2.0, 9.0]))).array.tolist() == [5, -2]


def test_a_gradient_has_its_leafs_dtype():
    a = Variable(np.ones(2, np.float32), requires_grad=True)
    a.backward(np.float64(0.1))
    assert a.grad.dtype == np.float32
    (a * np.ones(2)).sum().backward()
    assert a.grad.dtype == np.float32


def test_a_saved_value_that_a_step_changed_is_refused():
    a = Variable(np.ones(2), requires_grad=True)
    loss, descent = (a * a).sum(), SGD([a], lr=0.5)
    a.sum().backward()
    descent.step()
    with pytest.raises(RuntimeError, match="MulBackward0 saved is at version 1; expected version 0"):
        loss.backward()
    assert a.grad is None


def test_gradients_add_up_until_a_step_and_a_parameter_without_one_stays():
    a, b = (Variable(np.ones(2), requires_grad=True) for _ in range(2))
    for _ in range(2):
        a.sum().backward()
    assert a.grad.tolist() == [2, 2]
    SGD([a, b], lr=0.5).step()
    assert (a.array.tolist(), b.array.tolist()) == ([0, 0], [1, 1])
    Variable(np.ones(2)).sum().backward()  # nothing to walk back to


def test_an_array_or_a_number_of_numpys_on_the_left_is_left_to_the_variable():
    a = Variable(np.array([1.0, 2.0]), requires_grad=True)
    for left in (np.array([3.0, 4.0]), np.float64(3)):
        assert isinstance(left * a, Variable)
        assert isinstance(left - a, Variable)


def test_broadcasting_is_undone_for_every_shape_that_broadcasts():
    for shape in [(), (1,), (3,), (1, 1), (2, 1), (1, 3), (2, 3)]:
        b = Variable(np.full(shape, 2.0), requires_grad=True)
        (b * np.arange(12.0).reshape(2, 2, 3)).sum().backward()
        spread = Variable(np.zeros(shape)).array + np.zeros((2, 2, 3))
        repeats = spread.size // max(b.array.size, 1)
        assert b.grad.shape == shape
        assert b.grad.sum() == np.arange(12.0).sum()
        assert repeats * b.array.size == 12
