"""A check on the page itself: the answer in its editors, judged by the kit in a Python that the browser runs.

`templates/page/worker.js` calls it there. Only what runs the answer is another than the command's.
"""

import json
from collections.abc import Callable
from typing import Any

from compare.errors import InputError
from compare.exercises import checked
from compare.exercises.checked import Checked
from compare.reports.answer.explained import explained, failed, noted, summary
from compare.reports.answer.finding import heading, text
from compare.reports.language import LANGUAGES, Messages
from compare.sandbox.in_process import Ended, InProcess, Page

SLOWNESS = 5.0  # times that a browser's Python may take as long as a native one; three to four were measured


def check(answer: str, course: str | None, ended: str, tell: Callable[[str], None]) -> str:
    """The finding of the file `answer`, as JSON: by language what the command prints, and the same in parts.

    `ended` is the JSON of the attempts that had no end of their own when this was asked before; `tell` gets JSON: a
    phase that begins and its seconds, that none is running, or an attempt for which this interpreter is to be ended.
    """

    def say(kind: str, of: Ended | None = None, seconds: float = 0.0) -> None:
        tell(json.dumps({"kind": kind, "ended": of, "seconds": seconds}))

    page = Page(lambda of, seconds: say("begun", of, seconds), lambda: say("rests"), lambda of: say("ended", of))
    known = [Ended(attempt, code, killed, tuple(progress)) for attempt, code, killed, progress in json.loads(ended)]
    runner = InProcess(page, known, SLOWNESS)
    try:
        found = checked.in_file(answer, course, None, lambda: runner)
    except InputError as error:
        return json.dumps({language: {"text": error.text(language), "line": None} for language in LANGUAGES})
    return json.dumps({language: _shown(found, Messages("check", language)) for language in LANGUAGES})


def _shown(found: Checked, say: Messages) -> dict[str, Any]:
    finding, where, failure = found.finding, found.where, found.finding.failure
    if failure is not None:
        return {"text": failed(found.answer, failure, say, where), "line": failure.line}
    return {
        "text": text(heading(found, say), finding, say, where),
        "heading": heading(found, say),
        "notes": noted(finding, say, where),
        "exercises": [
            {
                "name": one.name,
                "verdict": one.verdict,
                "said": say(f"verdict.{one.verdict}"),
                "points": say("found.points", points=f"{one.points:g}", of=f"{one.of:g}"),
                "summary": summary(one, say),
                "parts": [(say(f"label.{part.kind}"), part.text) for part in explained(one, say, where)],
            }
            for one in finding.exercises
        ],
    }
