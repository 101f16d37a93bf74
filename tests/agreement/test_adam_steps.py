"""Each step of Adam, by hand and by torch, lies where exact arithmetic puts it; one that is a little off does not."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compare.agreement.adam_steps import Moments, root, verdict
from compare.truth.rounding import PRECISIONS
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
