"""Finds the Chromium of the end-to-end tests, or installs Debian's where that needs no password."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without Noto, headless Chromium draws boxes for scripts the bare system has no font for.
PACKAGES = ("chromium", "fonts-noto-core")
INSTALL_TIMEOUT_S = 900


class ChromiumMissing(Exception):
    """No browser on this machine, with the command that would bring one."""


def chromium_path() -> str:
    """The browser's path, after installing it where that is possible. Raises ChromiumMissing."""
    found = _find()
    if found is None and _can_install():
        _install()
        found = _find()
    if found is None:
        raise ChromiumMissing(
            f"no Chromium: set CHROMIUM_PATH, or install one (Debian: apt-get install {' '.join(PACKAGES)})"
        )
    return found


def _find() -> str | None:
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        if shutil.which(named) is None:
            raise ChromiumMissing(f"CHROMIUM_PATH is {named!r}, which is no program that can be run")
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _can_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install() -> None:
    print(f"no Chromium found: installing Debian's {' and '.join(PACKAGES)}", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
    ):
        done = subprocess.run(
            command, env=env, timeout=INSTALL_TIMEOUT_S, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}", flush=True)
            return
