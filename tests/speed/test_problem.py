"""The exact run of the benchmark, whatever its size, and where rounding says nothing any more."""

from fractions import Fraction

import numpy as np
import pytest

from compare.speed.problem import LR, data_set


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_exact_run_is_that_of_the_rows(dtype):
    data = data_set(5, dtype)
    x, y = ([Fraction(float(v)) for v in values] for values in (data.x, data.y))
    w = b = Fraction(0)
    for expected in data.path[:6]:
        assert (float(w), float(b)) == tuple(expected)
        r = [w * at + b - target for at, target in zip(x, y, strict=True)]
        dw, db = 2 * sum(map(Fraction.__mul__, r, x)) / 5, 2 * sum(r) / 5
        w, b = w - Fraction(LR) * dw, b - Fraction(LR) * db


def test_the_five_sums_are_exact_at_any_size():
    data = data_set(100_000, "float32")
    x, y = ((values * 256).astype(np.int64) for values in (data.x, data.y))
    assert data.sums[2:] == tuple(Fraction(int(total), 2**16 * data.n) for total in (x @ x, x @ y, y @ y))


def test_where_rounding_may_exceed_the_values_there_is_no_bound():
    assert data_set(10**6, "float32").bound(201) is None
    assert data_set(10**6, "float64").bound(201) < 1e-6
