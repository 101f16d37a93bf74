"""Numbers of one's own in the place of what is given: solved, and told with that number, in every course."""

import pytest

from tests.answers import RIGHT, found, found_in

DESCENT = """
def gradient_descent(x, y, w, b, alpha, iterations):
    {first}
    costs = []
    for i in range(iterations + 1):
        r = w*x + b - y
        costs.append((r**2).mean()/2)
        w, b = w - alpha*(r*x).mean(), b - alpha*r.mean()
        {last}
    return costs
"""
ADAM = """
def adam(p, g, m, v, t, lr, beta1, beta2, eps):
    {first}
    m = beta1*m + (1 - beta1)*g
    v = beta2*v + (1 - beta2)*g**2
    return p - lr*m/(1 - beta1**(t + 1))/(np.sqrt(v/(1 - beta2**(t + 1))) + eps), m, v
"""


@pytest.mark.parametrize("number", ["0.01", "0.003", "1/3", "0.1234567"])
def test_a_rate_of_ones_own_is_told(number: str) -> None:
    told = (f"fixed-number(lr → {eval(number):.6g})",)
    step = f"def sgd_step(w, b, dw, db, lr): return w - {number}*dw, b - {number}*db"
    assert found("sgd_step", step).mistakes == told
    train = RIGHT["train"].replace("losses = []", f"losses = []; lr = {number}")
    assert found("train", train).mistakes == told
    momentum = RIGHT["train_momentum"].replace("losses, vw", f"momentum = {number}; losses, vw")
    assert found("train_momentum", momentum).mistakes == (f"fixed-number(momentum → {eval(number):.6g})",)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("alpha = 0.02", "pass", "fixed-number(alpha → 0.02)"),
        ("w = 1", "pass", "fixed-number(w → 1)"),
        ("b = -0.5", "pass", "fixed-number(b → -0.5)"),
        ("w = b = 0", "pass", "start-ignored(w, b)"),
        ("pass", "alpha *= 0.9", "decays(alpha)"),
        ("pass", "alpha /= 2", "decays(alpha)"),
    ],
)
def test_a_start_and_a_rate_of_ones_own_are_told_in_another_course(first: str, last: str, told: str) -> None:
    assert found_in("line-half", "gradient_descent", DESCENT.format(first=first, last=last)).mistakes == (told,)


def test_a_number_of_ones_own_is_told_where_the_formulas_round() -> None:
    assert found_in("adam", "adam", ADAM.format(first="lr = 0.001")).mistakes == ("fixed-number(lr → 0.001)",)


@pytest.mark.parametrize(
    "wrong",
    ["w - 0.01*dw, b - 0.02*db", "w - 0.01*dw, b - lr*dw", "w - (0.01 + 0.001*w)*dw, b - 0.01*db", "w - lr*abs(dw), b"],
)
def test_no_number_is_told_that_does_not_give_everything(wrong: str) -> None:
    step = found("sgd_step", f"def sgd_step(w, b, dw, db, lr): return {wrong}")
    assert not [name for name in step.mistakes if name.startswith("fixed-number")]


QUOTIENT = """
def {name}({data}, w, b, h={h}):
    L = lambda w, b: ((w*x + b - y)**2).mean(){half}
    return (L(w + h, b) - L(w, b))/h, (L(w, b + h) - L(w, b))/h
"""


@pytest.mark.parametrize("h", ["1e-2", "1e-3", "1e-4", "1e-5", "-1e-4"])
def test_a_difference_quotient_to_one_side_is_told_with_its_step(h: str) -> None:
    told = tuple(f"one-sided({name}, h = {float(h):.2g})" for name in "wb")
    line = found("gradients", QUOTIENT.format(name="gradients", data="x, y", h=h, half=""))
    assert (line.verdict, line.mistakes, line.apart) == ("wrong", told, ("dw", "db"))
    half = found_in(
        "line-half", "compute_gradient", QUOTIENT.format(name="compute_gradient", data="x, y", h=h, half="/2")
    )
    assert half.mistakes == told


def test_each_entry_of_an_array_may_be_differenced_to_one_side() -> None:
    coding = (
        "def dmse_dyp(yp, y):\n    h, out = 1e-4, []\n    for i in range(len(yp)):\n        a = yp.copy(); a[i] += h\n"
        "        out.append((((a - y)**2).mean() - ((yp - y)**2).mean())/h)\n    return out\n"
    )
    assert found("dmse_dyp", coding).mistakes == ("one-sided(yp, h = 0.0001)",)
