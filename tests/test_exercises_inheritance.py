"""Follow-through: what is right given an earlier wrong step keeps its marks, and only the first step is named."""

from array import array
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from compare.exercises.comparison import Case
from compare.exercises.course import read
from compare.exercises.findings import Finding
from compare.exercises.inheritance import (
    EARLIER,
    REACHING,
    Recomputed,
    inherited_names,
    inherits,
    reached,
    recomputations,
    with_steps,
)
from compare.exercises.judge import examine
from compare.exercises.judging import Judged
from compare.exercises.kernel import Kernel
from compare.exercises.tasks import TASKS
from compare.exercises.truths import Expected
from compare.sandbox.calls import Value
from tests.answers import RIGHT, found_in_all, one, source
from tests.wrong_codings import GRADIENTS, TURNED, in_every_style

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
WRONG_STEPS = [
    ("gradients", GRADIENTS["missing-factor-two"][0], ["train", "train_momentum"]),
    ("gradients", GRADIENTS["root-mean-square"][0], ["train", "train_momentum"]),
    ("gradients", RIGHT["gradients"].replace("2 *", "3 *"), ["train", "train_momentum"]),
    ("dmse_dyp", "def dmse_dyp(yp, y): return 2 * (yp - y)", ["gradients", "train", "train_momentum"]),
    ("dmse_dyp", "def dmse_dyp(yp, y): return 5 * (yp - y)", ["gradients", "train", "train_momentum"]),
    ("mse", "def mse(yp, y): return abs(yp - y).mean()", ["train", "train_momentum"]),
    ("sgd_step", "def sgd_step(w, b, dw, db, lr): return w + lr * dw, b + lr * db", ["train"]),
    (
        "momentum_step",
        "def momentum_step(p, v, dp, lr, momentum): return p - lr * v, momentum * v + dp",
        ["train_momentum"],
    ),
    ("predict", "def predict(x, w, b): return w * x", ["gradients", "train", "train_momentum"]),
]


@pytest.mark.parametrize(("task", "coding", "heirs"), WRONG_STEPS)
def test_what_only_inherits_a_mistake_keeps_its_marks(task: str, coding: str, heirs: list[str]) -> None:
    finding = found_in_all(**{**CALLING, task: coding})
    assert one(finding, task).verdict == "wrong"
    for heir in heirs:
        found = one(finding, heir)
        assert (found.verdict, found.inherited[:1], found.mistakes) == ("right", (task,), ()), found
    assert finding.points == finding.of - one(finding, task).of


def _with_wrong_gradients(**codings: str) -> Finding:
    return found_in_all(gradients=GRADIENTS["missing-factor-two"][0], **codings)


def test_a_loop_of_its_own_with_the_same_mistake_inherits_it_too() -> None:
    train = one(_with_wrong_gradients(train=RIGHT["train"].replace("lr * 2 *", "lr *")), "train")
    assert (train.verdict, train.inherited) == ("right", ("gradients",))


def test_a_mistake_of_its_own_is_wrong_and_named_beside_the_inherited_one() -> None:
    loop = in_every_style(TURNED["stale-gradient"])[0].replace("gradients(", "gradients_(")
    own = loop.replace("return 2 * (r * x).mean(), 2 * r.mean()", "return (r * x).mean(), r.mean()")
    train = one(_with_wrong_gradients(train=own), "train")
    assert (train.verdict, train.mistakes, train.inherited) == ("wrong", ("stale-gradient",), ("gradients",))
    assert train.points == 0.0


def test_another_mistake_is_not_inherited() -> None:
    train = one(_with_wrong_gradients(train=in_every_style(TURNED["uphill"])[0].replace("gradients(", "g(")), "train")
    assert (train.verdict, train.mistakes, train.inherited) == ("wrong", ("uphill",), ())


