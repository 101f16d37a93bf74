"""A reference's text: what is read from it, and what is refused, with the line, what stands there and the cure."""

import pytest

from compare.exercises.formulas import shapes, text
from compare.exercises.formulas.function import Fault
from tests.references import ALL, RIDGE

REFUSED = {
    "nothing": ("", "there is no function"),
    "only-words": ('"""Words."""', "there is no function"),
    "import": ("import numpy as np", "line 1: import numpy as np: nothing can be imported"),
    "from": ("from math import exp", "nothing can be imported"),
    "constant-at-top": ("c = 1", "line 1: c = 1: only functions stand here"),
    "class": ("class A: pass", "only functions stand here"),
    "no-shape": ("def f(x): return x", "x has no shape; write x: one"),
    "itself": ("def f(x: n):\n    return f(x)", "line 2: f: f uses itself"),
    "later": (
        "def f(x: n):\n    return g(x)\ndef g(x: n):\n    return x",
        "line 2: g is no function that stands above",
    ),
    "unknown": ("def f(x: n):\n    return y", "line 2: y has no value here; f knows x"),
    "method": ("def f(x: n):\n    return x.sum()", "x.sum: write sum(…)"),
    "numpy": ("def f(x: n):\n    return np.exp(x)", "np.exp: write exp(…)"),
    "dot": ("def f(X: (n, d), w: d):\n    return X.dot(w)", "written with @, such as X @ w"),
    "numpy-dot": ("def f(X: (n, d), w: d):\n    return np.dot(X, w)", "written with @"),
    "bare-dot": ("def f(X: (n, d), w: d):\n    return dot(X, w)", "written with @"),
    "a-type": ("def f(x: n, lam: float):\n    return x", "float is no shape; write one"),
    "size-of-array": ("def f(x: n):\n    return x.size", "a size is len"),
    "attribute": ("def f(x: n):\n    return x.shape", ".shape is not known, only .T"),
    "dunder": ("def f(x: n):\n    return x.__class__", ".__class__ is not known"),
    "if": ("def f(x: n):\n    if x:\n        x = 1\n    return x", "there is no if here; write where"),
    "if-expression": ("def f(x: n):\n    return 1 if x else 2", "there is no if here"),
    "while": ("def f(x: n):\n    while 1:\n        x = x\n    return x", "there is no while here"),
    "comprehension": ("def f(x: n):\n    return [i for i in x]", "formulas do not know this"),
    "lambda": ("def f(x: n):\n    return lambda: x", "formulas do not know this"),
    "walrus": ("def f(x: n):\n    return (y := x)", "formulas do not know this"),
    "modulo": ("def f(x: n):\n    return x % 2", "formulas know + - * / ** @"),
    "not": ("def f(x: n):\n    return not x", "formulas know + - * / ** @"),
    "chain": ("def f(x: n):\n    return 0 < x < 1", "compare two things at a time"),
    "and": ("def f(x: n):\n    return x and x", "there is no and"),
    "text": ("def f(x: n):\n    return 'a'", "only finite numbers"),
    "true": ("def f(x: n):\n    return True*x", "only finite numbers"),
    "huge": ("def f(x: n):\n    return 1e31*x", "only finite numbers"),
    "twice": ("def f(x: n): return x\ndef f(x: n): return x", "line 2: there is a function f already, in line 1"),
    "taken": ("def mean(x: n): return x", "mean means something else"),
    "taken-range": ("def range(x: n): return x", "range means something else"),
    "taken-parameter": ("def f(sum: n): return sum", "sum means something else"),
    "taken-name": ("def f(x: n):\n    exp = x\n    return exp", "exp means something else"),
    "star": ("def f(x: n, *more): return x", "give plain parameters"),
    "default": ("def f(x: n = 1): return x", "give plain parameters"),
    "no-parameters": ("def f(): return 1", "give plain parameters"),
    "arrow": ("def f(x: n) -> n: return x", "delete the arrow"),
    "decorator": ("@cache\ndef f(x: n): return x", "@cache: write @gradient_of"),
    "three-axes": ("def f(x: (n, n, n)): return x", "is no shape"),
    "annotation-call": ("def f(x: open('x')): return x", "is no shape"),
    "annotation-text": ("def f(x: 'n'): return x", "is no shape"),
    "onehot-flat": ("def f(x: onehot(n)): return x", "is no shape"),
    "binary-number": ("def f(x: binary): return x", "is no shape"),
    "no-return": ("def f(x: n):\n    y = x", "f does not end with return"),
    "pass": ("def f(x: n): pass", "f does not end with return"),
    "bare-return": ("def f(x: n): return", "f does not end with return"),
    "early": ("def f(x: n):\n    for i in range(2):\n        return x\n    return x", "return stands in the last line"),
    "global": ("def f(x: n):\n    global x\n    return x", "formulas know assignments"),
    "set-entry": ("def f(x: n):\n    x[0] = 1\n    return x", "only names can be assigned to"),
    "for-each": ("def f(x: n):\n    for a in x:\n        x = a\n    return x", "a loop is written"),
    "step": ("def f(x: n):\n    for a in range(0, 4, 2):\n        x = x\n    return x", "a loop is written"),
    "sum-of-two": ("def f(x: n):\n    return sum(x, 0)", "sum takes 1 argument"),
    "keepdims": ("def f(x: n):\n    return sum(x, keepdims=1)", "write keepdims=True"),
    "no-loss": ("@gradient_of(loss, w)\ndef f(w: n): return w", "there is no function loss above"),
    "syntax": ("def f(x:", "Python cannot read it"),
    "async": ("async def f(x: n): return x", "only functions stand here"),
    "many": ("\n".join(f"def f{i}(x: n): return x" for i in range(1000)), "1000 functions; split it"),
    "large": ("\n".join(f"def f{i}(x: n): return {'+'.join('x' * 90)}" for i in range(150)), "more than 20000 parts"),
    "deep": ("def f(x: n): return " + "-" * 150 + "x", "nested more than 100 deep"),
    "very-deep": ("def f(x: n): return " + "+".join("x" * 30_000), "nested more than 100 deep"),
    "long-sum": ("def f(x: n): return " + "+".join("x" * 3_000), "nested more than 100 deep"),
}
OF_LOSS = "def loss(x: n, w: one, k: whole): return sum(w*x)*k\n"
REFUSED_GRADIENTS = {
    "by-nothing": ("@gradient_of(loss)\ndef f(x: n, w: one, k: whole): return w", "give the loss and the parameters"),
    "by-twice": ("@gradient_of(loss, w, w)\ndef f(x: n, w: one, k: whole): return w, w", "give the loss and the"),
    "by-unknown": ("@gradient_of(loss, v)\ndef f(x: n, w: one, k: whole): return w", "choose among x, w, k"),
    "by-whole": ("@gradient_of(loss, k)\ndef f(x: n, w: one, k: whole): return w", "k is no parameter that loss"),
    "lacks": ("@gradient_of(loss, w)\ndef f(x: n, w: one): return w", "f lacks k, which loss depends on"),
    "other-shape": ("@gradient_of(loss, w)\ndef f(x: n, w: n, k: whole): return w", "w has another shape in loss"),
    "how-many": ("@gradient_of(loss, w)\ndef f(x: n, w: one, k: whole): return w, x", "2 outputs, but f is to give"),
    "wordless": ("@mistake(loss)\ndef f(x, w, k): return w", "write mistake(function, see="),
    "other-parameters": ("@mistake(loss, see='s', attempt='a')\ndef f(w): return w", "give it x, w, k, in this order"),
    "of-mistake": (
        "@mistake(loss, see='s', attempt='a')\ndef f(x, w, k): return w\n"
        "@mistake(f, see='s', attempt='a')\ndef g(x, w, k): return w",
        "there is no function f above",
    ),
    "both": (
        "@gradient_of(loss, w)\n@mistake(loss, see='s', attempt='a')\ndef f(x, w, k): return w",
        "is a mistake and",
    ),
}
CANNOT_RUN = {
    "shapes": ("def f(X: (n, d), w: n):\n    return X @ w", "line 2: X @ w: the shapes (7, 3) and (7,) do not fit"),
    "sum-of-shapes": ("def f(x: n, y: d):\n    return x + y", "the shapes (7,) and (3,) do not fit"),
    "index": ("def f(x: n):\n    return x[0, 0]", "there is no such entry or axis in the shape (7,)"),
    "far-index": ("def f(x: n):\n    return x[9]", "there is no such entry or axis in the shape (7,)"),
    "axis": ("def f(x: n):\n    return sum(x, axis=1)", "there is no such entry or axis in the shape (7,)"),
    "unpacks": ("def f(x: n):\n    a, b = x\n    return a", "1 value(s) come, 2 names stand there"),
    "list": ("def f(x: n):\n    a = []\n    return a + a", "a list or a tuple stands where a number"),
    "append-to-array": ("def f(x: n):\n    x.append(1)\n    return x", "append adds one number or array to a list"),
    "endless": (
        "def f(x: n):\n    for i in range(10**9):\n        x = x + 1\n    return x",
        "more than 100000 operations",
    ),
    "half-a-step": (
        "def f(x: n):\n    for i in range(1/2):\n        x = x\n    return x",
        "a whole number is needed here",
    ),
    "no-value": (
        "def f(x: n):\n    for i in range(0):\n        y = x\n    return y",
        "y has no value yet when this line is reached",
    ),
}


