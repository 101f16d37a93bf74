# expect: source=error:ZeroDivisionError line=3
# harm: none
1 / 0
