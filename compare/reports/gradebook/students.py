"""What one student is given: the same finding that `check` gives, as far as the course reveals it."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from compare.exercises.course import Rules
from compare.exercises.findings import RIGHT, UNCHECKED, ExerciseFinding, Finding
from compare.exercises.revealed import revealed
from compare.exercises.sources import Source
from compare.grading.naming import own_name
from compare.reports.answer import WhereIs
from compare.reports.answer.explained import failed, noted
from compare.reports.answer.finding import exercise_json
from compare.reports.answer.page import page
from compare.reports.gradebook import UNRENDERED, Gradebook, Row, notices, number, reason, refusal, whole
from compare.reports.language import Messages
from compare.sandbox.calls import BAD_SOURCE

_SHOWN = itemgetter("name", "verdict", "points", "of", "message")
MARKDOWN = re.compile(r"[\\`*~|#]|\b_|_\b|(?<=\])(?=\()")  # an underscore inside a word marks nothing
OPERAND = r"[-(\[\w.']*[\w)\]']"
CODE = re.compile(  # a line to be run, a formula, or a word without what ends a sentence or begins another script
    r"(?:if __name__ == '__main__': )?print\([^<&]*\)$"
    rf"|(?<![-(\[\w.']){OPERAND}(?: (?:\*\*|==|[-+*/=@]) {OPERAND})+"
    r"|(?<![!-%'-;=-~])[!-%'-;=-~]*[\\`*|#_][!-%'-;=-~]*?(?=[.,;:!?]*(?:[^!-%'-;=-~]|$))",
    re.ASCII,
)


def student(book: Gradebook, row: Row) -> dict[str, Any]:
    """What a student may know, as JSON's own types: a verdict for each exercise and, when it is not right, a reason."""
    where = Source(row.submission, b"", row.starts).place
    found: dict[str, Any] = {
        "answer": own_name(row.submission) or row.id, "sha256": row.digest, "points": row.total, "of": row.full,
        "notices": notices(book),
    }  # fmt: skip
    found["notices"] += whole(row, Messages("grade", book.language))
    if row.finding is None or row.finding.failure:
        unrun = [_unrun(book, row, name) for name in row.points]
        return found | {"error": _error(book, row, found["answer"], where), "exercises": unrun}
    finding = revealed(row.finding, book.course.reveal)
    found |= {"reference": finding.reference} if finding.reference else {}
    found["notices"] += noted(finding, Messages("check", book.language), where)
    return found | {"exercises": [_exercise(book, row, exercise, where) for exercise in finding.exercises]}


def finding_json(found: Mapping[str, Any]) -> str:
    """`findings/<id>.json`: the object of `check --json`, with the reasons and with what was adjusted by hand."""
    return json.dumps(found, ensure_ascii=False) + "\n"


def finding_markdown(found: Mapping[str, Any], language: str) -> str:
    """`findings/<id>.md`: the same as text. Whatever the student wrote stays text."""
    return "\n".join(_markdown(found, Messages("check", language))) + "\n"


def finding_html(book: Gradebook, row: Row, found: Mapping[str, Any]) -> str:
    """`findings/<id>.html`: the same as a page, for who has no use for Markdown."""
    say = Messages("check", book.language)
    heading = say("heading.points", answer=found["answer"], points=number(row.total), of=number(row.full))
    notes = [*found["notices"], *([found["error"]] if "error" in found else [])]
    if row.digest:
        notes.append(Messages("grade", book.language)("graded", digest=row.digest))
    finding = Finding(row.total, row.full, ())
    if row.finding and not row.finding.failure:
        shown = revealed(row.finding, book.course.reveal).exercises
        finding = finding._replace(exercises=tuple(one._replace(points=row.points[one.name]) for one in shown))
    adjusted = [(one["name"], one["message"].splitlines()[-1]) for one in found["exercises"] if "adjusted" in one]
    whole_page = page(heading, finding, say, Source(row.submission, b"", row.starts).place, notes, adjusted)
    return f"{whole_page}\n<!-- {Messages('grade', book.language)('padded')} -->\n"


def gradescope_json(
    found: Mapping[str, Any], seconds: float, rules: Rules = Rules(), chance: int | None = None  # noqa: B008
) -> str:
    """`gradescope/<id>.json`: Gradescope's `results.json`, the one report of a student's that holds a measured time.

    What is drawn anew for each submission there, `chance`, stands where students do not see it. The course's `rules`
    say when they see the rest, and whether the points are ranked.
    """
    tests = [_test(exercise, place, rules.visibility) for place, exercise in enumerate(found["exercises"], 1)]
    results = {
        "score": found["points"], "execution_time": round(seconds, 3), "output_format": "text",
        "output": "\n".join([*found["notices"], found.get("error", "")]).strip(), "tests": tests,
        "visibility": rules.visibility,
    }  # fmt: skip
    if rules.leaderboard:
        right = sum(exercise["verdict"] == RIGHT for exercise in found["exercises"])
        results["leaderboard"] = [{"name": "points", "value": found["points"]}, {"name": "right", "value": right}]
    if chance is not None:
        results["extra_data"] = {"chance": str(chance)}  # 63 bits are more than JavaScript's numbers hold
    return json.dumps(results, ensure_ascii=False) + "\n"


