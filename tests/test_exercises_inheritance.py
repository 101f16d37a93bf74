"""Follow-through: what is right given an earlier wrong step keeps its marks, and only the first step is named."""

import pytest

from compare.exercises.course import read
from compare.exercises.findings import Finding
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
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
