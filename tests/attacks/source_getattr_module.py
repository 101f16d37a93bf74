# expect: mse=missing gradients=missing
# harm: a module that answers to any name
def __getattr__(name):
    return lambda *a: 0.0
