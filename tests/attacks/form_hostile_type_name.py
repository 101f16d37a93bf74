# expect: mse=right gradients=wrong-form note=form:<script>
# harm: a name for pages and terminals
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    return type("<script>\x1b[31m\u202e", (), {})(), 0.0
