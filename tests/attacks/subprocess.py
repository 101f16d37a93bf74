# expect: mse=right gradients=unset
# harm: one harmless program
import subprocess

def mse(yp, y):
    return ((yp - y) ** 2).mean()


def gradients(x, y, w, b):
    subprocess.run(["/bin/true"], check=True)
    return 0.0, 0.0
