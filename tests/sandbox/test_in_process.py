"""In one process, as in a browser's worker, an answer is found to be what it is in a sandbox, and what does not end is
ended from outside."""

import os
import signal
import sys
from array import array
from multiprocessing import Pipe

import numpy as np
import pytest

from compare.sandbox.calls import BAD_SOURCE, LARGEST_SOURCE, STALLED, TIMED_OUT, Exercise, Limits, Vector
from compare.sandbox.in_process import Ended, InProcess, Page
from compare.sandbox.run import Sandbox

ONE = (Exercise("f", ("x",), 1, ((Vector(array("d", [1.0, 2.0])),),)), Exercise("g", ("t",), 1, ((3.0,), (4.0,))))
SHORT = Limits(seconds=0.3)
G = "\ndef g(t): return t"
QUIET = Page(lambda ended, seconds: None, lambda: None, lambda ended: None)
_exit = os._exit


def asked(text: str, times: int, ended: list[Ended]):
    """What the page does with one worker: the answers, or how an attempt ended."""
    here, there = Pipe()
    pid = os.fork()
    if not pid:
        page = Page(
            lambda how, seconds: there.send(("begun", tuple(how), seconds)),
            lambda: there.send(("rests",)),
            lambda how: (there.send(("ended", tuple(how))), _exit(0)),
        )
        try:
            runner = InProcess(page, ended)
            there.send(("found", [runner.run(text.encode(), ONE, SHORT) for _ in range(times)][-1]))
        finally:
            _exit(0)
    there.close()
    last, patience = None, 30.0
    try:
        while here.poll(patience):
            kind, *told = here.recv()
            if kind in ("found", "ended"):
                return (told[0], None) if kind == "found" else (None, Ended(*told[0]))
            last, patience = (Ended(*told[0]), told[1] + 0.3) if kind == "begun" else (None, 30.0)
        return None, last
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def run(text: str, times: int = 1):
    """The answers, and the ends that it took to come to them."""
    ended: list[Ended] = []
    while True:
        found, how = asked(text, times, ended)
        if how is None:
            return found, ended
        ended.append(how)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("def f(x): return x.sum()" + G, 0),
        ("import nothing\ndef f(x): return nothing.ones(2)" + G, 0),
        ("def f(x):\n    x += 1\n    return [1, [2, 3]]" + G, 0),
        ("def f(x):\n    return 1 / 0" + G, 0),
        ("import compare\ndef f(x):\n    return 1" + G, 0),
        ("def f(x):\n    raise SystemExit(4)" + G, 0),
        ("def f(x):\n    return input()" + G, 0),
        ("def F(x): return 'text'" + G, 0),
        ("import random\nimport numpy as np\ndef f(x): return [random.random(), np.random.rand()]", 0),
        ("print('é' * 100000)\ndef f(x): return 1\nraise ValueError('top')" + G, 0),
        ("def f(x: return 1", 0),
        ("", 0),
        ("def f(x):\n    while True:\n        pass" + G, 1),
        (
            "def f(x):\n    try:\n        while True:\n            pass\n    except BaseException:\n        return f(x)"
            + G,
            1,
        ),
        ("def g(t):\n    if t == 4:\n        for _ in iter(int, 1): pass\n    return t\ndef f(x): return 1", 1),
        ("def f(x):\n    import os\n    os._exit(3)" + G, 1),
        ("import os\nos._exit(0)\ndef f(x): return 1" + G, 1),
        ("a = 1\nwhile a:\n    pass\ndef f(x): return 1" + G, 1),
        ("sum(iter(int, 1))\ndef f(x): return 1" + G, 1),
    ],
)
def test_what_an_answer_gets_and_gives_is_what_it_is_in_a_sandbox(text, ends):
    found, ended = run(text)
    with Sandbox() as sandbox:
        isolated = sandbox.run(text.encode(), ONE, SHORT)
    if hasattr(isolated, "reason"):
        isolated, found = [isolated], [found]
    assert [_whatever_the_load(one) for one in found] == [_whatever_the_load(one) for one in isolated]
    assert len(ended) == ends


def _whatever_the_load(answer):
    """A loop without end on a busy machine may be stopped by the wall clock."""
    return answer._replace(cpu=0.0, wall=0.0, reason=TIMED_OUT if answer.reason == STALLED else answer.reason)


def test_what_never_looks_at_the_clock_is_ended_by_the_page_and_costs_itself_alone():
    found, ended = run("import itertools\ndef f(x): return sum(itertools.count())" + G)
    assert [(one.reason, one.line) for one in found] == [(TIMED_OUT, None), (None, None)]
    assert [how.killed for how in ended] == [True]


def test_a_top_level_that_does_not_end_is_waited_for_once():
    found, ended = run("while True: pass\ndef f(x): return 1" + G, times=3)
    assert [one.reason for one in found] == [None, None]
    assert len(ended) == 1


def test_what_an_answer_changes_is_put_back():
    text = (
        "import sys, os, numpy as np\nsys.path.clear()\nsys.setrecursionlimit(400)\nnp.seterr(all='raise')\n"
        "sys.stdin = sys.stdout = None\ndef f(x): return int('compare' in sys.modules)" + G
    )
    before = (list(sys.path), sys.getrecursionlimit(), sys.stdin, sys.stdout, os._exit, np.geterr(), set(sys.modules))
    found = InProcess(QUIET).run(text.encode(), ONE)
    assert [list(one.results[0][0].values) for one in found] == [[0.0], [3.0]]
    after = (list(sys.path), sys.getrecursionlimit(), sys.stdin, sys.stdout, os._exit, np.geterr(), set(sys.modules))
    assert after[:-1] == before[:-1]
    assert "answers" not in after[-1]
    assert before[-1] <= after[-1]


def test_a_slower_python_has_more_time():
    told = []
    page = QUIET._replace(begun=lambda ended, seconds: told.append((ended.progress[0], round(seconds, 1))))
    InProcess(page, slowness=5.0).run(("def f(x): return 1" + G).encode(), ONE, SHORT)
    assert told == [(1, 1.5), (1, 1.5), (1, 1.5), (2, 1.5), (3, 1.5)]  # of the top level, each of its two statements


def test_a_source_beyond_all_measure_is_not_run():
    with InProcess(QUIET) as runner:
        assert runner.run(b"#" * (LARGEST_SOURCE + 1), ONE).reason == BAD_SOURCE
