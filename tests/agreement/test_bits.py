"""Each cause between two runs is told from the others: here torch's run is made of torch's arithmetic itself."""

from collections.abc import Sequence

import numpy as np
import pytest

from compare.agreement.bits import BOTH, FUSED, NOT_EXPLAINED, ORDER, explain, first_difference
from compare.agreement.records import Difference
from compare.agreement.replay import Arithmetic, Before, update
from manual.sgd import SGD
from manual.training import Run, train

CHANCE = np.random.default_rng(1042)  # drawn so that every way of reckoning shows in the first update
X, Y = (np.float32(size) * CHANCE.standard_normal(41).astype(np.float32) for size in (1, 1000))
SMALL = SGD(lr=0.1)
BUFFERS = SGD(lr=0.1, momentum=0.9, dampening=0.3)
UPDATES = 5
SEEN = Arithmetic(fused=True, lanes=32)


def by_torch(way: Arithmetic, sgd: SGD = SMALL, trained: Sequence[str] = ("w", "b")) -> Run:
    """A run from w = 1, b = -1 by a torch that reckons in that way."""
    state = Before(np.float32(1), np.float32(-1), None, None)
    states, values = [(state.w, state.b, np.float32(0), np.float32(0))], []
    for _ in range(UPDATES):
        after = update(X, Y, state, sgd, way, trained)
        vw, vb = (v if sgd.momentum and name in trained else None for name, v in (("w", after.vw), ("b", after.vb)))
        state = Before(after.w, after.b, vw, vb)
        states.append((after.w, after.b, after.vw, after.vb))
        values.append((after.loss, after.dw, after.db))
    return Run._make([*map(np.array, zip(*values, strict=True)), *map(np.array, zip(*states, strict=True)), None])


def by_hand(sgd: SGD = SMALL, trained: Sequence[str] = ("w", "b")) -> Run:
    return train(X, Y, 1, -1, sgd, UPDATES - 1, trained)


@pytest.mark.parametrize("sgd", [SMALL, BUFFERS], ids=["plain", "momentum"])
@pytest.mark.parametrize("trained", [("w", "b"), ("w",), ("b",)], ids="".join)
@pytest.mark.parametrize(
    ("fused", "lanes", "quantities", "cause"),
    [
        (True, 0, ("vw", "w", "b"), FUSED),
        (False, 32, ("loss",), ORDER),
        (True, 32, ("loss",), BOTH),
        (False, 16, ("loss",), ORDER),
        (True, 16, ("loss",), BOTH),
    ],
)
def test_the_cause_is_the_least_that_repeats_the_first_update_that_differs(
    fused, lanes, quantities, cause, trained, sgd
):
    torch = by_torch(Arithmetic(fused, lanes), sgd, trained)
    found = first_difference(by_hand(sgd, trained), torch, X, Y, sgd, trained, Arithmetic(True, lanes or 32))
    assert (found.epoch, found.quantity in quantities, found.cause) == (0, True, cause)
    assert found.manual != found.torch


@pytest.mark.parametrize("sgd", [SMALL, BUFFERS], ids=["plain", "momentum"])
@pytest.mark.parametrize("seen", [Arithmetic(fused, lanes) for fused in (True, False) for lanes in (16, 32, 0)])
def test_every_update_is_replayed_as_this_torch_was_seen_to_reckon(seen, sgd):
    arguments = by_hand(sgd), by_torch(seen, sgd), X, Y, sgd, ("w", "b"), seen
    found = explain(*arguments)
    assert (found.updates, found.replayed, found.fused, found.lanes) == (UPDATES, UPDATES, *seen)
    assert found.first == first_difference(*arguments)


