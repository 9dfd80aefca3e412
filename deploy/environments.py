"""Create the two virtual environments, .venv/bot and .venv/rasa, where missing or out of date.

Only the standard library is used, since this runs before anything is installed. An environment is
out of date when requirements.txt or its constraint file differ from what its stamp says; the stamp
is written last, so that an interrupted installation is done again by the next run.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENVS = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements.txt"
STAMP = "installed.sha256"
# The interpreter runs a .pth file's import lines: https://docs.python.org/3/library/site.html
NO_TELEMETRY = 'import os; os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")\n'
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-noto-core", "fonts-noto-color-emoji")
# Debian splits ensurepip from the interpreter: one without it cannot make an environment with pip.
PROBE = "import ensurepip, sys, venv; print(sys.version_info[0], sys.version_info[1])"

Version = tuple[int, int]


class SetupError(Exception):
    """What is missing on this machine, in one sentence for the person who set it up."""


@dataclass(frozen=True)
class Environment:
    """One of the two virtual environments.

    Attributes:
        name: Its folder under .venv.
        oldest: The oldest Python version that it runs on.
        newest: The newest one, or None where any later one will do.
        preferred: The versions to look for, best first.
    """

    name: str
    oldest: Version
    newest: Version | None
    preferred: tuple[Version, ...]

    @property
    def folder(self) -> Path:
        """Where the environment is."""
        return VENVS / self.name

    @property
    def python(self) -> Path:
        """The environment's own interpreter."""
        return self.folder / "bin" / "python"

    @property
    def constraints(self) -> Path:
        """The file that freezes every package of the environment."""
        return ROOT / f"constraints-{self.name}.txt"

    def accepts(self, version: Version | None) -> bool:
        """Say whether an interpreter of this version can run the environment."""
        return (
            version is not None
            and self.oldest <= version
            and (self.newest is None or version <= self.newest)
        )


RASA = Environment("rasa", (3, 10), (3, 10), ((3, 10),))
BOT = Environment("bot", (3, 11), None, ((3, 13), (3, 12), (3, 11)))


def say(line: str) -> None:
    """Print a progress line at once, also where the output is a file or a pipe."""
    sys.stdout.write(line + "\n")  # one write, since both builders speak
    sys.stdout.flush()


def version_of(python: str | Path) -> Version | None:
    """Run an interpreter to learn its version; a pyenv shim's path alone proves nothing.

    Returns:
        Major and minor number, or None where it does not run or cannot make environments.
    """
    try:
        done = subprocess.run(
            [str(python), "-c", PROBE], capture_output=True, text=True, timeout=60, check=True
        )
        major, minor = done.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def candidates(env: Environment) -> Iterator[str]:
    """List the interpreters that might suit an environment: this one, PATH, pyenv's, uv's."""
    if not Path(sys.executable).is_relative_to(VENVS):  # it cannot rebuild the folder it lives in
        yield sys.executable
    dotted = [f"{major}.{minor}" for major, minor in env.preferred]
    for name in [*(f"python{version}" for version in dotted), "python3"]:
        yield from (str(Path(folder) / name) for folder in os.get_exec_path())
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for version in dotted:
        yield from (str(path) for path in sorted(pyenv.glob(f"versions/{version}.*/bin/python")))
    uv = shutil.which("uv")
    if uv is not None:
        for version in dotted:
            yield uv_python(uv, version, install=False)
        yield uv_python(uv, dotted[0], install=True)


