"""Five sums give what the data give: held against exact rational arithmetic, within the bound of the docstring."""

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from compare.truth import exact
from manual import regression, statistics
from manual.statistics import Statistics, gradients, measure, measure_chunks, merge, mse

BLOCK, PART = statistics.BLOCK, statistics.PART  # before a test makes them small
U = Fraction(1, 2**53)
OFFSETS = st.sampled_from([0.0, 1.0, -300.0, 1e6, -1e12])
SPREADS = st.sampled_from([1e-9, 1.0, 1e5])


@st.composite
def problems(draw, features=False):
    """x (n,) or (n, d) and y (n,), of any offset and spread, as float64."""
    n = draw(st.integers(1, 60))
    shape = (draw(st.integers(1, 3)),) if features else ()
    units = arrays(float, st.just((n, *shape)), elements=st.floats(-1, 1).filter(lambda v: v == 0 or abs(v) > 1e-9))
    x = draw(arrays(float, st.just(shape), elements=OFFSETS)) + draw(SPREADS) * draw(units)
    y = draw(OFFSETS) + draw(SPREADS) * np.resize(draw(units), n)
    return x, y


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    """Blocks of four numbers, two to a part: a few rows go through every branch of the pass."""
    monkeypatch.setattr(statistics, "BLOCK", 4)
    monkeypatch.setattr(statistics, "PART", 2)


def gamma(k):
    return k * U / (1 - k * U)


def centred(left, right):
    """The exact centred sum of products."""
    left, right = [Fraction(v) for v in left], [Fraction(v) for v in right]
    return sum(map(Fraction.__mul__, left, right)) - sum(left) * sum(right) / len(left)


def reach(values, m):
    """(V, X) of the docstring's bound."""
    values = [Fraction(v) for v in values]
    largest = max(map(abs, values))
    return 2 * (max(values) - min(values)) + gamma(m) * largest, largest


