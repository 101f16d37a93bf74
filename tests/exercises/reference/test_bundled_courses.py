"""The bundled courses: five unlike right answers to each pass, each mistake that its author named is named."""

from array import array

import numpy as np
import pytest
import torch

from compare.__main__ import main
from compare.exercises import course
from compare.exercises.formulas import text
from compare.exercises.formulas.kinds import FLOATS
from compare.exercises.formulas.numbers import Undefined
from compare.exercises.formulas.run import Run, RunError, outputs
from compare.exercises.judge import examine
from compare.exercises.judging import Case, misses
from compare.exercises.reference import derivation, prepared, tasks
from compare.exercises.reference.mistakes.edits import edits
from compare.exercises.reference.mistakes.explained import explain
from compare.exercises.trials.inputs import flat, floats, trials
from compare.sandbox.calls import Value
from compare.sandbox.run import Sandbox
from tests.course_answers import IN_FLOAT32, LOOPS, OTHER
from tests.course_slips import PLAIN, slips

COURSES = {name: path for name, path in course.bundled().items() if name != "line"}


def answers(name):
    own = tasks.solution(course.read(COURSES[name])).decode()
    return {"reference": own, "loops": LOOPS[name], "other": OTHER[name], "plain": PLAIN[name],
            "reference in float32": own + IN_FLOAT32, "other in float32": OTHER[name] + IN_FLOAT32}  # fmt: skip


def authored():
    for name, path in COURSES.items():
        reference = text.read(path.with_suffix(".py"))
        yield from ((name, each.name) for each in reference.functions.values() if each.mistake)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as one:
        yield one


def findings(name, source, sandbox):
    return {one.name: one for one in examine(source.encode(), course.read(COURSES[name]), sandbox).exercises}


@pytest.mark.parametrize("name", COURSES)
def test_five_unlike_right_answers_reach_full_marks(name, sandbox):
    for form, source in answers(name).items():
        found = findings(name, source, sandbox)
        assert {one.name: one.verdict for one in found.values()} == dict.fromkeys(found, "right"), form


@pytest.mark.parametrize(("name", "mistake"), list(authored()))
def test_a_mistake_that_the_author_wrote_out_is_named(name, mistake, sandbox):
    own = tasks.solution(course.read(COURSES[name])).decode()
    reference = text.read(COURSES[name].with_suffix(".py"))
    function = reference.functions[mistake]
    of = function.mistake.of
    wrong = tasks._plain(function.node).replace(f"def {mistake}(", f"def {of}(").replace(f"{of}(", f"right_{of}(")
    wrong = wrong.replace(f"def right_{of}(", f"def {of}(")
    source = own.replace(f"def {of}(", f"def right_{of}(") + "\n\n" + wrong
    found = findings(name, source, sandbox)[of]
    assert (found.verdict, found.mistakes) == ("wrong", (mistake.replace("_", "-"),))


@pytest.mark.parametrize(("name", "right", "wrong", "exercise", "mistakes"), list(slips()))
def test_a_usual_slip_in_a_plain_answer_is_named(name, right, wrong, exercise, mistakes, sandbox):
    found = findings(name, PLAIN[name].replace(right, wrong, 1), sandbox)[exercise]
    assert (found.verdict, found.mistakes) == ("wrong", mistakes)


def outputs_of(edit, exercise):
    """What an answer with that mistake gives on every trial; None where it has no value on one."""
    cases = []
    for one in exercise.trials:
        run = Run(exercise.reference, FLOATS, edit.replaced)
        try:
            found = [flat(each) for each in outputs(run.call(edit.runs, floats(exercise.function, one.trial)))]
        except (RunError, Undefined, ArithmeticError):
            return None
        cases.append(Case(one.trial, tuple(Value(shape, array("d", entries)) for shape, entries in found)))
    return cases


@pytest.mark.parametrize("name", COURSES)
def test_whichever_mistake_an_answer_shows_something_names_it(name):
    for exercise in prepared.of_course(course.read(COURSES[name])).values():
        for edit in edits(exercise.reference, exercise.function)[::15]:
            cases = outputs_of(edit, exercise)
            pairs = zip(cases or (), exercise.trials, strict=False)
            wrong = sorted({miss.output for case, one in pairs for miss in misses(case, one.truth)})
            assert not wrong or explain(exercise, cases, wrong), f"{exercise.name}: {edit.name}"


