# expect: mse=right gradients=right note=changed-input:x note=changed-input:y
# harm: changes its inputs
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    r = w * x + b - y
    answer = 2 * (r * x).mean(), 2 * r.mean()
    x += 1
    y[:] = 0
    return answer
