"""The slip that an answer shows, by its name: in the bundled course as in another."""

import pytest

from tests.answers import RIGHT, found, found_in

G = "def gradients(x, y, w, b): r = w*x + b - y; return "
HALF = "def compute_gradient(x, y, w, b): r = w*x + b - y; return "
STEP = "def sgd_step(w, b, dw, db, lr): return "
V = "def momentum_step(p, v, dp, lr, momentum): v = {}; return p - lr*v, v"
OF_LINE = [
    ("predict", "def predict(x, w, b): return w*(x + b)", ("misplaced-bracket(w * x + b)",)),
    ("predict", "def predict(x, w, b): return b*x + w", ("arguments-exchanged(w, b)",)),
    ("predict", "def predict(x, w, b): return w + x + b", ("sum-not-product(w * x)",)),
    ("predict", "def predict(x, w, b): return (w*x + b).astype(int)", ("cut-to-whole(yp)",)),
    ("mse", "def mse(yp, y): return ((yp - y)*2).mean()", ("power-as-product((yp - y) ** 2)",)),
    ("mse", "def mse(yp, y): return (yp**2 - y**2).mean()", ("squared-apart((yp - y) ** 2)",)),
    ("dmse_dyp", "def dmse_dyp(yp, y): return (yp - y)**2/len(y)", ("not-differentiated(2 * (yp - y))",)),
    ("dmse_dyp", "def dmse_dyp(yp, y): return 2/len(y)*yp - y", ("misplaced-bracket(2 * (yp - y) / len(y))",)),
    (
        "dmse_dyp",
        "def dmse_dyp(yp, y):\n    out = np.zeros(len(y), dtype=int)\n"
        "    for i in range(len(y)): out[i] = 2*(yp[i] - y[i])/len(y)\n    return out",
        ("cut-to-whole(dyp)",),
    ),
    ("gradients", G + "2*(r*w).mean(), 2*r.mean()", ("other-name(x → w)",)),
    ("gradients", G + "4*(r*x).mean(), 4*r.mean()", ("factor-two-too-many(dyp)",)),
    ("gradients", G + "(r*x).mean()/2, r.mean()/2", ("divided(2)",)),
    ("gradients", G + "2*(abs(r)*x).mean(), 2*abs(r).mean()", ("sign-lost(yp - y)",)),
    ("gradients", G + "2*(r**2*x).mean(), 2*(r**2).mean()", ("power-too-high(yp - y)",)),
    ("sgd_step", STEP + "w - dw/lr, b - db/lr", ("divided(lr)",)),
    ("sgd_step", STEP + "(w - lr)*dw, (b - lr)*db", ("misplaced-bracket",)),
    ("sgd_step", STEP + "w - lr*dw/2, b - lr*db/2", ("halved",)),
    ("sgd_step", STEP + "w*(1 - lr*dw), b*(1 - lr*db)", ("factored-out",)),
    ("momentum_step", V.format("(1 - momentum)*v + momentum*dp"), ("averaged(momentum * v + dp)",)),
    ("momentum_step", V.format("momentum*(v + dp)"), ("misplaced-bracket(momentum * v + dp)",)),
    ("momentum_step", V.format("v + momentum*dp"), ("factor-moved(momentum * v + dp)",)),
    ("momentum_step", V.format("momentum*v"), ("missing-term(dp)",)),
    (
        "momentum_step",
        "def momentum_step(p, v, dp, lr, momentum): v = lr*v + dp; return p - momentum*v, v",
        ("arguments-exchanged(lr, momentum)",),
    ),
    ("train", RIGHT["train"].replace("return losses", "return losses[::-1]"), ("reversed(losses)",)),
    ("train", RIGHT["train"].replace("r = w * x", "r = w * x**2"), ("power-too-high(x)",)),
    (
        "train",
        RIGHT["train"].replace("losses = []", "losses = []; s = 0").replace("append((r * r).mean())", "append(s)")
        .replace("r = w * x + b - y\n", "r = w * x + b - y\n                s += (r * r).mean()\n"),
        ("added-up",),
    ),
    ("train", RIGHT["train"].replace("w, b = w - lr", "u, v = w - lr"), ("never-updated((w, b))",)),
]  # fmt: skip


