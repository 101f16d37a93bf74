"""Adam by hand: one step is the formula over exact numbers, and torch's step within the rounding of both."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from manual.adam import Adam
from torch_impl.adam import Adam as Mirror

numbers = st.floats(-4, 4, allow_subnormal=False).filter(lambda value: value == 0 or abs(value) > 1e-3)
OPTIONS = [{}, {"lr": 0.1, "betas": (0.5, 0.75)}, {"weight_decay": 0.25}, {"maximize": True}, {"eps": 0.5}]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@given(st.lists(numbers, min_size=1, max_size=5), numbers)
def test_a_run_is_torchs_within_the_rounding_of_both(options, gradients, start):
    """m and v are sums of at most 2t + 2 terms, each reached by at most 6 roundings a step; a root and a quotient
    double what they inherit. The step is at most lr · |m̂| / √v̂, which Cauchy holds below lr · √(2t)."""
    hand, mirror = Adam(**options), Mirror(**options)
    p, m, v = np.array(start), None, None
    q, tm, tv = torch.tensor(start, dtype=torch.float64), None, None
    moved = abs(start)
    for t, g in enumerate(gradients):
        p, m, v = hand.step(p, np.array(g), m, v, t)
        q, tm, tv = mirror.step(q, torch.tensor(g, dtype=torch.float64), tm, tv, t)
        moved += hand.lr * 8
        allowed = 40 * (t + 2) * 2.0**-53 * (moved + 16)
        assert abs(float(p) - q.item()) <= allowed * 8
        assert abs(float(m) - tm.item()) <= allowed
        assert abs(float(v) - tv.item()) <= allowed


def test_the_first_step_on_paper():
    """g = 3: m = 3/2, v = 9/4; made up for by the factors 1/2 and 1/4, m̂ = 3, v̂ = 9: the step is lr · 3 / (3 + 1)."""
    p, m, v = Adam(lr=0.5, betas=(0.5, 0.75), eps=1.0).step(np.array(1.0), np.array(3.0))
    assert (m, v, p) == (1.5, 2.25, 1 - 0.5 * 3 / 4)


def test_the_second_step_on_paper():
    """g = -1 after m = 3/2, v = 9/4: m = 1/4, v = 31/16; the factors are 3/4 and 7/16, so m̂ = 1/3, v̂ = 31/7."""
    rule = Adam(lr=0.5, betas=(0.5, 0.75), eps=0.0)
    p, m, v = rule.step(np.array(0.0), np.array(-1.0), np.array(1.5), np.array(2.25), 1)
    assert (m, v) == (0.25, Fraction(31, 16))
    assert p == pytest.approx(-0.5 / 3 / (31 / 7) ** 0.5, rel=1e-15)


@pytest.mark.parametrize("side", [Adam, Mirror], ids=["manual", "torch_impl"])
@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"lr": -0.5}, "-0.5"),
        ({"eps": -1.0}, "-1.0"),
        ({"weight_decay": -2.0}, "-2.0"),
        ({"betas": (1.0, 0.9)}, "1.0"),
        ({"betas": (0.9, -0.25)}, "-0.25"),
    ],
    ids=str,
)
def test_what_torch_refuses_is_refused_by_its_value(side, options, word):
    with pytest.raises(ValueError, match=word):
        side(**options)


@pytest.mark.parametrize("side", [Adam, Mirror], ids=["manual", "torch_impl"])
def test_the_defaults_are_torchs(side):
    torchs = torch.optim.Adam([torch.zeros(1)]).defaults
    rule = side()
    assert {name: getattr(rule, name) for name in ("lr", "betas", "eps", "weight_decay", "maximize")} == {
        name: torchs[name] for name in ("lr", "betas", "eps", "weight_decay", "maximize")
    }
