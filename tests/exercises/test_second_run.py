"""Asked once more: one foreseen input, or the smallest few, show what all of them show, in a few calls."""

from array import array
from collections.abc import Mapping, Sequence
from itertools import product
from time import monotonic

import pytest

from compare.exercises import judge, second_run
from compare.exercises.course import read
from compare.exercises.judge import MOST, Reruns, examine
from compare.exercises.judging import Judged, judged
from compare.exercises.kernel import Kernel
from compare.exercises.mending import Mended, with_right
from compare.exercises.questions import all_trials
from compare.exercises.second_run import Second, in_order, one_small_input, probing, smallest_inputs
from compare.exercises.small_inputs import small_inputs
from compare.exercises.table.formulas import Formula
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.programs import Program
from compare.exercises.trials import trials
from compare.exercises.truths import truths
from compare.sandbox.calls import (
    CRASHED,
    DEFAULT_LIMITS,
    ERROR,
    EXITED,
    MISSING,
    OUT_OF_MEMORY,
    TIMED_OUT,
    WRONG_FORM,
    Answer,
    Exercise,
    Limits,
    SourceFailure,
    Value,
)
from compare.sandbox.run import Sandbox
from tests.answers import RIGHT, found, source
from tests.wrong_codings import CODINGS

MISTAKES = [(task, name) for task, names in CODINGS.items() for name in names]
SEED = 20240229
FAILURE = SourceFailure(TIMED_OUT, "", None)
SUM = "def mse(yp, y): return ((yp - y) ** 2).sum()"
HALF = "def gradients(x, y, w, b): r = w * x + b - y; return (r * x).mean(), r.mean()"
CALLING = """
def gradients(x, y, w, b):
    dyp = dmse_dyp(predict(x, w, b), y)
    return (dyp * x).sum(), dyp.sum()
"""
LOOP = """
def train(x, y, w, b, lr, epochs):
    losses = []
    for _ in range(epochs + 1):
        losses.append(((w * x + b - y) ** 2).mean())
        dw, db = {slope}
        w, b = w - lr * dw, b - lr * db
    return losses
"""
OWN = LOOP.format(slope="gradients(x, y, w, b)")
LATE = LOOP.format(slope="((w * x + b - y) * x).mean() * 2 * (epochs < 4), (w * x + b - y).mean() * 2")


class Runs:
    """Runs in a kernel, at most so many times, and keeps what it was asked."""

    def __init__(self, most: int = 9) -> None:
        self.most = most
        self.asked: list[tuple[bytes, list[Exercise]]] = []

    def __call__(self, given: bytes, exercises: Sequence[Exercise]) -> tuple[Answer, ...] | SourceFailure:
        self.asked.append((given, list(exercises)))
        return FAILURE if len(self.asked) > self.most else Kernel({}).run(given, exercises, DEFAULT_LIMITS)


def _answers(given: bytes, *tasks: str) -> list[Answer]:
    return list(Kernel({}).run(given, all_trials(tasks, SEED), DEFAULT_LIMITS))


def _judged(answer: Answer) -> Judged:
    task, count = answer.name, len(answer.results)
    return judged(task, trials(task, SEED)[:count], truths(task, SEED)[:count], answer.results)


def _second(
    given: bytes, tasks: Sequence[str], run: Runs, programs: Mapping[str, Program] = {},
    sizes: Mapping[str, tuple[int, ...]] = {},
) -> Second:  # fmt: skip
    answers = _answers(given, *tasks)
    wrong = {one.name: _judged(one) for one in answers}
    names = {"mse": ("sum-not-mean",), "gradients": ("missing-factor-two",)}
    known = {task: Hypothesis((), names[task], program) for task, program in programs.items()}
    return second_run.second_run(given, wrong, known, sizes, answers, SEED, run)


def test_an_exercise_by_itself_is_asked_its_smallest_inputs() -> None:
    run, given = Runs(), source(mse=SUM)
    result = _second(given, ["mse"], run)
    assert run.asked == [(given, [smallest_inputs("mse", 96)])]
    (answer,) = Kernel({}).run(given, run.asked[0][1], DEFAULT_LIMITS)
    assert result == Second({"mse": in_order(answer, 96)}, {})
    assert len(result.small["mse"]) == 96


SUMMED = Program(loss=Formula(divisor="1"))
PAIR = next(at for at, trial in enumerate(small_inputs("mse")) if trial == {"yp": (1.0, 0.0), "y": (0.0, 0.0)})


