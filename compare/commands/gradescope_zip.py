"""Build an autograder for Gradescope: a zip to upload, which grades each submission there as `grade` does here."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.reports.language import Messages

if TYPE_CHECKING:
    from compare.exercises.course import Course, Late
    from compare.grading.ledger import Enrolled
    from compare.grading.terms import Graded, Terms

KIT = Path(__file__).parents[2]
PACKAGES = ("compare", "manual")
DATED = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: the same kit and course give the same zip

SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, when it builds the container: a Python of at least 3.11, with NumPy.
set -e
root="${AUTOGRADER:-/autograder}"
python=python3
apt-get update
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python=python3.11
    apt-get install -y python3.11
fi
apt-get install -y "$python-venv"
"$python" -m venv "$root/python"
"$root/python/bin/pip" install --require-hashes --requirement "$root/source/compare/grading/numpy.lock"
"""

RUN = """#!/usr/bin/env bash
# Gradescope runs this for every submission. Whatever the answer does, there is a results file in the end.
root="${AUTOGRADER:-/autograder}"
mkdir -p "$root/results"
chmod 700 "$root/source" "$root/submission" "$root/results"
cat > "$root/results/results.json" <<'END'
{"score": 0, "output_format": "text", "output": "The grader itself could not finish. Tell your instructor. / 채점기가 채점을 마치지 못했습니다. 선생님께 알려 주세요."}
END
cd "$root/source" && "${PYTHON:-$root/python/bin/python}" -m compare gradescope-zip --run "$root" --course course.toml --lang LANGUAGE
exit 0
"""  # noqa: E501


def add_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("zip", nargs="?", type=Path, default=Path("autograder.zip"), help="the zip to write (default: autograder.zip)")
    add("--course", type=Path, metavar="FILE", help="exercises, points, seed, limits, what feedback reveals")
    add("--run", type=Path, metavar="ROOT", help="what run_autograder does there: ROOT/submission to ROOT/results")


def run(arguments: Namespace) -> int:
    """Build the zip, and write it once it does there what it should; with `--run`, grade one submission."""
    import sys
    from tempfile import TemporaryDirectory

    from compare.errors import writing
    from compare.exercises import course, draws
    from compare.grading.executors import GraderFailure
    from compare.grading.terms import Terms
    from compare.grading.worker import rehearse
    from compare.sandbox.start import need_fork

    need_fork()
    given = course.read(arguments.course or course.BUNDLED)
    terms = Terms(given, arguments.lang, isolated=False)  # Gradescope's container isolates
    if arguments.run:
        return _grade(arguments.run, terms._replace(chance=draws.chance()))
    try:
        rehearse(terms)
        with writing(arguments.zip), TemporaryDirectory() as root:
            built = Path(root) / "autograder.zip"
            _build(built, course.located(arguments.course or course.BUNDLED).read_bytes(), given, terms.language)
            _try(built, Path(root), terms)
            arguments.zip.write_bytes(built.read_bytes())
    except GraderFailure as error:
        print(error, file=sys.stderr)
        return 1
    print(Messages("grade", terms.language)("terminal.zipped", zip=arguments.zip))
    return 0


def _build(path: Path, course_file: bytes, course: Course, language: str) -> None:
    import zipfile

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in _members(course_file, course, language):
            member = zipfile.ZipInfo(name, DATED)
            member.external_attr = mode << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)


