"""A history beside the losses of a lesson whose w halves with every update: 1, ¼, 1/16, …, each from the one before."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from time import process_time

import pytest

from compare.errors import InputError
from compare.exercises.digits import Printed, printed_list
from compare.exercises.findings import Counterexample, ExerciseFinding
from compare.exercises.records import history
from compare.exercises.records.history import Compared, _best, _compared, _with, diagnose_history
from compare.exercises.records.readings import Reading
from compare.exercises.records.runs import Recorded
from compare.exercises.table import hypotheses, mistakes
from compare.exercises.table.run_allowance import right_allowances
from compare.lessons import Lesson, load
from compare.truth.descent import of_lesson

LESSON = replace(
    load("hours-ability"),
    x=(Fraction(1),),
    y=(Fraction(0),),
    w=Fraction(1),
    b=Fraction(0),
    trained=("w",),
    optimizer={"lr": Fraction(1, 4)},
    epochs=4,
    record_every=2,
)
LOSSES = ["1.0", "0.25", "0.0625", "0.015625", "0.00390625"]
RIGHT = ExerciseFinding("history", "right", 1.0, 1.0, tries=1)


def _beside(losses: Sequence[float], truth: Sequence[float], room: float = 0.25) -> Compared:
    record = Recorded(tuple(Printed(loss, 0.5) for loss in losses), LESSON, 1)
    return Compared(record, list(truth), [room] * len(truth), [room / 2] * len(truth), [0.0] * len(truth))


@pytest.mark.parametrize(
    ("losses", "truth", "common", "right", "lacking"),
    [
        ([5.0, 6.0, 7.0], [5.0, 6.0, 7.0], 3, 3, 0),
        ([5.0, 6.0], [5.0, 6.0, 7.0, 8.0], 2, 2, 2),
        ([5.0, 6.0, 7.0, 8.0, 9.0], [5.0, 6.0], 2, 2, 3),
        ([5.0, 6.0, 7.0], [5.0, 6.75, 7.0], 3, 3, 0),
        ([5.0, 6.0, 7.0], [5.0, 7.0, 7.0], 3, 1, 0),
        ([5.0, 6.0, 7.0], [6.0, 6.0, 7.0], 3, 0, 0),
    ],
)
def test_the_losses_that_are_there_are_right_up_to_the_first_wrong_one(
    losses: list[float], truth: list[float], common: int, right: int, lacking: int
) -> None:
    compared = _beside(losses, truth)
    assert (compared.common, compared.right, compared.lacking) == (common, right, lacking)


@pytest.mark.parametrize(
    ("lesson", "count", "every", "spacings"),
    [
        (LESSON, 3, None, {1: 5, 2: 3}),
        (LESSON, 4, None, {1: 5, 2: 3}),
        (LESSON, 5, None, {1: 5}),
        (LESSON, 6, None, {1: 5}),
        (LESSON, 9, None, {1: 5}),
        (LESSON, 3, 1, {1: 5}),
        (LESSON, 3, 3, {3: 2}),
        (LESSON, 9, 2, {2: 3}),
        (replace(LESSON, record_every=1), 3, None, {1: 5}),
    ],
)
def test_the_epochs_are_those_given_else_every_one_or_those_that_the_lesson_records(
    lesson: Lesson, count: int, every: int | None, spacings: dict[int, int]
) -> None:
    found = _compared((Printed(1.0, 0.5),) * count, lesson, every, 0)
    assert {one.record.every: len(one.truth) for one in found} == spacings
    for one in found:
        assert one.truth == [4.0**-k for k in range(0, 5, one.record.every)]
        run = of_lesson(lesson)
        assert one.rooms == right_allowances(run)[:: one.record.every]
        assert one.narrow == right_allowances(run, residuals_first=True)[:: one.record.every]
        assert (len(one.record.losses), one.record.lesson) == (count, lesson)


def test_the_record_begins_after_the_steps_before_it() -> None:
    lesson = replace(LESSON, steps_before=1)
    (found,) = _compared((Printed(1.0, 0.5),), lesson, 2, 0)
    assert found.truth == [0.25, 0.25 / 16, 0.25 / 256]
    assert found.rooms == right_allowances(of_lesson(lesson))[1::2]
    assert found.narrow == right_allowances(of_lesson(lesson), residuals_first=True)[1::2]


def test_the_best_have_the_most_right_losses_and_the_likeliest_length() -> None:
    short, long = _beside([5.0, 6.0], [5.0, 6.0, 7.0]), _beside([5.0, 6.0], [5.0, 6.0, 7.0, 8.0])
    wrong = _beside([5.0, 6.0], [5.0, 9.0])
    assert _best([wrong, long, short]) == [short, long]
    assert _best([short, wrong, long]) == [short, long]
    assert _best([wrong]) == [wrong]


@pytest.mark.parametrize(
    ("losses", "every"), [(LOSSES, None), (LOSSES, 1), (LOSSES[::2], None), (LOSSES[::2], 2), (LOSSES[::3], 3)]
)
def test_right_losses_have_the_point_whatever_their_epochs(losses: list[str], every: int | None) -> None:
    assert diagnose_history(losses, LESSON, every) == RIGHT


@pytest.mark.parametrize(
    ("losses", "every", "asked"), [(LOSSES[:4], 1, 5), (LOSSES[:2], 1, 5), (LOSSES[:1], 2, 3), (LOSSES[:1], 4, 2)]
)
def test_too_few_losses_are_counted(losses: list[str], every: int, asked: int) -> None:
    finding = diagnose_history(losses, LESSON, every)
    assert finding._replace(mistakes=(), also=(), fault=None) == ExerciseFinding(
        *("history", "wrong", 1.0),
        reason="count",
        tries=1,
        outputs=("losses",),
        shape_given=(len(losses),),
        shape_expected=(asked,),
        every=every,
    )
    assert finding.mistakes == (("epoch-off-by-one",) if len(losses) == 4 else ())


@pytest.mark.parametrize(
    ("changes", "every", "place", "reason"),
    [
        ({2: "0.5"}, None, 2, "value"),
        ({2: "0.5"}, 1, 2, "value"),
        ({1: "3.125", 2: "0.5"}, 1, 1, "value"),
        ({0: "-1.0"}, 1, 0, "value"),
        ({1: "7.0"}, 2, 1, "count"),
    ],
)
def test_the_first_wrong_loss_is_shown_with_its_epoch_and_its_truth(
    changes: dict[int, str], every: int | None, place: int, reason: str
) -> None:
    losses = [changes.get(number, loss) for number, loss in enumerate(LOSSES[:: every or 1])]
    losses += ["9.0"] * (reason == "count")
    spacing = every or 1
    epoch, truth, asked = place * spacing, 4.0 ** -(place * spacing), 5 if spacing == 1 else 3
    assert diagnose_history(losses, LESSON, every) == ExerciseFinding(
        *("history", "wrong", 1.0),
        reason=reason,
        tries=1,
        counterexample=Counterexample({"epoch": float(epoch)}, float(losses[place]), truth),
        outputs=("losses",),
        output="losses",
        entry=epoch,
        got=float(losses[place]),
        truth=truth,
        off=abs(float(losses[place]) - truth),
        allowance=right_allowances(of_lesson(LESSON))[epoch] + printed_list(losses)[place].half,
        shape_given=(len(losses),),
        shape_expected=(asked,),
        first_wrong_epoch=epoch,
        every=spacing,
    )


def test_a_loss_that_is_no_number_has_no_distance_from_the_truth() -> None:
    assert diagnose_history(["1.0", "nan", "inf"], LESSON, 2) == ExerciseFinding(
        *("history", "wrong", 1.0),
        reason="not-finite",
        tries=1,
        counterexample=Counterexample({"epoch": 2.0}, None, 1 / 16),
        outputs=("losses",),
        shape_given=(3,),
        shape_expected=(3,),
        first_wrong_epoch=2,
        every=2,
    )


@pytest.mark.parametrize(
    ("losses", "every", "notes", "spacing"),
    [
        (["7.0", "5.0", "3.0"], None, ("every:2",), 2),
        (["7.0", "5.0", "3.0", "9.0"], None, ("every:1",), 1),
        (["7.0", "5.0", "3.0"], 2, (), 2),
        (["7.0", "5.0", "3.0"], 1, (), 1),
        (["1.0", "0.25", "9.0"], None, (), 1),
        (["7.0"] * 5, None, (), 1),
    ],
)
def test_epochs_that_had_to_be_guessed_are_noted(
    losses: list[str], every: int | None, notes: tuple[str, ...], spacing: int
) -> None:
    finding = diagnose_history(losses, LESSON, every)
    assert (finding.notes, finding.every) == (notes, spacing)


def _reading(name: str, **more: object) -> Reading:
    known = {mistake.name: mistake for mistake in (*mistakes.alone("train"), mistakes.OTHER_RATE)}
    return Reading(hypotheses.of((known[name],)))._replace(**more)


@pytest.mark.parametrize(
    ("at_one", "at_two", "names", "spacing"),
    [
        ((), (), (), 2),
        (("uphill",), (), ("uphill",), 1),
        ((), ("uphill",), ("uphill",), 2),
        (("uphill",), ("uphill",), ("uphill",), 2),
        (("uphill",), ("stale-gradient",), (), 2),
        (("uphill", "stale-gradient"), ("uphill",), (), 2),
    ],
)
def test_losses_of_unknown_epochs_are_explained_where_all_that_can_be_is_explained_alike(
    monkeypatch: pytest.MonkeyPatch,
    at_one: tuple[str, ...],
    at_two: tuple[str, ...],
    names: tuple[str, ...],
    spacing: int,
) -> None:
    found = {1: [_reading(name) for name in at_one], 2: [_reading(name) for name in at_two]}
    monkeypatch.setattr(history, "readings", lambda record: found[record.every])
    finding = diagnose_history(["7.0", "5.0", "3.0"], LESSON)
    assert (finding.mistakes, finding.every, finding.notes) == (names, spacing, (f"every:{spacing}",))
    assert finding.shape_expected == ({1: 5, 2: 3}[spacing],)


UPHILL, STALE, RATE = _reading("uphill"), _reading("stale-gradient"), Fraction(1, 8)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([], {}),
        ([UPHILL], {"mistakes": ("uphill",), "fault": "update"}),
        ([UPHILL, STALE], {"mistakes": ("uphill",), "also": ("stale-gradient",)}),
        (
            [STALE, _reading("gradient-accumulated")],
            {"mistakes": ("stale-gradient",), "also": ("gradient-accumulated",), "fault": "gradient"},
        ),
        (
            [_reading("bias-frozen", biases=(0.5,)), _reading("other-learning-rate", options={"lr": RATE})],
            {
                "mistakes": ("bias-frozen",), "also": ("other-learning-rate",),
                "fault": "update", "frozen_at": 0.5, "rate": 0.125,
            },
        ),
        ([_reading("bias-frozen", biases=(-0.5, 0.5))], {"mistakes": ("bias-frozen",), "fault": "update"}),
    ],
    ids=["none", "one", "two faults", "one fault", "rate", "mirrored"],
)
def test_a_finding_tells_both_readings_and_what_they_share(found: list[Reading], told: dict[str, object]) -> None:
    assert _with(found, RIGHT, _beside([4.0], [1.0])) == RIGHT._replace(**told)


def test_a_lesson_of_one_step_is_named_with_what_it_lacks() -> None:
    with pytest.raises(InputError, match=r"^hours-ability: a lesson of a single step has no history;"):
        diagnose_history(["1.0"], replace(LESSON, epochs=None))


@pytest.mark.parametrize("lesson", ["hours-ability", "hours-ability-momentum", "height-weight-training"])
@pytest.mark.parametrize("losses", ["2e5", "1e3", "nan", "0e3"])
def test_losses_that_tell_little_or_nothing_are_judged_as_quickly_as_others(lesson: str, losses: str) -> None:
    """In processor time, of which exact arithmetic over two hundred epochs takes seconds for each program tried."""
    started = process_time()
    assert diagnose_history([losses] * 201, load(lesson)).verdict == "wrong"
    assert process_time() - started < 2.5
