"""Runs foreign Python: inputs in, plain float64 out. See README.md for what it defends against.

    with Sandbox() as sandbox:                    # returns at once; the interpreter starts meanwhile
        answers = sandbox.run(source, exercises)  # one Answer an exercise, or a SourceFailure
"""

from compare.sandbox.run import Sandbox, SandboxError

__all__ = ["Sandbox", "SandboxError"]
