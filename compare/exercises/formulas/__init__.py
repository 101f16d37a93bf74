"""The language of references: what a file of formulas may hold, and what becomes of it over a kind of number.

function.py  what a reference consists of        text.py, body.py  how it is read, and what is refused
shapes.py    the sizes of its values, its outputs' names
run.py       runs it, node by node, over a kind of number (kinds.py): numbers.py, which know their rounding, or floats
arrays.py    vectors and matrices of either
"""
