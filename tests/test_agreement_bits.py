"""Each cause between two runs is told from the others: here torch's run is made of torch's arithmetic itself."""

from collections.abc import Sequence

import numpy as np
import pytest

from compare.agreement.bits import BOTH, FUSED, NOT_EXPLAINED, ORDER, explain, first_difference
from compare.agreement.records import Difference
from compare.agreement.replay import Arithmetic, State, update
from manual.sgd import SGD
from manual.training import Run, train

CHANCE = np.random.default_rng(1042)  # drawn so that every way of reckoning shows in the first update
X, Y = (np.float32(size) * CHANCE.standard_normal(41).astype(np.float32) for size in (1, 1000))
SMALL = SGD(lr=0.1)
BUFFERS = SGD(lr=0.1, momentum=0.9, dampening=0.3)
UPDATES = 5


def by_torch(way: Arithmetic, sgd: SGD = SMALL, trained: Sequence[str] = ("w", "b")) -> Run:
    """A run from w = 1, b = -1 by a torch that reckons in that way."""
    state = State(np.float32(1), np.float32(-1), None, None)
    states, values = [(state.w, state.b, np.float32(0), np.float32(0))], []
    for _ in range(UPDATES):
        after = update(X, Y, state, sgd, way, trained)
        vw, vb = (v if sgd.momentum and name in trained else None for name, v in (("w", after.vw), ("b", after.vb)))
        state = State(after.w, after.b, vw, vb)
        states.append((after.w, after.b, after.vw, after.vb))
        values.append((after.loss, after.dw, after.db))
    return Run._make([*map(np.array, zip(*values, strict=True)), *map(np.array, zip(*states, strict=True)), None])


def by_hand(sgd: SGD = SMALL, trained: Sequence[str] = ("w", "b")) -> Run:
    return train(X, Y, 1, -1, sgd, UPDATES - 1, trained)


@pytest.mark.parametrize("sgd", [SMALL, BUFFERS], ids=["plain", "momentum"])
@pytest.mark.parametrize("trained", [("w", "b"), ("w",), ("b",)], ids="".join)
@pytest.mark.parametrize(
    ("fused", "ordered", "quantities", "cause"),
    [(True, False, ("vw", "w", "b"), FUSED), (False, True, ("loss",), ORDER), (True, True, ("loss",), BOTH)],
)
def test_the_cause_is_the_least_that_repeats_the_first_update_that_differs(
    fused, ordered, quantities, cause, trained, sgd
):
    torch = by_torch(Arithmetic(fused, ordered), sgd, trained)
    found = first_difference(by_hand(sgd, trained), torch, X, Y, sgd, trained)
    assert (found.epoch, found.quantity in quantities, found.cause) == (0, True, cause)
    assert found.manual != found.torch


@pytest.mark.parametrize("sgd", [SMALL, BUFFERS], ids=["plain", "momentum"])
@pytest.mark.parametrize("fused", [True, False])
def test_every_update_is_replayed_and_says_whether_this_torch_fuses(fused, sgd):
    found = explain(by_hand(sgd), by_torch(Arithmetic(fused, True), sgd), X, Y, sgd, ("w", "b"))
    assert (found.updates, found.replayed, found.fused) == (UPDATES, UPDATES, fused)
    assert found.first == first_difference(
        by_hand(sgd), by_torch(Arithmetic(fused, True), sgd), X, Y, sgd, ("w", "b")
    )


def test_where_nothing_is_updated_nothing_shows_whether_torch_fuses():
    found = explain(by_hand(SMALL, ()), by_torch(Arithmetic(True, True), SMALL, ()), X, Y, SMALL, ())
    assert (found.replayed, found.fused) == (UPDATES, None)
    assert found.first.cause == ORDER


def moved(run: Run, quantity: str, update: int, value: float) -> Run:
    column = getattr(run, quantity).copy()
    column[update] = value
    return run._replace(**{quantity: column})