def bounds(left, right):
    """(of the mean of left, of the sum of products), by the docstring, for parts of eight rows."""
    m, h = 8, 2 * (len(left) // 8).bit_length() + 2  # two more for a cut into two chunks
    (v, largest), (v2, largest2) = reach(left, m), reach(right, m)
    e, e2 = gamma(m + 2) * v + gamma(8 * h + 1) * largest, gamma(m + 2) * v2 + gamma(8 * h + 1) * largest2
    tiny = Fraction(len(left), 2**1000)
    return e, len(left) * (gamma(3 * m + 6 * h + 9) * v * v2 + h * (e * v2 + e2 * v + 3 * e * e2)) + tiny


def assert_within_the_bound(s, x, y):
    mean = sum(map(Fraction, x)) / len(x)
    assert abs(Fraction(float(s.mean_x)) - mean) <= bounds(x, y)[0]
    for value, left, right in ((s.sxx, x, x), (s.sxy, x, y), (s.syy, y, y)):
        assert abs(Fraction(float(value)) - centred(left, right)) <= bounds(left, right)[1]


@given(problems())
def test_the_sums_are_within_the_derived_bound_of_the_truth(problem):
    assert_within_the_bound(measure(*problem), *problem)


@given(problems(), st.integers(1, 59))
def test_chunks_of_any_size_merge_within_the_same_bound(problem, cut):
    x, y = problem
    parts = [(x[rows], y[rows]) for rows in (slice(cut), slice(cut, None)) if len(y[rows])]
    assert_within_the_bound(measure_chunks(iter(parts)), x, y)


@given(problems(features=True))
def test_every_pair_of_features_has_the_sums_it_would_have_alone(problem):
    x, y = problem
    s = measure(x, y)
    for j, column in enumerate(x.T):
        assert_within_the_bound(Statistics(s.n, s.mean_x[j], s.mean_y, s.sxx[j, j], s.sxy[j], s.syy), column, y)
        assert abs(Fraction(s.sxx[0, j]) - centred(x[:, 0], column)) <= bounds(x[:, 0], column)[1]


def size(value):
    return abs(Fraction(float(value)))


def gradient_bounds(s, x, y, w, b):
    """(of dw, of db, of the loss) at integers w and b: each product and sum of the formulas, once rounded."""
    (ex, sxx), (ey, syy), sxy = bounds(x, x), bounds(y, y), bounds(x, y)[1]
    mean = w * ex + ey + gamma(4) * (w * size(s.mean_x) + b + size(s.mean_y))
    e = size(gradients(s, 0.0, 0.0)[1]) / 2 + w * size(s.mean_x) + b + mean
    slope = w * sxx + sxy + gamma(4) * (w * size(s.sxx) + size(s.sxy) + w * sxx + sxy)
    squares = w * w * sxx + 2 * w * sxy + syy + gamma(8) * (w * w * size(s.sxx) + 2 * w * size(s.sxy) + size(s.syy))
    dw = 2 * slope / s.n + 2 * (mean * (size(s.mean_x) + ex) + e * ex)
    rounded = gamma(6) * (2 * (w * size(s.sxx) + size(s.sxy)) / s.n + 2 * e * size(s.mean_x) + dw)
    loss = 2 * squares / s.n + 2 * e * mean + mean**2 + gamma(4) * (e * e + size(s.syy) / s.n)
    return dw + rounded, 2 * mean, loss


@given(problems(), st.integers(-9, 9), st.integers(-9, 9))
def test_gradients_and_loss_follow_from_the_sums_within_their_bounds(problem, w, b):
    x, y = problem
    s = measure(x, y)
    given = (*gradients(s, float(w), float(b)), mse(s, float(w), float(b)))
    truth = (*exact.gradients(list(x), list(y), w, b), exact.loss(list(x), list(y), w, b))
    for value, true, bound in zip(given, truth, gradient_bounds(s, x, y, abs(w), abs(b)), strict=True):
        assert abs(Fraction(float(value)) - true) <= bound


def test_a_large_offset_costs_no_digit_that_the_data_still_had():
    x = 1e9 + np.arange(1000.0)  # exact: the sums of squares of 0…999 about their mean are n (n² - 1) / 12
    s = measure(x, x - 5e8)
    assert float(s.sxx) == pytest.approx(1000 * (1000**2 - 1) / 12, rel=1e-14)
    assert float(s.sxy) == pytest.approx(float(s.sxx), rel=1e-14)


def test_every_feature_has_an_offset_of_its_own():
    rows = np.arange(1000.0)
    s = measure(np.column_stack((1e9 + rows, rows - 1e9)), rows)
    np.testing.assert_allclose(s.sxx, np.full((2, 2), 1000 * (1000**2 - 1) / 12), rtol=1e-14)


def test_the_lessons_gradients_come_out_as_the_fractions_they_are():
    s = measure([-5, 5, 0, 2, -2], [-6.7, 10.3, -3.3, 5.0, -5.3])
    assert gradients(s, 1.0, 1.0) == (pytest.approx(-476 / 25, rel=1e-14), pytest.approx(2, rel=1e-14))
    assert mse(s, 1.0, 1.0) == pytest.approx(1669 / 125, rel=1e-15)


def test_features_give_the_gradients_of_the_chain_rule():
    rng = np.random.default_rng(7)
    x, y, w = rng.normal(3, 1, (50, 4)), rng.normal(size=50), rng.normal(size=4)
    dw, db = gradients(measure(x, y), w, 0.5)
    expected_dw, expected_db = regression.gradients(x, y, w, 0.5)
    np.testing.assert_allclose(dw, expected_dw, rtol=1e-13)
    assert db == pytest.approx(expected_db, rel=1e-13)
    assert mse(measure(x, y), w, 0.5) == pytest.approx(regression.mse(regression.predict(x, w, 0.5), y), rel=1e-13)


@pytest.mark.parametrize("x", [[1, 2, 4], [[1, 0], [2, 1], [0, 3]]], ids=["one feature", "two features"])
def test_many_points_at_once_have_the_loss_and_the_gradient_of_each_alone(x):
    s, b = measure(x, [3, -2, 5]), np.array([0.0, -1.0, 2.0, 7.0])
    w = np.array([[1.0, -2.0], [3.0, 5.0], [0.0, 1.0], [-4.0, 2.0]])
    w = w if np.ndim(x) == 2 else w[:, 0]
    losses, (dw, db) = mse(s, w, b), gradients(s, w, b)
    assert (losses.shape, dw.shape, db.shape) == ((4,), w.shape, (4,))
    for point in range(4):
        assert losses[point] == pytest.approx(mse(s, w[point], b[point]), rel=1e-15)
        for whole, alone in zip((dw, db), gradients(s, w[point], b[point]), strict=True):
            np.testing.assert_allclose(whole[point], alone, rtol=1e-15)


def test_a_perfect_fit_has_no_negative_loss():
    s = measure([0.1, 0.2, 0.7], [0.3, 0.6, 2.1])
    assert 0 <= mse(s, 3.0, 0.0) < 1e-15


@pytest.mark.parametrize("dtype", ["float32", "int8", "int64", "uint8", ">f8"])
@pytest.mark.parametrize("values", [1.1 * np.arange(50, 110), 110.1 * (np.arange(60) % 4 == 0)], ids=["far", "spread"])
def test_every_real_dtype_is_summed_in_float64(dtype, values):
    x, y = values.astype(dtype), values[::-1].astype(dtype)
    assert measure(x, y) == measure(x.astype(float), y.astype(float))


def test_the_largest_numbers_of_float32_have_a_mean():
    largest = np.full(20, np.finfo(np.float32).max)
    assert measure(largest, -largest) == (20, float(largest[0]), -float(largest[0]), 0, 0, 0)


def test_the_pass_never_writes_to_its_data_and_takes_any_layout():
    table = np.arange(60.0).reshape(20, 3)
    before = table.copy()
    x, y = table[:, :2], table[::-1, 2]
    s, contiguous = measure(x, y), measure(x.copy(), y.copy())
    np.testing.assert_allclose(s.sxx, contiguous.sxx, rtol=1e-14)
    np.testing.assert_array_equal(table, before)


def test_a_memory_map_gives_what_the_array_gives(tmp_path):
    x, y = np.arange(100.0), np.sin(np.arange(100.0))
    np.save(tmp_path / "x.npy", x)
    assert measure(np.load(tmp_path / "x.npy", mmap_mode="r"), y) == measure(x, y)


def test_merging_knows_only_sums():
    one, two = measure([1, 2], [3, 5]), measure([4.0], [8.0])
    assert merge(one, two) == pytest.approx(measure([1, 2, 4], [3, 5, 8]), rel=1e-15)


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        ([1, 2], [1], r"x \(2,\) and y|got x \(2,\), y \(1,\)"),
        ([], [], r"at least one row; got x \(0,\)"),
        ([[[1]]], [1], r"got x \(1, 1, 1\)"),
        (1, 1, r"got x \(\), y \(\)"),
        ([1, 2], [[1], [2]], r"got x \(2,\), y \(2, 1\)"),
        (["a"], ["b"], "x must hold real numbers"),
        ([1, 2], [1j, 2], "y must hold real numbers"),
        ([1.0, np.nan], [1, 2], "not finite"),
        ([1, 2], [np.inf, 2], "not finite"),
        ([1e200, -1e200], [1, 2], "too large to square"),
        ([1, 2], [1e200, -1e200], "too large to square"),
    ],
)
def test_what_is_no_regression_problem_is_refused_in_one_line(x, y, says):
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=says):
        measure(x, y)


