"""Where a program hangs: the same line each time, however far into its loop the alarm finds it."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from types import FrameType


def own_frames(frame: FrameType | None, filename: str) -> list[FrameType]:
    """The frames of the student's file, the outermost first."""
    return [each for each in _outwards(frame) if each.f_code.co_filename == filename][::-1]


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def hanging_line(statements: Iterable[ast.stmt], frames: Sequence[FrameType]) -> int:
    """Of the top level: the head of the outermost loop that is running; where there is none, the innermost statement.

    Going inwards, a frame that is in no loop of its own is passed: it waits for a call that it made once.
    """
    nodes = [node for statement in statements for node in ast.walk(statement)]
    loops = [node for node in nodes if isinstance(node, (ast.While, ast.For))]
    for frame in frames:
        first, line = frame.f_code.co_firstlineno, frame.f_lineno
        if running := [loop.lineno for loop in loops if first <= loop.lineno and _spans(loop, line)]:
            return min(running)
    return max(node.lineno for node in nodes if isinstance(node, ast.stmt) and _spans(node, frames[-1].f_lineno))


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
