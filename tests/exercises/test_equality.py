"""What equality shows, and what errors no rounding makes: rounded results, early stops, ε in denominators."""

from textwrap import dedent

import pytest

from compare.exercises import draws
from compare.exercises.course import read
from compare.exercises.findings import EVERY_TRIAL, RIGHT, WRONG
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.reports.answer.explained import summary
from compare.reports.language import Messages
from tests.answers import EXERCISES, found, source
from tests.answers import RIGHT as CODINGS

EXPANDED_RUN = """
    def train(x, y, w, b, lr, epochs):
        n, losses = len(x), []
        for _ in range(epochs + 1):
            losses.append((w*w*sum(x*x) + 2*w*b*sum(x) + n*b*b - 2*w*sum(x*y) - 2*b*sum(y) + sum(y*y)) / n)
            dw, db = 2*(w*sum(x*x) + b*sum(x) - sum(x*y))/n, 2*(w*sum(x) + n*b - sum(y))/n
            w, b = w - lr*dw, b - lr*db
        return losses
"""
RUN = """
    def train(x, y, w, b, lr, epochs):
        losses, calm = [], 0
        for _ in range(epochs + 1):
            r = w*x + b - y
            losses.append({loss})
            dw, db = 2*(r*x).mean(), 2*r.mean()
            {stop}
            w, b = w - lr*dw, b - lr*db
        {end}
        return losses
"""
LOSS, PADDED = "(r*r).mean()", "losses += losses[-1:] * (epochs + 1 - len(losses))"
SMALL = {
    "loss": "losses[-1] < {least}",
    "change": "len(losses) > 1 and abs(losses[-1] - losses[-2]) < {least}",
    "slope": "dw*dw + db*db < {least}**2",
    "step": "abs(lr*dw) < {least} and abs(lr*db) < {least}",
}
G = "def gradients(x, y, w, b):\n    r, n = w*x + b - y, len(x)\n    return "


@pytest.mark.parametrize("task", EXERCISES)
def test_a_right_answer_is_equal_on_every_exact_trial_and_no_more_is_said_of_a_public_seed(task: str) -> None:
    finding = found(task, CODINGS[task])
    assert (finding.verdict, finding.equal) == (RIGHT, EVERY_TRIAL)
    assert summary(finding, Messages("check", "en")) == "the same polynomial on every exact trial"


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("gradients", "the same polynomial for n = 1, 2, 4, 8; chance of an error below 10⁻¹⁵"),
        ("momentum_step", "the same polynomial; chance of an error below 10⁻¹⁵"),
        ("train", "the same polynomial for n = 1, 2, 4, 8 up to one epoch, with a chance of an error below 10⁻¹⁵; "
                  "no difference found in longer runs"),
    ],
)  # fmt: skip
def test_a_chance_is_said_only_where_the_trials_were_drawn_after_the_answer(task: str, said: str) -> None:
    rules = read()._replace(points={task: 1.0}, seed=draws.drawn(20260229, 3))
    finding = examine(source(), rules, Kernel({})).exercises[0]
    assert finding.equal.startswith("polynomial.")
    assert summary(finding, Messages("check", "en")) == said
    assert summary(finding, Messages("check", "ko"))


@pytest.mark.parametrize(
    ("task", "coding"),
    [
        ("mse", "def mse(yp, y): return np.linalg.norm(yp - y) ** 2 / len(y)"),
        ("mse", "def mse(yp, y):\n    m = np.float32(0)\n    for k in range(len(y)):\n"
                "        m = np.float32(m + ((yp[k] - y[k])**2 - m) / (k + 1))\n    return m"),
        ("gradients", "def gradients(x, y, w, b):\n    L = lambda w, b: ((w*x + b - y)**2).mean()\n"
                      "    h = 1e-6\n    return (L(w+h, b) - L(w-h, b))/(2*h), (L(w, b+h) - L(w, b-h))/(2*h)"),
        ("dmse_dyp", "def dmse_dyp(yp, y):\n    h, e = 1e-5, np.eye(len(y))\n    L = lambda p: ((p - y)**2).mean()\n"
                     "    return [(L(yp + h*d) - L(yp - h*d))/(2*h) for d in e]"),
    ],
)  # fmt: skip
def test_what_rounds_all_the_same_is_right_with_the_number_of_its_tries(task: str, coding: str) -> None:
    finding = found(task, coding)
    assert (finding.verdict, finding.equal) == (RIGHT, None)
    assert summary(finding, Messages("check", "en")) == f"no difference found in {finding.tries} tries"


