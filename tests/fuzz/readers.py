"""The readers of foreign input, and for each the inputs that `make fuzz` makes up for it.

Inputs are random bytes, random sequences of the format's own tokens, and sound files with pieces cut out and replaced.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from compare.exercises import course, sources
from compare.exercises.records import files as histories
from compare.grading import people, submissions
from compare.grading.entries import Refused
from compare.lessons import loader
from compare.sandbox import results
from compare.sandbox.calls import Exercise

SCRATCH = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # files that never reach a disk


class Reader(NamedTuple):
    """`read` takes whatever `inputs` makes."""

    inputs: st.SearchStrategy[Any]
    read: Callable[[Any], object]


def tokens(words: bytes, *more: bytes) -> list[bytes]:
    return [*words.split(), *more]


def pieces(sound: list[bytes], tokens: list[bytes]) -> st.SearchStrategy[bytes]:
    """Random bytes, sequences of `tokens`, or one of the `sound` inputs with a few changes."""
    some = st.sampled_from(tokens) | st.binary(max_size=4)
    changes = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), some), max_size=6)
    return st.binary(max_size=200) | st.lists(some, max_size=40).map(b"".join) | st.builds(
        changed, st.sampled_from(sound), changes
    )


def changed(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """`data` with, for each change, some bytes from some place on replaced by others."""
    for place, cut, new in changes:
        at = int(place * len(data))
        data = data[:at] + new + data[at + cut :]
    return data


def in_a_file(suffix: str, read: Callable[[Path], object], data: bytes) -> object:
    with tempfile.NamedTemporaryFile(suffix=suffix, dir=SCRATCH) as file:
        file.write(data)
        file.flush()
        return read(Path(file.name))


def read_submissions(place: Path) -> None:
    for submission in submissions.find(place).submissions:
        try:
            submission.read()
        except Refused:
            continue


def read_results(data: bytes) -> None:
    exercise = Exercise("predict", ("x",), 1, ((1.0,), (2.0,)))
    for record in results.unpack(data):
        results.answer(record, exercise)


def sound_zip(compression: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        archive.writestr("kim/answers.py", "def predict(x, w, b): ...")
        archive.writestr("submission_1/answers.ipynb", NOTEBOOK)
        archive.writestr("Lee_12_assignsubmission_file_/hist.csv", "1,2\n")
    return packed.getvalue()


def sound_npy(*arrays: Any) -> list[bytes]:
    saved = []
    for array in arrays:
        np.save(file := io.BytesIO(), array)
        saved.append(file.getvalue())
    return saved


def sound_results() -> list[bytes]:
    numbers = partial(results.array, "q")
    fits = results.Record(0, -1, -1, -1, numbers([0, 1, 2]), results.array("d", [1, 2, 3]), "fault", ("count:3",))
    return [results.pack(fits), results.pack(fits._replace(reason=1, line=7, codes=numbers([-1, -1]))) * 2]


LESSONS = [path.read_bytes() for path in loader.FOLDER.glob("*.toml")]
TOML = tokens(
    rb"""x = y = title dtype centre w b trained optimizer lr momentum nesterov epochs record_every recorded losses
    points seed seconds memory reveal follow_through scaled exercises history lesson [ ] [[ ]] { } = , . " ' # true
    false inf nan -nan """
    rb"''' 0 1 -1 1e999999999 1e-999999999 9223372036854775808 0x1F 1_0 1979-05-27 [optimizer] [recorded] \u0000 \ ",
    b"\n", b" ", b"\xed\xa0\x80",
)  # fmt: skip
NOTEBOOK = json.dumps({"cells": [
    {"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np\n", "x = '''a\n", "%b'''"]},
    {"cell_type": "markdown", "source": "text"}, {"cell_type": "code", "source": "!ls\ny = (1 +\n2)"},
]})  # fmt: skip
JSON = tokens(
    rb"""{ } [ ] , : " \" \u0000 \ud800 \n null true false NaN Infinity -1 1e999 1e-999 "cells" "cell_type" "code"
    "source" "epoch" "loss" %time %%time %%bash !ls ? ?? %% \ ( ) ''' \"\"\" # x=""",
    b"[" * 3000, b"9" * 5000, b" ", b"\r\n",
)  # fmt: skip
CODE = st.text(alphabet=st.sampled_from("%!?\\\n\r \t\"'#()[]{}=,.xr1\u2028\x00가"), max_size=60)
SOURCES = CODE | st.lists(CODE, max_size=4) | st.none() | st.integers() | st.dictionaries(CODE, CODE)
NOTEBOOKS = st.lists(SOURCES, max_size=4).map(
    lambda cells: json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}).encode()
)
CSV = tokens(b'epoch,loss , ; " # 0 1 10 0.5 1e5 1e400 nan inf -1 loss 1_0', b"\n", b"\t", b"\xef\xbb\xbf", b"\x85")
PASTED = tokens(
    """``` ```python >>> ... In [1]: Out[1]: %time %x !x ?x x? x=!y def f(): ' '' # ( ) \\ “ ” （ 1""".encode(),
    b"\n", b" ", b"\r\n", b"\t", b"\xff", b"\xc2\xa0", b'"""', b"\'\'\'",
)  # fmt: skip
LOG = tokens(
    """Epoch 1/2 loss: loss val_loss mse [ ] ( ) , 0.5 1,234 nan 3/3 100%|█| tensor( np.float64( {'loss': } | - 에포크
    손실 epochs= Iteration : = 1. .5 1e5""".encode(),
    b"\n", b" ", b"\r", b"\x08", b"\x1b[1m",
)  # fmt: skip
KERAS = b"Epoch 1/2\n1/1 [====] - 0s 25ms/step - loss: 5.5\nEpoch 2/2\n1/1 [====] - 0s 2ms/step - loss: 4.5\n"
NPY = tokens(
    b"'descr' '<f4' '|O' '<M8[s]' (2,) (-1,) True (9999999999999,) { }",
    b"\x93NUMPY", b"\x01\x00", b"\x03\x00", b"(" * 200, b"\n", b"\xff\xff\xff\xff",
)  # fmt: skip
ZIP = tokens(
    rb"../ / \ C: answers.py .zip",
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"\x00", b"\xff\xff",
    b"\xff\xff\xff\xff", b"\x01\x00", b"\x08\x00", b"\x0c\x00", b"\x0e\x00",
)  # fmt: skip
YAML = tokens(b"""submission_1: submission_ :submitters: - :name: :sid: :email: ' " : 1""", b" ", b"\n", b"\n  - :")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)

READERS = {
    "lesson": Reader(pieces(LESSONS, TOML), partial(in_a_file, ".toml", loader.load)),
    "course": Reader(pieces([course.BUNDLED.read_bytes()], TOML), partial(in_a_file, ".toml", course.read)),
    "answer": Reader(
        pieces([b"x = 1\n", b"```\nx = 1\n```\n", b">>> x\n1\n\nx\n"], PASTED),
        partial(sources.from_bytes, "answers.py"),
    ),
    "log": Reader(pieces([KERAS, b"loss: [1.5,\n 0.5]\n"], LOG), partial(histories.from_bytes, "h.log")),
    "notebook": Reader(pieces([NOTEBOOK.encode()], JSON) | NOTEBOOKS, partial(sources.from_bytes, "answers.ipynb")),
    "csv": Reader(pieces([b"epoch,loss\n0,1.5\n10,0.5\n", b"1.5\n0.5\n"], CSV), partial(histories.from_bytes, "h.csv")),
    "json": Reader(
        pieces([b'{"epoch": [0, 10], "loss": [1.5, 0.5]}', b"[[0, 1.5], [1, 0.5]]"], JSON),
        partial(histories.from_bytes, "h.json"),
    ),
    "npy": Reader(
        pieces(sound_npy(np.ones(3), np.ones((2, 2), "f4"), np.array([1, 2])), NPY),
        partial(histories.from_bytes, "h.npy"),
    ),
    "hist": Reader(VALUES, histories.from_values),
    "zip": Reader(
        pieces([sound_zip(zipfile.ZIP_STORED), sound_zip(zipfile.ZIP_DEFLATED)], ZIP),
        partial(in_a_file, ".zip", read_submissions),
    ),
    "gradescope": Reader(
        pieces([b"submission_1:\n  :submitters:\n  - :name: Kim\n    :sid: '12'\n"], YAML).map(
            lambda data: data.decode("utf-8", "replace")
        ),
        people.people_in,
    ),
    "results": Reader(pieces(sound_results(), [b"\x00" * 8, b"\xff" * 8, b"\x01" + b"\x00" * 7]), read_results),
}