@pytest.mark.parametrize(
    "call", ["w, b = sgd_step(w, b, dw, db, lr)", "w, b = [sgd_step(w, b, dw, db, lr) for _ in x[:1]][0]"]
)
def test_the_step_that_is_called_is_named_rather_than_another_with_the_same_numbers(call: str) -> None:
    train = RIGHT["train"].replace("w, b = w - lr * 2 * (r * x).mean(), b - lr * 2 * r.mean()",
                                   f"dw, db = 2 * (r * x).mean(), 2 * r.mean(); {call}")  # fmt: skip
    finding = found_in_all(
        dmse_dyp="def dmse_dyp(yp, y): return -2 * (yp - y) / len(y)",
        sgd_step="def sgd_step(w, b, dw, db, lr): return w + lr * dw, b + lr * db",
        train=train,
    )
    assert one(finding, "train").inherited == ("sgd_step",)


def test_the_first_wrong_step_is_named_whatever_the_order_of_the_course() -> None:
    codings = {"gradients": GRADIENTS["missing-factor-two"][0], "train": RIGHT["train"].replace("lr * 2 *", "lr *")}
    backwards = read()._replace(points={"train": 1.0, "gradients": 1.0})
    train, gradients = examine(source(**codings), backwards, Kernel({})).exercises
    assert (train.inherited, gradients.mistakes) == (("gradients",), ("missing-factor-two",))


def test_right_exercises_after_a_wrong_one_are_simply_right() -> None:
    assert one(_with_wrong_gradients(), "train").inherited == ()


def test_a_slope_inherits_from_a_loss_of_the_same_mistake() -> None:
    finding = found_in_all(
        mse="def mse(yp, y): return ((yp - y) ** 2).sum()", dmse_dyp="def dmse_dyp(yp, y): return 2 * (yp - y)"
    )
    assert one(finding, "mse").mistakes == ("sum-not-mean",)
    assert one(finding, "dmse_dyp").inherited == ("mse",)


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
    assert one(finding, "train").verdict == "wrong"


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
def test_what_stops_only_inside_an_earlier_step_keeps_its_marks(task: str, coding: str, heirs: list[str]) -> None:
    finding = found_in_all(**{**CALLS_PREDICT, task: coding})
    assert one(finding, task).points == 0
    for heir in heirs:
        found = one(finding, heir)
        assert (found.verdict, found.inherited, found.mended) == ("right", (task,), True), found
    assert finding.points == finding.of - one(finding, task).of


def test_what_stops_in_an_earlier_step_and_is_wrong_besides_is_unchecked() -> None:
    own = CALLS_PREDICT["gradients"].replace("2 *", "3 *")
    found = one(found_in_all(predict="def predict(x, w, b): return W * x", gradients=own), "gradients")
    assert (found.verdict, found.points, found.inherited, found.mended) == ("unchecked", 0.0, ("predict",), True)


def test_what_stops_by_itself_is_wrong_whatever_else_stops() -> None:
    codings = {"predict": "def predict(x, w, b): return W * x", "gradients": "def gradients(x, y, w, b): return dw, db"}
    found = one(found_in_all(**codings), "gradients")
    assert (found.verdict, found.reason, found.inherited) == ("wrong", "error", ())


STEALING = """
    def gradients(x, y, w, b):
        mine = [name for name in globals() if name.startswith("_given_gradients")]
        return globals()[mine[0]](_given_predict, _given_dmse_dyp)(x, y, w, b)
"""


def test_the_right_steps_cannot_be_taken_for_an_answer() -> None:
    found = one(found_in_all(predict="def predict(x, w, b): return W", gradients=STEALING), "gradients")
    assert (found.verdict, found.points) == ("wrong", 0.0)


def predict(x, w, b):
    return W + w * x + b  # noqa: F821


def gradients(x, y, w, b):
    r = predict(x, w, b) - y
    return 2 * (r * x).mean(), 2 * r.mean()


