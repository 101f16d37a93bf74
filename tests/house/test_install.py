"""What a make target installs: its size and no more, torch from where it is small and can be had, and nothing twice."""

import hashlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
import tomllib
import zipfile
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import install

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def packages(text):
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def names(requirements):
    return {re.match(r"[a-z0-9-]+", one)[0] for one in requirements if not one.startswith("gradient-compare")}


def test_each_size_holds_what_the_project_says_of_it_and_the_smaller_ones():
    held = [packages(install.blocks(LOCK, size)) for size in install.SIZES]
    assert held[0] < held[1] < held[2]
    assert names(PROJECT["dependencies"]) <= held[0]
    extras = PROJECT["optional-dependencies"]
    assert names(extras["compare"] + extras["notebook"]) - {"torch"} <= held[1]
    assert names(extras["test"] + extras["distributed"] + extras["dev"]) <= held[2]
    assert not held[2] & {"torch", "triton"}


def test_what_checks_and_grades_is_light():
    assert packages(install.blocks(LOCK, "check")) == {
        *("jinja2", "markdown-it-py", "markupsafe", "mdurl", "numpy", "pygments", "rich"),
    }


def test_every_package_of_every_block_has_its_hashes():
    for size in install.SIZES:
        entries = re.split(r"^(?=[a-z])", install.blocks(LOCK, size), flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in entry for entry in entries)


def test_the_last_bits_belong_to_no_version_of_the_metadata():
    assert not [one for extra in PROJECT["optional-dependencies"].values() for one in extra if "torch==" in one]


def plan(target, *settings, **environment):
    """What make would do."""
    command = ["make", "-n", target, *settings]
    variables = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("size", "targets"),
    [
        ("check", ["answers", "check", "grade", "doctor"]),
        ("compare", ["compare", "page", "notebook", "speed"]),
        ("test", ["test", "lint", "mutants", "coverage"]),
    ],
)
def test_a_target_installs_its_size_and_is_served_by_a_larger_one(size, targets, tmp_path):
    env = tmp_path / "new env"
    env.mkdir()
    for target in targets:
        assert f'install.py "{env}" "{size}"' in plan(target, f"VENV={env}")
    for one in install.SIZES[: install.SIZES.index(size) + 1]:
        (env / f".{one}").touch()
    for target in targets:
        assert "install.py" not in plan(target, f"VENV={env}")


def test_where_torch_comes_from_is_said_only_where_it_was_given(tmp_path):
    given = partial(plan, "compare", f"VENV={tmp_path}")
    assert "--torch-index" not in given()
    assert '--torch-index ""' in given("TORCH_INDEX=")
    assert '--torch-index ""' in given(TORCH_INDEX="")
    assert '--torch-index "http://here"' in given("TORCH_INDEX=http://here")


@contextmanager
def listening(serve):
    """A port of this machine at which `serve(connection)` is done for everybody who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def silent(connection):
    time.sleep(5)
    connection.close()


def dripping(connection):
    """Never silent for long enough to be given up by a clock that starts anew at each byte."""
    for letter in "HTTP/1.1 200 OK\r\n\r\n" + "torch-2.13.0-py3-none-any.whl " * 9:
        connection.send(letter.encode())
        time.sleep(0.1)


@contextmanager
def index(folder):
    """A package index of the files in `folder`."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def wheel(folder, name, version):
    """A wheel of nothing."""
    folder.mkdir(parents=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


@pytest.mark.parametrize("serve", [silent, dripping])
def test_an_index_that_does_not_answer_in_time_is_given_up(serve):
    with listening(serve) as url:
        started = time.monotonic()
        assert not install.offers(url, 0.5)
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://no-such-host.invalid", "no url"])
def test_an_index_that_nobody_keeps_is_given_up_at_once(url):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    started = time.monotonic()
    assert not install.offers(url.format(port=port))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("version", ["2.12.0", "2.13.01", "12.13.0"])
def test_an_index_without_our_torch_is_of_no_use(version, tmp_path):
    wheel(tmp_path / "torch", "torch", version)
    with index(tmp_path) as url:
        assert not install.offers(url)


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        ("{abi}-{abi}-manylinux_2_28_{machine}", True),
        ("{abi}-{abi}t-manylinux_2_28_{machine}", False),
        ("cp39-cp39-manylinux_2_28_{machine}", False),
        ("{abi}-{abi}-manylinux_2_28_sparc", False),
    ],
)
def test_a_wheel_of_the_index_must_fit_this_python_and_this_processor(tags, fits, tmp_path):
    tags = tags.format(abi=f"cp{sys.version_info.major}{sys.version_info.minor}", machine=os.uname().machine)
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / f"torch-{install.TORCH}+cpu-{tags}.whl").touch()
    with index(tmp_path) as url:
        assert install.offers(url) is fits


def test_a_machine_with_an_nvidia_driver_and_a_reader_who_says_where_are_not_asked_about(monkeypatch):
    monkeypatch.setattr(install, "offers", lambda *_: pytest.fail("a request"))
    assert install.torch_index("") == ""
    assert install.torch_index("http://here") == "http://here"
    monkeypatch.setattr(install, "has_nvidia", lambda: True)
    assert install.torch_index(None) == ""
    monkeypatch.setattr(install, "has_nvidia", lambda: False)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert install.torch_index(None) == ""


def test_an_index_that_cannot_be_reached_is_one_plain_line(monkeypatch, capsys):
    monkeypatch.setattr(install, "has_nvidia", lambda: False)
    monkeypatch.setattr(install, "offers", lambda *_: False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert install.torch_index(None) == ""
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the small index is Linux's")
def test_an_environment_is_made_from_the_index_and_grows_to_a_larger_size(monkeypatch, tmp_path, capsys):
    kit, env = tmp_path / "kit", tmp_path / "new env"
    kit.mkdir()
    small = hashlib.sha256(wheel(tmp_path / "index/small", "small", "1.0").read_bytes()).hexdigest()
    wheel(tmp_path / "index/torch", "torch", install.TORCH)
    block = "# first\n# check\nsmall==1.0 \\\n    --hash=sha256:{}\n# compare\n# test\n"
    (kit / "requirements.lock").write_text(block.format(small))
    monkeypatch.setattr(install, "ROOT", kit)
    monkeypatch.setattr(install, "has_nvidia", lambda: False)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with index(tmp_path / "index") as url:
        monkeypatch.setattr(install, "CPU_INDEX", url)
        monkeypatch.setenv("PIP_INDEX_URL", url)
        install.main([str(env), "check"])
        assert stamps(env) == {".check"}
        assert not install.has_torch(env)
        install.main([str(env), "compare"])
        assert stamps(env) == {".check", ".compare"}
        assert install.has_torch(env)
        assert capsys.readouterr().out == ""
    monkeypatch.setattr(install, "offers", lambda *_: pytest.fail("a request"))
    install.main([str(env), "compare"])  # nothing is asked of anybody once all is there
    (kit / "requirements.lock").write_text(block.format("0" * 64).replace("small", "other"))
    with pytest.raises(SystemExit):
        install.main([str(env), "check"])


def stamps(env):
    return {path.name for path in env.glob(".*")} & {f".{size}" for size in install.SIZES}
