"""The update rule's options: the same refusals on both sides, and the same updates."""

import numpy as np
import pytest
import torch
from hypothesis import given

from compare.truth.rounding import PRECISIONS, Update
from manual.sgd import SGD as Manual
from tests.strategies import optimizers
from torch_impl.sgd import SGD as Mirror

REFUSED = {
    "a negative learning rate": {"lr": -0.1},
    "a negative momentum": {"momentum": -0.5},
    "a negative weight decay": {"weight_decay": -0.25},
    "Nesterov without momentum": {"nesterov": True, "momentum": 0.0},
    "Nesterov with dampening": {"nesterov": True, "momentum": 0.9, "dampening": 0.1},
}
ALLOWED = ({"lr": 0.0}, {"dampening": 0.5}, {"dampening": -1.0}, {"momentum": 2.0}, {"nesterov": True, "momentum": 0.1})


@pytest.mark.parametrize("side", [Manual, Mirror], ids=["manual", "torch"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_torch_refuses_is_refused_and_the_option_named_with_its_value(side, name):
    option, value = list(REFUSED[name].items())[-1]
    with pytest.raises(ValueError, match=rf"\b{option}\b.* {value}"):
        side(**REFUSED[name])


@pytest.mark.parametrize("side", [Manual, Mirror], ids=["manual", "torch"])
@pytest.mark.parametrize("options", ALLOWED)
def test_what_torch_allows_is_allowed(side, options):
    assert side(**options).lr >= 0


@given(optimizers())
def test_five_updates_are_torchs_within_the_bound_of_one_another(options):
    p, v, mirrored, buffer = np.float64(1.5), None, torch.tensor(1.5, dtype=torch.float64), None
    for step, dp in enumerate((-19.04, 3.25, 0.1, -2.0, 7.5)):
        own = Update(options, PRECISIONS["float64"])
        previous = np.array([float(v) if v is not None else 0.0])
        bound, v_bound = own.bounds(np.array([p]), previous, np.array([dp]), first=step == 0)
        p, v = Manual(**options).step(p, np.float64(dp), v)
        mirrored, buffer = Mirror(**options).step(mirrored, torch.tensor(dp, dtype=torch.float64), buffer)
        assert abs(p - mirrored.item()) <= 2 * bound[0]
        assert (v is None) == (buffer is None)
        assert v is None or abs(v - buffer.item()) <= 2 * v_bound[0]
        mirrored = torch.tensor(float(p), dtype=torch.float64)  # each update is judged from one state
        buffer = None if v is None else torch.tensor(float(v), dtype=torch.float64)


def test_an_option_that_is_not_named_has_torchs_default():
    defaults = torch.optim.SGD([torch.zeros(1)]).defaults
    for side in (Manual, Mirror):
        assert vars(side()) == {name: defaults[name] for name in vars(side())}


def test_the_first_buffer_is_the_gradient_even_with_dampening():
    _, v = Manual(lr=0.1, momentum=0.9, dampening=0.5).step(np.float64(0), np.float64(4))
    assert v == 4


def test_maximize_climbs_and_weight_decay_still_shrinks():
    p, _ = Manual(lr=1.0, maximize=True, weight_decay=0.5).step(np.float64(2), np.float64(3))
    assert p == 2 - (-3 + 0.5 * 2)


def test_a_step_changes_nothing_in_place():
    p, dp, v = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([5.0, 6.0])
    Manual(momentum=0.9, nesterov=True, weight_decay=0.1).step(p, dp, v)
    assert (p.tolist(), dp.tolist(), v.tolist()) == ([1.0, 2.0], [3.0, 4.0], [5.0, 6.0])
