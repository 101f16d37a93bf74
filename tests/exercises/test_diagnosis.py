"""From what is known of one exercise to its finding: right, wrong or unchecked, and everything that is said of it."""

from array import array
from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import pytest

from compare.exercises.course import ANY, FOLLOWED, NONE, SCALED
from compare.exercises.diagnosis import Evidence, verdict
from compare.exercises.findings import (
    BOOKKEEPING,
    COUNT,
    GRADIENT,
    NOT_FINITE,
    RIGHT,
    SHAPE,
    UNCHECKED,
    UPDATE,
    VALUE,
    WRONG,
    Counterexample,
    ExerciseFinding,
)
from compare.exercises.judging import Case, Judged, judged
from compare.exercises.mending import Mended
from compare.exercises.table.hypotheses import Hypothesis, of
from compare.exercises.table.mistakes import Mistake, Variant
from compare.exercises.truths import truth
from compare.sandbox.calls import ERROR, MISSING, WRONG_FORM, Answer, Piece, Results, Value

LARGE = {"yp": (3.0, 2.0, 6.0), "y": (1.0, 2.0, 0.0)}  # Σ r² = 40
SMALL, SMALLER = {"yp": (3.0, 2.0), "y": (1.0, 2.0)}, {"yp": (2.0, 0.0), "y": (0.0, 0.0)}  # mse = 2
STEP = {"x": (1.0, 2.0), "y": (0.0, 0.0), "w": 1.0, "b": 0.0}  # dw = 5, db = 3
RUN = {"x": (1.0,), "y": (0.0,), "w": 1.0, "b": 0.0, "lr": 0.125, "epochs": 2}
LOSSES = [1.0, 0.25, 0.0625]  # the residual is halved in every step


def _values(given: Sequence[Any] | None) -> tuple[Value, ...] | None:
    if given is None:
        return None
    return tuple(
        Value((len(one),), array("d", one)) if isinstance(one, list) else Value((), array("d", [one])) for one in given
    )


def _answer(task: str, reason: str | None = None, at: int | None = None, nothing: Sequence[bool] = ()) -> Answer:
    """With a line, a detail and a note; `nothing` tells of each call whether it gave nothing."""
    layout = tuple(None if none else (Piece((), 0, 1),) for none in nothing)
    return Answer(task, reason, "what it raised", 7, at, Results(layout, array("d", [0.0])), ("changed-input:y",))


def _wrong(task: str, *cases: tuple[Mapping[str, Any], Sequence[Any] | None]) -> Judged:
    trials = [trial for trial, _ in cases]
    return judged(task, trials, [truth(task, trial) for trial in trials], [_values(given) for _, given in cases])


def _found(
    answer: Answer,
    wrong: Judged | None = None,
    of_names: Sequence[Mistake] = (),
    small: Sequence[Case] = (),
    steps: tuple[str, ...] = (),
    mended: Mended | None = None,
    follow_through: str = SCALED,
) -> ExerciseFinding:
    explanation: Hypothesis | None = of(of_names) if of_names else None
    return verdict(Evidence(answer, 4.0, wrong, explanation, small, steps, mended), follow_through)


def _mistake(name: str, fault: str = GRADIENT) -> Mistake:
    return Mistake(name, Variant(), fault)


NOTES = ("changed-input:y",)
SUMMED = _wrong("mse", (LARGE, [40.0]), (SMALL, [4.0]))
STOPPED = _wrong("mse", (LARGE, None), (SMALL, None))


def _unchecked(reason: str, **more: Any) -> ExerciseFinding:
    plain = ExerciseFinding("mse", UNCHECKED, 4.0, 0.0, reason, notes=NOTES, line=7, detail="what it raised")
    return plain._replace(**more)


def test_what_is_right_has_all_its_points_and_the_number_of_its_tries() -> None:
    answer = _answer("mse", nothing=(False, True, False))
    assert _found(answer) == ExerciseFinding("mse", RIGHT, 4.0, 4.0, tries=2, notes=NOTES)


