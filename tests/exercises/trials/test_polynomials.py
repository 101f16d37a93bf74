"""Trials on which a right program does not round: exact, as many as equality needs, for polynomials alone."""

from fractions import Fraction
from math import isclose

import pytest

from compare.exercises import draws
from compare.exercises.course import LINE, Formulas, read
from compare.exercises.findings import EVERY_TRIAL, RIGHT, WRONG
from compare.exercises.formulas import text
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.kinds import FLOATS, NUMBERS
from compare.exercises.formulas.run import Run, outputs
from compare.exercises.judge import examine
from compare.exercises.judging import EXACT, SHORT
from compare.exercises.kernel import Kernel
from compare.exercises.reference import prepared
from compare.exercises.trials import polynomials
from compare.exercises.trials.inputs import Draw, floats, further, numbers
from compare.reports.answer.explained import summary
from compare.reports.language import Messages
from tests.references import ALL, RIDGE, TRAIN

CASES = {"line": LINE.read_text(encoding="utf-8"), **ALL}
POLYNOMIALS = [
    *[("line", name) for name in ("predict", "mse", "dmse_dyp", "gradients", "sgd_step", "train", "train_momentum")],
    *[("ridge", "ridge"), ("train", "gradients"), ("train", "train")],
]
each = pytest.mark.parametrize(("file", "name"), POLYNOMIALS)


def of(file, name):
    reference = text.parse(file, CASES[file].encode())
    return reference, reference.functions[name]


def drawn(file, name, seed=3):
    reference, function = of(file, name)
    return reference, function, list(polynomials.drawn(polynomials.polynomial(reference, function), Draw(seed)))


@pytest.mark.parametrize(
    ("file", "name"), [("logistic", "gradients"), ("layers", "backward"), ("layers", "forward"), ("relu", "slopes")]
)
def test_what_is_no_polynomial_has_none(file, name):
    assert polynomials.polynomial(*of(file, name)) is None


@pytest.mark.parametrize(
    "formula",
    ["abs(x)", "maximum(x, 0)", "where(x > 0, x, 0)", "x/w", "1/x", "x**(-1)", "x**w", "2**x", "x/len(x)/3", "0.1*x",
     "sqrt(x)", "x*sqrt(2)"],
)  # fmt: skip
def test_a_formula_that_rounds_or_is_no_polynomial_has_none(formula):
    reference = text.parse("f.py", f"def f(x: n, w: one):\n    z = {formula}\n    return z\n".encode())
    assert polynomials.polynomial(reference, reference.functions["f"]) is None


@pytest.mark.parametrize("parameters", ["y: binary(n)", "y: onehot(n, k)", "y: whole(n)"])
def test_what_is_drawn_from_a_few_numbers_has_none(parameters):
    reference = text.parse("f.py", f"def f({parameters}, w: one):\n    z = sum(y)*w\n    return z\n".encode())
    assert polynomials.polynomial(reference, reference.functions["f"]) is None


@each
def test_the_truth_is_a_float_and_floats_find_it(file, name):
    reference, function, found = drawn(file, name)
    for _, trial in found:
        exact = outputs(Run(reference, NUMBERS).call(name, numbers(function, trial)))
        plain = outputs(Run(reference, FLOATS).call(name, floats(function, trial)))
        for one, other in zip(map(entries, exact), map(entries, plain), strict=True):
            assert [getattr(entry, "value", entry) for entry in one] == [Fraction(entry) for entry in other]


def entries(value):
    return [entry for each in value for entry in entries(each)] if isinstance(value, list) else (
        value.entries if isinstance(value, Array) else [value]
    )  # fmt: skip


@each
def test_there_are_as_many_of_each_size_as_another_polynomial_needs_to_be_found_out(file, name):
    known = polynomials.polynomial(*of(file, name))
    for one in known.exact:
        most = 2 ** (one.bits + 1) - 1 if name not in ("sgd_step", "ridge") else 2**one.bits
        assert (8 / most) ** one.trials <= 1e-15 < (8 / most) ** (one.trials - 1)
    found = [trial for kind, trial in drawn(file, name)[2] if kind == EXACT]
    assert len(found) == sum(one.trials for one in known.exact)


def test_the_number_of_trials_is_what_was_found_with_pencil_and_paper():
    known = {name: polynomials.polynomial(*of("line", name)).exact for name in ("gradients", "train", "sgd_step")}
    assert [(one.sizes["n"], one.bits, one.trials) for one in known["gradients"]] == [(n, 12, 5) for n in (8, 4, 2, 1)]
    assert [(one.sizes["n"], one.bits) for one in known["train"]] == [(8, 5), (4, 5), (2, 5), (1, 6)]
    assert known["sgd_step"] == ((({}, 12, 6)),)


