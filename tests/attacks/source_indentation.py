# expect: source=bad-source:IndentationError line=4
# harm: none
def mse(yp, y):
return 0