def test_what_is_not_there_is_unchecked() -> None:
    assert _found(_answer("mse", MISSING)) == _unchecked(MISSING)


@pytest.mark.parametrize("follow_through", [SCALED, ANY])
def test_what_is_right_given_the_own_steps_keeps_its_points(follow_through: str) -> None:
    inherited = ExerciseFinding("mse", RIGHT, 4.0, 4.0, inherited=("predict",), notes=NOTES)
    assert _found(_answer("mse"), SUMMED, steps=("predict",), follow_through=follow_through) == inherited
    mended = Mended(("another",), True)
    stopped = _found(_answer("mse", ERROR), SUMMED, (), (), ("predict",), mended, follow_through)
    assert stopped == inherited


def test_a_course_may_follow_nothing_through() -> None:
    wrong = _found(_answer("mse"), SUMMED, [_mistake("sum-not-mean")])
    assert (wrong.verdict, wrong.mistakes) == (WRONG, ("sum-not-mean",))
    mended = Mended(("another",), True)
    for steps in ((), ("predict",)):
        given = _found(_answer("mse"), SUMMED, [_mistake("sum-not-mean")], (), steps, mended, NONE)
        assert given == wrong


@pytest.mark.parametrize("follow_through", FOLLOWED)
@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("reason", [ERROR, MISSING])
@pytest.mark.parametrize("wrong", [None, STOPPED], ids=["not judged", "without a value"])
def test_what_stops_in_a_step_has_its_points_where_the_course_says_so(
    reason: str, wrong: Judged | None, right: bool, follow_through: str
) -> None:
    steps = ("predict",)
    found = _found(_answer("mse", reason), wrong, mended=Mended(steps, right), follow_through=follow_through)
    confirm = right and follow_through != NONE
    more = {"inherited": steps, "mended": True, "confirm": confirm, "notes": NOTES}
    if confirm and follow_through == ANY:
        assert found == ExerciseFinding("mse", RIGHT, 4.0, 4.0, **more)  # type: ignore[arg-type]
    else:
        assert found == _unchecked(reason, **more)


BEFORE = _wrong("mse", (LARGE, [40.0]), (SMALL, None))


@pytest.mark.parametrize("follow_through", FOLLOWED)
def test_what_was_wrong_before_it_stopped_is_wrong(follow_through: str) -> None:
    answer, mended = _answer("mse", ERROR, at=1), Mended(("predict",), False)
    found = _found(answer, BEFORE, mended=mended, follow_through=follow_through)
    assert (found.verdict, found.points, found.reason, found.inherited, found.mended) == (WRONG, 0.0, ERROR, (), False)
    assert (found.line, found.detail, found.notes) == (7, "what it raised", NOTES)


@pytest.mark.parametrize(("answer", "wrong"), [(_answer("mse", ERROR, at=1), BEFORE), (_answer("mse"), SUMMED)])
def test_what_is_wrong_but_for_own_steps_is_for_the_instructor_to_confirm(answer: Answer, wrong: Judged) -> None:
    names, mended = [_mistake("sum-not-mean")], Mended(("predict",), True)
    plain = _found(answer, wrong, names)
    own = {"inherited": ("predict",), "mended": True, "confirm": True}
    assert _found(answer, wrong, names, mended=mended) == plain._replace(mistakes=(), **own)  # type: ignore[arg-type]
    paid = ExerciseFinding("mse", RIGHT, 4.0, 4.0, notes=NOTES)._replace(**own)  # type: ignore[arg-type]
    assert _found(answer, wrong, names, mended=mended, follow_through=ANY) == paid


