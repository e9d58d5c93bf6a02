"""Debian's PostgreSQL with PostGIS, started for tests: it answers on a socket of this machine and wants a password."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

_QUICK = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c autovacuum=off -c jit=off"
_NONE = "no PostgreSQL with PostGIS on this machine; on Debian: apt-get install postgresql postgresql-postgis"


@contextmanager
def postgis_server() -> Iterator[tuple[str, str]]:
    """URL of a database without a word after its question mark, and the password; skips where there is no server."""
    folders = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if _has_postgis(folder.parent.name)]
    if not folders:
        pytest.skip(_NONE)
    home, password = Path(tempfile.mkdtemp(prefix="pg")), secrets.token_hex(16)  # a socket's path has to be short
    (home / "password").write_text(password)
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user is not None:
        for path in (home, home / "password"):
            shutil.chown(path, user, user)

    def run(command: str, *arguments: str) -> None:
        called = [str(folders[0] / command), "-D", str(home / "data"), *arguments]
        subprocess.run(called, check=True, user=user, cwd=home, stdout=subprocess.DEVNULL)  # noqa: S603 - our own

    try:
        run("initdb", "-U", "planner", "-A", "scram-sha-256", f"--pwfile={home / 'password'}", "--no-sync",
            "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        run("pg_ctl", "start", "-w", "-s", "-l", str(home / "log"), "-o", f"{_QUICK} -k {home}")
        try:
            url = f"postgresql://planner@/postgres?host={home}"
            with psycopg.connect(url, password=password) as connection:
                connection.execute("CREATE EXTENSION postgis")
            yield url, password
        finally:
            run("pg_ctl", "stop", "-s", "-m", "immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _has_postgis(version: str) -> bool:
    return Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists()
