"""Lessons compared together: what each comparison alone would say, with the waiting where torch is busy."""

import pytest

from compare.agreement.comparison import compare, compare_all, compare_lesson, prepare
from compare.agreement.torch_side import work
from compare.lessons import load

LESSONS = [load("height-weight"), load("hours-ability-momentum")]


class Here:
    """torch's side in this process: it notes what it is asked and when it answers."""

    def __init__(self):
        self.told, self.jobs = [], []

    def ask(self, job):
        self.told.append("asked")
        self.jobs.append(job)

    def answer(self):
        self.told.append("answered")
        return work(self.jobs.pop(0))


@pytest.mark.parametrize("dtype", [None, "float64"])
def test_lessons_together_are_compared_as_each_alone_in_their_order(dtype):
    assert compare_all(LESSONS, Here(), dtype) == [compare_lesson(lesson, dtype) for lesson in LESSONS]


def test_torch_knows_every_job_before_anybody_waits_for_it():
    here = Here()
    compare_all(
        LESSONS, here, meanwhile=lambda: here.told.append("meanwhile"), compared=lambda: here.told.append("compared")
    )
    assert here.told == ["asked", "asked", "meanwhile", "answered", "compared", "answered", "compared"]


def test_the_bits_are_explained_where_that_is_asked_for():
    (explained,) = compare_all(LESSONS[:1], Here(), explain_bits=True)
    assert explained == compare(prepare(LESSONS[0]), explain_bits=True)
    assert explained.bits.updates == 1