def test_an_exercise_whose_program_is_known_is_asked_the_one_input_that_shows_it_first() -> None:
    run, given = Runs(), source(mse=SUM)
    result = _second(given, ["mse"], run, {"mse": SUMMED})
    assert run.asked == [(given, [one_small_input("mse", PAIR)])]
    (case,) = result.small["mse"]
    assert case.trial is small_inputs("mse")[PAIR]
    assert case.given == (Value((), array("d", [1.0])),)


def test_where_the_foreseen_input_shows_nothing_all_the_small_ones_are_asked() -> None:
    run, given = Runs(), source(mse="def mse(yp, y): return ((yp - y) ** 2).mean() * (1 + (yp > 2).any())")
    result = _second(given, ["mse"], run, {"mse": SUMMED})
    assert [exercises for _, exercises in run.asked] == [[one_small_input("mse", PAIR)], [smallest_inputs("mse", None)]]
    assert [case.trial for case in result.small["mse"]] == list(small_inputs("mse"))


def test_a_program_that_no_small_input_shows_is_looked_for_as_an_unknown_one() -> None:
    run, given = Runs(), source(mse=SUM)
    assert len(_second(given, ["mse"], run, {"mse": Program()}).small["mse"]) == 96
    assert run.asked == [(given, [smallest_inputs("mse", 96)])]


def test_each_exercise_is_foreseen_by_its_own_program() -> None:
    run, given = Runs(), source(mse=SUM, gradients=HALF)
    halved = Program(slope=Formula(halved=True))
    result = _second(given, ["mse", "gradients"], run, {"gradients": halved})
    ((_, asked),) = run.asked
    assert [len(exercise.calls) for exercise in asked] == [96, 1]
    assert [len(result.small[task]) for task in ("mse", "gradients")] == [96, 1]


def test_a_step_is_asked_further_inputs_in_the_same_run() -> None:
    run, given = Runs(), source(mse=SUM, gradients=HALF)
    result = _second(given, ["mse", "gradients"], run, sizes={"mse": (5, 1), "gradients": (), "train": (3,)})
    probe = probing("mse", (5, 1), SEED)
    small = [smallest_inputs(task, 96) for task in ("mse", "gradients")]
    assert run.asked == [(given, [*small, probe.exercise])]
    (answer,) = Kernel({}).run(given, [probe.exercise], DEFAULT_LIMITS)
    assert result.probed == {"mse": probe.cases(answer)}
    assert {task: len(cases) for task, cases in result.small.items()} == {"mse": 96, "gradients": 96}


@pytest.mark.parametrize(
    ("reason", "asked"),
    [*((reason, True) for reason in (None, ERROR, WRONG_FORM)),
     *((reason, False) for reason in (TIMED_OUT, CRASHED, OUT_OF_MEMORY, EXITED, MISSING))],
)  # fmt: skip
def test_what_did_not_come_back_is_not_asked_again(reason: str | None, asked: bool) -> None:
    run, given = Runs(), source(mse=SUM)
    right, wrong = _answers(given, "predict", "mse")
    answers = [right, wrong._replace(reason=reason)]
    result = second_run.second_run(given, {"mse": _judged(wrong)}, {}, {"mse": (5,)}, answers, SEED, run)
    assert [exercise.name for _, exercises in run.asked for exercise in exercises] == ["mse", "mse"] * asked
    assert list(result.small) == list(result.probed) == ["mse"] * asked


def test_nothing_is_known_of_what_runs_no_second_time() -> None:
    run = Runs(most=0)
    assert _second(source(mse=SUM), ["mse"], run) == Second({}, {})
    assert len(run.asked) == 1


@pytest.mark.parametrize(("most", "cases"), [(2, 432), (1, 96)])
def test_all_small_inputs_are_asked_where_the_smallest_show_no_mistake(most: int, cases: int) -> None:
    run, given = Runs(most), source(mse=SUM, train=LATE)
    result = _second(given, ["mse", "train"], run)
    assert run.asked[1:] == [(given, [smallest_inputs("train", None)])]
    assert {task: len(small) for task, small in result.small.items()} == {"mse": 96, "train": cases}


def test_an_exercise_that_has_been_asked_all_its_small_inputs_is_not_asked_them_again() -> None:
    run = Runs()
    late = "def momentum_step(p, v, dp, lr, momentum): v = momentum * v + dp; return p - lr * v, v + p % 1"
    assert len(_second(source(momentum_step=late), ["momentum_step"], run).small["momentum_step"]) == 70
    assert len(run.asked) == 1


STOPPING = "def predict(x, w, b): return w * x + b + 1 / 0"


def _failed(given: bytes, *tasks: str) -> dict[str, Answer]:
    return {answer.name: answer for answer in _answers(given, *tasks)}


