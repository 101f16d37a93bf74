"""Follow-through: what is right given an earlier wrong step keeps its marks, and only the first step is named."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.exercises import multiples
from compare.exercises.course import read
from compare.exercises.findings import Finding
from compare.exercises.inheritance import inherited, may_need
from compare.exercises.judge import examine
from compare.exercises.judging import Case, Judged, judged
from compare.exercises.kernel import Kernel
from compare.exercises.multiples import samples
from compare.exercises.questions import all_trials, reached
from compare.exercises.second_run import probing
from compare.exercises.table.formulas import Formula
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.programs import Program
from compare.exercises.trials import trials
from compare.exercises.truths import truth, truths
from compare.sandbox.calls import DEFAULT_LIMITS, Value
from tests.answers import RIGHT, found_in_all, one, source
from tests.wrong_codings import GRADIENTS, TURNED, in_every_style

SEED = 20240229
Functions = dict[str, Callable[..., Any]]
CALLING = {
    "gradients": """
        def gradients(x, y, w, b):
            dyp = dmse_dyp(predict(x, w, b), y)
            return (dyp * x).sum(), dyp.sum()
    """,
    "train": """
        def train(x, y, w, b, lr, epochs):
            losses = []
            for _ in range(epochs + 1):
                losses.append(mse(predict(x, w, b), y))
                w, b = sgd_step(w, b, *gradients(x, y, w, b), lr)
            return losses
    """,
    "train_momentum": """
        def train_momentum(x, y, w, b, lr, momentum, epochs):
            losses, vw, vb = [], 0.0, 0.0
            for _ in range(epochs + 1):
                losses.append(mse(predict(x, w, b), y))
                dw, db = gradients(x, y, w, b)
                w, vw = momentum_step(w, vw, dw, lr, momentum)
                b, vb = momentum_step(b, vb, db, lr, momentum)
            return losses
    """,
}
LOOPS = ["train", "train_momentum"]
PASSED_ON = [
    ("gradients", GRADIENTS["missing-factor-two"][0], LOOPS),
    ("gradients", GRADIENTS["wrong-denominator"][0], LOOPS),
    ("gradients", GRADIENTS["wrong-sign"][0], LOOPS),
    ("gradients", RIGHT["gradients"].replace("2 *", "3 *"), LOOPS),
    ("dmse_dyp", "def dmse_dyp(yp, y): return 2 * (yp - y)", ["gradients", *LOOPS]),
    ("dmse_dyp", "def dmse_dyp(yp, y): return 5 * (yp - y)", ["gradients", *LOOPS]),
    ("mse", "def mse(yp, y): return ((yp - y) ** 2).sum()", LOOPS),
    ("mse", "def mse(yp, y): return ((yp - y) ** 2).sum() / (len(y) - 1)", LOOPS),
    ("predict", "def predict(x, w, b): return w * x", ["gradients", *LOOPS]),
]
NOT_PASSED_ON = [
    ("gradients", GRADIENTS["root-mean-square"][0], LOOPS),
    ("gradients", GRADIENTS["missing-x"][0], LOOPS),
    ("mse", "def mse(yp, y): return abs(yp - y).mean()", LOOPS),
    ("sgd_step", "def sgd_step(w, b, dw, db, lr): return w + lr * dw, b + lr * db", ["train"]),
    ("momentum_step", "def momentum_step(p, v, dp, lr, momentum): return p - lr * v, v + dp", ["train_momentum"]),
    ("predict", "def predict(x, w, b): return w * x + 2 * b", ["gradients", *LOOPS]),
    ("predict", "def predict(x, w, b): return 2 * (w * x + b)", ["gradients", *LOOPS]),
]


def _followed(finding: Finding) -> dict[str, tuple[str, ...]]:
    return {one.name: one.inherited for one in finding.exercises if one.verdict == "right" and one.inherited}


@cache
def _in_course(follow_through: str, **codings: str) -> Finding:
    return examine(source(**codings), read()._replace(follow_through=follow_through), Kernel({}))


@pytest.mark.parametrize(("task", "coding", "heirs"), PASSED_ON)
def test_what_only_inherits_a_multiple_or_a_named_prediction_keeps_its_marks(
    task: str, coding: str, heirs: list[str]
) -> None:
    codings = {**CALLING, task: coding}
    finding = found_in_all(**codings)
    assert _followed(finding) == dict.fromkeys(heirs, (task,))
    assert not any(exercise.mended or exercise.confirm for exercise in finding.exercises)
    assert finding.points == finding.of - one(finding, task).of
    without = _in_course("none", **codings)
    assert (_followed(without), {one(without, heir).verdict for heir in heirs}) == ({}, {"wrong"})


@pytest.mark.parametrize(("task", "coding", "heirs"), NOT_PASSED_ON)
def test_any_other_wrong_step_is_for_the_instructor_to_confirm(task: str, coding: str, heirs: list[str]) -> None:
    codings = {**CALLING, task: coding}
    finding = found_in_all(**codings)
    assert _followed(finding) == {}
    for heir in heirs:
        found = one(finding, heir)
        assert (found.verdict, found.inherited, found.mended, found.confirm) == ("wrong", (task,), True, True)
        assert (found.points, found.mistakes, found.fault) == (0.0, (), None)
    paid = _in_course("any", **codings)
    assert paid.points - finding.points == sum(one(finding, heir).of for heir in heirs)
    assert _followed(paid) == dict.fromkeys(heirs, (task,))
    assert all(one(paid, heir).confirm for heir in heirs)
    assert not any(exercise.inherited for exercise in _in_course("none", **codings).exercises)


def _with_wrong_gradients(**codings: str) -> Finding:
    return found_in_all(gradients=GRADIENTS["missing-factor-two"][0], **codings)


def test_a_loop_of_its_own_with_the_same_factor_inherits_it_too() -> None:
    train = one(_with_wrong_gradients(train=RIGHT["train"].replace("lr * 2 *", "lr *")), "train")
    assert (train.verdict, train.inherited, train.mended) == ("right", ("gradients",), False)


@pytest.mark.parametrize("by", ["lr * 4 *", "lr * 0.99 *"])
def test_a_loop_with_another_factor_does_not(by: str) -> None:
    train = one(_with_wrong_gradients(train=RIGHT["train"].replace("lr * 2 *", by)), "train")
    assert (train.verdict, train.inherited, train.points) == ("wrong", (), 0.0)


def test_a_mistake_of_its_own_is_wrong_and_all_of_it_is_named() -> None:
    loop = in_every_style(TURNED["stale-gradient"])[0].replace("gradients(", "gradients_(")
    own = loop.replace("return 2 * (r * x).mean(), 2 * r.mean()", "return (r * x).mean(), r.mean()")
    train = one(_with_wrong_gradients(train=own), "train")
    assert (train.verdict, train.mistakes, train.inherited) == ("wrong", ("missing-factor-two", "stale-gradient"), ())


def test_the_first_wrong_step_is_named_whatever_the_order_of_the_course() -> None:
    codings = {"gradients": GRADIENTS["missing-factor-two"][0], "train": RIGHT["train"].replace("lr * 2 *", "lr *")}
    backwards = read()._replace(points={"train": 1.0, "gradients": 1.0})
    train, gradients = examine(source(**codings), backwards, Kernel({})).exercises
    assert (train.inherited, gradients.mistakes) == (("gradients",), ("missing-factor-two",))


def test_right_exercises_after_a_wrong_one_are_simply_right() -> None:
    assert one(_with_wrong_gradients(), "train").inherited == ()


HALF = {
    "mse": "def mse(yp, y): return ((yp - y) ** 2).mean() / 2",
    "dmse_dyp": "def dmse_dyp(yp, y): return (yp - y) / len(y)",
    "gradients": GRADIENTS["missing-factor-two"][0],
}


def test_half_a_loss_throughout_is_one_mistake() -> None:
    finding = found_in_all(**{**CALLING, **HALF})
    assert _followed(finding) == dict.fromkeys(("dmse_dyp", "gradients", *LOOPS), ("mse",))
    assert finding.points == finding.of - 2


OTHER_LOSSES = {
    "sum before the square": "np.sum(yp - y) ** 2",
    "turned": "-((yp - y) ** 2).mean() / 2",
    "absolute": "abs(yp - y).sum()",
    "root": "np.sqrt(((yp - y) ** 2).sum())",
    "two rows": "((yp - y) ** 2)[:2].mean() / 2",
    "nearly half": "((yp - y) ** 2).mean() / 2 + 1e-4",
    "too small": "((yp - y) ** 2).mean() / 2048",
    "half of most": "((yp - y) ** 2).mean() / (2 if yp[0] > 0 else 1)",
}


@pytest.mark.parametrize("loss", OTHER_LOSSES.values(), ids=OTHER_LOSSES)
@pytest.mark.parametrize("factor", ["2 * len(y)", "1"])
def test_a_loss_that_is_no_multiple_of_the_asked_one_excuses_no_slope(loss: str, factor: str) -> None:
    mse, slope = f"def mse(yp, y): return {loss}", f"def dmse_dyp(yp, y): return {factor} * (yp - y) / len(y)"
    gradients = RIGHT["gradients"].replace("2 *", f"{factor} *")
    assert found_in_all(mse=mse, dmse_dyp=slope).points == 16
    assert found_in_all(mse=mse, gradients=gradients).points == 14


def test_zeros_everywhere_inherit_nothing() -> None:
    nothing = found_in_all(
        predict="def predict(x, w, b): return 0 * x",
        mse="def mse(yp, y): return 0.0",
        dmse_dyp="def dmse_dyp(yp, y): return 0 * yp",
        gradients="def gradients(x, y, w, b): return 0.0, 0.0",
        sgd_step="def sgd_step(w, b, dw, db, lr): return 0.0, 0.0",
        train="def train(x, y, w, b, lr, epochs): return [0.0] * (epochs + 1)",
        momentum_step="def momentum_step(p, v, dp, lr, momentum): return 0.0, 0.0",
        train_momentum="def train_momentum(x, y, w, b, lr, momentum, epochs): return [0.0] * (epochs + 1)",
    )
    assert nothing.points == 0


def test_a_loop_that_never_moves_inherits_nothing_from_a_step_that_does_not() -> None:
    finding = found_in_all(
        sgd_step="def sgd_step(w, b, dw, db, lr): return w, b",
        train="def train(x, y, w, b, lr, epochs): return [((w * x + b - y) ** 2).mean()] * (epochs + 1)",
    )
    assert (one(finding, "train").verdict, one(finding, "train").inherited) == ("wrong", ())


CALLS_PREDICT = {
    "gradients": """
        def gradients(x, y, w, b):
            dyp = 2 * (predict(x, w, b) - y) / len(y)
            return (dyp * x).sum(), dyp.sum()
    """,
    "train": CALLING["train"],
    "train_momentum": CALLING["train_momentum"],
}
SLIPS = [
    ("predict", "def predict(x, w, b): return W * x + b", ["gradients", "train", "train_momentum"]),
    ("predict", "def predict(x, w, b): print(w * x + b)", ["gradients", "train", "train_momentum"]),
    ("predict", "def predict(x, w): return w * x", ["gradients", "train", "train_momentum"]),
    ("predict", "def predict(x, w, b): raise NotImplementedError", ["gradients", "train", "train_momentum"]),
    ("predict", "", ["gradients", "train", "train_momentum"]),
    ("mse", "def mse(yp, y): return sqaure(yp - y).mean()", ["train", "train_momentum"]),
    ("gradients", "def gradients(x, y, w, b): return dw, db", ["train", "train_momentum"]),
    ("momentum_step", "def momentum_step(p, v, dp, lr): return p - lr * v, v + dp", ["train_momentum"]),
]


@pytest.mark.parametrize(("task", "coding", "heirs"), SLIPS)
def test_what_stops_only_inside_an_earlier_step_is_for_the_instructor_to_confirm(
    task: str, coding: str, heirs: list[str]
) -> None:
    codings = {**CALLS_PREDICT, task: coding}
    finding, paid = found_in_all(**codings), _in_course("any", **codings)
    for heir in heirs:
        found = one(finding, heir)
        assert (found.verdict, found.points, found.inherited) == ("unchecked", 0.0, (task,)), found
        assert (found.mended, found.confirm) == (True, True)
        assert one(paid, heir) == found._replace(
            verdict="right", points=found.of, reason=None, line=None, detail=""
        ), found  # fmt: skip
    assert paid.points == paid.of - one(paid, task).of
    assert not any(one(_in_course("none", **codings), heir).confirm for heir in heirs)


@pytest.mark.parametrize("follow_through", ["scaled", "any"])
def test_what_stops_in_an_earlier_step_and_is_wrong_besides_is_unchecked(follow_through: str) -> None:
    own = CALLS_PREDICT["gradients"].replace("2 *", "3 *")
    finding = _in_course(follow_through, predict="def predict(x, w, b): return W * x", gradients=own)
    found = one(finding, "gradients")
    assert (found.verdict, found.points, found.inherited) == ("unchecked", 0.0, ("predict",))
    assert (found.mended, found.confirm) == (True, False)


def test_what_stops_by_itself_is_wrong_whatever_else_stops() -> None:
    codings = {"predict": "def predict(x, w, b): return W * x", "gradients": "def gradients(x, y, w, b): return dw, db"}
    found = one(found_in_all(**codings), "gradients")
    assert (found.verdict, found.reason, found.inherited) == ("wrong", "error", ())


STEALING = """
    def gradients(x, y, w, b):
        return _given_gradients(x, y, w, b)
