"""Mistakes as edits: what a slip of the pen makes of the formulas, and what it is called."""

import pytest

from compare.exercises.reference import inputs, text
from compare.exercises.reference.edits import called, edits
from compare.exercises.reference.numbers import Undefined
from compare.exercises.reference.run import FLOATS, Run, RunError
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
