"""Runs foreign Python: inputs in, plain float64 out. See README.md for what it defends against.

    with Sandbox() as sandbox:                    # of `run.py`; returns at once, the interpreter starts meanwhile
        answers = sandbox.run(source, exercises)  # one Answer an exercise, or a SourceFailure

Nothing is imported here: the interpreter's own start must not wait for what only the judge needs.
"""