"""


@pytest.mark.parametrize("predict", ["def predict(x, w, b): return W", "def predict(x, w, b): return w * x - b"])
def test_the_right_steps_cannot_be_taken_for_an_answer(predict: str) -> None:
    found = one(_in_course("any", predict=predict, gradients=STEALING), "gradients")
    assert (found.verdict, found.points) == ("wrong", 0.0)


def predict(x, w, b):
    return W + w * x + b  # noqa: F821


def gradients(x, y, w, b):
    r = predict(x, w, b) - y
    return 2 * (r * x).mean(), 2 * r.mean()


def test_in_a_notebook_too_a_slip_costs_its_own_step_only_and_nothing_there_is_changed() -> None:
    rules = read()
    asked = rules._replace(points={"predict": 2.0, "gradients": 4.0}, follow_through="any")
    before = predict, gradients, dict(globals())
    finding = examine(b"", asked, Kernel({"predict": predict, "gradients": gradients}))
    assert (one(finding, "gradients").inherited, finding.points) == (("predict",), 4)
    assert (predict, gradients, dict(globals())) == before


def _judged_on_all(functions: Functions) -> dict[str, Judged]:
    """Those functions, each as the exercise of its name, on all of its trials."""
    answers = Kernel(functions).run(b"", all_trials(tuple(functions), SEED), DEFAULT_LIMITS)
    calls = {answer.name: reached(answer) for answer in answers}
    return {
        answer.name: judged(
            answer.name,
            trials(answer.name, SEED)[: calls[answer.name]],
            truths(answer.name, SEED)[: calls[answer.name]],
            answer.results[: calls[answer.name]],
        )
        for answer in answers
    }


def _run(function: Callable[..., Any], inputs: Sequence[Mapping[str, Any]]) -> Judged:
    """That function as `train` on those inputs."""
    arguments = [[np.array(v) if isinstance(v, tuple) else v for v in trial.values()] for trial in inputs]
    lists = [array("d", function(*given)) for given in arguments]
    given = [(Value((len(losses),), losses),) for losses in lists]
    return judged("train", inputs, [truth("train", trial) for trial in inputs], given)


def _steps(known: Mapping[str, Hypothesis] = {}, **functions: Callable[..., Any]) -> dict[str, tuple[str, ...]]:
    """What those functions, all of them wrong, inherit."""
    wrong = _judged_on_all(functions)
    probes = {step: probing(step, sizes, SEED) for step, sizes in may_need(wrong, SEED).items() if sizes}
    given = Kernel(functions).run(b"", [probe.exercise for probe in probes.values()], DEFAULT_LIMITS)
    probed = {answer.name: probes[answer.name].cases(answer) for answer in given}
    return inherited(wrong, known, probed, SEED)


Factors = Mapping[int, float]


def _loss(c: Factors) -> Callable[..., Any]:
    return lambda yp, y: c[len(y)] * ((yp - y) ** 2).mean()


def _slope(c: Factors) -> Callable[..., Any]:
    return lambda yp, y: c[len(y)] * 2 * (yp - y) / len(y)


def _gradients(c: Factors, bias: float = 1.0) -> Callable[..., Any]:
    def gradients(x: Any, y: Any, w: float, b: float) -> Any:
        r = w * x + bias * b - y
        return c[len(x)] * 2 * (r * x).mean(), c[len(x)] * 2 * r.mean()

    return gradients


def _train(of_loss: Factors, of_slope: Factors, bias: float = 1.0) -> Callable[..., Any]:
    slope = _gradients(of_slope, bias)

    def train(x: Any, y: Any, w: float, b: float, lr: float, epochs: int) -> Any:
        losses = []
        for _ in range(epochs + 1):
            losses.append(of_loss[len(x)] * ((w * x + bias * b - y) ** 2).mean())
            dw, db = slope(x, y, w, b)
            w, b = w - lr * dw, b - lr * db
        return losses

    return train


SIZES = sorted({samples(trial) for task in ("mse", "gradients", "train") for trial in trials(task, SEED)})
OF_SLOPES = [
    n for n in SIZES
    if all(any(samples(trial) == n for trial in trials(task, SEED)) for task in ("dmse_dyp", "gradients"))
]  # fmt: skip
CONSTANTS = st.one_of(st.sampled_from([0.5, -1.0, 64 / 63]), st.integers(-9, -2).map(float), st.floats(0.1, 9))
FACTORS = st.fixed_dictionaries(dict.fromkeys(SIZES, CONSTANTS))
ONES: Factors = dict.fromkeys(SIZES, 1.0)


@settings(max_examples=10)
@given(FACTORS)
def test_whatever_the_constants_are_what_has_the_same_ones_inherits_them(c: Factors) -> None:
    own = {"mse": _loss(c), "dmse_dyp": _slope(c), "gradients": _gradients(c), "train": _train(c, c)}
    assert _steps(**own) == {"dmse_dyp": ("mse",), "gradients": ("mse",), "train": ("mse",)}


@settings(max_examples=10)
@given(FACTORS, st.sampled_from(OF_SLOPES), st.sampled_from([1.0001, -1.0, 2.0]))
def test_another_constant_for_one_number_of_samples_is_not_inherited(c: Factors, n: int, times: float) -> None:
    other = {**c, n: times * c[n]}
    own = {"mse": _loss(c), "dmse_dyp": _slope(other), "gradients": _gradients(other), "train": _train(c, other)}
    steps = _steps(**own)
    assert (steps.get("gradients"), steps.get("dmse_dyp")) == (("dmse_dyp",), None)
    if n in {samples(trial) for trial in trials("train", SEED)}:
        assert _steps(mse=_loss(c), train=_train(other, c)) == {}


ROWS = st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=2, max_size=5).filter(lambda row: len(set(row)) > 1)


def _weighted(rows: list[float], power: int) -> Functions:
    """A loss that weighs its rows, its own slope, and all that follows from it, by the chain rule."""

    def weights(y: Any) -> Any:
        return np.resize(rows, len(y))

    def mse(yp: Any, y: Any) -> Any:
        return (weights(y) * abs(yp - y) ** power).mean()

    def dmse_dyp(yp: Any, y: Any) -> Any:
        return power * weights(y) * abs(yp - y) ** (power - 1) * np.sign(yp - y) / len(y)

    def gradients(x: Any, y: Any, w: float, b: float) -> Any:
        dyp = dmse_dyp(w * x + b, y)
        return (dyp * x).sum(), dyp.sum()

    def train(x: Any, y: Any, w: float, b: float, lr: float, epochs: int) -> Any:
        losses = []
        for _ in range(epochs + 1):
            losses.append(mse(w * x + b, y))
            dw, db = gradients(x, y, w, b)
            w, b = w - lr * dw, b - lr * db
        return losses

    return {"mse": mse, "dmse_dyp": dmse_dyp, "gradients": gradients, "train": train}


@settings(max_examples=25)
@given(ROWS, st.integers(1, 4), st.sets(st.sampled_from(["mse", "dmse_dyp", "gradients"]), min_size=1))
def test_a_step_that_ignores_or_weighs_an_entry_passes_on_nothing(rows: list[float], power: int, own: set[str]) -> None:
    functions = _weighted(rows, power)
    wrong = {name: functions[name] for name in functions if name in own}
    assert _steps(**wrong, train=functions["train"]) == {}


@settings(max_examples=20)
@given(st.sampled_from([3, 4]), st.sampled_from(["mse", "dmse_dyp", "gradients"]))
def test_another_power_of_the_residual_passes_on_no_point(power: int, step: str) -> None:
    functions = _weighted([1.0], power)
    assert _steps(**{step: functions[step]}, train=functions["train"]) == {}


NO_BIAS = {"predict": Hypothesis((), ("no-bias",), Program(slope=Formula(bias=False)))}


def test_a_named_prediction_is_put_in_place_by_value_and_joined_with_a_multiple() -> None:
    half = dict.fromkeys(SIZES, 0.5)
    own = {"predict": lambda x, w, b: w * x, "gradients": _gradients(ONES, 0.0), "train": _train(ONES, ONES, 0.0)}
    assert _steps(NO_BIAS, **own) == {"gradients": ("predict",), "train": ("predict",)}
    assert _steps(**own) == {}
    assert _steps({"predict": NO_BIAS["predict"]._replace(names=("no-bias", "another"))}, **own) == {}
    both = {**own, "mse": _loss(half), "gradients": _gradients(half, 0.0), "train": _train(half, half, 0.0)}
    assert _steps(NO_BIAS, **both) == {"gradients": ("predict", "mse"), "train": ("predict", "mse")}


@pytest.mark.parametrize("rows", [slice(0, 1), slice(-1, None)])
def test_a_prediction_that_leaves_rows_out_is_another_easier_problem(rows: slice) -> None:
    formula = Formula(rows="first" if rows.stop else "last")
    known = {"predict": Hypothesis((), ("only-one-row",), Program(slope=formula))}

    def gradients(x: Any, y: Any, w: float, b: float) -> Any:
        r = (w * x + b - y)[rows]
        return 2 * (r * x[rows]).sum() / len(x), 2 * r.sum() / len(x)

    assert _steps(known, predict=lambda x, w, b: (w * x + b)[rows], gradients=gradients) == {}


def test_a_prediction_is_never_differentiated() -> None:
    def gradients(x: Any, y: Any, w: float, _b: float) -> Any:
        return 2 * ((w * x - y) * x).mean(), 0.0  # the slope of what its predict computes: b is not in it

    assert _steps(NO_BIAS, predict=lambda x, w, b: w * x, gradients=gradients) == {}


@pytest.mark.parametrize(
    ("of_loss", "of_slope", "steps"),
    [(0.5, 1.0, ("mse",)), (1.0, 3.0, ("gradients",)), (0.5, 0.5, ("mse",)), (0.5, 3.0, ("mse", "gradients")),
     (3.0, 1.0, None), (3.0, 3.0, None), (1.0, 1.5, None)],
)  # fmt: skip
def test_a_run_has_the_constants_of_its_loss_and_of_its_slope(
    of_loss: float, of_slope: float, steps: tuple[str, ...] | None
) -> None:
    half, third = (dict.fromkeys(SIZES, c) for c in (0.5, 3.0))
    run = _train(dict.fromkeys(SIZES, of_loss), dict.fromkeys(SIZES, of_slope))
    assert _steps(mse=_loss(half), gradients=_gradients(third), train=run).get("train") == steps


def _where_defined(function: Callable[..., Any], otherwise: Callable[[], Any]) -> Callable[..., Any]:
    """A function that has no value for one sample."""
    return lambda *given: function(*given) if np.size(given[0]) > 1 else otherwise()


def _raises() -> Any:
    raise ZeroDivisionError


NOTHING: dict[str, Callable[[], Any]] = {"raises": _raises, "nan": lambda: float("nan")}
DIVIDED = {n: n / (n - 1) if n > 1 else 1.0 for n in SIZES}


@pytest.mark.parametrize("otherwise", NOTHING.values(), ids=NOTHING)
def test_where_a_loss_has_no_value_neither_has_its_heir(otherwise: Callable[[], Any]) -> None:
    loss = _where_defined(_loss(DIVIDED), otherwise)
    slope = _where_defined(_gradients(DIVIDED), lambda: (otherwise(), otherwise()))
    run = _where_defined(_train(DIVIDED, DIVIDED), lambda: [otherwise()])
    assert _steps(mse=loss, gradients=slope, train=run) == {"gradients": ("mse",), "train": ("mse",)}
    assert _steps(mse=loss, gradients=_gradients(DIVIDED)) == {}
    assert _steps(mse=loss, train=_train(DIVIDED, DIVIDED)) == {}


def test_a_run_without_a_step_has_no_use_for_a_slope_that_has_no_value() -> None:
    slope = _where_defined(_gradients(DIVIDED), lambda: (float("nan"), float("nan")))
    runs = [trial for trial in trials("train", SEED) if len(trial["x"]) > 1]
    single = {**trials("train", SEED)[-1], "epochs": 0}

    run = _train(ONES, {**DIVIDED, 1: 7.0})
    wrong = _judged_on_all({"gradients": slope}) | {"train": _run(run, [*runs, single])}
    probe = probing("gradients", may_need(wrong, SEED)["gradients"], SEED)
    (answer,) = Kernel({"gradients": slope}).run(b"", [probe.exercise], DEFAULT_LIMITS)
    assert inherited(wrong, {}, {"gradients": probe.cases(answer)}, SEED) == {"train": ("gradients",)}


LONG = {"x": (2.0, -3.0, 1.5), "y": (1.0, 2.0, 0.5), "w": 1.0, "b": -0.5, "lr": 0.5, "epochs": 60}


@pytest.mark.parametrize(("kind", "last"), [(np.float32, 8), (np.float64, 59)])
def test_a_run_that_leaves_the_numbers_is_followed_as_far_as_they_go(kind: type, last: int) -> None:
    large = dict.fromkeys(SIZES, 512.0)
    slope = _gradients(large)

    def train(x: Any, y: Any, w: Any, b: Any, lr: float, epochs: int) -> Any:
        losses, (x, y, w, b) = [], (np.array(each, kind)[()] for each in (x, y, w, b))
        for _ in range(epochs + 1):
            losses.append(((w * x + b - y) ** 2).mean())
            dw, db = slope(x, y, w, b)
            w, b = kind(w - kind(lr) * dw), kind(b - kind(lr) * db)
        return losses

    with np.errstate(all="ignore"):
        run = _run(train, [*trials("train", SEED), LONG])
        wrong = _judged_on_all({"gradients": slope}) | {"train": run}
    ((long,),) = [case.given for case in run.cases[-1:] if case.given]
    assert len([loss for loss in long.values if np.isfinite(loss)]) < 61
    probe = probing("gradients", may_need(wrong, SEED)["gradients"], SEED)
    (answer,) = Kernel({"gradients": slope}).run(b"", [probe.exercise], DEFAULT_LIMITS)
    probed = {"gradients": probe.cases(answer)}
    assert inherited(wrong, {}, probed, SEED) == {"train": ("gradients",)}
    for place, number in ((1, float("nan")), (last, 0.0), (-1, 0.0)):
        other = Value(long.shape, array("d", long.values))
        other.values[place] = number
        cases = (*run.cases[:-1], Case(LONG, (other,)))
        assert inherited(wrong | {"train": run._replace(cases=cases)}, {}, probed, SEED) == {}


def test_only_one_sample_can_have_no_value() -> None:
    def silent(function: Callable[..., Any], otherwise: Any) -> Callable[..., Any]:
        return lambda *given: otherwise if np.size(given[0]) == 3 else function(*given)

    half = dict.fromkeys(SIZES, 0.5)
    nan = float("nan")
    assert _steps(mse=silent(_loss(half), nan), gradients=silent(_gradients(half), (nan, nan))) == {}
    assert _steps(mse=_loss(half), gradients=silent(_gradients(half), (nan, nan))) == {}
    assert _steps(mse=_loss(half), train=silent(_train(half, half), [nan])) == {}
    stopping = _train(half, half)
    assert _steps(mse=_loss(half), train=lambda *given: stopping(*given) if len(given[0]) != 4 else _raises()) == {}


def test_what_stops_before_it_was_seen_inherits_nothing() -> None:
    half = dict.fromkeys(SIZES, 0.5)
    slope, calls = _gradients(half), [0]

    def soon(*given: Any) -> Any:
        calls[0] += 1
        return slope(*given) if calls[0] < 3 else _raises()

    assert _steps(mse=_loss(half), gradients=soon) == {}


def test_two_values_for_one_input_pass_nothing_on_and_inherit_nothing() -> None:
    half = dict.fromkeys(SIZES, 0.5)

    def drifting(function: Callable[..., Any]) -> Callable[..., Any]:
        count = [0.0]

        def drifts(*given: Any) -> Any:
            count[0] += 1e-12
            return np.multiply(function(*given), 1 + count[0])

        return drifts

    assert _steps(mse=_loss(half), gradients=_gradients(half)) == {"gradients": ("mse",)}
    assert _steps(mse=drifting(_loss(half)), gradients=_gradients(half)) == {}
    assert _steps(mse=_loss(half), gradients=lambda *given: tuple(drifting(_gradients(half))(*given))) == {
        "gradients": ("mse",)
    }
    changes = drifting(_gradients(half))
    assert _steps(mse=_loss(half), gradients=lambda *given: tuple(changes(*given))) == {}
    no_bias = {"predict": lambda x, w, b: w * x, "gradients": _gradients(ONES, 0.0)}
    assert _steps(NO_BIAS, **no_bias) == {"gradients": ("predict",)}
    assert _steps(NO_BIAS, **{**no_bias, "predict": drifting(no_bias["predict"])}) == {}


def test_a_step_is_asked_more_of_each_n_that_its_heirs_need() -> None:
    half = dict.fromkeys(SIZES, 0.5)
    wrong = _judged_on_all({"mse": _loss(half), "dmse_dyp": _slope(half)})
    (asked,) = may_need(wrong, SEED).values()
    enough = {n for n, found in multiples.multiples(wrong["mse"].cases, wrong["mse"].truths).items()
              if found.support >= multiples.SUPPORT}  # fmt: skip
    assert sorted(asked) == sorted({samples(trial) for trial in trials("dmse_dyp", SEED)} - enough)
    assert list(asked) == sorted(asked, reverse=True)
    assert asked
    assert inherited(wrong, {}, {}, SEED) == {}
    run = _judged_on_all({"gradients": _gradients(half), "train": _train(ONES, half)})
    assert inherited(run, {}, {}, SEED) == {}
    divided = _where_defined(_loss(DIVIDED), _raises)
    assert 1 not in may_need(_judged_on_all({"mse": divided, "dmse_dyp": _slope(DIVIDED)}), SEED)["mse"]


def test_a_step_that_is_no_multiple_or_has_no_heir_is_asked_nothing_more() -> None:
    half = dict.fromkeys(SIZES, 0.5)
    assert may_need(_judged_on_all({"mse": _loss(half)}), SEED) == {}
    assert may_need(_judged_on_all({**_weighted([1.0, 0.0], 2)}), SEED) == {}


def test_what_a_step_gave_on_further_inputs_counts_as_well() -> None:
    half = dict.fromkeys(SIZES, 0.5)
    wrong = _judged_on_all({"mse": _loss(half), "gradients": _gradients(half)})
    probe = probing("mse", may_need(wrong, SEED)["mse"], SEED)
    functions: Functions = {"mse": lambda yp, y: 0.5 * ((yp - y) ** 2).mean()}
    (answer,) = Kernel(functions).run(b"", [probe.exercise], DEFAULT_LIMITS)
    cases = probe.cases(answer)
    assert inherited(wrong, {}, {"mse": cases}, SEED) == {"gradients": ("mse",)}
    other = [*cases[:-1], Case(cases[-1].trial, cases[-2].given)]
    assert inherited(wrong, {}, {"mse": other}, SEED) == {}
