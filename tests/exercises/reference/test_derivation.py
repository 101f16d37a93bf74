"""`derivation`: every output four ways, whether it is its loss's gradient, what is wrong, and what would mend it."""

import json

import pytest

from compare.__main__ import main
from compare.exercises.formulas import text
from compare.exercises.reference import derivation
from tests.references import ALL, LAYERS, LOGISTIC, RIDGE, UNUSUAL

MENDED = {  # wrong claims of ridge, the outputs that are wrong, and what would mend them
    "X.T @ r/len(y) + lam*w, 2*mean(r)": (["dw"], "multiply dw by 2"),
    "2*X.T @ r/len(y) + 2*lam*w, mean(r)": (["db"], "multiply db by 2"),
    "2*X.T @ r/len(y) + 2*lam*w, 2*sum(r)": (["db"], "divide db by n"),
    "2*X.T @ r/len(y) + 2*lam*w, 2*mean(r) + lam": (["db"], "take away the term lam"),
    "2*X.T @ r/len(y) - 2*lam*w, 2*mean(r)": (["dw"], "turn the sign of 2 * lam * w"),
    "2*X.T @ r/len(y) + 2*lam*w**2, 2*mean(r)": (["dw"], "lower the power in w ** 2 by one"),
    "2*X.T @ r/len(y) + 2*lam*lam*w, 2*mean(r)": (["dw"], "take out the factor lam"),
    "2*mean(r), 2*X.T @ r/len(y) + 2*lam*w": (["dw", "db"], "return dw, db in the other order"),
}


def run(tmp_path, capsys, source, *options):
    path = tmp_path / "mine.py"
    path.write_text(source, encoding="utf-8")
    code = main(["derivation", str(path), "--lang", "en", *options])
    return code, capsys.readouterr()


@pytest.mark.parametrize("name", ALL)
def test_right_derivations_agree_on_every_side(name, tmp_path, capsys):
    code, said = run(tmp_path, capsys, ALL[name])
    assert code == 0
    assert "DIFFERS" not in said.out
    assert "It is the gradient of" in said.out
    assert "There is no loss to check against" in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())


def test_a_rational_gradient_is_shown_exactly_and_another_in_doubles(tmp_path, capsys):
    assert "exactly, in rational arithmetic" in run(tmp_path, capsys, RIDGE)[1].out
    assert "in doubles" in run(tmp_path, capsys, LOGISTIC)[1].out


@pytest.mark.parametrize("claim", MENDED)
def test_a_wrong_claim_is_told_by_its_output_its_example_and_its_mend(claim, tmp_path, capsys):
    source = RIDGE.replace("2*X.T @ r/len(y) + 2*lam*w, 2*mean(r)\n", claim + "\n").partition("@mistake")[0]
    code, said = run(tmp_path, capsys, source, "--json")
    ridge = json.loads(said.out)["functions"][1]
    wrong, mend = MENDED[claim]
    assert code == 1
    assert (ridge["gradient"], ridge["wrong"]) == (False, wrong)
    assert mend in ridge["mends"]
    assert ridge["example"]["claimed"] != ridge["example"]["expected"]
    assert {row["verdict"] for row in ridge["outputs"] if row["name"].split("[")[0] in wrong} == {"differs"}


def test_the_smallest_example_is_small_enough_for_paper(tmp_path, capsys):
    source = RIDGE.replace("2*mean(r)\n", "mean(r)\n")
    example = json.loads(run(tmp_path, capsys, source, "--json")[1].out)["functions"][1]["example"]
    assert example["inputs"] == {"X": [[1.0]], "y": [0.0], "w": [1.0], "b": 0.0, "lam": 1.0}
    assert (example["claimed"]["db"], example["expected"]["db"]) == (1.0, 2.0)


