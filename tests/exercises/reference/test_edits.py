"""Mistakes as edits: what a slip of the pen makes of the formulas, and what it is called."""

import pytest

from compare.exercises.formulas import text
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.kinds import FLOATS
from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import Run, RunError
from compare.exercises.reference.mistakes.edits import called, edits
from compare.exercises.trials import inputs
from compare.reports.language import LANGUAGES, Messages
from tests.references import ALL, RIDGE, TRAIN

CODINGS = {  # of ridge: what a student wrote, and the edit that it is
    "missing-factor(2)": "return 2*X.T @ r/len(y) + 2*lam*w, mean(r)",
    "not-divided(len(y))": "return 2*X.T @ r + 2*lam*w, 2*mean(r)",
    "sum-not-mean(mean(r))": "return 2*X.T @ r/len(y) + 2*lam*w, 2*sum(r)",
    "less-one(len(y))": "return 2*X.T @ r/(len(y) - 1) + 2*lam*w, 2*mean(r)",
    "missing-term(2 * lam * w)": "return 2*X.T @ r/len(y), 2*mean(r)",
    "wrong-sign(2 * lam * w)": "return 2*X.T @ r/len(y) - 2*lam*w, 2*mean(r)",
    "turned(X @ w + b - y)": "return -2*X.T @ r/len(y) + 2*lam*w, -2*mean(r)",
    "missing-term(b)": "q = X @ w - y\n    return 2*X.T @ q/len(y) + 2*lam*w, 2*mean(q)",
    "missing-term(y)": "q = X @ w + b\n    return 2*X.T @ q/len(y) + 2*lam*w, 2*mean(q)",
    "factor-two-missing(dw)": "return X.T @ r/len(y) + lam*w, 2*mean(r)",
    "wrong-sign(db)": "return 2*X.T @ r/len(y) + 2*lam*w, -2*mean(r)",
    "divided-by-n(db)": "return 2*X.T @ r/len(y) + 2*lam*w, 2*mean(r)/len(r)",
    "bias-regularized": "return 2*X.T @ r/len(y) + 2*lam*w, 2*mean(r) + 2*b*lam",
    "penalty-too-many(2 * lam * w, b)": "return 2*X.T @ r/len(y) + 2*lam*w, 2*mean(r) + 2*b*lam",
}
RECORD, UPDATE = "losses.append(m)\n        ", "w, b = w - lr*dw, b - lr*db"
LATE = "losses.append(mse(x, y, w, b))"
LOOPS = {  # of train: the body of the loop
    "step-too-few(range(epochs + 1))": RECORD + UPDATE,
    "recorded-late(losses.append(mse(x, y, w, b)))": UPDATE + "\n        " + LATE,
    "never-updated(b)": "losses.append(m)\n        w = w - lr*dw",
    "after-update(dw, db = gradients(x, y, w, b))": (
        "losses.append(m)\n        w = w - lr*dw\n        dw, db = gradients(x, y, w, b)\n        b = b - lr*db"
    ),
    "wrong-sign(lr * dw)": "losses.append(m)\n        w, b = w + lr*dw, b - lr*db",
    "missing-factor(lr)": "losses.append(m)\n        w, b = w - dw, b - lr*db",
}
AROUND = {
    "never-anew(dw, db = gradients(x, y, w, b))": (
        "dw, db = gradients(x, y, w, b)",
        "losses.append(mse(x, y, w, b))\n        w, b = w - lr*dw, b - lr*db",
    ),
    "added-up(dw, db = gradients(x, y, w, b))": (
        "a, c = 0, 0",
        "losses.append(mse(x, y, w, b))\n        dw, db = gradients(x, y, w, b)\n        a, c = a + dw, c + db\n"
        "        w, b = w - lr*a, b - lr*c",
    ),
    "step-before": (
        "dw, db = gradients(x, y, w, b)\n    w, b = w - lr*dw, b - lr*db",
        "losses.append(mse(x, y, w, b))\n        dw, db = gradients(x, y, w, b)\n        w, b = w - lr*dw, b - lr*db",
    ),
}


def fitting(source, name, student):
    """The names of the edits that give on every trial what the student's function gives."""
    reference = text.parse("e.py", source.encode())
    function = reference.functions[name]
    trials = inputs.trials(reference, function, 4)
    own = text.parse("s.py", student.encode())
    given = [computed(own, name, function, one) for one in trials]
    found = []
    for edit in edits(reference, function):
        results = [computed(reference, edit.runs, function, one, edit.replaced) for one in trials]
        if all(close(*pair) for pair in zip(results, given, strict=True)):
            found.append(edit.name)
    return found


