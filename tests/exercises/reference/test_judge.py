"""An answer to a course with a reference: judged in the sandbox, explained, followed through, told in words."""

import hashlib
import json
from pathlib import Path

import pytest

from compare.__main__ import main
from compare.errors import Fault
from compare.exercises import course
from compare.exercises.judge import examine
from compare.exercises.reference import tasks
from compare.sandbox.run import Sandbox

FORMULAS = '''"""Ridge regression."""

def predict(X: (n, d), w: d, b: one):
    """Predictions."""
    yp = X @ w + b
    return yp

def loss(X: (n, d), y: n, w: d, b: one, lam: positive):
    """The loss."""
    loss = mean((predict(X, w, b) - y)**2) + lam*sum(w**2)
    return loss

@gradient_of(loss, w, b)
def ridge(X: (n, d), y: n, w: d, b: one, lam: positive):
    """Its derivatives by w and by b."""
    r = predict(X, w, b) - y
    return 2*X.T @ r/len(y) + 2*lam*w, 2*mean(r)

@mistake(ridge, see="The bias is shrunk too.", attempt="Only w stands in the penalty.")
def bias_regularized(X, y, w, b, lam):
    dw, db = ridge(X, y, w, b, lam)
    return dw, db + 2*lam*b

def train(X: (n, d), y: n, w: d, b: one, lam: positive, lr: rate, epochs: whole):
    """The losses of epochs 0 to epochs."""
    losses = []
    for epoch in range(epochs + 1):
        losses.append(loss(X, y, w, b, lam))
        dw, db = ridge(X, y, w, b, lam)
        w, b = w - lr*dw, b - lr*db
    return losses
'''
COURSE = """
reference = "ridge.py"
[exercises]
predict = 1
loss = 1
ridge = 3
train = 3
[weights.ridge]
dw = 2
db = 1
[credit]
bias-regularized = 0.5
[texts.ko.bias_regularized]
see = "편향까지 작아집니다."
[texts.ko.ridge]
doc = "w와 b에 대한 도함수입니다."
"""
RIGHT = """
import numpy as np

def predict(X, w, b):
    return [sum(a * c for a, c in zip(row, w)) + b for row in X]

def loss(X, y, w, b, lam):
    return np.mean((X @ w + b - y)**2) + lam*np.sum(w**2)

def ridge(X, y, w, b, lam):
    r = X @ w + b - y
    return 2*X.T @ r/len(y) + 2*lam*w, 2*r.mean()

def train(X, y, w, b, lam, lr, epochs):
    losses = []
    for _ in range(epochs + 1):
        losses.append(loss(X, y, w, b, lam))
        dw, db = ridge(X, y, w, b, lam)
        w, b = w - lr*dw, b - lr*db
    return losses
"""
WRONG = {  # what stands in the place of what, and the exercise, its wrong outputs, its mistakes, its points
    ("2*r.mean()", "r.mean()"): ("ridge", ("db",), ("factor-two-missing(db)",), 2.0),
    ("2*X.T @ r/len(y)", "X.T @ r/len(y)"): ("ridge", ("dw",), ("missing-factor(2)",), 1.0),
    ("2*X.T @ r/len(y)", "2*X.T @ r"): ("ridge", ("dw",), ("not-divided(len(y))",), 1.0),
    ("+ 2*lam*w,", ","): ("ridge", ("dw",), ("missing-term(2 * lam * w)",), 1.0),
    ("2*r.mean()", "2*r.mean() + 2*b*lam"): ("ridge", ("db",), ("bias-regularized",), 2.0),
    ("r = X @ w + b - y", "r = y - X @ w - b"): ("ridge", ("dw", "db"), ("turned(predict(X, w, b) - y)",), 0.0),
    ("2*r.mean()", "2*r"): ("ridge", ("db",), ("not-summed(mean(r))",), 2.0),
    ("2*r.mean()", "2.001*r.mean()"): ("ridge", ("db",), (), 2.0),
    ("lam*np.sum(w**2)", "lam*np.mean(w**2)"): ("loss", ("loss",), ("mean-not-sum(sum(w ** 2))",), 0.0),
    ("range(epochs + 1)", "range(epochs)"): ("train", ("losses",), ("step-too-few(range(epochs + 1))",), 0.0),
    ("w - lr*dw", "w + lr*dw"): ("train", ("losses",), ("wrong-sign(lr * dw)",), 0.0),
    ("return losses", "return losses[-1]"): ("train", ("losses",), (), 0.0),
    (" + b for", " for"): ("predict", ("yp",), ("missing-term(b)",), 0.0),
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    (folder / "ridge.py").write_text(FORMULAS, encoding="utf-8")
    (folder / "week3.toml").write_text(COURSE, encoding="utf-8")
    return folder / "week3.toml"


@pytest.fixture(scope="module")
def judge(rules):
    read = course.read(rules)
    with Sandbox() as sandbox:
        yield lambda source: {one.name: one for one in examine(source.encode(), read, sandbox).exercises}


def test_right_answers_in_any_form_are_right(judge):
    assert {one.verdict for one in judge(RIGHT).values()} == {"right"}


def test_the_reference_itself_is_an_answer_of_full_marks(judge, rules):
    assert {one.verdict for one in judge(tasks.solution(course.read(rules)).decode()).values()} == {"right"}


def test_a_reference_that_counts_with_comparisons_is_an_answer_of_full_marks(tmp_path):
    formulas = "def f(x: n, w: one):\n    s = sum((x > w)*x - (x <= w)*x) - sum(-(x < 0))\n    return s\n"
    (tmp_path / "f.py").write_text(formulas, encoding="utf-8")
    (tmp_path / "c.toml").write_text('reference = "f.py"\n[exercises]\nf = 1\n', encoding="utf-8")
    rules = course.read(tmp_path / "c.toml")
    with Sandbox() as sandbox:
        assert examine(tasks.solution(rules), rules, sandbox).all_right


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_a_wrong_answer_is_told_by_output_and_mistake(judge, right, wrong):
    name, outputs, mistakes, points = WRONG[right, wrong]
    found = judge(RIGHT.replace(right, wrong))[name]
    assert (found.verdict, found.outputs, found.mistakes, found.points) == ("wrong", outputs, mistakes, points)
    assert found.counterexample is not None


def test_a_mistake_keeps_the_credit_that_the_course_gives_it(judge):
    """Both derivatives from one slip: half of the points, as for the mistake, and not none."""
    source = RIGHT.replace("2*r.mean()", "2*r.mean() + 2*b*lam").replace("db = 1", "db = 0")
    assert judge(source)["ridge"].points == 2.0


@pytest.mark.parametrize("name", ["factor-two-missing", '"factor-two-missing(db)"'])
def test_a_kind_of_mistake_has_a_credit_too(tmp_path, name):
    (tmp_path / "ridge.py").write_text(FORMULAS, encoding="utf-8")
    credit = COURSE.replace("bias-regularized = 0.5", f"{name} = 0.9")
    (tmp_path / "c.toml").write_text(credit, encoding="utf-8")
    with Sandbox() as sandbox:
        found = examine(RIGHT.replace("2*r.mean()", "r.mean()").encode(), course.read(tmp_path / "c.toml"), sandbox)
    assert {one.name: one.points for one in found.exercises}["ridge"] == pytest.approx(2.7)


@pytest.mark.parametrize(("name", "points"), [('"missing-factor(2)"', 1.0), ("factor-two-missing", 0.5)])
def test_each_output_keeps_the_credit_of_its_own_mistake(tmp_path, name, points):
    """Of three points two are for dw, whose penalty has its 2; the other 2 is missing there, and that of db."""
    (tmp_path / "ridge.py").write_text(FORMULAS, encoding="utf-8")
    (tmp_path / "c.toml").write_text(COURSE.replace("bias-regularized = 0.5", f"{name} = 0.5"), encoding="utf-8")
    source = RIGHT.replace("2*r.mean()", "r.mean()").replace("2*X.T @ r", "X.T @ r")
    with Sandbox() as sandbox:
        (found,) = (one for one in examine(source.encode(), course.read(tmp_path / "c.toml"), sandbox).exercises
                    if one.name == "ridge")  # fmt: skip
    assert found.outputs == ("dw", "db")
    assert (found.mistakes, found.points) == (("missing-factor(2)", "factor-two-missing(db)"), points)


def test_what_follows_from_an_own_wrong_step_keeps_its_marks(judge):
    found = judge(RIGHT.replace("2*X.T @ r/len(y) + 2*lam*w, 2*r.mean()", "X.T @ r/len(y) + lam*w, r.mean()"))
    assert (found["train"].verdict, found["train"].inherited) == ("right", ("ridge",))


def test_a_step_that_is_no_multiple_of_the_right_one_is_for_the_instructor_to_confirm(judge):
    found = judge(RIGHT.replace("2*r.mean()", "r.mean()"))
    assert (found["train"].verdict, found["train"].inherited, found["train"].confirm) == ("wrong", ("ridge",), True)


def test_a_step_of_which_nothing_is_known_passes_nothing_on(judge):
    found = judge(RIGHT.replace("2*r.mean()", "r[0]*w[0]"))
    assert found["train"].verdict == "wrong"


def test_a_slip_of_the_loops_own_is_wrong_beside_an_own_wrong_step(judge):
    found = judge(RIGHT.replace("2*r.mean()", "r.mean()").replace("w - lr*dw", "w + lr*dw"))
    assert found["train"].verdict == "wrong"


@pytest.mark.parametrize(
    ("source", "reason"),
    [("return [sum", "return np.array([[1.0]]) or [sum"), ("return [sum", "raise KeyError\n    return [sum"),
     ("return [sum", "while True: pass\n    return [sum"), ("return [sum", "return 'a' or [sum")],
)  # fmt: skip
def test_whatever_an_answer_does_the_others_are_judged(judge, source, reason):
    found = judge(RIGHT.replace(source, reason))
    assert found["predict"].verdict == "wrong"
    assert found["ridge"].verdict == "right"


def test_what_never_gave_a_number_is_no_known_mistake(judge):
    """An edit of which nothing can be computed fits a crash on every input: that is no evidence."""
    lists = RIGHT.replace("2*lam*w, 2*r.mean()", "2*lam*w, 2*r.mean(5)").replace("w - lr*dw", "w - lr*[dw]*0.5")
    found = judge(lists)
    assert (found["ridge"].verdict, found["ridge"].reason, found["ridge"].mistakes) == ("wrong", "error", ())
    assert (found["train"].verdict, found["train"].mistakes) == ("wrong", ())


def test_a_function_that_is_not_there_is_unchecked(judge):
    assert judge(RIGHT.replace("def predict", "def forecast"))["predict"].verdict == "unchecked"


def test_the_smallest_example_is_small_and_the_slope_is_shown_by_hand(rules, tmp_path, capsys):
    (tmp_path / "a.py").write_text(RIGHT.replace("2*r.mean()", "r.mean()"), encoding="utf-8")
    assert main(["check", str(tmp_path / "a.py"), "--course", str(rules), "--json", "--lang", "en"]) == 1
    found = json.loads(capsys.readouterr().out)
    ridge = found["exercises"][2]
    assert found["reference"] == hashlib.sha256(FORMULAS.encode()).hexdigest()
    assert ridge["counterexample"]["X"] == [[1.0]]
    assert ridge["counterexample"]["expected"] == [[4.0], 2.0]
    assert "Move b by 1 both ways: the loss is 1 at b = -1 and 5 at b = 1." in ridge["message"]


def test_only_a_parabola_is_called_one(tmp_path, capsys):
    """log(1 + exp(b)) is b/2 and an even function: its slope in the middle is that of a parabola, and it is none."""
    answer = (
        "import numpy as np\ndef gradient(X, y, w, b):\n    return 0, X.T @ (1/(1 + np.exp(-X @ w - b)) - y)/len(y)\n"
    )
    (tmp_path / "a.py").write_text(answer, encoding="utf-8")
    main(["check", str(tmp_path / "a.py"), "--course", "logistic"])
    said = capsys.readouterr().out
    assert "Move b by 0.001 both ways" in said
    assert "is a parabola" not in said


def test_an_authors_words_are_told_in_the_readers_language_and_else_in_the_courses(rules, tmp_path, capsys):
    (tmp_path / "a.py").write_text(RIGHT.replace("2*r.mean()", "2*r.mean() + 2*b*lam"), encoding="utf-8")
    main(["check", str(tmp_path / "a.py"), "--course", str(rules), "--lang", "ko"])
    said = capsys.readouterr().out
    assert "편향까지 작아집니다." in said
    assert "Only w stands in the penalty. (과정에 영어로만 적혀 있습니다.)" in " ".join(said.split())


def test_the_template_states_each_task_with_shapes_and_an_example(rules, tmp_path, capsys):
    target = tmp_path / "mine.py"
    assert main(["new", str(target), "--course", str(rules), "--lang", "ko"]) == 0
    text = target.read_text(encoding="utf-8")
    compile(text, "mine.py", "exec")
    assert "Ridge regression." in text
    assert "w와 b에 대한 도함수입니다." in text
    assert "dw (d,), db" in text
    assert f"check {target} --course {rules}" in text
    capsys.readouterr()
    assert main(["check", str(target), "--course", str(rules), "--lang", "en"]) == 1
    assert "0 of 8 points" in capsys.readouterr().out


def test_the_template_says_what_each_argument_may_be(tmp_path):
    assert main(["new", str(tmp_path / "a.py"), "--course", "adam", "--lang", "en"]) == 0
    text = (tmp_path / "a.py").read_text(encoding="utf-8")
    assert "    v, eps: 0 or larger\n    t: whole, 0 or larger\n    lr, beta1, beta2: from 0 to 1\n" in text
    assert main(["new", str(tmp_path / "b.py"), "--course", "softmax", "--lang", "ko"]) == 0
    text = (tmp_path / "b.py").read_text(encoding="utf-8")
    assert "Y: 행마다 1이 하나, 나머지는 0" in text
    assert "영어로 적혀" not in text


def test_a_template_in_another_language_notes_what_is_not_told_in_it(rules, tmp_path):
    assert main(["new", str(tmp_path / "a.py"), "--course", str(rules), "--lang", "ko"]) == 0
    assert "일부는 영어로 적혀 있습니다." in (tmp_path / "a.py").read_text(encoding="utf-8")
    assert main(["new", str(tmp_path / "b.py"), "--course", str(rules), "--lang", "en"]) == 0
    assert "told in" not in (tmp_path / "b.py").read_text(encoding="utf-8")


def test_the_symbols_of_a_piece_are_told_as_the_docstring_lists_them(tmp_path, capsys):
    solution = tasks.solution(course.read(Path("ridge"))).decode()
    (tmp_path / "a.py").write_text(solution.replace("+ lam * w / len(y)", "- lam * w / len(y)"), encoding="utf-8")
    main(["check", str(tmp_path / "a.py"), "--course", "ridge", "--lang", "en"])
    assert "(lam: how strong the penalty is; w: weights and bias;" in " ".join(capsys.readouterr().out.split())
    main(["check", str(tmp_path / "a.py"), "--course", "ridge", "--lang", "ko"])
    assert "lam: 벌점의 세기" in " ".join(capsys.readouterr().out.split())


def test_a_folder_is_graded_by_the_same_reference(rules, tmp_path):
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "kim.py").write_text(RIGHT, encoding="utf-8")
    (folder / "lee.py").write_text(RIGHT.replace("2*r.mean()", "r.mean()"), encoding="utf-8")
    out = tmp_path / "grades"
    assert main(["grade", str(folder), "--course", str(rules), "--out", str(out), "--jobs", "1"]) == 0
    digest = hashlib.sha256(FORMULAS.encode()).hexdigest()
    findings = list((out / "findings").glob("*.json"))
    assert [json.loads(path.read_text(encoding="utf-8"))["reference"] for path in findings] == [digest] * 2
    rows = (out / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[3] for row in rows[1:]] == ["8", "4"]


