"""Regression problems that nobody chose, for the property tests."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from compare.lessons import Lesson

DTYPES = ("float32", "float64")


@st.composite
def problems(draw, spread: int = 12, largest: int = 40):
    """(x, y, w, b) as arrays of one dtype: x (n,) with w (), or x (n, d) with w (d,).

    The numbers have either sign and sizes between 2**-spread and 2**spread; some are zero, or small integers.
    """
    dtype = draw(st.sampled_from(DTYPES))
    n, d = draw(st.one_of(st.integers(1, 5), st.integers(1, largest))), draw(st.sampled_from((None, None, 1, 2, 3)))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    exponents, kinds = draw(st.integers(0, spread)), draw(st.integers(1, 8))

    def array(*shape):
        wide = chance.uniform(-1, 1, shape) * 2.0 ** chance.integers(-exponents, exponents + 1, shape)
        small = chance.integers(-9, 10, shape)
        return np.where(chance.integers(0, 9, shape) < kinds, wide, small).astype(dtype)

    features = () if d is None else (d,)
    return array(n, *features), array(n), array(*features), array()


@st.composite
def optimizers(draw):
    """The options of an optimizer, every legal combination of them."""
    options = {"lr": draw(st.sampled_from((0.001, 0.01, 0.1, 0.3, 1.0)))}
    momentum = draw(st.sampled_from((0.0, 0.5, 0.9)))
    if momentum:
        options["momentum"] = momentum
        nesterov = draw(st.booleans())
        options |= {"nesterov": True} if nesterov else {"dampening": draw(st.sampled_from((0.0, 0.1, 0.5)))}
    if draw(st.booleans()):
        options["weight_decay"] = draw(st.sampled_from((0.01, 0.3)))
    if draw(st.booleans()):
        options["maximize"] = True
    return options


@st.composite
def generated_lessons(draw, largest: int = 12, epochs: int = 12):
    """A lesson over data nobody chose, whose numbers are floats of its dtype."""
    x, y, w, b = draw(problems(spread=4, largest=largest))
    options = {key: v if isinstance(v, bool) else Fraction(v) for key, v in draw(optimizers()).items()}
    trained = draw(st.sampled_from((("w", "b"), ("w", "b"), ("w",), ("b",))))
    return Lesson(
        "generated", {"en": "generated", "ko": "generated"}, x.dtype.name,
        _exact(x), _exact(y), _exact(w), _exact(b), trained, options,
        draw(st.integers(0, epochs)), draw(st.integers(1, 3)), draw(st.integers(0, 2)), {}, "generated.toml",
    )  # fmt: skip


def _exact(array):
    """Fractions in tuples, as a lesson holds them."""
    values = array.tolist()
    if array.ndim == 2:
        return tuple(tuple(map(Fraction, row)) for row in values)
    return tuple(map(Fraction, values)) if array.ndim else Fraction(values)