INNER = """
def loss(x: n, y: n, w: one, b: one):
    return mean(({function} - y)**2)

@gradient_of(loss, w, b)
def slope(x: n, y: n, w: one, b: one):
    {claim}
"""
TANH = "yp = tanh(w*x + b)\n    dz = 2*(yp - y)/len(y)\n    return sum(dz*x), sum(dz)"
EXP = "e = exp(w*x + b)\n    return 2*mean((e - y)*{dw}), 2*mean((e - y)*{db})"
LACKING = {  # what the chain rule asks for, by a claim that lacks it
    "dz → dz * (1 - yp ** 2)": ("tanh(w*x + b)", TANH),
    "(e - y) * e → ((e - y) * e) * x": ("exp(w*x + b)", EXP.format(dw="e", db="e")),
    "(e - y) * x → ((e - y) * x) * e": ("exp(w*x + b)", EXP.format(dw="x", db="e")),
    "sqrt(w * x + b + 9) - y → (sqrt(w * x + b + 9) - y) * (1 / (2 * sqrt(a)))": (
        "sqrt(w*x + b + 9)",
        "a = w*x + b + 9\n    return 2*mean((sqrt(a) - y)*x/(2*sqrt(a))), 2*mean(sqrt(w*x + b + 9) - y)",
    ),
}


@pytest.mark.parametrize("mend", LACKING)
def test_a_factor_of_the_chain_rule_that_is_lacking_is_told(mend, tmp_path, capsys):
    function, claim = LACKING[mend]
    code, said = run(tmp_path, capsys, INNER.format(function=function, claim=claim), "--json")
    loss, slope = json.loads(said.out)["functions"]
    assert code == 1
    assert slope["mends"] == [f"write, as the chain rule asks: {mend}"]
    assert "it is the loss of slope itself" in loss["message"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("1 - A**2", "1 - A"), ("X.T @ D, ", "X.T @ D/2, "), ("/len(Y)/", "/"), ("sum(G, axis=0)", "mean(G, axis=0)"),
     ("2*(A", "1.0005*2*(A"), ("D = G @ W2.T * (1 - A**2)", "D = G @ W2.T"), ("A.T @ G", "A.T @ G + 1e-6*W2")],
)  # fmt: skip
def test_errors_in_a_network_are_found(right, wrong, tmp_path, capsys):
    code, said = run(tmp_path, capsys, LAYERS.replace(right, wrong))
    assert code == 1
    assert "It is NOT the gradient of loss" in said.out


def test_a_shape_that_is_not_the_parameters_is_wrong(tmp_path, capsys):
    code, said = run(tmp_path, capsys, LOGISTIC.replace("return mean(r)", "return r"))
    assert code == 1
    assert "; wrong in: r." in said.out


def test_without_torch_three_ways_are_compared_and_one_line_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(derivation, "has_torch", lambda: False)
    code, said = run(tmp_path, capsys, RIDGE)
    assert code == 0
    assert "torch is not installed" in said.out
    assert "torch" not in said.out.splitlines()[1]


def test_a_file_that_cannot_be_used_is_one_line_and_exit_code_two(tmp_path, capsys):
    code, said = run(tmp_path, capsys, "import numpy as np")
    assert (code, said.out) == (2, "")
    assert said.err.count("\n") == 1


def test_a_mistake_that_is_none_is_refused(tmp_path, capsys):
    code, said = run(tmp_path, capsys, RIDGE.replace("db + 2*lam*b", "0 + db"))
    assert code == 2
    assert "bias_regularized gives the very same numbers as ridge" in said.err
    code, said = run(tmp_path, capsys, RIDGE.replace("return dw, db + 2*lam*b", "return dw"))
    assert code == 2
    assert "1 outputs for 2" in said.err