@pytest.mark.parametrize(("task", "coding", "names"), OF_LINE)
def test_a_slip_in_the_bundled_course_has_its_name(task: str, coding: str, names: tuple[str, ...]) -> None:
    finding = found(task, coding)
    assert finding.verdict == "wrong"
    assert all(any(told.startswith(name) for told in finding.mistakes) for name in names), finding.mistakes


WALK = """
def gradient_descent(x, y, w, b, alpha, iterations):
    costs, s = [], 0
    for i in range(iterations + 1):
        r = w*x + b - y
        {record}
        {update}
    return {out}
"""
RECORD, UPDATE = "costs.append((r**2).mean()/2)", "w, b = w - alpha*(r*x).mean(), b - alpha*r.mean()"
OF_HALF = [
    ("predict", "def predict(x, w, b): return w*(x + b)", "misplaced-bracket(w * x + b)"),
    ("compute_gradient", HALF + "(r*w).mean(), r.mean()", "other-name(x → w)"),
    ("compute_gradient", HALF + "(abs(r)*x).mean(), abs(r).mean()", "sign-lost(predict(x, w, b) - y)"),
    ("predict", "def predict(x, w, b): return (w*x + b).astype(int)", "cut-to-whole(f_wb)"),
    ("gradient_descent", WALK.format(record=RECORD, update=UPDATE, out="costs[::-1]"), "reversed(costs)"),
    ("gradient_descent", WALK.format(record=RECORD, update="pass", out="costs"), "never-updated(b, w)"),
    (
        "gradient_descent",
        WALK.format(record="s += (r**2).mean()/2; costs.append(s/(i + 1))", update=UPDATE, out="costs"),
        "running-mean",
    ),
]


@pytest.mark.parametrize(("task", "coding", "name"), OF_HALF)
def test_a_slip_in_another_course_has_its_name(task: str, coding: str, name: str) -> None:
    finding = found_in("line-half", task, coding)
    assert finding.verdict == "wrong"
    assert any(told.startswith(name) for told in finding.mistakes), finding.mistakes


KEPT = (
    "{start}\n{def_line}\n    for i in range({steps} + 1):\n        r = w*x + b - y; kept.append((r**2).mean(){half})\n"
    + ("        w, b = w - {rate}*(r*x).mean(), b - {rate}*r.mean()\n    return {out}\n")
)


@pytest.mark.parametrize("start", ["kept = []", ""])
@pytest.mark.parametrize("out", ["kept", "list(kept)", "np.array(kept)"])
def test_a_list_that_grows_from_call_to_call_is_told_in_every_course(start: str, out: str) -> None:
    default = ")" if start else ", kept=[])"
    line = f"def train(x, y, w, b, lr, epochs{default}:"
    told = found("train", KEPT.format(start=start, def_line=line, steps="epochs", half="", rate="lr*2", out=out))
    half = f"def gradient_descent(x, y, w, b, alpha, iterations{default}:"
    coding = KEPT.format(start=start, def_line=half, steps="iterations", half="/2", rate="alpha", out=out)
    other = found_in("line-half", "gradient_descent", coding)
    assert (told.mistakes, other.mistakes) == (("keeps-its-list",),) * 2
    assert (told.reason, other.reason) == ("count", "count")


def test_a_list_that_is_only_too_long_is_not_said_to_grow() -> None:
    assert "keeps-its-list" not in found("train", RIGHT["train"].replace("epochs + 1", "epochs + 5")).mistakes
    padded = RIGHT["train"].replace("return losses", "return [0.0, *losses]")
    assert "keeps-its-list" not in found("train", padded).mistakes
