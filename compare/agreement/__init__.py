"""Do the sides agree? The truth, how far rounding may carry a correct program from it, and the verdict.

    rationals.py    exact numbers, over one denominator
    exact.py        the truth: it knows the loss, and no derivative    exact_steps.py  and its trajectories
    rounding.py     units in the last place, and the bounds of one evaluation and of one update
    descent.py      a run in exact numbers                             propagation.py  its bounds, from update to update
    stepwise.py     each update of a run, judged from the program's own state before it
    adam_steps.py   each update of Adam, held to an enclosure from the program's own p, m and v
    case.py         a lesson made ready to be judged                   startup.py, torch_side.py  torch, sparingly
    rows.py         every number of a lesson by every side, with its verdict; the only file that calls the sides
    together.py     several lessons, while torch is busy
    table.py        its rows                                           epochs.py  its trajectory
    verdicts.py     what to say of one number                          records.py  what came out
    steps.py        the chain rule, step by step                       why.py  the closed form beside what the run did
    replay.py       torch's last bit: its order of summation and its fused multiply-adds    bits.py  explained by it
    probe.py        which of these this machine's torch has
"""