def _is_right(answer: Answer) -> bool:
    return answer.reason is None and not _judged(answer).wrong


@pytest.mark.parametrize(
    ("gradients", "mended"),
    [
        (CALLING, {"gradients": Mended(("predict",), True)}),
        (CALLING.replace("sum()", "mean()"), {"gradients": Mended(("predict",), False)}),
        (CALLING.replace("dyp =", "1 / 0; dyp ="), {}),
        (HALF, {}),
    ],
)
def test_an_exercise_that_stops_in_an_own_step_is_run_with_right_ones(
    gradients: str, mended: dict[str, Mended]
) -> None:
    run, given = Runs(), source(predict=STOPPING, gradients=gradients)
    failed = _failed(given, "predict", "gradients")
    assert second_run.mends(given, failed, failed, SEED, run, _is_right) == mended
    assert run.asked == [(with_right(given, ("predict",)), list(all_trials(("gradients",), SEED)))]


def test_each_exercise_that_stops_is_mended_by_itself() -> None:
    run, given = Runs(), source(predict=STOPPING, mse="", gradients=CALLING, train=OWN)
    failed = _failed(given, "predict", "gradients", "train")
    result = second_run.mends(given, failed, failed, SEED, run, _is_right)
    assert result == {"gradients": Mended(("predict",), True), "train": Mended(("predict",), True)}
    assert [[exercise.name for exercise in exercises] for _, exercises in run.asked] == [
        ["gradients"],
        *[["train"]] * 2,
    ]


def test_what_is_known_to_be_right_given_its_steps_is_not_run_again() -> None:
    run, given = Runs(), source(predict=STOPPING, gradients=CALLING, train=OWN)
    failed = _failed(given, "predict", "gradients", "train")
    assert list(second_run.mends(given, failed, ["train"], SEED, run, _is_right)) == ["train"]
    assert {exercise.name for _, exercises in run.asked for exercise in exercises} == {"train"}


def test_what_cannot_be_run_again_is_mended_by_nothing() -> None:
    given = source(predict=STOPPING, gradients=CALLING)
    failed = _failed(given, "predict", "gradients")
    assert second_run.mends(given, failed, failed, SEED, Runs(most=0), _is_right) == {}


