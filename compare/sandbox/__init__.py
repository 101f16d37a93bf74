"""Runs foreign Python: inputs in, plain float64 out. See README.md for what it defends against.

    with Sandbox() as sandbox:                    # of `run.py`; returns at once, the interpreter starts meanwhile
        answers = sandbox.run(source, exercises)  # one Answer an exercise, or a SourceFailure

judge, zygote, student   the process that asks; a fresh interpreter with NumPy; its fork, which runs one source
exercise, call           a function of the student's, and one set of arguments for it
phase                    loading the top level, or one exercise: what a time limit is for
statement, part, hole    of the top level; a notebook's cell or the like; a name that a failed statement did not bind
record, progress         what a student's process leaves behind: of each exercise, and how far it came
layer, act               one means of isolation; one thing that they forbid

calls.py (what is asked, what came back)  wire.py, results.py (how that travels)  run.py (the judge's side)
start.py (the fresh interpreter)  zygote.py  jail.py, kernel.py (its layers)  proof.py (that they hold)
student.py  statements.py, toplevel.py (loading)  forms.py (arguments, returned values)  worker.py (clock, records)
unisolated.py (without fork)  in_process.py (in a browser)

Nothing is imported here: the interpreter's own start must not wait for what only the judge needs.
"""