def test_in_a_notebook_too_a_slip_costs_its_own_step_only_and_nothing_there_is_changed() -> None:
    rules = read()
    asked = rules._replace(points={task: rules.points[task] for task in ("predict", "gradients")})
    before = predict, gradients, dict(globals())
    finding = examine(b"", asked, Kernel({"predict": predict, "gradients": gradients}))
    assert (one(finding, "gradients").inherited, finding.points) == (("predict",), 4)
    assert (predict, gradients, dict(globals())) == before


def _value(given: Any) -> Value:
    return Value((len(given),), array("d", given)) if isinstance(given, list) else Value((), array("d", [given]))


def _values(*given: Any) -> tuple[Value, ...]:
    return tuple(map(_value, given))


def _wrong(*given: tuple[Value, ...] | None) -> Judged:
    return Judged("train", tuple(Case({}, one) for one in given), (), ())


def test_every_choice_of_wrong_steps_is_put_together_the_fewest_first() -> None:
    varied, constant = _wrong(_values(1.0), None, _values(2.0)), _wrong(_values([3.0, 3.0]), _values(3.0))
    wrong = {"train": varied, "mse": constant, "gradients": varied, "predict": varied, "sgd_step": _wrong(None)}
    assert recomputations(wrong) == [
        Recomputed("gradients", ("predict",), "_given_gradients_by_predict"),
        Recomputed("train", ("predict",), "_given_train_by_predict"),
        Recomputed("train", ("gradients",), "_given_train_by_gradients"),
        Recomputed("train", ("predict", "gradients"), "_given_train_by_predict_gradients"),
    ]


@pytest.mark.parametrize("varied", [_values(1.0, 2.0), _values([1.0, 2.0]), _values([1.0, 1.0], 2.0)])
def test_a_step_whose_numbers_differ_anywhere_passes_them_on(varied: tuple[Value, ...]) -> None:
    wrong = {"train_momentum": _wrong(_values(0.0)), "momentum_step": _wrong(varied)}
    assert [one.steps for one in recomputations(wrong)] == [("momentum_step",)]


Functions = dict[str, Callable[..., Any]]
STUDENTS = """
def predict(x, w, b): return w * x - b
def mse(yp, y): return abs(yp - y).sum()
def dmse_dyp(yp, y): return 3 * (yp - y)
def gradients(x, y, w, b): return w + x[0], b + y[0]
def sgd_step(w, b, dw, db, lr): return w + lr * dw, b - 2 * lr * db
def momentum_step(p, v, dp, lr, momentum): return p - lr * v, momentum * v - dp
"""
RIGHT_STEPS: Functions = {
    "predict": lambda x, w, b: w * x + b,
    "mse": lambda yp, y: ((yp - y) ** 2).mean(),
    "dmse_dyp": lambda yp, y: 2 * (yp - y) / len(y),
    "sgd_step": lambda w, b, dw, db, lr: (w - lr * dw, b - lr * db),
    "momentum_step": lambda p, v, dp, lr, momentum: (p - lr * (momentum * v + dp), momentum * v + dp),
}
X, Y = np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.0, 4.0])
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "gradients": (X, Y, 0.5, 0.25),
    "train": (X, Y, 0.5, 0.25, 0.125, 3),
    "train_momentum": (X, Y, 0.5, 0.25, 0.125, 0.5, 3),
}


def _by_hand(task: str, own: Functions, x: Any, y: Any, w: float, b: float, *settings: Any) -> Any:
    """The exercise from these steps, momentum or not."""
    if task == "gradients":
        dyp = own["dmse_dyp"](own["predict"](x, w, b), y)
        return sum(dyp * x), sum(dyp)
    losses, vw, vb = [], 0.0, 0.0
    for _ in range(settings[-1] + 1):
        losses.append(own["mse"](own["predict"](x, w, b), y))
        slope = own.get("gradients", lambda *given: _by_hand("gradients", own, *given))
        dw, db = slope(x, y, w, b)
        if task == "train":
            w, b = own["sgd_step"](w, b, dw, db, settings[0])
        else:
            (w, vw), (b, vb) = (own["momentum_step"](*state, *settings[:2]) for state in ((w, vw, dw), (b, vb, db)))
    return losses