@pytest.mark.parametrize(
    ("seen", "way"),
    [
        (Arithmetic(False, 32), Arithmetic(True, 0)),
        (Arithmetic(True, 0), Arithmetic(False, 32)),
        (Arithmetic(False, 32), Arithmetic(True, 32)),
        (Arithmetic(True, 0), Arithmetic(True, 32)),
    ],
)
def test_what_this_torch_was_not_seen_to_do_is_no_cause(seen, way):
    found = first_difference(by_hand(), by_torch(way), X, Y, SMALL, ("w", "b"), seen)
    assert found.cause == NOT_EXPLAINED


def test_a_torch_that_is_seen_to_reckon_as_numpy_has_no_difference_to_explain():
    plain = Arithmetic(False, 0)
    found = explain(by_hand(), by_torch(plain), X, Y, SMALL, ("w", "b"), plain)
    assert (found.identical, found.first, found.replayed) == (UPDATES, None, UPDATES)


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
    found = first_difference(hand, moved(hand, quantity, entry, 7.5), X, Y, SMALL, ("w", "b"), SEEN)
    own = getattr(hand, quantity)[entry].item()
    assert found == Difference(epoch, quantity, own, 7.5, NOT_EXPLAINED)


def test_the_updates_whose_numbers_are_all_the_same_are_counted():
    hand = by_hand()
    other = moved(moved(hand, "loss", 1, 7.5), "vb", 4, 7.5)
    assert explain(hand, other, X, Y, SMALL, ("w", "b"), SEEN).identical == 3
    assert explain(hand, hand, X, Y, SMALL, ("w", "b"), SEEN).identical == UPDATES


def test_of_runs_of_different_lengths_the_common_updates_are_compared():
    hand = by_hand()
    cut = Run._make([*(column[:3] for column in hand[:3]), *(column[:4] for column in hand[3:7]), None])
    for pair, updates in (((hand, cut), 3), ((cut, hand), UPDATES)):
        found = explain(*pair, X, Y, SMALL, ("w", "b"), SEEN)
        assert (found.updates, found.identical, found.first) == (updates, 3, None)


def test_a_buffer_is_fresh_only_where_the_run_starts_and_it_is_zero():
    run = by_torch(SEEN, BUFFERS)
    later = Run._make([*(column[1:] for column in run[:-1]), None])  # starts with buffers that are not zero
    assert explain(by_hand(BUFFERS), later, X, Y, BUFFERS, ("w", "b"), SEEN).replayed == UPDATES - 1
    zero = np.float32(0)
    again = update(X, Y, Before(run.w[1], run.b[1], zero, zero), BUFFERS, SEEN, ("w", "b"))
    pairs = zip(run[:3], again[:3], strict=True)
    started = [(*column[:1], after) for column, after in pairs]
    first = ((run.w[0], run.w[1]), (run.b[0], run.b[1]), (zero, zero), (zero, zero))
    states = [(*both, after) for both, after in zip(first, (again.w, again.b, again.vw, again.vb), strict=True)]
    stopped = Run._make([*map(np.array, (*started, *states)), None])  # the buffers come to zero after one update
    assert explain(by_hand(BUFFERS), stopped, X, Y, BUFFERS, ("w", "b"), SEEN).replayed == 1


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
    assert (first_difference(*pair, X, Y, SMALL, ("w", "b"), SEEN) is None) is same


def test_of_several_features_only_the_number_that_differs_is_told():
    hand = train(np.ones((2, 3)), np.ones(2), np.zeros(3), 0, SMALL, 2)
    off = moved(hand, "dw", (1, 2), 7.5)
    found = explain(hand, off, np.ones((2, 3)), np.ones(2), SMALL, ("w", "b"), SEEN)
    assert found[:2] + found[3:] == (3, 2, 0, *SEEN)
    assert found.first == Difference(1, "dw", hand.dw[1, 2].item(), 7.5, NOT_EXPLAINED)


def test_the_causes_are_the_words_of_the_reports():
    assert (FUSED, ORDER, BOTH, NOT_EXPLAINED) == ("fused update", "summation order", "both", "not explained here")