@pytest.mark.parametrize(
    ("quantity", "entry", "epoch"),
    [("loss", 2, 2), ("dw", 4, 4), ("db", 0, 0), ("w", 3, 2), ("b", 1, 0), ("vw", 5, 4), ("vb", 2, 1)],
)
def test_the_first_difference_says_when_and_where_and_by_whom(quantity, entry, epoch):
    hand = by_hand()
    found = first_difference(hand, moved(hand, quantity, entry, 7.5), X, Y, SMALL, ("w", "b"))
    own = getattr(hand, quantity)[entry].item()
    assert found == Difference(epoch, quantity, own, 7.5, NOT_EXPLAINED)


def test_the_updates_whose_numbers_are_all_the_same_are_counted():
    hand = by_hand()
    other = moved(moved(hand, "loss", 1, 7.5), "vb", 4, 7.5)
    assert explain(hand, other, X, Y, SMALL, ("w", "b")).identical == 3
    assert explain(hand, hand, X, Y, SMALL, ("w", "b")).identical == UPDATES


def test_of_runs_of_different_lengths_the_common_updates_are_compared():
    hand = by_hand()
    cut = Run._make([*(column[:3] for column in hand[:3]), *(column[:4] for column in hand[3:7]), None])
    for pair, updates in (((hand, cut), 3), ((cut, hand), UPDATES)):
        found = explain(*pair, X, Y, SMALL, ("w", "b"))
        assert (found.updates, found.identical, found.first) == (updates, 3, None)


def test_a_buffer_is_fresh_only_where_the_run_starts_and_it_is_zero():
    way = Arithmetic(True, True)
    run = by_torch(way, BUFFERS)
    later = Run._make([*(column[1:] for column in run[:-1]), None])  # starts with buffers that are not zero
    assert explain(by_hand(BUFFERS), later, X, Y, BUFFERS, ("w", "b")).replayed == UPDATES - 1
    zero = np.float32(0)
    again = update(X, Y, State(run.w[1], run.b[1], zero, zero), BUFFERS, way, ("w", "b"))
    pairs = zip(run[:3], again[:3], strict=True)
    started = [(*column[:1], after) for column, after in pairs]
    first = ((run.w[0], run.w[1]), (run.b[0], run.b[1]), (zero, zero), (zero, zero))
    states = [(*both, after) for both, after in zip(first, (again.w, again.b, again.vw, again.vb), strict=True)]
    stopped = Run._make([*map(np.array, (*started, *states)), None])  # the buffers come to zero after one update
    assert explain(by_hand(BUFFERS), stopped, X, Y, BUFFERS, ("w", "b")).replayed == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1.0, 1.0, True),
        (1.0, -1.0, False),
        (1.0, 2.0, False),
        (0.0, -0.0, False),
        (np.nan, np.nan, True),
        (np.nan, -np.nan, True),
        (np.nan, 1.0, False),
        (1.0, np.nan, False),
        (np.inf, np.inf, True),
        (np.inf, -np.inf, False),
    ],
)
def test_numbers_are_the_same_by_their_bits_and_nan_is_nan(one, other, same):
    hand = by_hand()
    pair = [moved(hand, "dw", 2, value) for value in (one, other)]
    assert (first_difference(*pair, X, Y, SMALL, ("w", "b")) is None) is same


def test_of_several_features_only_the_number_that_differs_is_told():
    hand = train(np.ones((2, 3)), np.ones(2), np.zeros(3), 0, SMALL, 2)
    off = moved(hand, "dw", (1, 2), 7.5)
    found = explain(hand, off, np.ones((2, 3)), np.ones(2), SMALL, ("w", "b"))
    assert found[:2] + found[3:] == (3, 2, 0, None)
    assert found.first == Difference(1, "dw", hand.dw[1, 2].item(), 7.5, NOT_EXPLAINED)


def test_the_causes_are_the_words_of_the_reports():
    assert (FUSED, ORDER, BOTH, NOT_EXPLAINED) == ("fused update", "summation order", "both", "not explained here")
