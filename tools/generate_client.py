"""Writes openapi.json from the API's routes and, from that, the TypeScript types of the front ends."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tools import npm

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "openapi.json"
TYPES = ROOT / "frontend" / "client" / "schema.d.ts"


def write(document: Path, types: Path) -> int:
    """Writes both files; gives the exit code of the command that failed, else 0."""
    parley = [sys.executable, "-m", "parley.entrypoints.cli", "openapi"]
    printed = subprocess.run(parley, stdout=subprocess.PIPE, check=False)
    if printed.returncode != 0:
        return printed.returncode
    document.write_bytes(printed.stdout)
    return npm.run("run", "--silent", "types", "--", str(document), str(types))


def drift() -> list[str]:
    """A sentence for each committed file that differs from what would be written now."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, DOCUMENT.name), Path(folder, TYPES.name)
        if write(*fresh) != 0:
            return ["the API's document and types could not be generated (see above)"]
        return [
            f"{kept.relative_to(ROOT)} is out of date with the API: run `make client`"
            for kept, new in zip((DOCUMENT, TYPES), fresh, strict=True)
            if not kept.exists() or kept.read_bytes() != new.read_bytes()
        ]


def main() -> int:
    try:
        if sys.argv[1:] != ["--check"]:
            return write(DOCUMENT, TYPES)
        stale = drift()
    except npm.NodeMissing as missing:
        stale = [f"error: {missing}"]
    print("\n".join(stale), end="\n" if stale else "")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
