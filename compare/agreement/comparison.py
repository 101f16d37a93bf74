"""A lesson compared: every number of it by every side, beside the truth. The only file that calls the sides.

`prepare` does all that needs no torch, so that it can be done while torch is being imported; `compare` adds torch.
`compare_all` loses no time over several lessons: torch is imported and trains in its own process, which was started
before this file was imported.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from compare.agreement import bits, verdicts
from compare.agreement.case import LessonCase, SideRun
from compare.agreement.records import Comparison
from compare.agreement.torch_side import TorchAnswer, TorchJob, TorchSide, work
from compare.errors import Fault
from compare.lessons import Lesson
from manual import regression
from manual.autograd import lesson as engine
from manual.autograd import tensor
from manual.sgd import SGD
from manual.training import Run, train


class WithoutTorch(NamedTuple):
    """A lesson with every side but torch's."""

    case: LessonCase
    sgd: SGD
    outcomes: dict[str, SideRun]


def prepare(
    lesson: Lesson, dtype: str | None = None, ask_torch: Callable[[TorchJob], None] | None = None
) -> WithoutTorch:
    """The truth, the bounds, and the sides by hand and by engine. `dtype` defaults to the lesson's own.

    `ask_torch`, if given, is told torch's job first, so that it is done meanwhile.
    Raises `Fault` for options that SGD refuses, and data that the dtype cannot hold.
    """
    case = LessonCase(lesson, dtype or lesson.dtype)
    try:
        sgd = SGD(**case.options)
    except ValueError as refusal:
        raise Fault("lesson-refused", lesson.file, reason=refusal) from None
    if ask_torch:
        ask_torch(torch_job(case))

    def predict_by_engine(*given: Any) -> Any:
        return engine.predict(*map(tensor, given)).numpy()

    arguments = (*case.data, sgd, case.last, lesson.trained)
    outcomes = {
        "manual": _outcome(case, train(*arguments), regression.predict),
        "autograd": _outcome(case, engine.train(*arguments), predict_by_engine),
    }
    return WithoutTorch(case, sgd, outcomes)


def compare(prepared: WithoutTorch, explain_bits: bool = False, by_torch: TorchAnswer | None = None) -> Comparison:
    """The comparison of that lesson, with torch's side added; `explain_bits` replays torch's arithmetic as well.

    `by_torch` is torch's answer, if it was asked; else it is worked out here.
    """
    case, lesson = prepared.case, prepared.case.lesson
    run, yp, seen = by_torch or work(torch_job(case))
    outcomes = prepared.outcomes | {"torch": _outcome(case, Run(*run), lambda *_: yp)}
    x, y, _, _ = case.data
    both = (outcomes["manual"].run, outcomes["torch"].run, x, y, prepared.sgd, lesson.trained, seen)
    rows, trajectory = verdicts.rows(case, outcomes), verdicts.trajectory(case, outcomes)
    return Comparison(
        name=lesson.name,
        title=lesson.title,
        dtype=case.dtype,
        verdict=verdicts.lesson_verdict(rows, trajectory, outcomes),
        rows=rows,
        trajectory=trajectory,
        diverged_at=verdicts.diverged_at(outcomes),
        first_difference=bits.first_difference(*both),
        x=x.tolist(),
        y=y.tolist(),
        options=case.options,
        curves=verdicts.curves(case, outcomes),
        bits=bits.explain(*both) if explain_bits else None,
    )


def compare_lesson(lesson: Lesson, dtype: str | None = None) -> Comparison:
    """Prepare and compare at once."""
    return compare(prepare(lesson, dtype))


def compare_all(
    lessons: Sequence[Lesson],
    torch: TorchSide,
    dtype: str | None = None,
    explain_bits: bool = False,
    meanwhile: Callable[[], None] = lambda: None,
    compared: Callable[[], None] = lambda: None,
) -> list[Comparison]:
    """The comparisons of those lessons, in order, as `prepare` and `compare` make them, by a torch that is starting.

    `meanwhile` is called while torch is still busy; `compared` after each lesson.
    """
    prepared = [prepare(lesson, dtype, torch.ask) for lesson in lessons]
    meanwhile()
    comparisons = []
    for one in prepared:
        comparisons.append(compare(one, explain_bits, torch.answer()))
        compared()
    return comparisons


def torch_job(case: LessonCase) -> TorchJob:
    """What torch is to do for it."""
    return TorchJob(case.data, case.options, case.last, case.lesson.trained, case.start)


def _outcome(case: LessonCase, run: Run, predict: Callable[..., Any]) -> SideRun:
    """The run from epoch 0 on: what came before stays hidden, but for its faults."""
    diverged_at = None if run.diverged_at is None else max(run.diverged_at - case.start, 0)
    visible = Run._make([*(column[case.start :] for column in run[:-1]), diverged_at])
    faults = case.stepwise.faults(run)
    if not len(visible.loss):
        return SideRun(visible, faults, None, None)
    x, y, _, _ = case.data
    yp = predict(x, visible.w[0], visible.b[0])
    return SideRun(visible, faults, yp, yp - y)