def test_no_chunk_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one chunk"):
        measure_chunks([])


def spread_about(mean):
    """Two parts, the second of rows that lie 2⁻⁵¹ from the mean, with Σ (x - mean) y = 8 · 2⁻⁵¹ (2⁶⁰ + 2⁸)."""
    signs = np.array([1.0, -1.0] * 4)
    x = np.concatenate([mean + signs, mean + 2.0**-51 * signs])
    return x, np.concatenate([np.zeros(8), (2.0**60 + 2.0**8) * signs])


def test_a_mean_that_is_larger_than_the_deviation_is_subtracted():
    x, y = spread_about(2.0)
    assert measure(x, y).sxy == 2**12 + 2**-40  # 2 y, of 62 bits, would have lost the last


def test_a_mean_that_is_no_larger_than_the_deviation_is_not_subtracted():
    rows = np.column_stack([[0.0, 2.0] * 4, [0.0, 0.0, 2.0, 2.0] * 2])  # mean² = variance = 1, and no covariance
    tiny = 2.0**-60 * (rows - 1)  # less 1 it would be -1
    y = np.concatenate([np.zeros(8), 2.0**60 * (rows - 1)[:, 0]])
    assert measure(np.concatenate([rows, tiny]), y).sxy.tolist() == [8.0, 0.0]
    assert measure(np.concatenate([rows, tiny])[:, 0], y).sxy == 8.0


