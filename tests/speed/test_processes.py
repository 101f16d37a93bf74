"""Whole processes: the memory of the pass, the commands with planted mistakes, one thread."""

import sys

import numpy as np

from compare.speed import pinned, processes


def test_memory_is_left_out_where_the_system_does_not_tell_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    assert processes.memory(16) is None


def test_the_pass_over_files_is_exact_in_bounded_memory():
    seen = processes.memory(160_000_000)
    assert seen is None or (seen.exact and seen.resident < 120e6)  # of which x and y would be 160 MB


def test_five_mistakes_are_planted_in_our_own_answers():
    assert len(processes.MISTAKES) == 5
    assert processes.planted() != processes.answers()


def test_one_thread_is_pinned():
    given = pinned.environment()
    assert all(given[name] == "1" for name in pinned.THREADS)
    assert pinned.machine()["numpy"] == np.__version__
