"""Right, given a student's own earlier steps: what passes on, what does not, and what the course makes of it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.exercises import course
from compare.exercises.course import read
from compare.exercises.findings import Finding
from compare.exercises.judge import examine
from compare.exercises.judging import samples
from compare.exercises.kernel import Kernel
from compare.exercises.reference.prepared import of_course
from compare.exercises.reference.tasks import solution
from compare.exercises.sources import Place
from compare.reports.answer.explained import explained
from compare.reports.language import Messages
from tests.answers import CALLING, RIGHT, found_in_all, found_in_course, one, source
from tests.course_answers import IN_FLOAT32
from tests.wrong_codings import GRADIENTS, TURNED, in_every_style

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
HALF_OF_ONE = "def gradients(x, y, w, b): r = w * x + b - y; return {}"
NOT_PASSED_ON = [
    ("gradients", GRADIENTS["root-mean-square"][0], LOOPS),
    ("gradients", GRADIENTS["missing-x"][0], LOOPS),
    ("gradients", HALF_OF_ONE.format("(r * x).mean(), 2 * r.mean()"), LOOPS),
    ("gradients", HALF_OF_ONE.format("2 * (r * x).mean(), r.mean()"), LOOPS),
    ("mse", "def mse(yp, y): return abs(yp - y).mean()", LOOPS),
    ("sgd_step", "def sgd_step(w, b, dw, db, lr): return w + lr * dw, b + lr * db", ["train"]),
    ("momentum_step", "def momentum_step(p, v, dp, lr, momentum): return p - lr * v, v + dp", ["train_momentum"]),
    ("predict", "def predict(x, w, b): return w * x + 2 * b", ["gradients", *LOOPS]),
    ("predict", "def predict(x, w, b): return 2 * (w * x + b)", ["gradients", *LOOPS]),
]


def followed(finding: Finding) -> dict[str, tuple[str, ...]]:
    return {one.name: one.inherited for one in finding.exercises if one.verdict == "right" and one.inherited}


@pytest.mark.parametrize(("task", "coding", "heirs"), PASSED_ON)
def test_what_only_inherits_a_multiple_or_a_named_prediction_keeps_its_marks(
    task: str, coding: str, heirs: list[str]
) -> None:
    codings = {**CALLING, task: coding}
    finding = found_in_all(**codings)
    assert followed(finding) == dict.fromkeys(heirs, (task,))
    assert not any(exercise.mended or exercise.confirm for exercise in finding.exercises)
    assert finding.points == finding.of - one(finding, task).of
    without = found_in_course("none", **codings)
    assert (followed(without), {one(without, heir).verdict for heir in heirs}) == ({}, {"wrong"})


@pytest.mark.parametrize(("task", "coding", "heirs"), NOT_PASSED_ON)
def test_any_other_wrong_step_is_for_the_instructor_to_confirm(task: str, coding: str, heirs: list[str]) -> None:
    codings = {**CALLING, task: coding}
    finding = found_in_all(**codings)
    assert followed(finding) == {}
    for heir in heirs:
        found = one(finding, heir)
        assert (found.verdict, found.inherited, found.mended, found.confirm) == ("wrong", (task,), True, True)
        assert (found.points, found.mistakes, found.fault) == (0.0, (), None)
    paid = found_in_course("any", **codings)
    assert paid.points - finding.points == sum(one(finding, heir).of for heir in heirs)
    assert followed(paid) == dict.fromkeys(heirs, (task,))
    assert all(one(paid, heir).confirm for heir in heirs)
    assert not any(exercise.inherited for exercise in found_in_course("none", **codings).exercises)


def with_wrong_gradients(**codings: str) -> Finding:
    return found_in_all(gradients=GRADIENTS["missing-factor-two"][0], **codings)


def test_a_loop_of_its_own_with_the_same_factor_inherits_it_too() -> None:
    train = one(with_wrong_gradients(train=RIGHT["train"].replace("lr * 2 *", "lr *")), "train")
    assert (train.verdict, train.inherited, train.mended) == ("right", ("gradients",), False)


@pytest.mark.parametrize("by", ["lr * 4 *", "lr * 0.99 *"])
def test_a_loop_with_another_factor_does_not(by: str) -> None:
    train = one(with_wrong_gradients(train=RIGHT["train"].replace("lr * 2 *", by)), "train")
    assert (train.verdict, train.inherited, train.points) == ("wrong", (), 0.0)


def test_a_mistake_of_its_own_is_wrong_and_all_of_it_is_named() -> None:
    loop = in_every_style(TURNED["stale-gradient"])[0].replace("gradients(", "gradients_(")
    own = loop.replace("return 2 * (r * x).mean(), 2 * r.mean()", "return (r * x).mean(), r.mean()")
    train = one(with_wrong_gradients(train=own), "train")
    assert (train.verdict, train.mistakes, train.inherited) == ("wrong", ("missing-factor-two", "stale-gradient"), ())


def test_the_first_wrong_step_is_named_whatever_the_order_of_the_course() -> None:
    codings = {"gradients": GRADIENTS["missing-factor-two"][0], "train": RIGHT["train"].replace("lr * 2 *", "lr *")}
    backwards = read()._replace(points={"train": 1.0, "gradients": 1.0})
    train, gradients = examine(source(**codings), backwards, Kernel({})).exercises
    assert (train.inherited, gradients.mistakes) == (("gradients",), ("missing-factor-two",))


def test_right_exercises_after_a_wrong_one_are_simply_right() -> None:
    assert one(with_wrong_gradients(), "train").inherited == ()


HALF = {
    "mse": "def mse(yp, y): return ((yp - y) ** 2).mean() / 2",
    "dmse_dyp": "def dmse_dyp(yp, y): return (yp - y) / len(y)",
    "gradients": GRADIENTS["missing-factor-two"][0],
}
HALF_TRAIN = RIGHT["train"].replace("lr * 2 *", "lr *").replace("(r * r).mean()", "(r * r).mean() / 2")


@pytest.mark.parametrize("codings", [{**CALLING, **HALF}, {**CALLING, **HALF, "gradients": CALLING["gradients"]}])
def test_half_a_loss_throughout_is_one_mistake(codings: dict[str, str]) -> None:
    finding = found_in_all(**codings)
    assert followed(finding) == dict.fromkeys(("dmse_dyp", "gradients", *LOOPS), ("mse",))
    assert finding.points == finding.of - 2


def test_the_slopes_of_half_a_loss_are_halves_in_a_loop_of_its_own_as_well() -> None:
    assert followed(found_in_all(mse=HALF["mse"], train=HALF_TRAIN)) == {"train": ("mse",)}


def test_a_slope_of_another_loss_says_why_it_gives_nothing() -> None:
    mse, slope = "def mse(yp, y): return abs(yp - y).mean()", "def dmse_dyp(yp, y): return np.sign(yp - y) / len(y)"
    found = one(found_in_all(mse=mse, dmse_dyp=slope), "dmse_dyp")
    assert (found.points, found.inherited, found.notes) == (0.0, (), ("other-loss:mse",))
    for language in ("en", "ko"):
        said = explained(found, Messages("check", language), lambda line: Place(None, line))
        assert any("mse" in part.text for part in said if part.kind == "note")
    half = found_in_all(mse=HALF["mse"], dmse_dyp="def dmse_dyp(yp, y): return 2 * (yp - y) ** 2")
    assert one(half, "dmse_dyp").notes == ()


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


Factors = Mapping[int, float]
Functions = dict[str, Callable[..., Any]]


def steps(**functions: Callable[..., Any]) -> dict[str, tuple[str, ...]]:
    """What those functions, all of them wrong, inherit."""
    with np.errstate(all="ignore"):
        return followed(examine(b"", read()._replace(points=dict.fromkeys(functions, 1.0)), Kernel(functions)))


def loss(c: Factors) -> Callable[..., Any]:
    return lambda yp, y: c[len(y)] * ((yp - y) ** 2).mean()


def slope(c: Factors) -> Callable[..., Any]:
    return lambda yp, y: c[len(y)] * 2 * (yp - y) / len(y)


def gradients_of(c: Factors, bias: float = 1.0, of_b: float = 1.0) -> Callable[..., Any]:
    def gradients(x: Any, y: Any, w: Any, b: Any) -> Any:
        r = w * x + bias * b - y
        return c[len(x)] * 2 * (r * x).mean(), of_b * c[len(x)] * 2 * r.mean()

    return gradients


def train_of(of_loss: Factors, of_slope: Factors, bias: float = 1.0, of_b: float = 1.0) -> Callable[..., Any]:
    slope = gradients_of(of_slope, bias, of_b)

    def train(x: Any, y: Any, w: Any, b: Any, lr: Any, epochs: int) -> Any:
        losses = []
        for _ in range(epochs + 1):
            losses.append(of_loss[len(x)] * ((w * x + bias * b - y) ** 2).mean())
            dw, db = slope(x, y, w, b)
            w, b = w - lr * dw, b - lr * db
        return losses

    return train


SIZES = sorted({samples(each.trial) for one in of_course(read()).values() for each in one.trials})
CONSTANTS = st.one_of(st.sampled_from([0.5, -1.0, 64 / 63]), st.integers(-9, -2).map(float), st.floats(0.1, 9))
FACTORS = st.fixed_dictionaries(dict.fromkeys(SIZES, CONSTANTS))
ONES: Factors = dict.fromkeys(SIZES, 1.0)
HALVED: Factors = dict.fromkeys(SIZES, 0.5)


@settings(max_examples=5)
@given(FACTORS)
def test_whatever_the_constants_are_what_has_the_same_ones_inherits_them(c: Factors) -> None:
    own = {"mse": loss(c), "dmse_dyp": slope(c), "gradients": gradients_of(c), "train": train_of(c, c)}
    assert steps(**own) == {"dmse_dyp": ("mse",), "gradients": ("mse",), "train": ("mse",)}


@settings(max_examples=5)
@given(FACTORS, st.sampled_from(SIZES), st.sampled_from([1.0001, -1.0, 2.0]))
def test_another_constant_for_one_number_of_samples_is_not_inherited(c: Factors, n: int, times: float) -> None:
    other = {**c, n: times * c[n]}
    own = {"mse": loss(c), "dmse_dyp": slope(other), "gradients": gradients_of(other)}
    found = steps(**own)
    assert (found.get("gradients"), found.get("dmse_dyp")) == (("dmse_dyp",), None)
    assert steps(mse=loss(c), train=train_of(other, c)) == {}


@settings(max_examples=5)
@given(st.sampled_from([0.5, 2.0, -1.0, 0.0, 1.0001]))
def test_one_constant_before_all_outputs_of_a_step_or_none_passes_on(of_b: float) -> None:
    assert steps(gradients=gradients_of(ONES, 1.0, of_b), train=train_of(ONES, ONES, 1.0, of_b)) == {}


ROWS = st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=2, max_size=5).filter(lambda row: len(set(row)) > 1)


def weighted(rows: list[float], power: int) -> Functions:
    """A loss that weighs its rows, its own slope, and all that follows from it, by the chain rule."""

    def weights(y: Any) -> Any:
        return np.resize(rows, len(y))

    def mse(yp: Any, y: Any) -> Any:
        return (weights(y) * abs(yp - y) ** power).mean()

    def dmse_dyp(yp: Any, y: Any) -> Any:
        return power * weights(y) * abs(yp - y) ** (power - 1) * np.sign(yp - y) / len(y)

    def gradients(x: Any, y: Any, w: Any, b: Any) -> Any:
        dyp = dmse_dyp(w * x + b, y)
        return (dyp * x).sum(), dyp.sum()

    def train(x: Any, y: Any, w: Any, b: Any, lr: Any, epochs: int) -> Any:
        losses = []
        for _ in range(epochs + 1):
            losses.append(mse(w * x + b, y))
            dw, db = gradients(x, y, w, b)
            w, b = w - lr * dw, b - lr * db
        return losses

    return {"mse": mse, "dmse_dyp": dmse_dyp, "gradients": gradients, "train": train}


STEPS = st.sets(st.sampled_from(["mse", "dmse_dyp", "gradients"]), min_size=1)


@settings(max_examples=8)
@given(ROWS, st.integers(1, 4), STEPS)
def test_a_step_that_ignores_or_weighs_an_entry_passes_on_nothing(rows: list[float], power: int, own: set[str]) -> None:
    functions = weighted(rows, power)
    assert steps(**{name: functions[name] for name in functions if name in own}, train=functions["train"]) == {}


@settings(max_examples=6)
@given(st.sampled_from([3, 4]), st.sampled_from(["mse", "dmse_dyp", "gradients"]))
def test_another_power_of_the_residual_passes_on_no_point(power: int, step: str) -> None:
    functions = weighted([1.0], power)
    assert steps(**{step: functions[step]}, train=functions["train"]) == {}


def no_bias(x: Any, w: Any, _b: Any) -> Any:
    return w * x


def test_a_named_prediction_is_put_in_place_by_value_and_joined_with_a_multiple() -> None:
    own = {"predict": no_bias, "gradients": gradients_of(ONES, 0.0), "train": train_of(ONES, ONES, 0.0)}
    assert steps(**own) == {"gradients": ("predict",), "train": ("predict",)}
    assert steps(**{**own, "predict": lambda x, w, b: w * x + 0.3}) == {}
    both = {"mse": loss(HALVED), "gradients": gradients_of(HALVED, 0.0), "train": train_of(HALVED, HALVED, 0.0)}
    assert steps(**{**own, **both}) == {"gradients": ("predict", "mse"), "train": ("predict", "mse")}


@pytest.mark.parametrize("rows", [slice(0, 1), slice(-1, None)])
def test_a_prediction_that_leaves_rows_out_is_another_easier_problem(rows: slice) -> None:
    def gradients(x: Any, y: Any, w: Any, b: Any) -> Any:
        r = (w * x + b - y)[rows]
        return 2 * (r * x[rows]).sum() / len(x), 2 * r.sum() / len(x)

    assert steps(predict=lambda x, w, b: (w * x + b)[rows], gradients=gradients) == {}


def test_a_prediction_is_never_differentiated() -> None:
    def gradients(x: Any, y: Any, w: Any, _b: Any) -> Any:
        return 2 * ((w * x - y) * x).mean(), 0.0  # the slope of what its predict computes: b is not in it

    assert steps(predict=no_bias, gradients=gradients) == {}


@pytest.mark.parametrize(
    ("of_loss", "of_slope", "inherited"),
    [(0.5, 1.0, ("mse",)), (1.0, 3.0, ("gradients",)), (0.5, 0.5, ("mse",)), (0.5, 3.0, ("mse", "gradients")),
     (3.0, 1.0, None), (3.0, 3.0, None), (1.0, 1.5, None)],
)  # fmt: skip
def test_a_run_has_the_constants_of_its_loss_and_of_its_slope(
    of_loss: float, of_slope: float, inherited: tuple[str, ...] | None
) -> None:
    third = dict.fromkeys(SIZES, 3.0)
    run = train_of(dict.fromkeys(SIZES, of_loss), dict.fromkeys(SIZES, of_slope))
    assert steps(mse=loss(HALVED), gradients=gradients_of(third), train=run).get("train") == inherited


def where_defined(function: Callable[..., Any], otherwise: Callable[[], Any], at: int = 1) -> Callable[..., Any]:
    """A function that has no value for so many samples."""
    return lambda *given: function(*given) if np.size(given[0]) != at else otherwise()


def raises() -> Any:
    raise ZeroDivisionError


NAN = float("nan")
NOTHING: dict[str, Callable[[], Any]] = {"raises": raises, "nan": lambda: NAN}
DIVIDED = {n: n / (n - 1) if n > 1 else 1.0 for n in SIZES}


@pytest.mark.parametrize("otherwise", NOTHING.values(), ids=NOTHING)
def test_where_a_loss_has_no_value_neither_has_its_heir(otherwise: Callable[[], Any]) -> None:
    own = where_defined(loss(DIVIDED), otherwise)
    slope = where_defined(gradients_of(DIVIDED), lambda: (otherwise(), otherwise()))

    def run(*given: Any) -> Any:
        return train_of(DIVIDED, DIVIDED)(*given) if len(given[0]) > 1 else [otherwise()] * (given[5] + 1)

    assert steps(mse=own, gradients=slope, train=run) == {"gradients": ("mse",), "train": ("mse",)}
    assert steps(mse=own, gradients=gradients_of(DIVIDED)) == {}
    assert steps(mse=own, train=train_of(DIVIDED, DIVIDED)) == {}


def test_what_needs_no_slope_yet_has_a_value_where_the_slope_has_none() -> None:
    """The loss of epoch 0, of one sample, where a slope is divided by n - 1."""
    slope = where_defined(gradients_of(DIVIDED), lambda: (NAN, NAN))
    assert steps(gradients=slope, train=train_of(ONES, {**DIVIDED, 1: NAN})) == {"train": ("gradients",)}
    assert steps(gradients=slope, train=train_of({**ONES, 1: NAN}, {**DIVIDED, 1: NAN})) == {}
    assert steps(gradients=slope, train=train_of(ONES, {**DIVIDED, 1: 7.0})) == {}


def test_only_one_sample_can_have_no_value() -> None:
    nothing, nowhere = (lambda: NAN), (lambda: (NAN, NAN))
    assert steps(mse=where_defined(loss(HALVED), nothing, 3), gradients=gradients_of(HALVED)) == {}
    assert steps(mse=loss(HALVED), gradients=where_defined(gradients_of(HALVED), nowhere, 3)) == {}
    assert steps(mse=loss(HALVED), train=where_defined(train_of(HALVED, HALVED), lambda: [NAN], 3)) == {}
    assert steps(mse=loss(HALVED), train=where_defined(train_of(HALVED, HALVED), raises, 4)) == {}


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_run_that_leaves_the_numbers_is_followed_as_far_as_they_go(kind: type) -> None:
    large = dict.fromkeys(SIZES, 1000.0)
    run = train_of(ONES, large)

    def train(*given: Any) -> Any:
        return run(*(one if isinstance(one, int) else np.array(one, kind)[()] for one in given))

    def stopping(*given: Any) -> Any:
        losses = train(*given)
        return [*losses[:-1], losses[-1] if len(losses) < 5 else NAN]

    assert steps(gradients=gradients_of(large), train=train) == {"train": ("gradients",)}
    assert steps(gradients=gradients_of(large), train=stopping) == {}


def test_what_stops_before_it_was_seen_inherits_nothing() -> None:
    slope, calls = gradients_of(HALVED), [0]

    def soon(*given: Any) -> Any:
        calls[0] += 1
        return slope(*given) if calls[0] < 3 else raises()

    assert steps(mse=loss(HALVED), gradients=soon) == {}


def drifting(function: Callable[..., Any]) -> Callable[..., Any]:
    count = [0.0]

    def drifts(*given: Any) -> Any:
        count[0] += 1e-12
        return np.multiply(function(*given), 1 + count[0])

    return drifts


def test_two_values_for_one_input_pass_nothing_on_and_inherit_nothing() -> None:
    assert steps(mse=loss(HALVED), gradients=gradients_of(HALVED)) == {"gradients": ("mse",)}
    assert steps(mse=drifting(loss(HALVED)), gradients=gradients_of(HALVED)) == {}
    changes = drifting(gradients_of(HALVED))
    assert steps(mse=loss(HALVED), gradients=lambda *given: tuple(changes(*given))) == {}
    assert steps(predict=no_bias, gradients=gradients_of(ONES, 0.0)) == {"gradients": ("predict",)}
    assert steps(predict=drifting(no_bias), gradients=gradients_of(ONES, 0.0)) == {}


def in_formulas(name: str, *changes: tuple[str, str], more: str = "") -> dict[str, tuple[str, ...]]:
    """What follows in an answer to that bundled course: its own formulas with those changes, and more below them."""
    rules = read(course.bundled()[name])
    changed = solution(rules).decode()
    for old, new in changes:
        assert old in changed
        changed = changed.replace(old, new)
    return followed(examine((changed + more).encode(), rules, Kernel({})))


@pytest.mark.parametrize("more", ["", IN_FLOAT32], ids=["float64", "float32"])
def test_a_course_of_formulas_follows_through_the_same_way(more: str) -> None:
    """Of two layers: half the loss throughout; a first layer whose tanh was forgotten; half of a slope alone."""
    half, linear = ("G = 2 *", "G = 1 *"), ("A = tanh(X @ W1 + b1)", "A = X @ W1 + b1")
    assert in_formulas("two-layers", ("loss = mean(", "loss = 0.5 * mean("), half, more=more) == {"backward": ("loss",)}
    assert in_formulas("two-layers", linear, more=more) == dict.fromkeys(("forward", "loss", "backward"), ("hidden",))
    assert in_formulas("two-layers", half, more=more) == {}


@pytest.mark.parametrize("more", ["", IN_FLOAT32], ids=["float64", "float32"])
def test_labels_and_probabilities_are_followed_through_as_numbers_are(more: str) -> None:
    turned = ("loss = -sum(", "loss = sum("), ("dZ = (softmax(Z) - Y)", "dZ = (Y - softmax(Z))")
    assert in_formulas("softmax", *turned, more=more) == {"gradient": ("cross_entropy",)}
    columns = ("E / sum(E, axis=1, keepdims=True)", "E / sum(E, axis=0)")
    assert in_formulas("softmax", columns, more=more) == dict.fromkeys(("cross_entropy", "gradient"), ("softmax",))
