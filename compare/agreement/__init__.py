"""Do the sides agree? Every number of a lesson by every side, beside the truth, and the verdict.

    case.py        a lesson made ready to be judged                comparison.py  the lesson compared, by every side
    verdicts.py    every number with its verdict                   records.py     what came out
    stepwise.py    each update, from the program's own state before it
    adam.py        a lesson by Adam, each update held to an enclosure from the program's own p, m and v
    steps.py       the chain rule, step by step                   why.py         the closed form beside what the run did
    torch_side.py  torch, in a process of its own
    replay.py      torch's last bit: its order of summation and its fused multiply-adds    bits.py  explained by it

A *side* is a program: `manual`, `autograd`, `torch`. The *bound* of a number is its allowance: how far rounding may
carry a right program. Within it numbers *agree*, outside of it one *differs*; a *fault* is the first that does so in an
update. What was printed in a notebook is the *record*. Epoch 0 is the first that shows: updates before it are hidden.
"""