def _error(book: Gradebook, row: Row, file: str, where: WhereIs) -> str:
    if row.finding and (failure := row.finding.failure):
        if failure.reason == BAD_SOURCE and failure.line is None:  # the kind of file is at fault, and no line of it
            return f"{file}: {failure.detail}"
        return failed(file, failure, Messages("check", book.language), where)
    say = Messages("grade", book.language)
    if row.flaw == UNRENDERED:
        return say("unrendered", file=file)
    return say("refused-answer", file=file, reason=refusal(say, row.flaw or "", book.course.rules))


def _unrun(book: Gradebook, row: Row, name: str) -> dict[str, Any]:
    """An exercise of an answer that was refused, or could not be run as a whole."""
    why = row.finding.failure.reason if row.finding and row.finding.failure else "bad-source"
    found = {"name": name, "verdict": UNCHECKED, "reason": why, "points": row.points[name], "of": row.of[name]}
    return _adjusted(book, row, found | {"mistakes": [], "counterexample": None, "message": ""})


def _exercise(book: Gradebook, row: Row, exercise: ExerciseFinding, where: WhereIs) -> dict[str, Any]:
    found = exercise_json(exercise, Messages("check", book.language), where)
    return _adjusted(book, row, found | {"reason": reason(exercise), "points": row.points[exercise.name]})


def _adjusted(book: Gradebook, row: Row, found: dict[str, Any]) -> dict[str, Any]:
    """`found` with the adjustment by hand, where there is one, in its own field and in the message."""
    adjustment = row.adjustments.get(found["name"])
    if adjustment is None:
        return found
    fields = {"before": adjustment.before, "points": found["points"], "reason": adjustment.reason}
    shown = {"before": number(adjustment.before), "points": number(found["points"]), "reason": adjustment.reason}
    said = Messages("grade", book.language)("adjusted", **shown)
    return found | {"adjusted": fields, "message": "\n".join(filter(None, [found["message"], said]))}


def _test(exercise: dict[str, Any], place: int, visibility: str) -> dict[str, Any]:
    return {
        "name": exercise["name"], "number": str(place), "score": exercise["points"], "max_score": exercise["of"],
        "status": "passed" if exercise["verdict"] == RIGHT else "failed", "output": exercise["message"],
        "output_format": "text", "visibility": visibility,
    }  # fmt: skip


def _markdown(found: Mapping[str, Any], say: Messages) -> Iterator[str]:
    total = {"points": number(found["points"]), "of": number(found["of"])}
    yield "# " + _plain(say("heading.points", answer=found["answer"], **total))
    for notice in found["notices"]:
        yield f"\n> {_plain(notice)}"
    if "error" in found:
        yield f"\n{_plain(found['error'])}"
    for exercise in filter(itemgetter("message"), found["exercises"]):
        yield _section(say.language, *_SHOWN(exercise))
    if found["sha256"]:
        yield f"\n{Messages('grade', say.language)('graded', digest=found['sha256'])}"
    yield f"\n<!-- {Messages('grade', say.language)('padded')} -->"


@lru_cache(maxsize=256)  # most of what is said in a class is said of many
def _section(language: str, name: str, verdict: str, points: float, of: float, message: str) -> str:
    say = Messages("check", language)
    reached = say("found.points", points=number(points), of=number(of))
    lines = (f"\n- {_plain(line)}" for line in message.splitlines())
    return f"\n## {_plain(name)}: {say('verdict.' + verdict)}, {reached}\n" + "".join(lines)


def _plain(text: str) -> str:
    """`text` as Markdown that shows just this text: no markup, no HTML, no link. What would be markup is a code span,
    in which nothing is, so that who copies it has what is meant."""
    parts, end = [], 0
    for found in CODE.finditer(text):
        code = found[0]
        while code.endswith(")") and code.count(")") > code.count("("):
            code = code[:-1]
        if MARKDOWN.search(code):
            parts += [_escaped(text[end : found.start()]), _span(code)]
            end = found.start() + len(code)
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return MARKDOWN.sub(lambda found: "\\" + found[0], text.replace("&", "&amp;").replace("<", "&lt;"))


def _span(code: str) -> str:
    """A code span: its fence is longer than any run of backticks in it."""
    fence = "`" * (1 + max(map(len, re.findall("`+", code)), default=0))
    space = " " if code[0] == "`" or code[-1] == "`" else ""
    return f"{fence}{space}{code}{space}{fence}"