def refused(tmp_path, toml, formulas=FORMULAS):
    (tmp_path / "ridge.py").write_text(formulas, encoding="utf-8")
    (tmp_path / "c.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(Fault) as caught:
        course.read(tmp_path / "c.toml")
    assert caught.value.text("ko") != str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('reference = "ridge.py"', "write [exercises]"),
        ('reference = "none.py"\n[exercises]\nridge = 1', "none.py: there is no such file"),
        ('reference = "ridge.py"\n[exercises]\nlasso = 1', "'lasso'"),
        ('reference = "ridge.py"\n[exercises]\nbias_regularized = 1', "'bias_regularized'"),
        ("reference = 3\n[exercises]\nridge = 1", "reference cannot be 3"),
        ('reference = "ridge.py"\nlanguage = "fr"\n[exercises]\nridge = 1', "language cannot be 'fr'"),
        ('reference = "ridge.py"\n[exercises]\nridge = 1\n[weights.ridge]\ndc = 1', "weights.ridge.'dc'"),
        ('reference = "ridge.py"\n[exercises]\nridge = 1\n[credit]\nslip = 2', "credit.slip"),
        ('reference = "ridge.py"\n[exercises]\nridge = 1\n[credit]\nslip = 0.5', "credit.slip: no mistake has this"),
        ('reference = "ridge.py"\n[exercises]\nridge = 1\n[credit]\n"turned(y)" = 1', "credit.turned(y): no mistake"),
        ('reference = "ridge.py"\n[exercises]\nridge = 1\n[texts.fr.ridge]\ndoc = "a"', "texts.'fr'"),
        ('reference = "ridge.py"\n[exercises]\nridge = 1\n[texts.ko.ridge]\nsay = "a"', "texts.ko.ridge.'say'"),
        ('language = "en"', "'language'"),
    ],
)
def test_a_course_that_does_not_fit_its_reference_is_refused(tmp_path, toml, said):
    assert said in refused(tmp_path, toml)