class Clock:
    """A clock that each run puts forward, and the limits that each was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, takes: float) -> None:
        self.now, self.takes, self.given = 5.0, takes, list[Limits]()
        monkeypatch.setattr(judge, "monotonic", lambda: self.now)

    def run(self, _source: bytes, exercises: Sequence[Exercise], limits: Limits) -> tuple[Answer, ...]:
        self.given.append(limits)
        self.now += self.takes
        return tuple(Answer(exercise.name, None, "", None, None, [], ()) for exercise in exercises)  # type: ignore[arg-type]


ONE = list(all_trials(("mse",), SEED))


def test_all_that_is_asked_again_has_ten_times_the_seconds_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, takes=9.0)
    again = Reruns(clock.run, Limits(2.0, 7, patience=6.0))
    assert MOST == 10
    assert [answer.name for answer in again(b"", ONE)] == ["mse"]  # type: ignore[union-attr]
    again(b"", ONE * 2)
    again(b"", ONE * 4)
    # 11 s are left for two of them, 2 s for four, each with its top level, and by the wall clock no more in all
    assert clock.given == [Limits(2.0, 7, 6.0), Limits(2.0, 7, 5.5), Limits(0.25, 7, 6.0)]
    assert again(b"", ONE) == FAILURE
    assert len(clock.given) == 3


def test_what_fails_to_run_has_used_its_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, takes=0.0)

    def fails(*_: object) -> tuple[Answer, ...]:
        clock.now += 20.0
        raise OSError("gone")

    again = Reruns(fails, Limits(2.0))
    with pytest.raises(OSError, match="gone"):
        again(b"", ONE)
    assert again(b"", ONE) == FAILURE


def test_an_answer_whose_steps_hang_is_given_up_when_its_time_is_spent() -> None:
    hang = "    while True: pass\n"
    steps = {task: RIGHT[task].split(":")[0].strip() + ":\n" + hang for task in ("predict", "mse", "dmse_dyp")}
    calls = "    return predict(x, w, b), dmse_dyp(y, y), mse(y, y)\n"
    with Sandbox() as sandbox:
        taken: list[float] = []
        rules = read()._replace(seconds=0.1)
        run = sandbox.run

        def timed(given: bytes, asked: Sequence[Exercise], limits: Limits) -> tuple[Answer, ...] | SourceFailure:
            started = monotonic()
            answers = run(given, asked, limits)
            taken.append(monotonic() - started)
            return answers

        sandbox.run = timed  # type: ignore[method-assign]
        examine(source(**steps, gradients="def gradients(x, y, w, b):\n" + calls), rules, sandbox)
    assert len(taken) > 2
    assert sum(taken[1:-1]) < MOST * rules.seconds


WITHOUT_A_VALUE_AT_0 = {"absolute-error", "root-mean-square"}  # where a coding may have one all the same: sign(0) is 0


class Counting(Kernel):
    """A kernel that notes how many calls each run makes."""

    def __init__(self) -> None:
        super().__init__({})
        self.calls: list[int] = []

    def run(self, source, exercises, limits):  # type: ignore[no-untyped-def]
        self.calls.append(sum(len(exercise.calls) for exercise in exercises))
        return super().run(source, exercises, limits)


@pytest.mark.parametrize(("task", "name"), MISTAKES)
def test_the_foreseen_input_gives_the_counterexample_that_all_of_them_give_and_the_smallest_few_show_as_much(
    task: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    coding = CODINGS[task][name][0]
    foreseen = found(task, coding)
    rules = read()
    alone = rules._replace(points={task: rules.points[task]})
    monkeypatch.setattr(second_run, "foreseen", lambda exercise, program: None)
    few = examine(source(**{task: coding}), alone, Kernel({})).exercises[0]
    monkeypatch.setattr(second_run, "FEW", None)
    everywhere = examine(source(**{task: coding}), alone, Kernel({})).exercises[0]
    assert everywhere == foreseen or name in WITHOUT_A_VALUE_AT_0
    assert (few.reason, few.mistakes, few.outputs) == (foreseen.reason, foreseen.mistakes, foreseen.outputs)
    assert few.counterexample


DW = ["2 * (r * x).mean()", "(r * x).mean()", "2 * (r * x).sum()", "2 * r.mean()", "2 * ((w * x - y) * x).mean()"]
DB = ["2 * r.mean()", "r.mean()", "2 * r.sum()", "2 * (r * x).mean()"]


@pytest.mark.parametrize(("dw", "db"), list(product(DW, DB))[1:])
def test_whichever_output_is_wrong_and_how_it_is_found_as_in_all_small_inputs(
    dw: str, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    coding = f"def gradients(x, y, w, b):\n    r = w * x + b - y\n    return {dw}, {db}"
    foreseen = found("gradients", coding)
    rules = read()
    alone = rules._replace(points={"gradients": rules.points["gradients"]})
    monkeypatch.setattr(second_run, "foreseen", lambda exercise, program: None)
    monkeypatch.setattr(second_run, "FEW", None)
    everywhere = examine(source(gradients=coding), alone, Kernel({})).exercises[0]
    assert (everywhere.reason, everywhere.points) == (foreseen.reason, foreseen.points)
    assert (everywhere.mistakes, everywhere.apart, everywhere.outputs) == (
        foreseen.mistakes,
        foreseen.apart,
        foreseen.outputs,
    )
    assert everywhere.counterexample
    assert foreseen.counterexample


def test_a_mistake_that_shows_at_once_is_looked_for_no_further() -> None:
    kernel = Counting()
    examine(source(dmse_dyp="def dmse_dyp(yp, y): return (yp - y) / len(y)"), read(), kernel)
    assert kernel.calls[1:] == [1]
    unknown = Counting()
    examine(source(dmse_dyp="def dmse_dyp(yp, y): return (yp - y) * 2.5 / len(y)"), read(), unknown)
    assert unknown.calls[1:] == [second_run.FEW]


def test_a_mistake_that_only_many_epochs_show_is_looked_for_in_all_small_runs() -> None:
    kernel = Counting()
    late = "def train(x, y, w, b, lr, epochs): return train_momentum(x, y, w, b, lr * (epochs < 4), 0.0, epochs)"
    examine(source(train=late), read(), kernel)
    everything: Exercise = smallest_inputs("train", None)
    assert kernel.calls[2] == len(everything.calls) > second_run.FEW


def test_what_was_asked_before_is_the_same_question_again() -> None:
    assert smallest_inputs("mse", 5) is smallest_inputs("mse", 5)


def test_an_exercise_whose_small_inputs_are_few_is_not_asked_the_same_twice() -> None:
    kernel = Counting()
    late = "def momentum_step(p, v, dp, lr, momentum): return p - lr * (momentum * v + dp), momentum * v + dp + p % 1"
    examine(source(momentum_step=late), read(), kernel)
    assert kernel.calls[1:] == [len(smallest_inputs("momentum_step", None).calls)]