@each
def test_numbers_are_multiples_of_a_power_of_two_and_no_more_bits(file, name):
    known = polynomials.polynomial(*of(file, name))
    most = max(one.bits for one in (*known.exact, *known.short))
    for kind, trial in drawn(file, name)[2]:
        for name, value in trial.items():
            for entry in entries(value) if not isinstance(value, int) else []:
                numerator = abs(Fraction(entry).numerator)
                assert numerator < 2**most
                assert entry or kind == EXACT or (kind == SHORT and name in known.updated)


def test_every_second_one_is_scaled_so_that_all_terms_stay_of_one_size():
    found = [trial for kind, trial in drawn("line", "gradients")[2] if kind == EXACT]
    sizes = [[max(map(abs, entries(value))) for value in trial.values()] for trial in found]
    assert all(max(plain) <= 1 for at, plain in enumerate(sizes) if at % 5 % 2 == 0)
    scaled = [(x, y, w, b) for at, (x, y, w, b) in enumerate(sizes) if at % 5 % 2 and 0 not in (x, w, b)]
    assert min(max(one) for one in scaled) < 2.0**-8
    for x, y, w, b in scaled:
        assert 2.0**-14 < x * w / max(y, b) < 2.0**14


def test_a_gradient_is_taken_where_its_parameters_are_small_in_short_trials():
    found = [trial for kind, trial in drawn("line", "gradients")[2] if kind == SHORT]
    assert len(found) == 8
    assert all(abs(trial["w"]) <= 2.0**-13 and abs(trial["b"]) <= 2.0**-13 for trial in found)
    assert all(min(map(abs, trial["x"].entries)) > 0 for trial in found)


def test_what_equality_shows_names_the_sizes():
    names = {"gradients": "n = 1, 2, 4, 8", "train": "n = 1, 2, 4, 8"}
    assert {name: polynomials.polynomial(*of("line", name)).shows.partition(":")[2] for name in names} == names
    assert polynomials.polynomial(*of("line", "sgd_step")).shows == "polynomial.step"
    assert polynomials.polynomial(*of("ridge", "ridge")).shows == "polynomial.sums:n = 1, 2, 4, 8, d = 2"


def test_where_a_size_has_no_exact_trials_no_chance_is_told():
    text_ = "def f(x: n, w: one):\n    z = sum(x)**16*w\n    return z\n"
    reference = text.parse("f.py", text_.encode())
    known = polynomials.polynomial(reference, reference.functions["f"])
    assert known is None or known.shows == ""


@pytest.mark.parametrize(
    "formulas",
    ["z = x*w**t\n    return z", "z = x*t + w\n    return z",
     "z = []\n    for i in range(t + 1):\n        z.append(w*t)\n    return z",
     "for i in range(t):\n        w = w - w*w\n    z = x*w\n    return z"],
)  # fmt: skip
def test_no_chance_is_told_of_a_whole_number_that_counts_no_records(formulas):
    reference = text.parse("f.py", f"def f(x: n, w: one, t: whole):\n    {formulas}\n".encode())
    known = polynomials.polynomial(reference, reference.functions["f"])
    assert len(known.exact) == 4
    assert (known.records, known.shows) == (False, "")


def judged(code, name="ridge", reference=RIDGE, seed=1):
    names = {}
    exec("import numpy as np\n" + code, names)
    course = read()._replace(formulas=Formulas("own.py", reference), points={name: 1.0}, seed=seed)
    return examine(b"", course, Kernel({name: names[name]})).exercises[0]


RIGHT_RIDGE = """
def ridge(X, y, w, b, lam):
    r = X @ w + b - y
    return {dw}, {db}
"""


@pytest.mark.parametrize(
    ("dw", "db"),
    [
        ("2*X.T @ r/len(y) + 2*lam*w", "2*np.mean(r)"),
        ("(2/len(y))*(X.T @ (X @ w) + b*X.sum(axis=0) - X.T @ y) + lam*w + lam*w", "(2*r).sum()*(1/len(y))"),
        ("np.array([np.average(2*r*X[:, j]) for j in range(X.shape[1])]) + lam*2*w", "np.average(r)*2"),
    ],
)
def test_right_codings_are_equal_and_no_more_is_said_of_a_public_seed(dw, db):
    finding = judged(RIGHT_RIDGE.format(dw=dw, db=db))
    assert (finding.verdict, finding.equal) == (RIGHT, EVERY_TRIAL)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_chance_is_told_of_trials_that_were_drawn_after_the_answer(language):
    code = RIGHT_RIDGE.format(dw="2*X.T @ r/len(y) + 2*lam*w", db="2*np.mean(r)")
    said = summary(judged(code, seed=draws.drawn(7, 1)), Messages("check", language))
    assert "n = 1, 2, 4, 8, d = 2" in said
    assert "10⁻¹⁵" in said