def test_a_wrong_exercise_is_shown_by_the_smallest_input_with_its_numbers() -> None:
    answer = _answer("mse", nothing=(False,) * 2)
    small = [Case(SMALLER, _values([2.0])), Case(SMALL, _values([4.0])), Case(LARGE, _values([40.0]))]
    found = _found(answer, SUMMED, [_mistake("sum-not-mean")], small)
    allowed = truth("mse", SMALL)[0].allowed[0]
    assert found == ExerciseFinding(
        "mse", WRONG, 4.0, 0.0, VALUE, ("sum-not-mean",), tries=2, notes=NOTES, line=7, detail="what it raised",
        counterexample=Counterexample({"yp": [3.0, 2.0], "y": [1.0, 2.0]}, 4.0, 2.0),
        outputs=("loss",), output="loss", got=4.0, truth=2.0, off=2.0, allowance=allowed,
        shape_given=(), shape_expected=(),
    )  # fmt: skip


def test_without_a_small_input_the_smallest_trial_shows_it() -> None:
    found = _found(_answer("mse"), _wrong("mse", (LARGE, [[1.0, 2.0]]), (SMALL, [[1.0]])))
    assert (found.reason, found.shape_given, found.shape_expected) == (SHAPE, (1,), ())
    assert found.counterexample == Counterexample({"yp": [3.0, 2.0], "y": [1.0, 2.0]}, [1.0], 2.0)


def _silent(small: Sequence[Case], at: int | None, wrong: Judged = STOPPED) -> Counterexample | None:
    reason = ERROR if at is not None else WRONG_FORM
    return _found(_answer("mse", reason, at), wrong, small=small).counterexample


def test_where_nothing_was_given_the_smallest_input_or_the_one_at_which_it_stopped_is_shown() -> None:
    smaller = Counterexample({"yp": [2.0, 0.0], "y": [0.0, 0.0]}, None, 2.0)
    small = Counterexample({"yp": [3.0, 2.0], "y": [1.0, 2.0]}, None, 2.0)
    right = Case(SMALLER, _values([2.0]))
    assert _silent([right, Case(SMALL, None), Case(SMALLER, None)], 1) == small
    assert _silent([right, Case(SMALLER, None), Case(SMALL, None)], 1) == smaller
    assert _silent([right], 1) == small
    unordered = _wrong("mse", (SMALLER, [2.0]), (SMALL, None), (LARGE, None))
    assert _silent([], None, unordered) == small
    assert _silent([], 1, unordered) == small
    assert _silent([], 0, _wrong("mse", (SMALLER, None), (SMALL, None))) == smaller


def test_nothing_that_was_given_is_no_example_where_none_is_missing() -> None:
    assert _silent([], None, _wrong("mse", (SMALLER, [2.0]))) is None


@pytest.mark.parametrize(
    ("given", "points", "outputs", "output"),
    [
        ([2.5, 3.0], 2.0, ("dw",), "dw"),
        ([5.0, 1.5], 2.0, ("db",), "db"),
        ([2.5, 1.5], 0.0, ("dw", "db"), "dw"),
    ],
)
def test_an_exercise_of_two_parts_keeps_half_of_its_points_for_the_one_that_is_right(
    given: list[float], points: float, outputs: tuple[str, ...], output: str
) -> None:
    found = _found(_answer("gradients"), _wrong("gradients", (STEP, given)))
    assert (found.verdict, found.points, found.outputs, found.output) == (WRONG, points, outputs, output)


def test_an_exercise_without_parts_keeps_nothing() -> None:
    step = {"w": 1.0, "b": 1.0, "dw": 1.0, "db": 1.0, "lr": 0.5}
    found = _found(_answer("sgd_step"), _wrong("sgd_step", (step, [0.5, 1.0])))
    assert (found.points, found.outputs) == (0.0, ("b",))


def test_the_entry_of_a_list_is_named() -> None:
    found = _found(_answer("dmse_dyp"), _wrong("dmse_dyp", (SMALL, [[2.0, 0.5]])))
    assert (found.output, found.entry, found.got, found.truth, found.off) == ("dyp", 1, 0.5, 0.0, 0.5)


LATE = _wrong("train", (RUN, [[1.0, 0.25, 0.5]]))


