"""What the embedded server is told: its first contents, and settings for a small machine."""

from pathlib import Path

from parley.adapters.postgres.socketdir import PORT

DATABASE = "parley"
# Superuser and owner of every table; migrations use it.
OWNER_ROLE = "parley_owner"
# Serves requests: owns nothing, so row-level security binds it.
APP_ROLE = "parley_app"
# Platform jobs that cross workspaces, under policies of their own.
PLATFORM_ROLE = "parley_platform"

# The first major version with a collation provider that needs neither ICU nor the system's locales.
_BUILTIN_LOCALE_SINCE = 17
_IO_METHOD_SINCE = 18

_SERVER_SETTINGS = {
    # Unix socket only. Whoever reaches it is trusted, and the folder it is in lets only this user reach it.
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # No replicas: the least to write, and the least to keep.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    # Each idle helper process costs memory; a machine of two cores gains nothing from more of them.
    "max_worker_processes": "4",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The supervisor writes the log and bounds it. Terse: details would quote the contents of rows.
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


def server_arguments(data: Path, socket_dir: Path, major: int) -> list[str]:
    """The arguments of `postgres`. They override postgresql.conf, so an old folder gets new settings."""
    # A list of folders: quoted, or a comma in the path would make two of one.
    quoted = '"' + str(socket_dir).replace('"', '""') + '"'
    settings = _SERVER_SETTINGS | {"unix_socket_directories": quoted}
    if major >= _IO_METHOD_SINCE:
        settings["io_method"] = "sync"
    options = (part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    return ["-D", str(data), *options]


def initdb_arguments(data: Path, major: int) -> list[str]:
    """The arguments of `initdb` for a folder whose contents are put on disk by a later `--sync-only`."""
    arguments = ["-D", str(data), "-U", OWNER_ROLE, "--encoding=UTF8", "--locale=C", "--data-checksums"]
    if major >= _BUILTIN_LOCALE_SINCE:
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [*arguments, "--auth-local=trust", "--auth-host=reject", "--no-sync", "--no-instructions"]


def first_statements() -> str:
    """What a new folder holds besides the system's own: the database and the roles; one statement a line."""
    role = "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;"
    return "\n".join(
        [
            role.format(APP_ROLE),
            role.format(PLATFORM_ROLE),
            f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE};",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;",
            f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}, {PLATFORM_ROLE};",
            "",
        ]
    )