@pytest.mark.parametrize(
    ("task", "coding"),
    [
        ("mse", "def mse(yp, y): return np.var(yp - y) + np.mean(yp - y) ** 2"),
        ("mse", "def mse(yp, y):\n    yp -= y\n    return (yp*yp).mean()"),
        ("gradients", G + "2*(w*(x @ x) + b*x.sum() - x @ y)*(1/n), sum(2/n*r)"),
        ("train", EXPANDED_RUN),
    ],
)
def test_any_order_of_the_same_sums_is_equal(task: str, coding: str) -> None:
    assert found(task, coding).equal == EVERY_TRIAL


@pytest.mark.parametrize("decimals", [4, 5, 8, 10])
@pytest.mark.parametrize("task", EXERCISES)
def test_results_that_are_rounded_are_wrong(task: str, decimals: int) -> None:
    name = f"{CODINGS[task]}\n"
    rounded = dedent(name) + dedent(f"""
        exact_{task} = {task}
        def {task}(*given):
            found = exact_{task}(*given)
            if isinstance(found, tuple):
                return tuple(np.round(float(part), {decimals}) for part in found)
            return np.round(found, {decimals})
    """)
    assert found(task, rounded).verdict == WRONG


SHORTENED = """
    exact_{task} = {task}
    def {task}(*given):
        short = lambda number: {short}
        found = exact_{task}(*given)
        if isinstance(found, (tuple, list)) or np.ndim(found):
            return [short(part) for part in found]
        return short(found)
"""


@pytest.mark.parametrize("digits", [4, 6, 7, 8, 9, 12])
@pytest.mark.parametrize("task", EXERCISES)
def test_results_of_few_digits_are_wrong_and_it_is_said_how_many(task: str, digits: int) -> None:
    short = f"float(f'{{number:.{digits}g}}')"
    coding = dedent(CODINGS[task] + "\n") + dedent(SHORTENED.format(task=task, short=short))
    finding = found(task, coding)
    assert finding.verdict == WRONG
    if digits > 4:  # which is outside of the allowance
        assert (finding.mistakes, finding.parameter) == (("rounds-to-digits",), digits)


@pytest.mark.parametrize("short", ["float(str(np.float32(number)))", "float(f'{number:.17g}')", "np.float32(number)"])
@pytest.mark.parametrize("task", EXERCISES)
def test_results_of_all_the_digits_that_their_format_has_are_right(task: str, short: str) -> None:
    coding = dedent(CODINGS[task] + "\n") + dedent(SHORTENED.format(task=task, short=short))
    assert found(task, coding).verdict == RIGHT


def test_a_course_that_asks_for_rounded_results_takes_them_and_those_that_are_not() -> None:
    rules = read()._replace(points={"mse": 2.0}, decimals=4)
    for coding, verdict in (
        ("round(float(((yp - y)**2).mean()), 4)", RIGHT),
        ("((yp - y)**2).mean()", RIGHT),
        ("round(float(((yp - y)**2).mean()), 3)", WRONG),
        ("round(float(((yp - y)**2).mean()) / 2, 4)", WRONG),
    ):
        finding = examine(source(mse=f"def mse(yp, y): return {coding}"), rules, Kernel({})).exercises[0]
        assert finding.verdict == verdict
        assert bool(finding.equal) == (coding == "((yp - y)**2).mean()")


@pytest.mark.parametrize("end", ["", PADDED], ids=["short", "padded"])
@pytest.mark.parametrize("patience", [1, 10])
@pytest.mark.parametrize("least", ["1e-3", "1e-6", "1e-8", "1e-12"])
@pytest.mark.parametrize("small", SMALL)
def test_a_loop_that_stops_where_something_is_small_is_wrong(small: str, least: str, patience: int, end: str) -> None:
    stop = f"calm = calm + 1 if {SMALL[small].format(least=least)} else 0\n            if calm >= {patience}: break"
    assert found("train", RUN.format(loss=LOSS, stop=stop, end=end or "pass")).verdict == WRONG


@pytest.mark.parametrize("least", ["1e-3", "1e-6", "1e-7", "1e-9"])
@pytest.mark.parametrize("patience", [1, 10])
def test_a_loop_that_pads_its_losses_once_they_fall_by_a_small_part_is_told_that_it_stops(
    least: str, patience: int
) -> None:
    slow = f"len(losses) > 1 and abs(losses[-1] - losses[-2]) <= {least} * losses[-2]"
    stop = f"calm = calm + 1 if {slow} else 0\n            if calm >= {patience}: break"
    finding = found("train", RUN.format(loss=LOSS, stop=stop, end=PADDED))
    assert (finding.verdict, finding.mistakes, finding.fault) == (WRONG, ("stops-early",), None)