def refusal(source, language="en"):
    with pytest.raises(Fault) as caught:
        used(source)
    return caught.value.text(language)


def used(source):
    reference = text.parse("mine.py", source.encode())
    for function in reference.functions.values():
        shapes.output_shapes(reference, function)


@pytest.mark.parametrize(("source", "said"), (REFUSED | CANNOT_RUN).values(), ids=(REFUSED | CANNOT_RUN).keys())
def test_what_formulas_do_not_know_is_refused_with_its_line_and_cure(source, said):
    line = refusal(source)
    assert said in line
    assert line.startswith("mine.py")
    assert "\n" not in line


@pytest.mark.parametrize(("source", "said"), REFUSED_GRADIENTS.values(), ids=REFUSED_GRADIENTS.keys())
def test_a_gradient_or_a_mistake_that_does_not_fit_its_function_is_refused(source, said):
    assert said in refusal(OF_LOSS + source)


@pytest.mark.parametrize("source", [source for source, _ in (REFUSED | CANNOT_RUN).values()])
def test_a_refusal_is_said_in_korean_too(source):
    assert any("가" <= letter <= "힣" for letter in refusal(source, "ko"))


@pytest.mark.parametrize("data", [b"\xff\xfe", b"def f(x: n): return \xe9", b"\x00"])
def test_bytes_that_are_no_text_are_refused(data):
    with pytest.raises(Fault):
        text.parse("mine.py", data)


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path):
    with pytest.raises(Fault, match=r"none\.py: there is no such file"):
        text.read(tmp_path / "none.py")


