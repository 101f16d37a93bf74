"""torch's arithmetic in NumPy: its sums, its fused multiply-add and its updates, to the bit."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

import torch_impl.sgd
from compare.agreement.replay import Arithmetic, Before, fma, step, total, update
from compare.agreement.torch_side import arithmetic
from manual.regression import dmse_db, dmse_dw, dmse_dyp, mse, predict
from manual.sgd import SGD

pytestmark = [
    pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning"),
    pytest.mark.usefixtures("one_thread"),
]
RECORDED = "2.13."
DTYPES = (np.float32, np.float64)
EVERY_SIZE = range(1, 301)
LARGE = (511, 513, 1023, 2048, 4097, 10_000, 16_383, 32_768, 65_537, 99_999, 100_000, 524_289)
dtypes = st.sampled_from(DTYPES)
FUSES, LANES = arithmetic()
known_order = pytest.mark.skipif(not LANES, reason="this torch adds in an order that is not known here")


def numbers(dtype):
    """Finite numbers of `dtype`, small and large, subnormal and zero."""
    return st.floats(allow_nan=False, allow_infinity=False, width=np.dtype(dtype).itemsize * 8).map(dtype)


@st.composite
def triples(draw):
    """a, b, c of one dtype: anything finite, and often c close to -a·b, where the two roundings show most."""
    dtype = draw(dtypes)
    a, b, c = (draw(numbers(dtype)) for _ in range(3))
    with np.errstate(all="ignore"):
        near = np.nextafter(-a * b, dtype(draw(st.sampled_from((-math.inf, 0, math.inf)))))
    return a, b, near if draw(st.booleans()) and np.isfinite(near) else c


def random(size, dtype, seed=0):
    rng = np.random.default_rng([seed, size])
    return (rng.standard_normal(size) * 10.0 ** rng.integers(-3, 4, size)).astype(dtype)


@pytest.mark.skipif(RECORDED not in torch.__version__, reason="the order is that of another torch")
def test_this_torch_adds_in_the_order_that_is_told_of_it():
    assert LANES


@known_order
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", [EVERY_SIZE, LARGE], ids=["1 to 300", "large"])
def test_the_sum_has_torchs_bits(dtype, sizes):
    for size in sizes:
        v = random(size, dtype)
        assert total(v, LANES) == torch.from_numpy(v).sum().numpy(), size


@known_order
@given(st.integers(1, 5000), dtypes, st.integers(0, 2**32))
def test_the_sum_has_torchs_bits_for_random_sizes(size, dtype, seed):
    v = random(size, dtype, seed)
    assert total(v, LANES) == torch.from_numpy(v).sum().numpy()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_sum_of_negative_zeros_is_zero_as_in_torch(dtype):
    for size in (1, 5, 40):
        assert not np.signbit(total(np.full(size, -0.0, dtype), 32))


def test_the_order_of_the_sum_shows():
    assert any(total(v, 32) != np.sum(v) for v in (random(size, np.float32) for size in EVERY_SIZE))


def test_five_float32_are_summed_by_four_interleaved_sums():
    v = random(5, np.float32)
    assert total(v, 32) == ((((v[0] + v[4]) + v[1]) + v[2]) + v[3])


@given(triples())
def test_the_fused_multiply_add_is_the_nearest_number_to_the_exact_one(triple):
    a, b, c = triple
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    ours = fma(a, b, c)
    assume(np.isfinite(ours))
    off = abs(Fraction(float(ours)) - exact)
    for direction in (-math.inf, math.inf):
        neighbour = np.nextafter(ours, a.dtype.type(direction))
        if np.isfinite(neighbour):
            distance = abs(Fraction(float(neighbour)) - exact)
            assert off < distance or (off == distance and _even(ours))


def _even(number):
    return int(number.view(f"u{number.itemsize}")) % 2 == 0


@given(triples())
def test_the_fused_multiply_add_overflows_where_rounding_to_nearest_does(triple):
    a, b, c = triple
    limits = np.finfo(a.dtype)
    half_a_unit = Fraction(float(limits.max)) * Fraction(1, 2) / (2 ** (limits.nmant + 1) - 1)
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    assert math.isinf(fma(a, b, c)) == (abs(exact) >= Fraction(float(limits.max)) + half_a_unit)


@pytest.mark.skipif(not FUSES, reason="this torch does not fuse")
@given(triples())
def test_the_fused_multiply_add_has_torchs_bits(triple):
    a, b, c = triple
    theirs = torch.tensor(c).add(torch.tensor(b), alpha=float(a)).numpy()
    assert same(fma(a, b, c), theirs)


def test_the_fused_multiply_add_knows_infinity_and_nan():
    one, huge, infinite = np.float64(1), np.float64(1e308), np.float64(math.inf)
    assert fma(huge, huge, -infinite) == -infinite
    assert fma(infinite, one, one) == infinite
    assert fma(one, infinite, -one) == infinite
    with np.errstate(invalid="ignore"):
        assert np.isnan(fma(infinite, np.float64(0), one))
        assert np.isnan(fma(infinite, one, -infinite))
    assert np.isnan(fma(one, one, np.float64(math.nan)))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("a", "b", "c", "rounded"),
    [
        (2**-24 + 2**-39, 1 - 2**-15, 1 + 2**-23, 1 + 2**-23),  # 2^-54 below the middle of two float32
        (-(2**-24) - 2**-39, 1 - 2**-15, 1 + 2**-23, 1 + 2**-23),  # 2^-54 above one
        ((2**23 + 2861) * 2**-47, (2**23 - 2860) * 2**-23, 1, 1 + 2**-23),  # above one; the nearest float64 is odd
    ],
)
def test_a_float32_is_not_rounded_twice(a, b, c, rounded, sign):
    assert fma(np.float32(sign * a), np.float32(b), np.float32(sign * c)) == np.float32(sign * rounded)


@given(st.sampled_from((0.0, -0.0)), st.sampled_from((1.0, -1.0)), st.sampled_from((0.0, -0.0)), dtypes)
def test_a_zero_keeps_its_sign(a, b, c, dtype):
    a, b, c = dtype(a), dtype(b), dtype(c)
    assert same(fma(a, b, c), a * b + c)


def test_what_underflows_keeps_its_sign():
    for dtype in DTYPES:
        tiny = np.finfo(dtype).smallest_subnormal
        assert same(fma(tiny, -tiny, dtype(0)), dtype(-0.0))


def same(ours, theirs):
    return np.array_equal(ours, theirs, equal_nan=True) and np.signbit(ours) == np.signbit(theirs)


OPTIONS = st.fixed_dictionaries({
    "lr": st.floats(0, 1),
    "momentum": st.sampled_from((0.0, 0.9)) | st.floats(0.01, 1),
    "dampening": st.sampled_from((0.0, 0.3)),
    "weight_decay": st.sampled_from((0.0, 0.1)),
    "nesterov": st.booleans(),
    "maximize": st.booleans(),
})


@given(OPTIONS, dtypes, st.integers(0, 2**32), st.booleans())
def test_the_update_has_torchs_bits_for_every_option(options, dtype, seed, started):
    options["nesterov"] &= options["momentum"] > 0 and not options["dampening"]
    p, dp, v = random(3, dtype, seed)
    buffer = torch.tensor(v) if started and options["momentum"] else None
    theirs, their_v = torch_impl.sgd.SGD(**options).step(torch.tensor(p), torch.tensor(dp), buffer)
    ours, our_v = step(p, dp, None if buffer is None else v, SGD(**options), fused=FUSES)
    assert same(ours, theirs.numpy())
    assert their_v is None if our_v is None else same(our_v, their_v.numpy())


@given(st.integers(1, 400), dtypes, OPTIONS, st.integers(0, 2**32))
def test_with_nothing_of_torchs_arithmetic_the_update_is_manuals(n, dtype, options, seed):
    options["nesterov"] &= options["momentum"] > 0 and not options["dampening"]
    x, y, (w, b, vw, vb) = random(n, dtype, seed), random(n, dtype, seed + 1), random(4, dtype, seed + 2)
    sgd = SGD(**options)
    ours = update(x, y, Before(w, b, vw, vb), sgd, Arithmetic(fused=False, lanes=0), ("w", "b"))
    yp = predict(x, w, b)
    dyp = dmse_dyp(yp, y)
    assert ours[:3] == (mse(yp, y), dmse_dw(x, dyp), dmse_db(dyp))
    assert (ours.w, ours.b) == (sgd.step(w, ours.dw, vw)[0], sgd.step(b, ours.db, vb)[0])


def test_a_frozen_parameter_stays_as_it_is():
    x, y = random(7, np.float32), random(7, np.float32, seed=1)
    state = Before(np.float32(1), np.float32(2), None, None)
    frozen = update(x, y, state, SGD(lr=0.1, momentum=0.9), Arithmetic(True, 32), ("w",))
    assert frozen.b == 2
    assert frozen.vb == 0
    assert frozen.w != 1
