"""The attack corpus: every file in `attacks/` ends as its first lines expect, and none does any harm.

    # expect: mse=right gradients=timed-out line=7 note=changed-input:x
    # harm: what it would do where nothing stopped it, and how much at the most

An expectation is `right`, `wrong-value` or one of the sandbox's reasons (`|` between those in which versions of Python
differ), `:` and a part of the detail; `source=…` where the file does not come as far as its functions. `@FOLDER@`,
`@PORT@` and `@KIT@` are filled in.
"""

import os
import socket
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from math import isclose
from pathlib import Path
from queue import SimpleQueue

import pytest

from compare.sandbox.calls import Answer, Exercise, Limits, SourceFailure, Vector
from compare.sandbox.run import Sandbox

ATTACKS = sorted((Path(__file__).parents[1] / "attacks").glob("*.py"))
KIT = Path(__file__).parents[2]
SIZES = (1, 2, 3, 5, 8, 2, 3, 1, 4, 6, 7, 9)
PATIENT = Limits(seconds=30.0, memory=256 << 20)
HASTY = {b"timed-out": Limits(0.7, 256 << 20, patience=100.0), b"stalled": Limits(0.7, 256 << 20, patience=2.0)}


def vector(n: int, shift: int) -> Vector:
    return Vector(array("d", [((7 * i + shift) % 11) / 4 - 1 for i in range(n)]))


XS, YS = [vector(n, n) for n in SIZES], [vector(n, 3 * n + 1) for n in SIZES]
EXERCISES = (
    Exercise("mse", ("yp", "y"), 1, tuple(zip(XS, YS, strict=True))),
    Exercise("gradients", ("x", "y", "w", "b"), 2, tuple((x, y, 1.5, -2) for x, y in zip(XS, YS, strict=True))),
)


def truth(name: str, x: list[Fraction], y: list[Fraction]) -> tuple[Fraction, ...]:
    if name == "mse":
        return (sum((p - t) ** 2 for p, t in zip(x, y, strict=True)) / len(x),)
    r = [Fraction(3, 2) * p - 2 - t for p, t in zip(x, y, strict=True)]
    return 2 * sum(a * b for a, b in zip(r, x, strict=True)) / len(x), 2 * sum(r) / len(x)


def verdict(answer: Answer) -> str:
    if answer.reason is not None:
        return answer.reason
    for result, x, y in zip(answer.results, XS, YS, strict=True):
        expected = truth(answer.name, [Fraction(v) for v in x.values], [Fraction(v) for v in y.values])
        for value, number in zip(result, expected, strict=True):
            if value.shape != () or not isclose(value.values[0], number, rel_tol=1e-9, abs_tol=1e-12):
                return "wrong-value"
    return "right"


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that anyone may read and change, in a folder in which anyone may write."""
    path = tmp_path_factory.mktemp("canary") / "secret"
    path.write_text("unchanged")
    os.chmod(path, 0o666)
    os.chmod(path.parent, 0o777)
    return path


@pytest.fixture(scope="module")
def doors() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A TCP and a UDP port on one number, at which nobody may knock."""
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        udp.bind(tcp.getsockname())
        tcp.setblocking(False)
        udp.setblocking(False)
        yield tcp, udp


@pytest.fixture(scope="module")
def outcomes(secret: Path, doors: tuple[socket.socket, ...]) -> dict[str, tuple[Answer, ...] | SourceFailure]:
    """What became of each attack; all of them run beside each other, so that those that wait, wait together."""
    places = {"@FOLDER@": str(secret.parent), "@PORT@": str(doors[0].getsockname()[1]), "@KIT@": str(KIT)}
    idle: SimpleQueue[Sandbox] = SimpleQueue()

    def attack(path: Path) -> tuple[Answer, ...] | SourceFailure:
        source, sandbox = path.read_bytes(), idle.get()
        for name, value in places.items():
            source = source.replace(name.encode(), value.encode())
        try:
            return sandbox.run(source, EXERCISES, next((HASTY[end] for end in HASTY if end in source), PATIENT))
        finally:
            idle.put(sandbox)

    sandboxes = [Sandbox() for _ in range(6)]
    for sandbox in sandboxes:
        idle.put(sandbox)
    with ThreadPoolExecutor(len(sandboxes)) as pool:
        found = dict(zip((path.stem for path in ATTACKS), pool.map(attack, ATTACKS), strict=True))
    for sandbox in sandboxes:
        assert not children(sandbox)
        sandbox.close()
    return found


def children(sandbox: Sandbox) -> str:
    """Processes that its interpreter has left."""
    task = Path(f"/proc/{sandbox._pid}/task/{sandbox._pid}/children")
    return task.read_text() if task.exists() else ""


def expectations(path: Path) -> list[tuple[str, str]]:
    line = next(line for line in path.read_text("utf-8-sig", "replace").splitlines() if line.startswith("# expect: "))
    return [(name, value) for name, _, value in (word.partition("=") for word in line.split()[2:])]


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_an_attack_ends_as_its_first_line_says(path: Path, outcomes: dict[str, tuple[Answer, ...] | SourceFailure]):
    outcome = outcomes[path.stem]
    records = {"source": outcome} if isinstance(outcome, SourceFailure) else {each.name: each for each in outcome}
    for name, expected in expectations(path):
        if name == "note":
            assert any(note.startswith(expected) for each in outcome for note in each.notes), outcome
        elif name == "line":
            assert expected in [str(record.line) for record in records.values()], outcome
        else:
            reason, _, detail = expected.partition(":")
            record = records[name]
            assert (record.reason if name == "source" else verdict(record)) in reason.split("|"), record
            assert detail.replace("_", " ") in record.detail.replace("_", " "), record


def test_there_are_a_hundred_attacks_and_each_says_what_harm_it_would_do():
    assert len(ATTACKS) >= 100
    assert all(b"# harm: " in path.read_bytes() for path in ATTACKS)


@pytest.mark.usefixtures("outcomes")
def test_no_attack_touched_a_file(secret: Path):
    assert secret.read_text() == "unchanged"
    assert [path.name for path in secret.parent.iterdir()] == ["secret"]


@pytest.mark.usefixtures("outcomes")
def test_no_attack_reached_the_network(doors: tuple[socket.socket, socket.socket]):
    for call in (doors[0].accept, lambda: doors[1].recv(1)):
        with pytest.raises(BlockingIOError):
            call()


def test_what_a_student_wrote_comes_back_printable_and_short(
    outcomes: dict[str, tuple[Answer, ...] | SourceFailure],
):
    failures = [each for each in outcomes.values() if isinstance(each, SourceFailure)]
    answers = [answer for each in outcomes.values() if not isinstance(each, SourceFailure) for answer in each]
    texts = [each.detail for each in (*failures, *answers)] + [note for answer in answers for note in answer.notes]
    assert all(text.isprintable() and len(text) <= 300 for text in texts)
