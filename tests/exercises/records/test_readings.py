"""What may have recorded losses that are wrong: mistakes of the table, another rate, and no more than can be told."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction as F
from typing import Any

import pytest

from compare.exercises.digits import printed_list
from compare.exercises.findings import BOOKKEEPING, GRADIENT, START, UPDATE
from compare.exercises.records.readings import RATES, Reading, _twins, readings, readings_of_count
from compare.exercises.records.runs import Recorded
from compare.exercises.table.hypotheses import of
from compare.exercises.table.mistakes import Mistake, Variant
from compare.lessons import Lesson

TENTH = F(1, 10)
LESSON = Lesson(
    name="three", title={}, dtype="float32", x=(F(0), F(1), F(3)), y=(F(1), F(3), F(2)), w=F(1), b=F(1, 2),
    trained=("w", "b"), optimizer={"lr": TENTH}, epochs=5, record_every=1, steps_before=0, recorded={}, file="",
)  # fmt: skip
MOMENTUM = {"lr": TENTH, "momentum": F(1, 2)}


def run(
    lr: F = TENTH,
    factor: F = F(2),
    of_loss: F = F(1),
    frozen: F | None = None,
    before: int = 0,
    momentum: F = F(0),
    epochs: int = 5,
) -> list[float]:
    """The losses of the lesson, or of a loop that differs from it in one of those."""
    w, b, vw, vb, losses = LESSON.w, LESSON.b if frozen is None else frozen, F(0), F(0), []
    for _ in range(before + epochs + 1):
        r = [w * x + b - y for x, y in zip(LESSON.x, LESSON.y, strict=True)]
        losses.append(float(of_loss * sum(each * each for each in r) / 3))
        vw = momentum * vw + factor * sum(each * x for each, x in zip(r, LESSON.x, strict=True)) / 3
        vb = momentum * vb + factor * sum(r) / 3
        w, b = w - lr * vw, b - lr * vb if frozen is None else frozen
    return losses[before:]


def record(losses: Sequence[float], every: int = 1, text: Callable[[float], str] = repr, **changes: Any) -> Recorded:
    return Recorded(printed_list([text(loss) for loss in losses]), replace(LESSON, **changes), every)


def names(found: Sequence[Reading]) -> list[tuple[str, ...]]:
    return [reading.names for reading in found]


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        (run(factor=F(-2)), ["uphill"]),
        (run(of_loss=F(3)), ["sum-not-mean"]),
        (run(factor=F(1), of_loss=F(1, 2)), ["missing-factor-two"]),
        (run(before=1), ["extra-step-before", "loss-after-update"]),
        (run(frozen=LESSON.b), ["bias-frozen"]),
        ([loss * (1 + (epoch == 2)) for epoch, loss in enumerate(run())], []),
        (run(), []),  # nothing is wrong
    ],
    ids=["uphill", "summed", "halved", "a step before", "frozen", "unknown", "right"],
)
def test_losses_are_explained_by_the_table_or_not_at_all(losses: list[float], expected: list[str]) -> None:
    found = readings(record(losses))
    assert names(found) == [(name,) for name in expected]
    assert {(reading.biases, reading.options.get("lr"), reading.frozen_at) for reading in found} <= {((), None, None)}


@pytest.mark.parametrize(
    ("factor", "name", "rate"),
    [
        (F(1), "missing-factor-two", F(1, 20)),
        (F(6), "sum-not-mean", F(3, 10)),
        (F(3), "wrong-denominator", F(3, 20)),
    ],
)
def test_a_mistake_in_the_slope_may_be_another_round_rate(factor: F, name: str, rate: F) -> None:
    one, other = readings(record(run(factor=factor)))
    assert (one.names, one.options.get("lr"), one.faults) == ((name,), None, {GRADIENT})
    assert (other.names, other.options.get("lr"), other.faults) == (("other-learning-rate",), rate, {UPDATE})


@pytest.mark.parametrize("lr", [F(1, 50), F(3, 400), F(17, 1000), F(123, 10_000)])
def test_another_rate_is_named_whether_it_is_round_or_not(lr: F) -> None:
    found = [(reading.names, reading.options.get("lr")) for reading in readings(record(run(lr=lr)))]
    assert found == [(("other-learning-rate",), lr)]


def test_round_rates_have_a_dozen_beginnings_from_a_hundred_thousandth_to_nine() -> None:
    assert (min(RATES), max(RATES), len(RATES)) == (F(1, 100_000), F(9), 6 * 13)
    tenths = sorted(rate for rate in RATES if F(1, 10) <= rate < 1)
    beginnings = (10, 12.5, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90)
    assert tenths == [F(beginning) / 100 for beginning in beginnings]


def test_of_the_losses_that_depend_on_an_option_one_tells_it_and_another_has_to_agree() -> None:
    for lr in (F(1, 50), F(17, 1000)):
        assert names(readings(record(run(lr=lr, epochs=2), epochs=2))) == [("other-learning-rate",)]
        assert readings(record(run(lr=lr, epochs=1), epochs=1)) == []
    assert names(readings(record(run(momentum=F(1, 4), epochs=3), epochs=3))) == [("other-momentum",)]
    assert readings(record(run(momentum=F(1, 4), epochs=2), epochs=2)) == []


@pytest.mark.parametrize("momentum", [F(1, 4), F(9, 10), F(1, 3)])
def test_another_momentum_is_solved_alone_or_with_the_rate(momentum: F) -> None:
    (alone,) = readings(record(run(momentum=momentum)))
    assert (alone.names, alone.options, alone.parameter) == (("other-momentum",), {"momentum": momentum}, momentum)
    assert names(readings(record(run(momentum=momentum), optimizer=MOMENTUM))) == [("other-momentum",)]
    (both,) = readings(record(run(lr=F(3, 25), momentum=momentum)))
    assert both.names == ("other-learning-rate", "other-momentum")
    assert (both.options, both.faults) == ({"lr": F(3, 25), "momentum": momentum}, {UPDATE})


@pytest.mark.parametrize("factor", [F(4), F(7, 10), F(-2), F(1, 1000)])
def test_losses_that_are_all_off_by_one_factor_are_told_so(factor: F) -> None:
    (found,) = readings(record(run(of_loss=factor)))
    assert (found.names, found.parameter, found.faults) == (("losses-scaled",), factor, {BOOKKEEPING})


def test_losses_over_the_first_are_told_by_their_factor() -> None:
    losses = run()
    (found,) = readings(record([loss / losses[0] for loss in losses]))
    assert (found.names, float(found.parameter or 0)) == (("losses-scaled",), pytest.approx(1 / losses[0], rel=1e-12))


def test_losses_in_the_other_order_are_told_so() -> None:
    (found,) = readings(record(run()[::-1]))
    assert (found.names, found.faults) == (("losses-reversed",), {BOOKKEEPING})


def test_of_two_rates_that_both_fit_neither_is_named() -> None:
    slow = F(1, 100_000)
    assert {reading.options.get("lr") for reading in readings(record(run(lr=slow), text="{:.3f}".format))} <= {None}
    assert [reading.options.get("lr") for reading in readings(record(run(lr=slow)))] == [slow]


@pytest.mark.parametrize("bias", [F(2), F(3, 4), F(-1)])
def test_where_a_bias_was_frozen_is_told(bias: F) -> None:
    (found,) = readings(record(run(frozen=bias)))
    assert (found.names, found.frozen_at) == (("bias-frozen",), pytest.approx(float(bias), rel=1e-4))


def test_a_frozen_bias_and_a_step_before_have_two_readings_with_one_bias() -> None:
    one, other = readings(record(run(frozen=F(2), before=1)))
    assert (one.names, other.names) == (("bias-frozen", "extra-step-before"), ("bias-frozen", "loss-after-update"))
    assert one.frozen_at == other.frozen_at == pytest.approx(2.0, rel=1e-4)
    assert (one.faults, other.faults) == ({START, UPDATE}, {BOOKKEEPING, UPDATE})


def test_a_lesson_with_momentum_knows_its_mistakes_too() -> None:
    assert names(readings(record(run(), optimizer=MOMENTUM))) == [("momentum-ignored",)]
    halved = readings(record(run(factor=F(1), momentum=F(1, 2)), optimizer=MOMENTUM))
    assert names(halved) == []  # or averaged, or at half the rate


def test_what_is_right_to_its_digits_is_explained_by_nothing() -> None:
    assert readings(record(run(), text="{:.1f}".format)) == []


@pytest.mark.parametrize(
    "changes", [{"optimizer": {**MOMENTUM, "nesterov": True}}, {"w": (F(1), F(0)), "x": ((F(1), F(0)),) * 3}]
)
def test_of_a_lesson_that_the_table_does_not_know_nothing_is_said(changes: dict[str, Any]) -> None:
    assert readings(record(run(factor=F(-2)), **changes)) == []


@pytest.mark.parametrize("digits", [1, 2])
def test_names_that_only_the_digits_cannot_tell_apart_are_not_given(digits: int) -> None:
    """To one place, half a gradient may be that of mean abs(r), too."""
    found = readings(record(run(factor=F(1), epochs=3), text=f"{{:.{digits}f}}".format, epochs=3))
    assert names(found) == ([] if digits == 1 else [("missing-factor-two",), ("other-learning-rate",)])


def test_three_readings_are_none() -> None:
    assert readings(record(run(factor=F(1)), text="{:.1f}".format)) == []


def test_a_loop_of_its_own_start_is_read_from_there() -> None:
    twice = record(run(before=2), steps_before=1)
    assert names(readings(twice)) in ([], [("continued-run",)])
    assert names(readings(record(run(before=1, factor=F(-2)), steps_before=1))) == [("uphill",)]
    pair = readings(record(run(before=1, factor=F(-1)), steps_before=1))
    assert names(pair) == [("missing-factor-two", "uphill")]
    halved = readings(record(run(before=1, factor=F(1)), steps_before=1))
    assert names(halved) == [("missing-factor-two",), ("other-learning-rate",)]


@pytest.mark.parametrize("epochs", [2, 3, 8])
def test_a_record_that_is_too_short_or_too_long_is_explained_as_far_as_it_should_go(epochs: int) -> None:
    assert names(readings(record(run(factor=F(-2), epochs=epochs)))) == [("uphill",)]


def test_one_epoch_too_many_or_too_few_is_named_before_any_other_mistake() -> None:
    for epochs in (4, 6):
        off_by_one = record(run(epochs=epochs))
        assert names(readings(off_by_one)) == names(readings_of_count(off_by_one)) == [("epoch-off-by-one",)]
    both = record(run(factor=F(-2), epochs=6))
    assert names(readings_of_count(both)) == [("epoch-off-by-one", "uphill")]
    assert names(readings(both)) == [("epoch-off-by-one", "uphill")]


def test_a_count_of_recorded_epochs_says_nothing_of_the_loop() -> None:
    every_other = record(run(epochs=7)[::2], every=2)
    assert every_other.count(every_other.start) == 3
    assert readings_of_count(every_other) == []
    assert names(readings(record(run(factor=F(-2), epochs=7)[::2], every=2))) == [("uphill",)]


def _mistake(name: str, fault: str) -> Mistake:
    return Mistake(name, Variant(), fault)


@pytest.mark.parametrize("faults", [(BOOKKEEPING,), (UPDATE, GRADIENT)])
def test_a_reading_spoils_what_its_mistakes_spoil(faults: tuple[str, ...]) -> None:
    assert Reading(of(_mistake(f"of-{fault}", fault) for fault in faults)).faults == set(faults)


@pytest.mark.parametrize(("other", "twins"), [((2.0,), True), ((1.0,), False), ((), False)])
def test_two_names_of_one_loop_are_twins_where_the_bias_stood_at_one_place(
    other: tuple[float, ...], twins: bool
) -> None:
    loop = Variant(loop={"bias_moves": False})
    both = [of([Mistake(name, loop, UPDATE)]) for name in ("frozen", "never moved")]
    assert _twins(record(run()), [Reading(both[0], (2.0,)), Reading(both[1], other)]) is twins


@pytest.mark.parametrize(("biases", "frozen_at"), [((), None), ((2.5,), 2.5), ((-1.0, 1.0), None)])
def test_a_bias_is_told_where_there_is_one(biases: tuple[float, ...], frozen_at: float | None) -> None:
    reading = Reading(of([_mistake("bias-frozen", UPDATE)]), biases)
    assert (reading.frozen_at, reading.names, reading.options.get("lr")) == (frozen_at, ("bias-frozen",), None)