@pytest.mark.parametrize("source", ALL.values(), ids=ALL.keys())
def test_the_formulas_of_a_course_are_read(source):
    reference = text.parse("mine.py", source.encode())
    assert all(shapes.output_shapes(reference, function) for function in reference.functions.values())


def test_parameters_docstrings_and_decorators_are_read():
    reference = text.parse("ridge.py", RIDGE.encode())
    ridge, mistake = reference.functions["ridge"], reference.functions["bias_regularized"]
    assert reference.docstring.startswith("Ridge regression")
    assert (ridge.loss, ridge.by, ridge.docstring) == ("ridge_loss", ("w", "b"), "Its derivatives by w and by b.")
    assert [each.kind for each in ridge.parameters] == ["real"] * 4 + ["positive"]
    assert [each.shape for each in ridge.parameters] == [(("n",), ("d",)), (("n",),), (("d",),), (), ()]
    assert mistake.mistake == ("ridge", "The bias is shrunk too.", "Only w stands in the penalty.")
    assert mistake.parameters == ridge.parameters
    assert list(reference.own) == ["ridge_loss", "ridge"]
    assert reference.mistakes("ridge") == (mistake,)


def test_a_shape_may_be_a_sum_and_a_kind_may_have_one():
    source = "def f(a: d + 1, b: (n, 1), c: positive(d), k: whole(n), o: onehot(n, k), r: rate): return a"
    parameters = text.parse("mine.py", source.encode()).functions["f"].parameters
    assert [(each.kind, each.shape) for each in parameters] == [
        ("real", (("d", 1),)),
        ("real", (("n",), (1,))),
        ("positive", (("d",),)),
        ("whole", (("n",),)),
        ("onehot", (("n",), ("k",))),
        ("rate", ()),
    ]


def test_a_gradient_takes_the_shapes_of_its_loss_where_it_gives_none():
    source = "def loss(x: n, w: one): return sum(w*x)\n@gradient_of(loss, w)\ndef dw(x, w): return sum(x)"
    assert text.parse("mine.py", source.encode()).functions["dw"].parameters[0].shape == (("n",),)


def test_outputs_are_named_as_returned_and_expressions_after_their_parameter():
    reference = text.parse("ridge.py", RIDGE.encode())
    assert shapes.output_names(reference, reference.functions["ridge"]) == ("dw", "db")
    assert shapes.output_shapes(reference, reference.functions["ridge"]) == (("d",), ())
    named = text.parse("mine.py", b"def f(x: n, y: n):\n    a = x + y\n    return a, y")
    assert shapes.output_names(named, named.functions["f"]) == ("a", "y")
    shapes.require_names(named, named.functions["f"])


@pytest.mark.parametrize("body", ["return x + 1", "return x, x + 1", "a = x\n    return a, a"])
def test_an_exercise_whose_output_has_no_name_of_its_own_is_refused(body):
    reference = text.parse("mine.py", f"def f(x: n):\n    {body}".encode())
    with pytest.raises(Fault, match="name"):
        shapes.require_names(reference, reference.functions["f"])