def merge_counted(one, two):
    """In place of `merge`: `mean_y` is the largest number of merges in which a row has taken part."""
    return one._replace(n=one.n + two.n, mean_y=max(one.mean_y, two.mean_y) + 1)


@pytest.mark.parametrize("parts", range(1, 70))
def test_no_row_takes_part_in_many_merges(parts, monkeypatch):
    monkeypatch.setattr(statistics, "merge", merge_counted)
    merges = measure_chunks([([0.0], [0.0])] * parts).mean_y
    assert merges <= 2 * np.log2(parts)
    assert merges == np.log2(parts) or parts & (parts - 1)  # where they are a power of two, the tree is full


@pytest.mark.parametrize(("features", "rows"), [(1, 4), (2, 2), (3, 1), (4, 1), (9, 1)])
def test_a_block_has_as_many_rows_as_fit_and_at_least_one(features, rows, monkeypatch):
    assert blocks(np.zeros((20, features)), monkeypatch)[0] == (2 * rows, rows)


def test_a_part_is_sixteen_blocks_of_256_kb(monkeypatch):
    monkeypatch.setattr(statistics, "BLOCK", BLOCK)
    monkeypatch.setattr(statistics, "PART", PART)
    rows = 256 * 1024 // 8
    assert blocks(np.zeros(16 * rows + 1), monkeypatch) == [(16 * rows, rows), (1, rows)]


def blocks(x, monkeypatch):
    """(rows, rows of a block) of each part of the pass over x."""
    seen, part = [], statistics._part

    def noted(x, y, shift, room):
        seen.append((len(y), len(room[1])))
        return part(x, y, shift, room)

    monkeypatch.setattr(statistics, "_part", noted)
    measure(x, np.zeros(len(x)))
    return seen


def test_numbers_about_zero_are_not_even_copied(monkeypatch):
    part, written = statistics._part, []

    def noted(x, y, shift, room):
        room[0].fill(np.nan)
        room[1].fill(np.nan)
        result = part(x, y, shift, room)
        written.append((np.isfinite(room[0]).all(), np.isfinite(room[1]).all()))
        return result

    monkeypatch.setattr(statistics, "_part", noted)
    measure(np.array([1.0, -1.0] * 4), np.array([8.0, 9.0] * 4))
    measure(np.array([8.0, 9.0] * 4), np.array([1.0, -1.0] * 4))
    assert written == [(False, True), (True, False)]


def test_the_pass_needs_three_blocks_beside_its_data_and_little_else(monkeypatch):
    monkeypatch.setattr(statistics, "BLOCK", BLOCK)
    x = np.ones(2 * BLOCK, np.float32)  # not float64: each block is converted
    tracemalloc.start()
    measure(x, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 3 <= peak / (8 * BLOCK) < 3.5
