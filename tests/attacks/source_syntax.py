# expect: source=bad-source:SyntaxError line=4
# harm: none
def mse(yp, y):
    return (yp - y
