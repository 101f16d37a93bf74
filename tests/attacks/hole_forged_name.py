# expect: mse=missing gradients=missing note=left-out:7:error:ModuleNotFoundError
# harm: runs code of its own where the name of a missing library is read
class Name(str):
    def partition(self, _):
        raise SystemExit

raise ModuleNotFoundError("No module", name=Name("torch"))