@pytest.mark.parametrize("name", COURSES)
def test_every_gradient_of_a_course_is_that_of_its_loss(name):
    assert all(one.agrees for one in derivation.compared(text.read(COURSES[name].with_suffix(".py"))))


@pytest.mark.parametrize("name", COURSES)
def test_everything_a_course_says_is_there_in_korean_too(name):
    read = course.read(COURSES[name])
    said = read.texts["ko"]
    reference = prepared.parsed(read.formulas)
    assert said["course"].keys() == {"title", "doc"}
    assert all("doc" in said[each] for each in reference.own)
    mistakes = [name for name, each in reference.functions.items() if each.mistake]
    assert all({"title", "see", "attempt"} == said[name].keys() for name in mistakes)


def optimized(name):
    reference = text.read(COURSES["adam"].with_suffix(".py"))
    function = reference.functions[name]
    for one in trials(reference, function, 7):
        result = outputs(Run(reference, FLOATS).call(name, floats(function, one.trial)))
        yield one.trial, [np.array(each.entries) for each in result]


def parameter(trial):
    p = torch.tensor(trial["p"].entries, dtype=torch.float64, requires_grad=True)
    p.grad = torch.tensor(trial["g"].entries, dtype=torch.float64)
    return p


def test_adam_is_torchs():
    for trial, (p, m, v) in optimized("adam"):
        own = parameter(trial)
        adam = torch.optim.Adam([own], lr=trial["lr"], betas=(trial["beta1"], trial["beta2"]), eps=trial["eps"])
        adam.state[own] = {
            "step": torch.tensor(float(trial["t"])),
            "exp_avg": torch.tensor(array("d", trial["m"].entries), dtype=torch.float64),
            "exp_avg_sq": torch.tensor(array("d", trial["v"].entries), dtype=torch.float64),
        }
        adam.step()
        assert own.detach().numpy() == pytest.approx(p, rel=1e-12)
        assert adam.state[own]["exp_avg"].numpy() == pytest.approx(m, rel=1e-12)
        assert adam.state[own]["exp_avg_sq"].numpy() == pytest.approx(v, rel=1e-12)


def test_rmsprop_is_torchs():
    for trial, (p, v) in optimized("rmsprop"):
        own = parameter(trial)
        rmsprop = torch.optim.RMSprop([own], lr=trial["lr"], alpha=trial["alpha"], eps=trial["eps"])
        rmsprop.state[own] = {
            "step": torch.tensor(0.0),
            "square_avg": torch.tensor(array("d", trial["v"].entries), dtype=torch.float64),
        }
        rmsprop.step()
        assert own.detach().numpy() == pytest.approx(p, rel=1e-12)
        assert rmsprop.state[own]["square_avg"].numpy() == pytest.approx(v, rel=1e-12)


def test_the_courses_are_listed(capsys):
    assert main(["courses", "--lang", "ko"]) == 0
    said = capsys.readouterr().out
    assert all(f"{name}: " in said for name in ("line", *COURSES))
    assert "로지스틱 회귀" in said


@pytest.mark.parametrize("given", [["--lang", "ko", "courses"], ["--lang=ko", "courses"], ["courses", "--lang", "ko"]])
def test_the_language_may_stand_before_the_command(given, capsys):
    assert main(given) == 0
    assert "로지스틱 회귀" in capsys.readouterr().out


def test_a_template_is_written_by_a_courses_name(tmp_path):
    assert main(["new", str(tmp_path / "a.py"), "--course", "logistic", "--lang", "en"]) == 0
    assert "def gradient(X, y, w, b):" in (tmp_path / "a.py").read_text(encoding="utf-8")


def test_a_name_that_no_course_has_is_refused_with_those_that_there_are(tmp_path, capsys):
    assert main(["new", str(tmp_path / "a.py"), "--course", "logistics", "--lang", "en"]) == 2
    assert "give a .toml file, or one of line, adam" in capsys.readouterr().err