def computed(reference, name, function, one, replaced=None):
    try:
        result = Run(reference, FLOATS, replaced).call(name, inputs.floats(function, one.trial))
        return [inputs.flat(each) for each in (result if isinstance(result, tuple) else (result,))]
    except (RunError, Undefined, ArithmeticError):
        return None


def close(one, other):
    if one is None or other is None:
        return one is other
    return len(one) == len(other) and all(
        a[0] == b[0] and a[1] == pytest.approx(b[1], rel=1e-9, abs=1e-12) for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("name", CODINGS)
def test_a_slip_in_a_formula_is_found_by_its_name(name):
    student = RIDGE.replace("return 2*X.T @ r/len(y) + 2*lam*w, 2*mean(r)\n", CODINGS[name] + "\n")
    assert name in fitting(RIDGE, "ridge", student)


@pytest.mark.parametrize("name", LOOPS)
def test_a_slip_in_a_loop_is_found_by_its_name(name):
    if name.startswith("step-too-few"):
        student = TRAIN.replace("range(epochs + 1)", "range(epochs)")
    else:
        start, _, end = TRAIN.partition("        losses.append(mse(x, y, w, b))")
        before = "        m, dw = mse(x, y, w, b), 0\n        dw, db = gradients(x, y, w, b)\n        "
        student = start + before + LOOPS[name] + "\n    return losses\n"
        assert end
    assert name in fitting(TRAIN, "train", student)


@pytest.mark.parametrize("name", AROUND)
def test_a_slip_around_a_loop_is_found_by_its_name(name):
    start = TRAIN.partition("    for epoch")[0]
    before, body = AROUND[name]
    student = f"{start}    {before}\n    for epoch in range(epochs + 1):\n        {body}\n    return losses\n"
    assert name in fitting(TRAIN, "train", student)


SOFTMAX = "def softmax(Z: (n, k)):\n    return exp(Z)/sum(exp(Z), axis=1, keepdims=True)\n"


@pytest.mark.parametrize(("wrong", "kind"), [("axis=0", "other-axis"), ("", "axis-left-out")])
def test_another_axis_is_found_by_its_name(wrong, kind):
    student = SOFTMAX.replace("axis=1, keepdims=True", f"{wrong}, keepdims=True".strip(", "))
    assert any(name.startswith(kind) for name in fitting(SOFTMAX, "softmax", student))


RULED = [  # a formula, what a slip makes of it, and the name of that
    ("sum(A/4)", "sum(A*4)", "multiplied(4)"),
    ("sum(A**3)", "sum(A**4)", "power-too-high(A ** 3)"),
    ("sum(A**3)", "sum(A**2)", "power-too-low(A ** 3)"),
    ("sum(A**2)", "sum(abs(A))", "absolute-value(A ** 2)"),
    ("sum(A**2)", "sum(A)**2", "squared-late(sum(A ** 2))"),
    ("sum(A**2)", "sqrt(sum(A**2))", "root-taken(sum(A ** 2))"),
    ("sum(P**p)", "sum(P*p)", "power-as-product(P ** p)"),
    ("A @ u", "A", "missing-factor(u)"),
    ("A @ u", "u", "missing-factor(A)"),
    ("v @ A", "sum(A)", "missing-factor(v)"),
    ("A.T", "A", "not-transposed(A.T)"),
    ("sum(A, axis=0)", "mean(A, axis=0)", "mean-not-sum(sum(A, axis=0))"),
    ("mean(A, axis=1)", "sum(A, axis=1)", "sum-not-mean(mean(A, axis=1))"),
    ("mean(A, axis=1)", "mean(A)", "axis-left-out(mean(A, axis=1))"),
    ("sum(A, axis=0, keepdims=True)", "sum(A, axis=1, keepdims=True)", "other-axis(sum(A, axis=0, keepdims=True))"),
    ("mean(A)", "sum(A)/len(A)", "rows-counted(mean(A))"),
    ("mean(v)", "sum(v)/(len(v) - 1)", "less-one(mean(v))"),
    ("sum(A)/len(A)", "mean(A)", "entries-counted(len(A))"),
    ("sum(A)/len(A)", "sum(A)/len(u)", "other-size(len(A) → len(u))"),
    ("sum(A)/len(A)", "sum(A)/len(A.T)", "other-size(len(A) → len(A.T))"),
    ("tanh(A)", "A", "missing-function(tanh(A))"),
    ("log(P)", "P", "missing-function(log(P))"),
    ("sigmoid(A)", "sigmoid(-A)", "wrong-sign(A)"),
    ("tanh(A)", "sigmoid(A)", "other-function(tanh(A))"),
    ("tanh(A)", "maximum(A, 0)", "other-function(tanh(A))"),
    ("sigmoid(A)", "tanh(A)", "other-function(sigmoid(A))"),
    ("maximum(A, p)", "where(A < p, A, p)", "other-function(maximum(A, p))"),
    ("1 - A**2", "1 - tanh(A)**2", "function-twice(1 - A ** 2)"),
    ("A*(1 - A)", "1 - A**2", "other-function(A * (1 - A))"),
    ("A*(1 - A)", "sigmoid(A)*(1 - sigmoid(A))", "function-twice(A * (1 - A))"),
    ("log(P) + log(1 + P)", "(log(P) + log(1 + P))/log(10)", "other-base(log(P))"),
    ("A.T @ A", "A @ A.T", "not-transposed(A.T @ A)"),
    ("2*A", "2*A.T", "transposed(A)"),
    ("2*v[:, None]*u", "(2*v[:, None]*u).T", "transposed(y)"),
    ("sqrt(P + p)", "sqrt(P) + p", "outside-root(sqrt(P + p))"),
    ("sqrt(P) + p", "sqrt(P + p)", "inside-root(sqrt(P) + p)"),
    ("v/sum(P)", "v/len(P)", "counted(v / sum(P))"),
    ("sum(v[1:])", "sum(v)", "missing-slice(v[1:])"),
    ("sum(v[:2])", "sum(v)", "missing-slice(v[:2])"),
    ("where(v < 1, v, t)", "where(v < 0, v, t)", "other-bound(v < 1)"),
    ("where(v > 1, v, t)", "where(v > 0, v, t)", "other-bound(v > 1)"),
    ("where(v <= 1, v, t)", "where(v <= 0, v, t)", "other-bound(v <= 1)"),
    ("where(v >= 1, v, t)", "where(v >= 0, v, t)", "other-bound(v >= 1)"),
    ("p*v/(p + sum(t))", "v/(1 + sum(t))", "missing-factor(p)"),
    ("2*v - 1", "v", "not-computed(2 * v - 1)"),
    ("v*t", "v**2*t", "power-too-high(v)"),
    ("(v + t)/p", "(v + 2*t)/p", "doubled(t)"),
    ("maximum(0, A)", "A", "missing-bound(0)"),
    ("maximum(A, p)", "p", "missing-bound(A)"),
    ("where(A > p, A, u)", "A", "missing-case(u)"),
    ("where(A > p, A, u)", "u", "missing-case(A)"),
    ("where(A > p, A, u)", "where(A > p, u, A)", "exchanged(where(A > p, A, u))"),
    ("p*v + (1 - p)*t", "(1 - p)*v + p*t", "weights-exchanged(p * v + (1 - p) * t)"),
    ("1 - p", "p", "complement(1 - p)"),
    ("v*(2 + 1)", "v*(2 + 2)", "off-by-one(2 + 1)"),
    ("v + t", "v + v", "other-name(t → v)"),
    ("v - t", "t - v", "turned(v - t)"),
    ("v - t", "t", "missing-term(v)"),
    ("p - v", "-v", "missing-term(p)"),
    ("p/v", "1/v", "missing-factor(p)"),
    ("-v", "v", "wrong-sign(-v)"),
    ("v + t", "v + 2*t", "doubled(t)"),
    ("v + t", "v/2 + t", "halved(v)"),
    ("v + t", "v*len(v) + t", "sum-not-mean(v)"),
    ("v + t", "v + t/len(v)", "divided-by-n(t)"),
    ("v + t", "2*v + 2*t", "doubled(y)"),
    ("v + t", "(v + t)/2", "halved(y)"),
    ("sum((v - t)**2)", "sum(v**2 - t**2)", "squared-apart((v - t) ** 2)"),
    ("sum((v - t)**2)", "sum(v**2 + t**2)", "squared-apart((v - t) ** 2)"),
    ("v - p*t", "(v - p)*t", "misplaced-bracket(v - p * t)"),
    ("v + p*t", "(v + p)*t", "misplaced-bracket(v + p * t)"),
    ("p*v + t", "p*(v + t)", "misplaced-bracket(p * v + t)"),
    ("p*v - t", "p*(v - t)", "misplaced-bracket(p * v - t)"),
    ("p*(v - t)", "p*v - t", "misplaced-bracket(p * (v - t))"),
    ("p*(v + t)", "p*v + t", "misplaced-bracket(p * (v + t))"),
    ("(v - t)/p", "v - t/p", "misplaced-bracket((v - t) / p)"),
    ("(v + t)/p", "v + t/p", "misplaced-bracket((v + t) / p)"),
    ("3*(v - t)/p", "3*v/p - t", "misplaced-bracket(3 * (v - t) / p)"),
    ("3*(v - t)/p", "3*v - t/p", "misplaced-bracket(3 * (v - t) / p)"),
    ("p*v + t", "v + p*t", "factor-moved(p * v + t)"),
    ("p*v + t", "p*v + (1 - p)*t", "averaged(p * v + t)"),
    ("p*v + t", "(1 - p)*v + p*t", "averaged(p * v + t)"),
    ("p*v", "v/p", "divided(p)"),
    ("2*v", "v/2", "divided(2)"),
    ("p*v", "p + v", "sum-not-product(p * v)"),
    ("v - p*t", "v*(1 - p*t)", "factored-out(v - p * t)"),
    ("2*v", "v**2", "not-differentiated(2 * v)"),
    ("sum(v - t)", "sum(abs(v - t))", "sign-lost(v - t)"),
    ("sum(v - t)", "sum((v - t)**2)", "power-too-high(v - t)"),
    ("p*v - t", "p*t - v", "arguments-exchanged(v, t)"),
    ("sum(v*t)", "sum(v*p)", "other-name(t → p)"),
    ("mean((v - t)**2)", "mean((v - t - mean(v - t))**2)", "centred(mean((v - t) ** 2))"),
    ("mean((v - t)**2)", "sqrt(mean((v - t - mean(v - t))**2))", "centred(mean((v - t) ** 2))"),
    ("v + t", "v + p*t", "extra-factor(p * t)"),
    ("v + t", "p*(v + t)", "extra-factor(p * y)"),
]
FUNCTION = "def f(v: n, t: n, A: (n, d), P: positive(n, d), u: d, p: positive):\n    y = {}\n    return y\n"


@pytest.mark.parametrize(("right", "wrong", "name"), RULED)
def test_each_rule_makes_its_slip(right, wrong, name):
    assert name in fitting(FUNCTION.format(right), "f", FUNCTION.format(wrong))


def test_what_goes_into_a_function_above_may_stand_for_what_comes_out():
    hidden = "def hidden(X: (n, d), u: d):\n    z = X @ u\n    return tanh(z)\n\n"
    source = hidden + "def f(X: (n, d), u: d):\n    a = hidden(X, u)\n    return X.T @ (1 - a**2)\n"
    wrong = source.replace("(1 - a**2)", "(1 - (X @ u)**2)")
    assert "before-function(1 - a ** 2)" in fitting(source, "f", wrong)
    assert "missing-function(hidden(X, u))" in {edit.name for edit in edits_of(source, "f")}


def test_what_is_recorded_may_be_off_by_a_factor_or_come_too_early():
    found = {edit.name for edit in edits_of(TRAIN, "train")}
    assert {"doubled(losses)", "halved(losses)", "sum-not-mean(losses)"} <= found
    source = "def f(x: n, p: rate):\n    m, ms = 0, []\n    for i in range(len(x)):\n        m = p*m + x[i]\n"
    end = "    return ms\n"
    early = source.replace("        m = p", "        ms.append(m)\n        m = p") + end
    assert "recorded-early(ms.append(m))" in fitting(source + "        ms.append(m)\n" + end, "f", early)


def test_a_velocity_may_be_used_before_it_is_computed_and_a_term_of_any_line_may_be_doubled():
    source = (
        "def f(x: n, w: one, lr: rate, k: whole):\n    v = 0\n    for i in range(k + 2):\n        g = mean(x) + lr*w\n"
        "        v = lr*v + g\n        w = w - v\n    return w, v\n"
    )
    early = source.replace("        v = lr*v + g\n        w = w - v\n", "        w = w - v\n        v = lr*v + g\n")
    assert "too-early(w = w - v)" in fitting(source, "f", early)
    assert "doubled(lr * w)" in fitting(source, "f", source.replace("+ lr*w", "+ 2*lr*w"))


def test_one_result_of_a_call_may_stand_for_another():
    found = {edit.name for edit in edits_of(TRAIN, "train")}
    assert {"other-name(dw → db)", "other-name(db → dw)", "other-name(x → y)", "exchanged(mse(x, y, w, b))"} <= found


WALK = """
def f(x: n, w: one, b: one, lr: rate, k: whole):
    out = []
    for i in range(k + 1):
        out.append(mean((w*x + b)**2))
        dw, db = mean(w*x*x + b*x), mean(w*x + b)
        w = w - lr*dw
        b = b - lr*db
    return out
"""
RECORDS = [
    ("out.append(mean((w*x + b)**2))", "s = s + mean((w*x + b)**2)\n        out.append(s)", "added-up"),
    ("out.append(mean((w*x + b)**2))", "s = s + mean((w*x + b)**2)\n        out.append(s/(i + 1))", "running-mean"),
    ("return out", "return out[::-1]", "reversed"),
    ("out.append(mean((w*x + b)**2))", "out.append(mean((w*x + b)**2)*(i < k))", "last-left-out"),
    ("        w = w - lr*dw\n        b = b - lr*db\n", "", "never-updated(b, w)"),
]


@pytest.mark.parametrize(("right", "wrong", "name"), RECORDS)
def test_records_may_be_added_up_averaged_turned_or_left_out(right, wrong, name):
    claimed = WALK.replace(right, wrong).replace("out = []", "out, s = [], 0")
    assert any(each.startswith(name) for each in fitting(WALK, "f", claimed))


def test_what_is_cut_to_whole_numbers_is_so_in_one_output_or_in_all():
    source = "def f(v: n, p: positive):\n    y = 3*p*v\n    z = 5*p + sum(v)\n    return y, z\n"
    found = {edit.name: edit for edit in edits_of(source, "f")}
    assert {"cut-to-whole(y)", "cut-to-whole(z)", "cut-to-whole(y, z)"} <= found.keys()
    trial = {"v": Array((2,), [0.5, -0.75]), "p": 0.75}
    reference = text.parse("e.py", source.encode())
    both = next(edit for edit in edits(reference, reference.functions["f"]) if edit.name == "cut-to-whole(y, z)")
    run = Run(reference, FLOATS, both.replaced)
    y, z = run.call("f", inputs.floats(reference.functions["f"], trial))
    assert (y.entries, z) == ([1.0, -1.0], 3.0)


def test_a_squared_parameter_in_a_derivative_is_a_power_too_high():
    assert "power-too-high(w)" in {edit.name for edit in edits_of(RIDGE, "ridge")}


def test_the_same_slip_in_all_of_its_places_is_one_edit():
    source = "def f(v: n, p: one):\n    a = v/(1 + p)\n    return a*(1 + p)**2, a/(1 + p)**3\n"
    wrong = source.replace("1 + p", "p")
    assert "missing-term(1)" in fitting(source, "f", wrong)


def edits_of(source, name):
    reference = text.parse("e.py", source.encode())
    return edits(reference, reference.functions[name])


def test_the_mistakes_of_a_called_function_are_those_of_its_caller_too():
    reference = text.parse("t.py", TRAIN.encode())
    train = reference.functions["train"]
    assert [each.name for each in called(reference, train)] == ["gradients", "mse"]
    assert {edit.function for edit in edits(reference, train)} == {"train", "mse", "gradients"}


def test_what_the_author_wrote_out_comes_first():
    reference = text.parse("r.py", RIDGE.encode())
    first = edits(reference, reference.functions["ridge"])[0]
    assert (first.name, first.runs) == ("bias-regularized", "bias_regularized")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_edit_has_its_words(language):
    say = Messages("derivation", language)
    for source in ALL.values():
        reference = text.parse("e.py", source.encode())
        for function in reference.own.values():
            for edit in edits(reference, function):
                if edit.runs == function.name:
                    for part in ("name", "see", "try", "mend"):
                        assert say(f"edit.{edit.kind}.{part}", piece="PIECE")