def test_a_right_answer_that_rounds_is_right_without_it():
    code = RIGHT_RIDGE.format(dw="(2*X.T @ r/len(y) + 2*lam*w).astype(np.float32)", db="2*r.mean()/3*3")
    finding = judged(code)
    assert (finding.verdict, finding.equal) == (RIGHT, None)


@pytest.mark.parametrize("added", ["1e-8", "1e-9"])
def test_a_small_number_in_a_denominator_is_no_rounding(added):
    code = RIGHT_RIDGE.format(dw="2*X.T @ r/len(y) + 2*lam*w", db=f"2*r.sum()/(len(y) + {added})")
    finding = judged(code)
    assert (finding.verdict, finding.reason, finding.outputs, finding.equal) == (WRONG, "value", ("db",), None)
    assert finding.notes == ("beyond-rounding",)
    assert finding.points == 0.5
    assert finding.mistakes == ()
    assert isclose(
        finding.off / abs(finding.truth), float(added) / len(finding.counterexample.inputs["y"]), rel_tol=0.1
    )


def test_whoever_differentiates_numerically_is_right():
    code = """
def gradients(x, y, w, b):
    def loss(w, b):
        return ((w*x + b - y)**2).mean()
    h = 1e-6
    return (loss(w + h, b) - loss(w - h, b))/(2*h), (loss(w, b + h) - loss(w, b - h))/(2*h)
"""
    assert judged(code, "gradients", TRAIN).verdict == RIGHT


STOPPING = """
def train(x, y, w, b, lr, epochs):
    losses, calm = [], 0
    for epoch in range(epochs + 1):
        r = w*x + b - y
        losses.append({loss})
        {stop}
        w, b = w - lr*2*(r*x).mean(), b - lr*2*r.mean()
    return losses + losses[-1:]*(epochs + 1 - len(losses))
"""


@pytest.mark.parametrize(
    ("loss", "stop", "verdict"),
    [
        ("(r*r).mean()", "", RIGHT),
        ("(r*r).mean()", "if losses[-1] < 1e-12: break", WRONG),
        ("(r*r).mean()", "if len(losses) > 1 and abs(losses[-1] - losses[-2]) < 1e-10: break", WRONG),
        ("(r*r).mean()", "calm = calm + 1 if losses[-1] < 1e-10 else 0\n        if calm == 10: break", WRONG),
        ("min((r*r).mean(), 1e4)", "", WRONG),
        ("round((r*r).mean(), 8)", "", WRONG),
    ],
)
def test_a_run_that_stops_early_or_cuts_its_losses_is_wrong(loss, stop, verdict):
    assert judged(STOPPING.format(loss=loss, stop=stop), "train", TRAIN).verdict == verdict


@pytest.mark.parametrize("test", ["np.ptp(x)", "np.any(x)"])
def test_what_is_right_of_all_but_level_arrays_or_zeros_is_wrong(test):
    reference = "def f(x: n, w: one):\n    z = w*mean(x)\n    return z\n"
    assert (
        judged(f"def f(x, w):\n    return w*np.mean(x) + (len(x) > 1 and not {test})\n", "f", reference).verdict
        == WRONG
    )


def test_a_course_knows_what_is_shown_from_one_run_to_the_next():
    course = read()._replace(formulas=Formulas("own.py", RIDGE), points={"ridge": 1.0})
    one = prepared.of_course(course)["ridge"]
    assert one.shows == "polynomial.sums:n = 1, 2, 4, 8, d = 2"
    assert sum(tried.kind == EXACT for tried in one.trials) == 4 * 6
    assert sum(tried.kind == SHORT for tried in one.trials) == 4 * 2


@pytest.mark.parametrize(
    ("loss", "stop", "named"),
    [
        ("float(f'{(r*r).mean():.7g}')", "", ("rounds-to-digits",)),
        (
            "(r*r).mean()",
            "if len(losses) > 1 and abs(losses[-2] - losses[-1]) < 1e-8*losses[-1]: break",
            ("stops-early",),
        ),
    ],
)
def test_what_is_within_every_allowance_and_no_rounding_is_named(loss, stop, named):
    finding = judged(STOPPING.format(loss=loss, stop=stop), "train", TRAIN)
    assert (finding.verdict, finding.mistakes, finding.equal) == (WRONG, named, None)
    assert finding.parameter == (7.0 if "digits" in named[0] else None)
    assert finding.notes == ()
    assert finding.got != finding.truth


def test_a_run_that_does_not_give_a_list_has_none_that_creeps():
    reference = text.parse("f.py", TRAIN.replace("return losses", "return w").encode())
    function = reference.functions["train"]
    known = polynomials.polynomial(reference, function)
    assert "creeping" not in {one.kind for one in further(reference, function, 1, known)}
    assert "creeping" in {
        one.kind for one in further(*of("train", "train"), 1, polynomials.polynomial(*of("train", "train")))
    }
