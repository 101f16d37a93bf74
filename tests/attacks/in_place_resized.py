# expect: mse=right gradients=right note=changed-input:x
# harm: resizes its input
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    answer = 2 * (r * x).mean(), 2 * r.mean()
    x.resize(100, refcheck=False)
    return answer
