# expect: mse=right gradients=unset:PermissionError
# harm: a hundred small files
def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    for i in range(100):
        open(f"@FOLDER@/bomb{i}", "w").close()
    return 0.0, 0.0
