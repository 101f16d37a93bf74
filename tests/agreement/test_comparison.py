"""A lesson's comparison is put together from its parts, and every side's hidden updates stay hidden."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from compare.agreement import bits, verdicts
from compare.agreement.case import LessonCase
from compare.agreement.comparison import WithoutTorch, compare, compare_lesson, prepare
from compare.agreement.replay import Arithmetic
from compare.agreement.torch_side import TorchAnswer, TorchJob
from compare.errors import Fault
from compare.lessons import Lesson
from manual.autograd import lesson as engine
from manual.sgd import SGD
from manual.training import Run, train

LESSON = Lesson(
    "tenths", {"en": "Tenths", "ko": "십분의 일"}, "float32", (F(1, 10), F(2)), (F(1, 3), F(4)), F(7, 10), F(-1, 7),
    ("w",), {"lr": F(1, 10), "momentum": F(1, 2)}, 3, 1, 2, {}, "tenths.toml",
)  # fmt: skip
TWO = replace(LESSON, x=((F(1, 10), F(2)), (F(3), F(4))), w=(F(1, 3), F(5)), trained=("w", "b"))
STEEP = replace(LESSON, optimizer={"lr": F(10) ** 30})  # its loss is infinite at the second update
SEEN = Arithmetic(fused=True, lanes=32)
BY_HAND = SGD(lr=0.1, momentum=0.5)


def columns(run: Run, start: int = 0) -> list[object]:
    return [column[start:].tolist() for column in run[:-1]]


@pytest.mark.parametrize("lesson", [LESSON, TWO], ids=["one feature", "two features"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_side_shows_its_run_from_epoch_0_on_and_its_predictions_there(lesson, dtype):
    prepared = prepare(lesson, dtype)
    assert prepared.case == LessonCase(lesson, dtype)
    assert prepared.sgd == BY_HAND
    x, y, w, b = prepared.case.data
    assert list(prepared.outcomes) == ["manual", "autograd"]
    for program, outcome in zip((train, engine.train), prepared.outcomes.values(), strict=True):
        run = program(x, y, w, b, BY_HAND, 5, lesson.trained)
        assert columns(outcome.run) == columns(run, 2)
        assert (outcome.run.loss.dtype, outcome.run.diverged_at, outcome.faults) == (dtype, None, [])
        yp = x @ run.w[2] + run.b[2] if x.ndim == 2 else x * run.w[2] + run.b[2]
        assert isinstance(outcome.yp, np.ndarray)
        assert (outcome.yp.tolist(), outcome.r.tolist()) == (yp.tolist(), (yp - y).tolist())


def test_the_dtype_is_the_lessons_own_unless_another_is_asked_for():
    assert prepare(LESSON).case.dtype == "float32"
    assert prepare(replace(LESSON, dtype="float64")).case.dtype == "float64"
    assert prepare(LESSON, "float64").case.dtype == "float64"


def test_torch_is_told_its_job_before_the_other_sides_run(monkeypatch):
    asked: list[TorchJob] = []

    def begun(*arguments):
        assert asked
        return train(*arguments)

    monkeypatch.setattr("compare.agreement.comparison.train", begun)
    prepared = prepare(TWO, "float64", asked.append)
    ((data, options, last, trained, start),) = asked
    assert [array.tolist() for array in data] == [array.tolist() for array in prepared.case.data]
    assert (options, last, trained, start) == ({"lr": 0.1, "momentum": 0.5}, 5, ("w", "b"), 2)


def test_options_that_the_optimizer_refuses_are_the_lessons_fault():
    steep = replace(LESSON, optimizer={"lr": F(-1, 2)})
    with pytest.raises(Fault) as refusal:
        prepare(steep)
    reason = "lr must not be negative; got -0.5"
    assert str(refusal.value) == str(Fault("lesson-refused", "tenths.toml", reason=reason))


@pytest.mark.parametrize(
    ("hidden", "shown", "diverged", "states"), [(0, 2, 1, 3), (1, 1, 0, 2), (2, 0, 0, 1), (3, 0, 0, 0)]
)
def test_a_run_that_leaves_the_numbers_ends_at_the_epoch_that_is_shown(hidden, shown, diverged, states):
    for outcome in prepare(replace(STEEP, steps_before=hidden)).outcomes.values():
        assert (len(outcome.run.loss), outcome.run.diverged_at, len(outcome.run.w)) == (shown, diverged, states)
        assert (outcome.yp is None, outcome.r is None) == (not shown, not shown)
        assert outcome.faults == []


def wrong(run: Run) -> Run:
    """With the loss of the hidden update 1 and the last w off by much."""
    loss, w = run.loss.copy(), run.w.copy()
    loss[1] += 1
    w[-1] += 1
    return run._replace(loss=loss, w=w)


@pytest.mark.parametrize("by_hand_is_wrong", [True, False])
def test_a_sides_faults_are_its_own_and_those_of_hidden_updates_count(monkeypatch, by_hand_is_wrong):
    right = train(*LessonCase(LESSON, "float32").data, BY_HAND, 5, ("w",))
    if by_hand_is_wrong:
        monkeypatch.setattr("compare.agreement.comparison.train", lambda *arguments: wrong(train(*arguments)))
    else:
        monkeypatch.setattr(engine, "train", lambda *arguments: wrong(right))
    found = [outcome.faults for outcome in prepare(LESSON).outcomes.values()]
    faulty, sound = found if by_hand_is_wrong else found[::-1]
    assert [(fault.update, fault.quantity) for fault in faulty] == [(1, "loss"), (5, "w")]
    assert sound == []


def answer(prepared: WithoutTorch, **changes: object) -> TorchAnswer:
    """What torch would answer if it reckoned as manual does."""
    run = train(*prepared.case.data, prepared.sgd, prepared.case.last, prepared.case.lesson.trained)
    return TorchAnswer(tuple(run._replace(**changes)), prepared.outcomes["manual"].yp, SEEN)


@pytest.mark.parametrize("lesson", [LESSON, TWO, STEEP], ids=["one feature", "two features", "steep"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_comparison_is_made_of_its_parts(lesson, dtype):
    prepared = prepare(lesson, dtype)
    case, (x, y, _, _) = prepared.case, prepared.case.data
    found = compare(prepared, by_torch=answer(prepared))
    assert (found.name, found.title, found.dtype) == ("tenths", {"en": "Tenths", "ko": "십분의 일"}, dtype)
    sides = prepared.outcomes | {"torch": prepared.outcomes["manual"]}
    assert found.rows == verdicts.rows(case, sides)
    assert found.trajectory == verdicts.trajectory(case, sides)
    assert list(found.rows[0].sides) == ["manual", "autograd", "torch"]
    assert found.verdict == verdicts.lesson_verdict(found.rows, found.trajectory, sides)
    assert found.diverged_at == (0 if lesson is STEEP and dtype == "float32" else verdicts.diverged_at(sides))
    assert (found.x, found.y, found.options) == (x.tolist(), y.tolist(), case.options)
    assert found.curves == verdicts.curves(case, sides)
    assert (found.first_difference, found.bits) == (None, None)


def test_torchs_own_difference_is_told_and_its_bits_are_explained_where_asked_for():
    prepared = prepare(LESSON)
    loss = prepared.outcomes["manual"].run.loss
    off = np.array([0, 0, *loss.tolist()], np.float32)
    off[4] = np.nextafter(off[4], np.float32(9))
    theirs = answer(prepared, loss=off)
    x, y, _, _ = prepared.case.data
    torch_run = Run(*(column[2:] for column in theirs.run[:-1]), None)
    both = (prepared.outcomes["manual"].run, torch_run, x, y, BY_HAND, ("w",), SEEN)
    found = compare(prepared, True, theirs)
    assert found.first_difference == bits.first_difference(*both)
    assert found.first_difference[:2] == (2, "loss")
    assert found.bits == bits.explain(*both)
    assert compare(prepared, by_torch=theirs).bits is None


def test_a_fault_of_torchs_alone_makes_the_lesson_differ():
    prepared = prepare(LESSON)
    assert compare(prepared, by_torch=answer(prepared)).verdict == "agree"
    theirs = answer(prepared)
    found = compare(prepared, by_torch=theirs._replace(run=tuple(wrong(Run(*theirs.run)))))
    assert found.verdict == "differ"
    faults = [epoch.fault for epoch in found.trajectory]
    assert faults == ["torch: loss at epoch -1", None, None, "torch: w at epoch 3"]


def test_torchs_predictions_are_those_that_it_answers():
    prepared = prepare(LESSON)
    theirs = answer(prepared)
    more = theirs.yp + np.float32(1)
    yp, r = compare(prepared, by_torch=theirs._replace(yp=more)).rows[:2]
    assert (yp.quantity, yp.sides["torch"]) == ("yp", more.tolist())
    assert (r.quantity, r.sides["torch"]) == ("r", (more - prepared.case.data[1]).tolist())
    assert [yp.verdict, r.verdict] == ["differs", "differs"]


def test_a_lesson_is_compared_in_its_dtype_or_another_with_torch_worked_out_here(monkeypatch):
    worked = []

    def work(job: TorchJob) -> TorchAnswer:
        worked.append(job)
        run = train(*job.data, SGD(**job.options), job.last, job.trained)
        return TorchAnswer(tuple(run), job.data[0] * run.w[job.start] + run.b[job.start], SEEN)

    monkeypatch.setattr("compare.agreement.comparison.work", work)
    for dtype, taken in ((None, "float32"), ("float32", "float32"), ("float64", "float64")):
        found = compare_lesson(LESSON, dtype)
        assert (found.name, found.dtype, found.verdict) == ("tenths", taken, "agree")
        assert worked.pop().data[0].dtype == taken
    assert worked == []
