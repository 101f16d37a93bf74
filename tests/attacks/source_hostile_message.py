# expect: mse=right gradients=error:<script>
# harm: a message for pages and terminals
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    raise ValueError("<script>alert(1)</script>\x1b[2J\u202e=cmd()" + "A" * 10**6)