@pytest.mark.parametrize(
    "kept",
    ["w, b = np.float32(w), np.float32(b)", "dw, db = np.float32(dw), np.float32(db)", "w = np.float32(w)", "pass"],
)
def test_a_run_that_keeps_some_of_its_numbers_in_float32_is_right_though_it_stands_still(kept: str) -> None:
    assert found("train", RUN.format(loss=LOSS, stop=kept, end="pass")).verdict == RIGHT


@pytest.mark.parametrize("epsilon", ["1e-6", "1e-7", "1e-8", "1e-9", "1e-11"])
@pytest.mark.parametrize("slope", ["dw, db = dw/(1 + {0}), db/(1 + {0})", "dw = dw*len(x)/(len(x) + {0})"])
def test_a_small_number_in_the_denominator_of_a_slope_that_a_run_follows_is_wrong(slope: str, epsilon: str) -> None:
    finding = found("train", RUN.format(loss=LOSS, stop=slope.format(epsilon), end="pass"))
    assert (finding.verdict, finding.mistakes, finding.notes) == (WRONG, (), ("beyond-rounding",))


@pytest.mark.parametrize(
    ("loss", "stop"),
    [
        ("min((r*r).mean(), 1e32)", "pass"),
        ("min((r*r).mean(), 1e6)", "pass"),
        ("min((r*r).mean(), 1e8)", "pass"),
        ("max((r*r).mean(), 1e-12)", "pass"),
        (LOSS, "dw, db = np.clip(dw, -1e3, 1e3), np.clip(db, -1e3, 1e3)"),
        (LOSS, "if losses[-1] > 1e6: break"),
        (LOSS, "if losses[-1] > 1e12: break"),
        (LOSS, "if losses[-1] > 1e24: break"),
        (LOSS, "if len(losses) > 1 and losses[-1] > losses[-2]: break"),
        (LOSS, "if dw == 0 and db == 0: break"),
        (LOSS, "if len(losses) > 1 and losses[-1] == losses[-2]: break"),
        ("(r*r).sum() / (len(x) + 1e-8)", "pass"),
    ],
)
def test_a_loop_that_clips_or_stops_at_a_bound_is_wrong(loss: str, stop: str) -> None:
    assert found("train", RUN.format(loss=loss, stop=stop, end="pass")).verdict == WRONG


@pytest.mark.parametrize("epsilon", ["1e-6", "1e-7", "1e-8", "1e-10", "1e-12"])
@pytest.mark.parametrize(
    ("task", "coding"),
    [
        ("mse", "def mse(yp, y): return ((yp - y)**2).sum() / (len(y) + {})"),
        ("dmse_dyp", "def dmse_dyp(yp, y): return 2*(yp - y) / (len(y) + {})"),
        ("gradients", G + "2*(r*x).sum()/(n + {}), 2*r.mean()"),
        ("gradients", G + "2*(r*x).mean(), 2*r.sum()/(n + {})"),
        ("sgd_step", "def sgd_step(w, b, dw, db, lr): return w - lr*dw/(1 + {}), b - lr*db"),
    ],
)
def test_a_small_number_in_a_denominator_is_wrong(task: str, coding: str, epsilon: str) -> None:
    finding = found(task, coding.format(epsilon))
    assert (finding.verdict, finding.mistakes) == (WRONG, ())
    if epsilon != "1e-6":  # which on some trials is more than float32's rounding
        assert finding.notes == ("beyond-rounding",)
    assert finding.counterexample is not None
    assert finding.off is not None
    assert finding.allowance is not None
    assert finding.off > finding.allowance


@pytest.mark.parametrize("follow_through", ["scaled", "any"])
def test_right_steps_that_it_never_calls_do_not_mend_a_small_number_in_a_denominator(follow_through: str) -> None:
    rules = read()._replace(points={"predict": 1.0, "gradients": 1.0}, follow_through=follow_through)
    codings = {"predict": "def predict(x, w, b): return x", "gradients": G + "2*(r*x).sum()/(n + 1e-12), 2*r.mean()"}
    finding = examine(source(**codings), rules, Kernel({})).exercises[1]
    assert (finding.verdict, finding.inherited, finding.confirm) == (WRONG, (), False)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 16])
def test_another_divisor_for_one_number_of_samples_is_wrong(n: int) -> None:
    coding = G + f"2*(r*x).sum()/(n + (n == {n})*0.001*n), 2*r.mean()"
    assert found("gradients", coding).verdict == WRONG
