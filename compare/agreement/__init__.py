"""Do the sides agree? The truth, how far rounding may carry a correct program from it, and the verdict.

    exact.py        the truth, in rational arithmetic: it knows the loss, and no derivative
    rounding.py     units in the last place, and the bounds of one evaluation
    propagation.py  how the roundings of one update grow over a run
    steps_judged.py each update of a run, judged from the program's own state before it
    replay.py       torch's last bit: its order of summation and its fused multiply-adds
    torch_side.py   torch's side, in a process of its own
    rows.py         every number of a lesson by every side, with its verdict; the only file that calls the sides
    why.py          why a run goes as it does: the closed form beside what it did
    records.py      what came out
"""
