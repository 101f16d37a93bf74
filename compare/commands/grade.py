"""Grade a folder or a zip of answers: a gradebook, a finding for each student, and what the class has yet to learn."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compare.commands.class_book import Class
    from compare.exercises.course import Rules
    from compare.grading.session import Session
    from compare.grading.terms import Graded, Terms
    from compare.reports.gradebook import Gradebook
    from compare.reports.language import Messages
    from compare.sandbox.start import Nursery

MOST_NAMED = 5  # files beside answers; index.html lists all
INTERRUPTED = 130  # as a shell counts a program that Ctrl-C ended


def add_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("submissions", type=Path, help="a file or folder a student, or a zip of Moodle, Canvas, Gradescope, ILIAS")
    add("--out", type=Path, required=True, metavar="DIR", help="the folder of the gradebook and its ledger")
    add("--course", type=Path, metavar="FILE", help="exercises, points, seed, limits, what feedback reveals")
    add("--jobs", type=_count, metavar="N", help="answers at a time (default: two more than processors)")
    add("--timeout", type=_seconds, metavar="SECONDS", help="for each exercise (default: the course's)")
    add("--roster", type=Path, metavar="FILE", help="Canvas's gradebook, Moodle's worksheet or a table of students")
    add("--groups", type=Path, metavar="FILE", help="a table of student and group: who hands in under a team's name")
    add("--dry-run", action="store_true", help="list who is who, and grade nothing")
    add("--for", type=_exports, default=(), dest="exports", metavar="SYSTEMS",
        help="write for these, too: canvas, moodle, gradescope, junit (default: where the answers come from)")
    add("--dask", metavar="ADDRESS", help="grade on the Dask cluster whose scheduler is at ADDRESS")
    add("--only", metavar="ID", help="grade this submission anew and leave the others as they are")
    add("--chance", type=_chance, metavar="NUMBER", help="draw the inputs as the report with this number did")
    add("--json", action="store_true", help="print the gradebook as one JSON object")
    add("--unsafe", action="store_true", help="grade although isolation is missing; every report then says so")


def run(arguments: Namespace) -> int:
    """Grade, then render everything from the ledger: 0 when every submission has a row, 1 when the grader failed."""
    import signal
    import sqlite3

    from compare.sandbox.start import need_fork

    need_fork()
    from compare.grading import ledger
    from compare.grading.executors import GraderFailure
    from compare.grading.session import LEDGER
    from compare.reports.language import Messages

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite end is as good as Ctrl-C
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # before there was a ledger
        return INTERRUPTED
    except (GraderFailure, OSError, sqlite3.Error) as error:
        if isinstance(error, sqlite3.Error) and ledger.is_damage(error):
            raise ledger.fault(arguments.out / LEDGER, error) from error
        say = Messages("grade", arguments.lang)
        print(say("terminal.failed", reason=error, out=arguments.out), file=sys.stderr)
        return 1


def _run(arguments: Namespace) -> int:
    if arguments.dry_run:
        return _listed(arguments)
    with _begun(arguments.dask) as nursery:
        import rich.progress  # noqa: F401 - what the reports will need is here before there is a ledger

        from compare.commands.class_book import gathered
        from compare.grading.session import Session
        from compare.reports.gradebook import files  # noqa: F401
        from compare.reports.language import Messages

        terms = _terms(arguments)
        say = Messages("grade", terms.language)
        of = gathered(arguments, terms, say)
        with Session(
            arguments.submissions, arguments.out, terms, of.found, arguments.only, arguments.chance
        ) as session:  # fmt: skip
            try:
                return _graded(arguments, of, session, say, nursery)
            except KeyboardInterrupt:
                kept, count = len(session.graded()), len(session.submissions)
                print(say("terminal.stopped", kept=kept, count=count), file=sys.stderr)
                return INTERRUPTED


@contextmanager
def _begun(cluster: str | None) -> Iterator[Nursery | None]:
    """First of all begin what takes longest: the interpreter for answers, and the process that workers are forks of."""
    if cluster:
        yield None
        return
    from compare.grading import executors
    from compare.sandbox.start import Nursery

    with closing(Nursery()) as nursery:
        executors.prepare()
        yield nursery


def _listed(arguments: Namespace) -> int:
    """Say who is who, and what would be refused, before anything is graded or written."""
    from compare.commands.class_book import gathered
    from compare.reports.gradebook import refusal
    from compare.reports.gradebook.files import who_is_who
    from compare.reports.language import Messages

    terms = _terms(arguments)
    say, rules = Messages("grade", terms.language), terms.course.rules
    of = gathered(arguments, terms, say)
    called = of.upload.names() if of.upload else {}
    told = [refusal(say, one.flaw, rules) if one.flaw else called.get(one.id, "") for one in of.found.submissions]
    who_is_who(zip(of.found.submissions, told, strict=True), say, sys.stdout)
    _say_all(warning.text(say.language) for warning in of.warnings)
    _say_all(_not_taken([(entry.path, entry.flaw or "") for entry in of.found.refused], say, rules))
    return 0


def _say_all(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


def _not_taken(refused: Iterable[tuple[str, str]], say: Messages, rules: Rules) -> Iterator[str]:
    """A line for each file that might have been meant as an answer, and one a kind for those that lie beside one."""
    from compare.grading.attempts import BESIDE
    from compare.reports.gradebook import refusal

    several: dict[str, list[str]] = {}
    for path, flaw in refused:
        if flaw in BESIDE:
            several.setdefault(flaw, []).append(path)
        else:
            yield say("terminal.refused", path=path, reason=refusal(say, flaw, rules))
    for flaw, paths in several.items():
        more = ["…"] * (len(paths) > MOST_NAMED)
        files = "; ".join(paths[:MOST_NAMED] + more)
        yield say("terminal.beside", count=len(paths), files=files, reason=refusal(say, flaw, rules))


def _graded(arguments: Namespace, of: Class, session: Session, say: Messages, nursery: Nursery | None) -> int:
    from compare.commands import class_book
    from compare.reports.gradebook.files import UPLOADS, of_student, student_files

    todo = session.enrol(of_student)
    kept = session.graded() - ({one.id for one in session.wanted} if session.anew else set())
    if session.damaged:
        print(say("terminal.damaged", count=session.damaged, ledger=session.ledger), file=sys.stderr)
    warnings = [warning.text(say.language) for warning in of.warnings]
    _say_all(warnings)
    book = class_book.made(arguments, of, session, say, _grade(arguments, session, say, todo, nursery))
    left_out = list(class_book.left_out(book, of.upload, say))
    _say_all(left_out)
    book = book._replace(remarks=[*warnings, *left_out])
    files = class_book.files(book, of.upload)
    shown = {row.id for row in book.rows()}
    gone = [path for one in session.submissions if one.id not in shown for path in of_student(one.id)]
    session.write(student_files(book), files.items(), [path for path in UPLOADS if path not in files] + gone)
    left = len(session.submissions) - sum(1 for _ in session.rows())
    return _report(arguments, book, say, kept, left)


def _terms(arguments: Namespace) -> Terms:
    """The course, its lesson found as well, with what the command line says of it."""
    from compare import lessons
    from compare.commands.courses import asked
    from compare.grading import Fault
    from compare.grading.terms import Terms
    given = asked(arguments.course)
    if lessons.load(given.lesson).epochs is None:
        raise Fault("single-step-history", given.lesson)
    limited = given._replace(seconds=arguments.timeout) if arguments.timeout else given
    return Terms(limited, arguments.lang, isolated=not arguments.unsafe)


def _grade(
    arguments: Namespace, session: Session, say: Messages, todo: int, nursery: Nursery | None
) -> Sequence[str]:
    """Our own solution first, then what the ledger lacks. Returns the layers of isolation that do not hold."""
    from compare.reports.terminal import Progress

    workers, window = session.crew(arguments.jobs, arguments.dask, nursery)
    with workers as crew:
        missing = session.rehearse(crew, window)
        with Progress(say("terminal.progress"), todo) as progress:
            alone = 0
            for done in session.grade(crew, window, rendered):
                alone += done.alone
                progress.advance()
    if alone:
        print(say("terminal.alone", count=alone), file=sys.stderr)
    return missing


def rendered(terms: Terms, suffix: str, graded: Graded) -> None:
    """Render one finding, in its worker, as all are rendered in the end: what takes too long or too much memory costs
    that answer alone. What only fails will be said in the place of its report."""
    from compare.grading.naming import PLAIN, Identity
    from compare.reports.gradebook import Gradebook, row
    from compare.reports.gradebook.files import files_of

    finding, starts, seconds = graded
    of = terms.full(suffix)
    one = row(f"answers{suffix}", "answers", Identity(PLAIN, "", ""), finding, None, of, {}, starts, seconds)
    book = Gradebook("", terms.language, terms.course, list(of), (), False, [], lambda: iter([one]))
    try:
        files_of(book, one)
    except MemoryError:
        raise
    except Exception:
        return


def _report(arguments: Namespace, book: Gradebook, say: Messages, kept: Collection[str], left: int) -> int:
    """Say on the terminal what was done, how many are `left` to be graded, and of every file that was not taken why."""
    from compare.reports.gradebook import notices, refusal
    from compare.reports.gradebook.files import as_json

    rows = [(row.submission, row.id, row.flaw) for row in book.rows()]
    flaws = [(path, flaw) for path, _, flaw in rows if flaw]
    rules = book.course.rules
    _say_all(say("terminal.refused", path=path, reason=refusal(say, flaw, rules)) for path, flaw in flaws)
    _say_all(_not_taken(book.refused, say, rules))
    _say_all(notices(book))
    if arguments.json:
        sys.stdout.writelines(as_json(book))
    else:
        before = sum(one in kept for _, one, flaw in rows if not flaw)
        counts = {"graded": len(rows) - len(flaws) - before, "kept": before, "refused": len(flaws)}
        beside = say("terminal.more", count=len(book.refused)) if book.refused else ""
        beside = (say("terminal.left", count=left) if left else "") + beside
        print(say("terminal.done", count=len(rows) + left, out=arguments.out, beside=beside, **counts))
    return int(any(flaw in ("grader-failed", "machine-busy") for _, flaw in flaws))


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise ArgumentTypeError(f"{text!r} is not a number of jobs; give 1 or more")
    return int(text)


def _exports(text: str) -> list[str]:
    from compare.reports.gradebook import EXPORTS

    wanted = [each.strip() for each in text.split(",")]
    if set(wanted) - set(EXPORTS):
        raise ArgumentTypeError(f"{text!r}: give some of {', '.join(EXPORTS)}, with commas between them")
    return wanted


def _chance(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**63:
        raise ArgumentTypeError(f"{text!r} is no chance; give the number that index.html shows")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise ArgumentTypeError(f"{text!r} is not a time limit; give 0.1 to 3600 seconds")
    return seconds