def uv_python(uv: str, version: str, *, install: bool) -> str:
    """Ask uv for an interpreter, which it may download.

    Returns:
        Its path, or an empty string where uv has none.
    """
    if install:
        subprocess.run([uv, "python", "install", version], capture_output=True, check=False)
    found = subprocess.run(
        [uv, "python", "find", version], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def find_python(env: Environment) -> str:
    """Find an interpreter for an environment.

    Raises:
        SetupError: There is none on this machine.
    """
    for candidate in candidates(env):
        if candidate and env.accepts(version_of(candidate)):
            return candidate
    oldest = ".".join(map(str, env.oldest))
    message = (
        f"No Python {oldest}{'' if env.newest else ' or later'} with venv was found for "
        f".venv/{env.name}: install it from your system's packages or with "
        f"`pyenv install {oldest}`, or install uv, which fetches it."
    )
    raise SetupError(message)


def fingerprint(env: Environment) -> str:
    """Hash what the environment is made of."""
    digest = hashlib.sha256()
    for path in (REQUIREMENTS, env.constraints):
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(env: Environment) -> bool:
    """Say whether the environment was installed whole, from today's files, and still runs."""
    stamp = env.folder / STAMP
    return (
        stamp.is_file()
        and stamp.read_text(encoding="ascii") == fingerprint(env)
        and env.accepts(version_of(env.python))
    )


def build(env: Environment, python: str) -> None:
    """Make an environment anew and install its packages.

    Raises:
        SetupError: venv or pip failed; pip's last lines are in the message.
    """
    started = time.monotonic()
    wanted = fingerprint(env)
    name = env.folder.relative_to(ROOT)
    say(f"{name}: installing, which takes minutes the first time")
    execute([python, "-m", "venv", "--clear", str(env.folder)], f"making {name}")
    pip = [str(env.python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    files = ["--requirement", str(REQUIREMENTS), "--constraint", str(env.constraints)]
    execute([*pip, "install", *files], f"installing into {name}")
    (env.folder / STAMP).write_text(wanted, encoding="ascii")
    say(f"{name}: ready after {time.monotonic() - started:.0f} s")


def execute(command: Sequence[str], doing: str) -> None:
    """Run a command quietly.

    Raises:
        SetupError: It failed; its last lines are in the message.
    """
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        message = f"Failed while {doing}:\n{tail}"
        raise SetupError(message)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one run at a time touch the environments; a second one waits and finds them ready."""
    VENVS.mkdir(exist_ok=True)
    with (VENVS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_environments() -> None:
    """Build what is missing or out of date, both at once: one unpacks as the other downloads."""
    with alone():
        stale = [(env, find_python(env)) for env in (BOT, RASA) if not is_current(env)]
        with ThreadPoolExecutor() as pool:
            jobs = [pool.submit(build, env, python) for env, python in stale]
        for job in jobs:
            job.result()
        silence(RASA.folder)


def silence(folder: Path) -> None:
    """Keep Rasa from reporting home, however an environment's interpreter is started.

    Args:
        folder: The environment; one that exists already is not built again for this.
    """
    for packages in folder.glob("lib/python*/site-packages"):
        (packages / "waai_no_telemetry.pth").write_text(NO_TELEMETRY, encoding="ascii")


def has_browser() -> bool:
    """Say whether a Chromium is on PATH."""
    return any(shutil.which(name) for name in BROWSERS)


def has_arabic_font() -> bool:
    """Say whether Arabic can be drawn; without fontconfig nobody can tell, so it is assumed."""
    lister = shutil.which("fc-list")
    if lister is None:
        return True
    done = subprocess.run([lister, ":lang=ar"], capture_output=True, check=False)
    return bool(done.stdout.strip())


def ensure_browser() -> None:
    """Make sure of a Chromium and an Arabic font for the browser tests.

    Raises:
        SetupError: There is none and it could not be installed.
    """
    if has_browser() and has_arabic_font():
        return
    apt = shutil.which("apt-get")
    if apt is not None and os.geteuid() == 0:
        say("browser tests: installing Chromium and Noto fonts")
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        execute([apt, "update", "-qq"], "updating the package lists")
        execute([apt, "install", "--yes", "-qq", *DEBIAN_PACKAGES], "installing Chromium")
    elif not has_browser():
        say("browser tests: fetching playwright's own Chromium")
        try:
            execute([str(BOT.python), "-m", "playwright", "install", "chromium"], "fetching it")
        except SetupError as error:
            message = f"The browser tests need Chromium: install your system's package.\n{error}"
            raise SetupError(message) from error


def main() -> int:
    """Run from the command line.

    Returns:
        0; 1 where something is missing, which standard error says; 130 after Ctrl-C.
    """
    parser = argparse.ArgumentParser(description="Create .venv/bot and .venv/rasa where needed.")
    parser.add_argument("--tests", action="store_true", help="make sure of a Chromium as well")
    arguments = parser.parse_args()
    try:
        ensure_environments()
        if arguments.tests:
            ensure_browser()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # what shells report for Ctrl-C
    return 0


if __name__ == "__main__":
    sys.exit(main())