@pytest.mark.parametrize(
    ("names", "also"),
    [
        (("uphill",), ()),
        (("loss-after-update",), ("extra-step-before",)),
        (("loss-after-update", "uphill"), ("extra-step-before", "uphill")),
    ],
)
def test_a_second_reading_is_said_of_all_the_names(names: tuple[str, ...], also: tuple[str, ...]) -> None:
    assert _found(_answer("train"), LATE, [_mistake(name) for name in names]).also == also


@pytest.mark.parametrize(
    ("given", "epoch", "reason"),
    [
        ([[*LOSSES[:2], 0.5]], 2, VALUE),
        ([[1.0, 0.5, 0.5]], 1, VALUE),
        ([[1.0, nan, 0.0625]], 1, NOT_FINITE),
        ([[0.5, *LOSSES[1:]]], 0, VALUE),
        ([LOSSES[:2]], 2, COUNT),
        ([[*LOSSES, 0.015625, 0.0]], 3, COUNT),
        ([[]], 0, COUNT),
        ([1.0], None, SHAPE),
    ],
)
def test_a_run_goes_wrong_at_its_first_wrong_loss(given: Any, epoch: int | None, reason: str) -> None:
    found = _found(_answer("train"), _wrong("train", (RUN, given)))
    assert (found.first_wrong_epoch, found.reason) == (epoch, reason)


def test_the_epoch_that_is_named_is_that_of_the_run_that_is_shown() -> None:
    late, soon = [[1.0, 0.25, 0.5]], [[1.0, 0.5, 0.5]]
    for cases, epoch in (((late, soon), 2), ((soon, late), 1), (([LOSSES], late, soon), 2), ((soon, None), 1)):
        found = _found(_answer("train", at=0), _wrong("train", *((RUN, given) for given in cases)))
        assert (found.first_wrong_epoch, found.entry) == (epoch, epoch)


def test_a_right_run_goes_wrong_nowhere_and_a_loss_without_any_room_can_be_right() -> None:
    found = _found(_answer("train"), _wrong("train", (RUN, [LOSSES]), (RUN, [1.0])))
    assert (found.reason, found.first_wrong_epoch) == (SHAPE, None)
    nothing = {**RUN, "x": (0.0,), "w": 0.0}
    assert truth("train", nothing)[0].allowed == [0.0, 0.0, 0.0]
    assert _found(_answer("train"), _wrong("train", (nothing, [[0.0, 0.0, 5.0]]))).first_wrong_epoch == 2


def test_only_a_run_has_epochs() -> None:
    found = _found(_answer("dmse_dyp"), _wrong("dmse_dyp", (SMALL, [[9.0, 0.0]])), [_mistake("uphill", UPDATE)])
    assert (found.first_wrong_epoch, found.fault) == (None, None)


@pytest.mark.parametrize(
    ("given", "mistakes", "fault"),
    [
        ([1.0, 0.5, 0.5], [], None),
        ([0.5, 0.25, 0.0625], [], None),  # wrong before any update: nothing tells of the later states
        ([1.0, 0.25], [], None),  # too few
        ([1.0, 0.5, 0.5], [_mistake("uphill", UPDATE)], UPDATE),
        ([0.5, 0.5, 0.5], [_mistake("uphill", UPDATE)], UPDATE),
        ([1.0, 0.5, 0.5], [_mistake("a", BOOKKEEPING), _mistake("b", UPDATE)], None),
        ([1.0, 0.5, 0.5], [_mistake("a", UPDATE), _mistake("b", UPDATE)], UPDATE),
    ],
)
def test_the_fault_is_that_of_the_exercises_own_mistakes_where_they_have_one(
    given: list[float], mistakes: list[Mistake], fault: str | None
) -> None:
    wrong = _wrong("train", (RUN, [given]))
    found = _found(_answer("train"), wrong, mistakes)
    assert found.fault == fault
    if mistakes:
        assert found.mistakes == tuple(mistake.name for mistake in mistakes)
    confirmed = _found(_answer("train"), wrong, mistakes, mended=Mended(("gradients",), True))
    assert (confirmed.fault, confirmed.also) == (None, ())
