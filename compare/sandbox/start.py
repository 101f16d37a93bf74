"""First words in the fresh interpreter: find NumPy, forget the way to everything else, become the zygote."""

import importlib.util
import sys


def main(root: str, numpy: str) -> None:
    """`root` holds this package, `numpy` is NumPy's folder; neither stays importable by path."""
    _import_package("numpy", numpy)
    from compare.sandbox import zygote

    sys.path.remove(root)
    sys.argv[:] = [""]
    for name in [name for name in sys.modules if name.partition(".")[0] == "compare"]:
        del sys.modules[name]
    zygote.main()


def _import_package(name: str, folder: str) -> None:
    """Import one package from its own folder, without making its neighbours importable."""
    spec = importlib.util.spec_from_file_location(name, f"{folder}/__init__.py", submodule_search_locations=[folder])
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
