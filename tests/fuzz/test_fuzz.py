"""A short run of `make fuzz`: no reader of foreign input raises anything but its refusal."""

import contextlib
import itertools
import json
import time

import pytest

from compare.errors import InputError
from compare.lessons.fields import PRINTED
from tests.fuzz.__main__ import READERS, Hang, fuzz, limited


@pytest.mark.parametrize("reader", READERS)
def test_made_up_input_is_read_or_refused(reader):
    assert fuzz(reader, examples=150) == reader


def test_a_hang_is_noticed():
    with pytest.raises(Hang), limited(0.2):
        any(number < 0 for number in itertools.count())


def test_a_surprise_fails(monkeypatch):
    monkeypatch.setitem(READERS, "answer", READERS["answer"]._replace(read=lambda data: 1 // len(data)))
    with pytest.raises(ZeroDivisionError):
        fuzz("answer", examples=150)


UNITS = [
    *(" ", "\t", "\n", "a", "1", "a,", "=", "%", "?", "!"),
    *("'", '"', "'''", "\\", "\\\n", "(", "#", "-", ":", "1.", "e", ";"),
]
LONG = 50_000


def notebook(cell: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell}]}).encode()


@pytest.mark.parametrize("unit", UNITS)
def test_what_repeats_is_read_in_time_in_proportion(unit):
    """It takes a fraction of a second; a quadratic reader takes ten."""
    many = unit * LONG
    given = [("notebook", notebook(cell)) for cell in (f"{many}x", f"x{many}x", f"x?{many}")]
    given += [("csv", f"{many}x\n".encode()), ("json", f"{many}x".encode())]
    given += [("gradescope", f"submission_1:\n  - :name: a{many}b\n{many}:sid:")]
    for reader, data in given:
        started = time.process_time()
        with contextlib.suppress(InputError):
            READERS[reader].read(data)
        assert time.process_time() - started < 5, reader


def test_a_printed_number_is_read_in_time_in_proportion():
    started = time.process_time()
    assert not PRINTED.fullmatch("1" * LONG + "x")
    assert all(PRINTED.fullmatch(text) for text in ("1", "1.", "-1.5e-3", ".5", "+0.50"))
    assert not any(PRINTED.fullmatch(text) for text in ("", ".", "1e", "1.5.", "e5"))
    assert time.process_time() - started < 5