CHOICES = [
    (task, steps)
    for task, earlier in EARLIER.items()
    for size in range(1, len(earlier) + 1)
    for steps in combinations(earlier, size)
]


def test_an_exercise_is_recomputed_with_the_students_steps_among_right_ones() -> None:
    wanted = [Recomputed(task, steps, f"one_{number}") for number, (task, steps) in enumerate(CHOICES)]
    source = with_steps(STUDENTS.strip().encode(), wanted)
    names: dict[str, Any] = {}
    exec(source, names)
    for task, steps, function in wanted:
        own = RIGHT_STEPS | {step: names[step] for step in steps}
        given, expected = names[function](*ARGUMENTS[task]), _by_hand(task, own, *ARGUMENTS[task])
        np.testing.assert_allclose(given, expected, rtol=1e-13, err_msg=f"{task} by {steps}")


def test_without_any_steps_an_answer_stays_as_it_is() -> None:
    assert with_steps(b"x = 1", []) == b"x = 1"


FACTOR = 4 * 19 * 2.0**-24 / (1 - 19 * 2.0**-24)  # what 19 roundings in float32 do, four times
TRUTHS = ((Expected((3,), [9.0] * 3, [0.5, 0.25, 1.0]),), (Expected((), [9.0], [2.0]),))
LISTS, NUMBER = [2.0, -4.0, 1.0], 8.0
ROOMS = (0.5 + FACTOR * 2, 0.25 + FACTOR * 2 * 4, 1.0 + FACTOR * 3 * 4)


def _inherits(given: list[Any], recomputed: list[Any], truths: Any = TRUTHS) -> bool:
    found = [None if one is None else _values(one) for one in given]
    exercise = Judged("train", tuple(Case({}, one) for one in found), truths, ((),) * len(found))
    return inherits(exercise, [None if one is None else _values(one) for one in recomputed])


def _moved(place: int, by: float) -> list[float]:
    return [entry + by * (place == number) for number, entry in enumerate(LISTS)]


def test_the_same_numbers_on_every_trial_are_inherited() -> None:
    assert _inherits([LISTS, NUMBER], [LISTS, NUMBER])


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("sign", [1, -1])
def test_each_number_has_the_room_of_the_truth_and_of_the_steps_so_far(place: int, sign: int) -> None:
    room = ROOMS[place]
    assert _inherits([_moved(place, sign * room * (1 - 2.0**-40)), NUMBER], [LISTS, NUMBER])
    assert not _inherits([_moved(place, sign * room * (1 + 2.0**-40)), NUMBER], [LISTS, NUMBER])


def test_a_loss_that_the_truth_does_not_have_has_the_room_of_its_steps_only() -> None:
    short = ((Expected((2,), [9.0] * 2, [0.5, 0.25]),),)
    assert _inherits([_moved(2, FACTOR * 12 * 0.999)], [LISTS], short)
    assert not _inherits([_moved(2, FACTOR * 12 * 1.001)], [LISTS], short)


def test_a_zero_has_no_room_of_its_own_and_a_small_number_little() -> None:
    exact = ((Expected((2,), [9.0] * 2, [0.0, 0.0]),),)
    assert _inherits([[0.0, 0.25]], [[0.0, 0.25]], exact)
    assert _inherits([[0.0, 0.25 + FACTOR / 2 * 0.999]], [[0.0, 0.25]], exact)
    assert not _inherits([[0.0, 0.25 + FACTOR / 2 * 1.001]], [[0.0, 0.25]], exact)
    assert not _inherits([[5e-324, 0.25]], [[0.0, 0.25]], exact)


