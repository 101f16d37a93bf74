"""Do the sides agree? Every number of a lesson by every side, beside the truth, and the verdict.

    case.py         a lesson made ready to be judged                   torch_side.py  torch, sparingly
    rows.py         every number of a lesson by every side, with its verdict
    together.py     several lessons, while torch is busy
    table.py        its rows                                           epochs.py  its trajectory
    verdicts.py     what to say of one number                          records.py  what came out
    stepwise.py     each update of a run, judged from the program's own state before it
    adam.py         a lesson by Adam, each update held to an enclosure from the program's own p, m and v
    steps.py        the chain rule, step by step                       why.py  the closed form beside what the run did
    replay.py       torch's last bit: its order of summation and its fused multiply-adds    bits.py  explained by it
"""
