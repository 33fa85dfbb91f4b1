# ruff: noqa: S603, T201 - a command that prints, and starts only pip and venv
"""Creates `.venv` and installs exactly what is locked; run by the system's own python3.

Only hashes that the lock names and only wheels are accepted, so nothing is built and nothing can
be exchanged on the way. A stamp keeps the lock's hash: an unchanged lock costs no time. Written
for Python 3.6 too, because it has to explain itself to one that is too old.
"""

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
OLDEST = (3, 11)
EVERY = 25


def problem(version, modules_missing):
    """Return what keeps this Python from making an environment, None where nothing does."""
    wanted = ".".join(map(str, OLDEST))
    if tuple(version[:2]) < OLDEST:
        return (
            f"This is Python {'.'.join(map(str, version[:3]))}, and {wanted} or newer is needed. "
            f"Install one, then name it: make setup PYTHON=python{wanted}"
        )
    if modules_missing:
        return (
            f"This Python comes without {' and '.join(modules_missing)}, so it cannot make an "
            "environment. On Debian and Ubuntu: sudo apt-get install python3-venv"
        )
    return None


def missing(modules):
    """Return the modules that cannot be imported."""
    found = []
    for module in modules:
        try:
            __import__(module)
        except ImportError:
            found.append(module)
    return found


def fingerprint(lock):
    """Return a hash over what an installation depends on."""
    digest = hashlib.sha256()
    for path in (lock, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def install(lock):
    """Install a lock and the project itself.

    Raises:
        SystemExit: pip failed; its own words stand above.
    """
    python = VENV / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    text = lock.read_text(encoding="utf-8")
    total = sum(1 for line in text.splitlines() if line[:1].isalnum())
    print(f"Installing {total} locked packages into .venv", flush=True)
    locked = ["--require-hashes", "--only-binary", ":all:", "--progress-bar", "off"]
    show([*pip, *locked, "-r", str(lock)], total)
    done = subprocess.call([*pip, "--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    if done:
        raise SystemExit(done)


def show(command, total):
    """Run pip and say now and then how far it is; on failure, all that it said."""
    said = []
    begun = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    ) as child:
        for line in child.stdout:
            said.append(line)
            if line.startswith(("Collecting", "Requirement already")):
                begun += 1
                if begun % EVERY == 0:
                    print(f"  {begun} of {total}", flush=True)
            if line.startswith("Installing collected"):
                print("  unpacking", flush=True)
    if child.returncode:
        print("".join(said), file=sys.stderr)
        raise SystemExit(child.returncode)


def main():
    """Bring the environment up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with the tools for tests and checks")
    wants_dev = parser.parse_args().dev
    trouble = problem(sys.version_info, missing(("venv", "ensurepip")))
    if trouble:
        raise SystemExit(trouble)
    stamps = {
        name: (VENV / f"installed-{name}", fingerprint(ROOT / lock))
        for name, lock in (("dev", "requirements-dev.lock"), ("runtime", "requirements.lock"))
    }
    # The tools' lock holds everything of the other one, so either may serve where no tool is asked.
    for name in ("dev",) if wants_dev else ("runtime", "dev"):
        stamp, wanted = stamps[name]
        if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
    if not (VENV / "bin" / "python").exists():
        print("Creating .venv", flush=True)
        subprocess.check_call([sys.executable, "-m", "venv", str(VENV)])
    name = "dev" if wants_dev else "runtime"
    stamp, wanted = stamps[name]
    install(ROOT / ("requirements-dev.lock" if wants_dev else "requirements.lock"))
    stamp.write_text(wanted, encoding="ascii")


if __name__ == "__main__":
    main()
