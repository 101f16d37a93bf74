# expect: mse=right gradients=unset:PermissionError
# harm: changes a file of this test
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    open("@FOLDER@/secret", "a").write("x")
    return 0.0, 0.0
