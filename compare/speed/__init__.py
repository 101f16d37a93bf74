"""The speed comparison: every implementation of one update, in interleaved rounds of one pinned run.

    contenders.py  who competes at one update          passes.py     who competes at the one pass over the data
    problem.py     the data, the true answer, and how far rounding may lead: nothing is timed whose answer lies outside
    measurement.py the rounds                          processes.py  whole commands, and the memory of the pass
    pinned.py      one thread, one processor           records.py    what was found, the aims, what is remembered
    powers.py      a whole run from five sums: what is here for speed alone

A *contender* prepares a *runner*, which makes so many updates; a *limit* is what the machine itself needs.
"""
