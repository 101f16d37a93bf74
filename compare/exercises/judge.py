"""The judge: an answer's functions on generated inputs, against the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.exercises.findings import Finding

if TYPE_CHECKING:
    from compare.exercises.course import Course  # points: Mapping[str, float] in the course's order; seed: int; limits
    from compare.sandbox.run import Sandbox


def examine(source: bytes, course: Course, sandbox: Sandbox) -> Finding:
    """Judge every exercise of `course` in `source`, run in `sandbox`; the same answer always gives the same finding."""
    raise NotImplementedError(source, course, sandbox)
