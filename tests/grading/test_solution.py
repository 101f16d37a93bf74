"""Our own solution, on numbers small enough to do on paper."""

from typing import Any

import numpy as np
import pytest

from compare.grading import solution

X, ZERO = np.array([1.0, 3.0]), np.array([0.0, 0.0])
YP, Y = np.array([4.0, 2.0, 1.0]), np.array([1.0, 2.0, 4.0])

# From w = 1, b = 0 on X and ZERO with lr = 1/8: w = -1/4, b = -1/2 after the first step, and then, with momentum
# 1/2, v = (1/2, 0), w = -5/16, b = -1/2; without, w = 5/16, b = -1/4.
LOSSES, WITH_MOMENTUM = [5.0, 17 / 16, 61 / 256], [5.0, 17 / 16, 349 / 256]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("predict", (X, 3.0, 1.0), [4.0, 10.0]),
        ("mse", (YP, Y), 6.0),
        ("dmse_dyp", (YP, Y), [2.0, 0.0, -2.0]),
        ("gradients", (X, ZERO, 1.0, 0.0), (10.0, 4.0)),
        ("sgd_step", (1.0, 2.0, 10.0, 4.0, 0.5), (-4.0, 0.0)),
        ("momentum_step", (1.0, 2.0, 10.0, 0.5, 0.25), (-4.25, 10.5)),
        ("train", (X, ZERO, 1.0, 0.0, 0.125, 2), LOSSES),
        ("train_momentum", (X, ZERO, 1.0, 0.0, 0.125, 0.5, 2), WITH_MOMENTUM),
    ],
)
def test_our_own_solution_gives_what_paper_gives(name: str, given: tuple[Any, ...], expected: Any) -> None:
    assert np.array_equal(vars(solution)[name](*given), expected)