def test_an_exercise_without_names_for_its_outputs_is_refused(tmp_path):
    formulas = "def f(x: n):\n    return x + 1"
    assert "an output of an exercise needs a name" in refused(
        tmp_path, 'reference = "ridge.py"\n[exercises]\nf = 1', formulas
    )


def test_a_reference_that_is_not_its_losss_gradient_never_reaches_a_student(tmp_path, capsys):
    (tmp_path / "ridge.py").write_text(FORMULAS.replace("2*mean(r)", "mean(r)"), encoding="utf-8")
    (tmp_path / "week3.toml").write_text(COURSE, encoding="utf-8")
    assert main(["new", str(tmp_path / "a.py"), "--course", str(tmp_path / "week3.toml"), "--lang", "en"]) == 2
    assert "ridge is not the gradient of loss, wrong in db" in capsys.readouterr().err
    assert not Path(tmp_path / "a.py").exists()


def test_an_entry_of_a_matrix_is_told_by_its_row_and_column(tmp_path, capsys):
    solution = tasks.solution(course.read(Path("softmax"))).decode()
    (tmp_path / "a.py").write_text(solution.replace("softmax(Z) - Y", "softmax(Z) - 2 * Y"), encoding="utf-8")
    assert main(["check", str(tmp_path / "a.py"), "--course", "softmax", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "dZ[0, " in said
    assert "Move Z[0, " in said


@pytest.mark.parametrize("bound", ["> 2", "< 2", "== 8"])
@pytest.mark.parametrize("why", ["raise ValueError(f'n = {len(X)}.')", "return None"])
def test_what_ended_without_numbers_is_shown_where_it_did_and_with_what_it_said_there(judge, bound, why):
    """On the other inputs it is wrong: those must not stand beside an exception."""
    body = f"if len(X) {bound}: {why}\n    return [0*sum"
    found = judge(RIGHT.replace("return [sum", body))["predict"]
    n = len(found.counterexample.inputs["X"])
    assert eval(f"{n} {bound}")
    assert found.counterexample.given is None
    assert found.detail == ("" if "return" in why else f"ValueError: n = {n}.")
