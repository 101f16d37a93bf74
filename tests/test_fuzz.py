"""A short run of `make fuzz`: no reader of foreign input raises anything but its refusal."""

import itertools

import pytest
from fuzz import READERS, Hang, fuzz, limited


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