def _members(course_file: bytes, course: Course, language: str) -> Iterator[tuple[str, bytes, int]]:
    """Name, content and permissions of each file: Gradescope's two, the course, and the kit without torch's side."""
    import re

    from compare import lessons

    named = {course.formulas.file: ("reference.py", course.formulas.text.encode())}
    if course.lesson not in lessons.names():
        named[course.lesson] = ("lesson.toml", Path(course.lesson).read_bytes())
    text = course_file.decode("utf-8-sig")
    for path, (name, _) in named.items():  # whichever folder it lies in here, there it lies beside the course
        text = re.sub(rf"""(\b(?:reference|lesson)\s*=\s*)(["']){re.escape(path)}\2""", rf'\1"{name}"', text)
    yield "setup.sh", SETUP.encode(), 0o100755
    yield "run_autograder", RUN.replace("LANGUAGE", language).encode(), 0o100755
    yield "course.toml", text.encode(), 0o100644
    for name, content in named.values():
        yield name, content, 0o100644
    for package in PACKAGES:
        for file in sorted((KIT / package).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield str(file.relative_to(KIT)), file.read_bytes(), 0o100644


def _try(built: Path, root: Path, terms: Terms) -> None:
    """Run what was built as Gradescope does, on our own solution, on one with a wrong function, and on a history.

    Raises `GraderFailure` where it does not give each its points.
    """
    import zipfile

    from compare.exercises.reference.tasks import solution
    from compare.grading.executors import GraderFailure

    with zipfile.ZipFile(built) as archive:
        archive.extractall(root / "source")
    right, full, history = solution(terms.course), sum(terms.course.points.values()), terms.course.history_points
    spoilt = next(name for name, points in terms.course.points.items() if points)
    wrong = right + f"\n\ndef {spoilt}(*given):\n    return 12345.0\n".encode()
    for name, answer, least, most in (
        ("answers.py", right, full, full),
        ("answers.py", wrong, 0.0, full - terms.course.points[spoilt]),
        ("history.csv", _losses(terms.course), history, history),
    ):
        results = _ran(root, name, answer)
        if not least <= results["score"] <= most:
            raise GraderFailure(f"what was built gives {name} {results['score']:g} points: {results['output']}")


def _losses(course: Course) -> bytes:
    """The history that a right program records of the course's lesson."""
    from compare import lessons
    from compare.truth.descent import of_lesson

    losses = of_lesson(lessons.load(course.lesson)).losses
    return "".join(f"{epoch},{float(loss)!r}\n" for epoch, loss in enumerate(losses)).encode()


def _ran(root: Path, name: str, answer: bytes) -> dict[str, Any]:
    """The results of one submission, in a container's layout below `root`."""
    import json
    import os
    import shutil
    import subprocess
    import sys

    shutil.rmtree(root / "submission", ignore_errors=True)
    (root / "submission").mkdir()
    (root / "submission" / name).write_bytes(answer)
    given = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment = given | {"AUTOGRADER": str(root), "PYTHON": sys.executable}
    done = subprocess.run(["bash", root / "source" / "run_autograder"], env=environment, capture_output=True, text=True)
    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    return results | {"output": f"{results['output']} {done.stderr}".strip()}


class Alone(NamedTuple):
    """A container's one submission, its finding if it has one, the layers of isolation that are withheld there, and the
    files that are not taken, each with why."""

    who: Enrolled
    graded: Graded | None
    missing: Sequence[str] = ()
    beside: Sequence[tuple[str, str]] = ()


def alone(folder: Path, terms: Terms) -> Alone:
    """Grade the answer in `folder`; a file that cannot be taken, and a fault of the grader's, are flaws of it."""
    from compare.grading import worker
    from compare.grading.entries import Refused, digest
    from compare.grading.ledger import Enrolled
    from compare.grading.submissions import only_one

    submission, passed = only_one(folder, terms.course.rules)
    beside = [(entry.path, entry.flaw or "") for entry in passed]
    late = hours_late(folder.with_name("submission_metadata.json"), terms.course.rules.late)
    who = Enrolled(submission.submission, submission.id, submission.who._replace(late=late), None)
    try:
        job = worker.Job("", submission.suffix, submission.read())
    except Refused as refusal:
        return Alone(who._replace(flaw=refusal.flaw), None, (), beside)
    done = worker.grade(terms, job)
    if done.cut_short and (done := worker.grade(terms, job)).is_the_machines():
        done = worker.Done("", None, worker.BUSY)
    who = who._replace(flaw=done.flaw or None, digest=digest(job.source))
    return Alone(who, done.graded, worker.missing_here(terms), beside)


def hours_late(metadata: Path, rule: Late | None) -> float:
    """The hours after the deadline, by what Gradescope tells: the course's deadline, else the assignment's; a student's
    own, which is an extension where it is not the assignment's, stands where it is later.

    0 where nothing is told, or the course has no rule for lateness.
    """
    import json
    from datetime import datetime

    if not rule:
        return 0.0
    try:
        told = json.loads(metadata.read_bytes())
        usual = told["assignment"].get("due_date")
        theirs = [(one.get("assignment") or {}).get("due_date") for one in told.get("users", ())]
        dates = [one for one in (usual, *theirs) if one and (one != usual or not rule.due)]
        due = max([*map(datetime.fromisoformat, dates), *filter(None, [rule.due])])
        return max(0.0, (datetime.fromisoformat(told["created_at"]) - due).total_seconds() / 3600)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0.0


def _grade(root: Path, terms: Terms) -> int:
    """Grade the one submission of a container, as Gradescope lays it out."""
    from compare.grading import files
    from compare.reports.gradebook import Gradebook, lateness, refusal, row
    from compare.reports.gradebook.students import gradescope_json, student

    who, found, missing, beside = alone(root / "submission", terms)
    say, rules = Messages("grade", terms.language), terms.course.rules
    finding, starts, seconds = found or (None, (), 0.0)
    of = terms.full(who.suffix)
    late = lateness(who.who.late, terms.course, of, say)
    made = row(
        who.submission, who.id, who.who, finding, who.flaw, of, late, starts, seconds, who.digest
    )  # fmt: skip
    book = Gradebook("", terms.language, terms.course, list(made.of), missing, True, [], lambda: iter([made]))
    shown = student(book, made)
    shown["notices"] += [say("terminal.refused", path=path, reason=refusal(say, flaw, rules)) for path, flaw in beside]
    told = gradescope_json(shown, seconds, rules, terms.chance)
    files.write(root / "results" / "results.json", [told])
    return 0
