# expect: mse=right gradients=unset:PermissionError
# harm: one small file
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    open("@FOLDER@/written", "w").write("x")
    return 0.0, 0.0