def test_the_table_is_told_in_korean(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text(RIDGE.replace("2*mean(r)\n", "mean(r)\n"), encoding="utf-8")
    assert main(["derivation", str(path), "--lang", "ko"]) == 1
    said = capsys.readouterr().out
    assert "기울기가 아닙니다" in said
    assert "2를 곱하세요 — db" in said


def test_what_was_compared_is_a_plain_record():
    reference = text.parse("ridge.py", RIDGE.encode())
    loss, ridge = derivation.compared(reference)
    assert (loss.gradient, ridge.gradient, ridge.exact, ridge.wrong) == (None, True, True, ())
    assert {name: (least, most) for name, least, most in ridge.sizes} == {"n": (1, 16), "d": (1, 3)}
    assert [row.name for row in ridge.rows][-1] == "db"
    assert all(len(row.values) == 4 for row in ridge.rows)
    assert ridge.apart > 30


def test_derivations_of_other_courses_agree_too(tmp_path, capsys):
    """Poisson regression, a hinge, layer normalization, a recurrent network, attention."""
    code, said = run(tmp_path, capsys, UNUSUAL)
    assert code == 0
    assert said.out.count("It is the gradient of") == 3


@pytest.mark.parametrize(
    ("loss", "gradient", "said"),
    [
        ("w*x", "sum(x)", "it has to be one number"),
        ("sum(w*x), w", "sum(x)", "it has to be one number"),
        ("sum(w*x)", "(sum(x), w)", "2 outputs"),
    ],
)
def test_what_cannot_be_the_gradient_of_that_loss_is_one_line_with_its_place(tmp_path, capsys, loss, gradient, said):
    source = f"def f(x: n, w: one):\n    return {loss}\n@gradient_of(f, w)\ndef g(x, w):\n    return {gradient}\n"
    code, heard = run(tmp_path, capsys, source)
    assert (code, heard.out, heard.err.count("\n")) == (2, "", 1)
    assert said in heard.err
    assert "line " in heard.err


def test_a_gradient_of_another_shape_is_told_as_wrong(tmp_path, capsys):
    source = "def f(x: n, w: one):\n    return sum(w*x)\n@gradient_of(f, w)\ndef g(x, w):\n    return x\n"
    assert run(tmp_path, capsys, source)[0] == 1


def test_numbers_that_double_in_length_again_and_again_end(tmp_path, capsys):
    squares = "    y = y*y\n" * 60
    code, heard = run(tmp_path, capsys, f"def f(x: n, k: whole):\n    y = x + k\n{squares}    return y\n")
    assert code in (0, 2)
    assert "Traceback" not in heard.err


def test_how_large_a_file_may_be_is_told_in_parts_of_a_megabyte_too(tmp_path, capsys):
    code, heard = run(tmp_path, capsys, "#" * 2**20)
    assert code == 2
    assert "larger than 0.25 MB" in heard.err


ODD = {  # what once ended in a traceback, or was told wrongly
    "a comparison as a factor": "def f(x: n, w: one):\n    return sum((x > w)*x) - sum(-(x <= w)*x)\n",
    "a comparison of numbers": "def f(x: n, t: whole):\n    return where(1 < 2, x, t) + maximum(2, zeros_like(3))\n",
    "an index that small inputs lack": "def f(x: n, t: whole):\n    return x[2] + sum(x[1:] - x[:-1])\n",
    "a root of what may be negative": "def f(x: n, p: positive):\n    return sum((x + 2)**p) + sum(x**0.5)\n",
    "a column of ones beside nothing": "def f(X: (n, d)):\n    return with_ones(0*X)[0]\n",
    "an array that is partly whole numbers": (
        "def f(x: n, c: binary(n)):\n    for i in range(2):\n        c = maximum(x, c)\n    return c\n"
    ),
    "a function that the loss does not depend on": (
        "def f(x: n, w: one):\n    e = exp(x)\n    return sum(w*x)\n\n"
        "@gradient_of(f, w)\ndef g(x, w):\n    return sum(x)\n"
    ),
    "a loss without a value where its gradient has one": (
        "def f(x: n, p: positive, w: one):\n    a = 0/p\n    return w*sum(x) + a\n\n"
        "@gradient_of(f, w)\ndef g(x, p, w):\n    return sum(x)\n"
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_formulas_agree_on_every_side(name, tmp_path, capsys):
    code, said = run(tmp_path, capsys, ODD[name])
    assert (code, said.err) == (0, "")


def test_a_list_cannot_be_compared(tmp_path, capsys):
    code, said = run(tmp_path, capsys, "def f(x: n):\n    a = [1]\n    return where(a < 2, x, 0)\n")
    assert code == 2
    assert said.err.startswith(f"{tmp_path}/mine.py, line 3: a < 2: a list or a tuple")


def test_each_wrong_output_has_what_mends_it(tmp_path, capsys):
    source = (
        "def loss(x: n, y: n, w: one, b: one):\n    return mean((w*x + b - y)**2)\n\n@gradient_of(loss, w, b)\n"
        "def grad(x, y, w, b):\n    r = y - w*x - b\n    return sum(r*x), 2*sum(r)\n"
    )
    said = run(tmp_path, capsys, source)[1].out
    assert "dw: write -2/len(x) * dw in its place." in said
    assert "db: write -1/len(x) * db in its place." in said


def test_what_cannot_be_told_apart_is_told_in_words(tmp_path, capsys):
    source = "def f(x: n, t: whole):\n    return sum(where(t >= 0, x, 0))\n"
    said = " ".join(run(tmp_path, capsys, source)[1].out.split())
    assert "these cannot: the case is left out in which 0 comes out" in said