@pytest.mark.parametrize(
    ("given", "recomputed"),
    [
        ([None, NUMBER], [LISTS, NUMBER]),
        ([LISTS, NUMBER], [LISTS, None]),
        ([LISTS, NUMBER], [LISTS, 11.0]),
        ([LISTS, NUMBER], [LISTS, [NUMBER]]),
        ([LISTS[:2], NUMBER], [LISTS, NUMBER]),
        ([LISTS, float("nan")], [LISTS, NUMBER]),
        ([LISTS, NUMBER], [LISTS, float("nan")]),
    ],
)
def test_another_form_or_number_on_any_trial_is_not_inherited(given: list[Any], recomputed: list[Any]) -> None:
    assert not _inherits(given, recomputed)


@pytest.mark.parametrize(("losses", "moves"), [([1.0, 1.0, 1.0], False), ([1.0, 1.0, 2.0], True)])
def test_losses_that_never_move_pass_nothing_on(losses: list[float], moves: bool) -> None:
    truths = (TRUTHS[0], TRUTHS[0])
    assert _inherits([[3.0] * 3, losses], [[3.0] * 3, losses], truths) is moves
    assert _inherits([losses, [3.0] * 3], [losses, [3.0] * 3], truths) is moves


def test_numbers_alone_are_never_still() -> None:
    assert _inherits([NUMBER, NUMBER], [NUMBER, NUMBER], (TRUTHS[1], TRUTHS[1]))


def test_every_exercise_is_asked_which_others_it_reaches() -> None:
    assert ("_given_reached", ("task",), 8, tuple((number,) for number in range(8))) == REACHING


def test_what_an_exercise_reaches_is_told_by_ones() -> None:
    nothing, flags = _values(*[0.0] * 8), _values(1.0, 0.0, 2.0, float("nan"), [1.0, 7.0], 0.0, 0.0, 0.0)
    empty = tuple(Value((0,), array("d")) for _ in TASKS)
    assert reached([nothing, None, flags, empty]) == {
        "predict": frozenset(), "dmse_dyp": frozenset({"predict", "sgd_step"}), "gradients": frozenset(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("task", "names", "earlier", "steps"),
    [
        ("train", ("uphill",), {"sgd_step": ("uphill",)}, ("sgd_step",)),
        ("train", ("uphill",), {"sgd_step": ("uphill",), "predict": ("no-bias",)}, ("sgd_step",)),
        ("train", ("uphill", "no-bias"), {"sgd_step": ("uphill",), "predict": ("no-bias",)}, ("predict", "sgd_step")),
        ("train", ("uphill", "no-bias"), {"sgd_step": ("uphill",)}, ()),
        ("train", ("uphill",), {"momentum_step": ("uphill",)}, ()),  # no step of it
        ("train_momentum", ("uphill",), {"momentum_step": ("uphill",)}, ("momentum_step",)),
        ("train", ("uphill",), {"sgd_step": ()}, ()),
        ("train", (), {"sgd_step": ("uphill",)}, ()),
        ("dmse_dyp", ("sum-not-mean",), {"mse": ("sum-not-mean",)}, ("mse",)),
        ("gradients", ("sum-not-mean",), {"mse": ("sum-not-mean",), "dmse_dyp": ("sum-not-mean",)},
         ("mse", "dmse_dyp")),
        ("gradients", ("no-bias",), {"predict": ("no-bias",)}, ()),  # its values are inherited, not its name
        ("sgd_step", ("uphill",), {"predict": ("uphill",)}, ()),
        ("predict", ("no-bias",), {"predict": ("no-bias",)}, ()),
    ],
)  # fmt: skip
def test_names_are_inherited_where_earlier_steps_have_all_of_them(
    task: str, names: tuple[str, ...], earlier: Mapping[str, tuple[str, ...]], steps: tuple[str, ...]
) -> None:
    assert inherited_names(task, names, earlier) == steps
