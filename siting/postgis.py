"""PostGIS: layers read from tables, proposals written as the tables of one schema, all of them or none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
import shapely
from psycopg import Connection, sql
from pyproj import CRS
from shapely.errors import GEOSException

from siting.database_url import LONGEST_NAME_B, DatabaseUrl, database_url
from siting.errors import InputError, OutputError, warn
from siting.tables import some

_SHAPES = ("geometry", "geography")
_PLAIN = ("bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar", "bpchar")
"""Types that are read as they are. Exact decimals become floats, as GDAL reads them, all others text."""
_MARK = "A table of a siting proposal; the next one replaces it."
_BROKEN = (psycopg.Error, GEOSException, ValueError)


def read_layer(url: str) -> gpd.GeoDataFrame:
    """
    Rows of a table or view in the order of its primary key, without one sorted as text, counted from 1.

    The shapes are in the column `geometry`; another column of that name becomes `geometry_given`.

    Parameters
    ----------
    url
        ``postgresql://USER@HOST/DATABASE?table=SCHEMA.TABLE``; with ``&geometry=COLUMN`` where a table has several.
        What else stands after the question mark is the driver's, such as ``sslmode``. A password is the environment's
        business (PGPASSWORD, PGPASSFILE).

    Raises
    ------
    InputError
        If the URL holds a password, the database does not answer, or there is no such table with shapes in one CRS.
    """
    place = database_url(url, "table", ("geometry",))
    with _reading(place) as connection:
        columns = _columns(connection, place)
        shape = _shape_column(columns, place)
        wanted = [_value(name, kind) for name, kind in columns.items() if name == shape or kind not in _SHAPES]
        query = sql.SQL("SELECT {} FROM {} AS t ORDER BY {}").format(
            sql.SQL(", ").join(wanted), _table(place), _order(connection, place)
        )
        cursor = connection.execute(query)
        names = [column.name for column in cursor.description or ()]
        rows = pd.DataFrame(cursor.fetchall(), columns=names)
        shapes = shapely.from_wkb(rows.pop(shape).to_numpy(dtype=object))
        srids = {int(srid) for srid in shapely.get_srid(shapes[~shapely.is_missing(shapes)])}
        crs = _crs(connection, srids or _declared_srid(connection, place, shape), url)
    rows = rows.rename(columns={"geometry": "geometry_given"})
    table = gpd.GeoDataFrame(rows, geometry=shapely.set_srid(shapes, 0), crs=crs)
    table.index = table.index + 1
    table.attrs["notes"] = ()
    return table


def layer_digest(url: str) -> tuple[str, int]:
    """SHA-256 of the text of all rows of a table, in whatever order they lie, and its bytes."""
    place = database_url(url, "table", ("geometry",))
    made, size = hashlib.sha256(), 0
    with _reading(place) as connection:
        _columns(connection, place)
        query = sql.SQL('COPY (SELECT t::text FROM {} AS t ORDER BY t::text COLLATE "C") TO STDOUT')
        with connection.cursor().copy(query.format(_table(place))) as rows:
            for block in rows:
                made.update(block)
                size += len(block)
    return f"sha256:{made.hexdigest()}", size


def read_provenance(url: str) -> dict[str, str]:
    """
    The provenance of the proposal that a schema holds, by entry.

    Raises
    ------
    InputError
        If the database does not answer, or no proposal is in the schema.
    """
    place = database_url(url, "schema")
    with _reading(place) as connection:
        table = sql.Identifier(place.own["schema"], "table_provenance")
        return dict(connection.execute(sql.SQL("SELECT entry, value FROM {}").format(table)).fetchall())


def write_layers(url: str, layers: Iterable[tuple[str, pd.DataFrame]], row_column: str) -> None:
    """
    Write tables into a schema in one transaction: all of them take the place of a former proposal's, or none does.

    Shapes are in the column `geometry` with an index; a CRS that has no EPSG code is SRID 0. A column whose name the
    server would cut off gets a shorter one, with a warning, and the whole name as its comment.

    Parameters
    ----------
    url
        ``postgresql://USER@HOST/DATABASE?schema=NAME``; the schema is made where there is none.
    row_column
        Name of the primary key that is added, rows counted from 1.

    Raises
    ------
    InputError
        If the URL holds a password or names no schema.
    OutputError
        If it cannot be written, or the schema holds anything but a former proposal.
    """
    place = database_url(url, "schema")
    schema = place.own["schema"]
    try:
        with psycopg.connect(place.connection) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"siting {schema}"])
            _clear(connection, place)
            for name, table in layers:
                _write(connection, sql.Identifier(schema, name), table, row_column)
    except _BROKEN as fault:
        raise OutputError(f"{url}: cannot be written ({_line(fault)}). What stood there is as it was.") from fault


@contextmanager
def _reading(place: DatabaseUrl) -> Iterator[Connection[Any]]:
    try:
        with psycopg.connect(place.connection) as connection:
            connection.read_only = True
            connection.execute("SET TIME ZONE 'UTC'")
            yield connection
    except InputError:
        raise
    except _BROKEN as fault:
        raise InputError(place.shown, [f"It cannot be read ({_line(fault)})."]) from fault


def _line(fault: Exception) -> str:
    """The first line of a driver's message; the rest is the query."""
    return str(fault).partition("\n")[0]


def _table(place: DatabaseUrl) -> sql.Identifier:
    return sql.Identifier(*place.own["table"].split(".", 1))


def _columns(connection: Connection[Any], place: DatabaseUrl) -> dict[str, str]:
    """Types of the columns of a table, in their order."""
    name = _table(place).as_string(connection)
    found = connection.execute(
        "SELECT attname, typname FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [name],
    ).fetchall()
    if not found:
        known = connection.execute(
            "SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema')"
            " ORDER BY 1"
        ).fetchall()
        told = f"There is no table {place.own['table']!r} in it, or nobody may see it. It has"
        raise InputError(place.shown, [f"{told} {some((row[0] for row in known), 12) or 'none'}."])
    return dict(found)


def _shape_column(columns: dict[str, str], place: DatabaseUrl) -> str:
    shapes = [name for name, kind in columns.items() if kind in _SHAPES]
    asked = place.own.get("geometry")
    if not shapes:
        raise InputError(place.shown, ["It is a table without geometry. Expected places on a map."])
    if asked is None and len(shapes) > 1:
        raise InputError(place.shown, [f"It has {len(shapes)} columns of shapes ({some(shapes)}). Add &geometry=NAME."])
    if asked is not None and asked not in shapes:
        raise InputError(place.shown, [f"It has no column of shapes {asked!r}. It has {some(shapes)}."])
    return asked or shapes[0]


def _value(name: str, kind: str) -> sql.Composable:
    column = sql.Identifier("t", name)
    if kind in _SHAPES:
        return sql.SQL("ST_AsEWKB(ST_CurveToLine({}::geometry)) AS {}").format(column, sql.Identifier(name))
    if kind in _PLAIN:
        return column
    return sql.SQL("{}::{} AS {}").format(
        column, sql.SQL("float8" if kind == "numeric" else "text"), sql.Identifier(name)
    )


def _order(connection: Connection[Any], place: DatabaseUrl) -> sql.Composable:
    keys = connection.execute(
        "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)"
        " WHERE indrelid = to_regclass(%s) AND indisprimary ORDER BY array_position(indkey::int[], attnum::int)",
        [_table(place).as_string(connection)],
    ).fetchall()
    return sql.SQL(", ").join(sql.Identifier("t", row[0]) for row in keys) if keys else sql.SQL('t::text COLLATE "C"')


def _declared_srid(connection: Connection[Any], place: DatabaseUrl, shape: str) -> set[int]:
    """Of a column without a shape in it."""
    found = connection.execute(
        "SELECT postgis_typmod_srid(atttypmod) FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s",
        [_table(place).as_string(connection), shape],
    ).fetchall()
    return {row[0] for row in found}


def _crs(connection: Connection[Any], srids: set[int], url: str) -> CRS | None:
    if len(srids) > 1:
        raise InputError(url, [f"Its shapes have {len(srids)} CRS (SRID {some(sorted(srids))}). Expected one."])
    told = connection.execute(
        "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = ANY(%s)", [list(srids)]
    ).fetchone()
    if told is None:  # SRID 0 is none
        return None
    authority, code, text = told
    return CRS.from_authority(authority, code) if authority == "EPSG" else CRS.from_wkt(text)


def _clear(connection: Connection[Any], place: DatabaseUrl) -> None:
    """Make the schema, or remove a former proposal's tables from it."""
    schema = place.own["schema"]
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    found = connection.execute(
        "SELECT relname, obj_description(pg_class.oid, 'pg_class') IS NOT DISTINCT FROM %s FROM pg_class"
        " JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = %s AND relkind IN ('r', 'v', 'm', 'f', 'p', 'S') ORDER BY 1",
        [_MARK, schema],
    ).fetchall()
    others = [name for name, is_ours in found if not is_ours]
    if others:
        raise OutputError(
            f"{place.shown}: the schema {schema} holds something that would be lost ({some(others, 3)}). Only a former "
            "proposal is replaced. Choose a schema of its own."
        )
    for name, _ in found:
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(schema, name)))


def _write(connection: Connection[Any], target: sql.Identifier, table: pd.DataFrame, row_column: str) -> None:
    names = _short(map(str, table.columns))
    values = {names[str(name)]: _values(table[name]) for name in table.columns}
    types = {names[str(name)]: _type(table[name]) for name in table.columns}
    made = sql.SQL(", ").join(
        [
            sql.SQL("{} bigint PRIMARY KEY").format(sql.Identifier(row_column)),
            *(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in types.items()),
        ]
    )
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(target, made))
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(target, sql.Literal(_MARK)))
    for name, short in names.items():
        if short != name:
            command = sql.SQL("COMMENT ON COLUMN {}.{} IS {}")
            connection.execute(command.format(target, sql.Identifier(short), sql.Literal(name)))
            told = f"A column is called {short!r} in the database, with its whole name as comment ({name!r}): "
            warn(f"{told}PostgreSQL keeps {LONGEST_NAME_B} bytes.")
    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(target)) as rows:
        for row in zip(range(1, len(table) + 1), *values.values(), strict=True):
            rows.write_row(row)
    if isinstance(table, gpd.GeoDataFrame):
        shape = sql.Identifier(str(table.geometry.name))
        connection.execute(sql.SQL("CREATE INDEX ON {} USING gist ({})").format(target, shape))


def _short(names: Iterable[str]) -> dict[str, str]:
    """Each name as the server can keep it, none twice."""
    names = list(names)
    kept = {name: name for name in names if len(name.encode()) <= LONGEST_NAME_B}
    for name in names:
        number = 1
        while name not in kept:
            end = f"_{number}"
            short = name.encode()[: LONGEST_NAME_B - len(end)].decode(errors="ignore") + end
            if short not in kept.values():
                kept[name] = short
            number += 1
    return {name: kept[name] for name in names}


def _type(column: pd.Series) -> str:
    if isinstance(column, gpd.GeoSeries):
        return f"geometry(Geometry{'Z' if column.has_z.any() else ''}, {_srid(column)})"
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "bigint"
    if pd.api.types.is_float_dtype(column):
        return "double precision"
    return "timestamp" if pd.api.types.is_datetime64_dtype(column) else "text"


def _values(column: pd.Series) -> list[Any]:
    """As the driver takes them, None where there is none."""
    if isinstance(column, gpd.GeoSeries):
        shapes = column.to_numpy()
        shapes = shapely.set_srid(shapely.force_3d(shapes) if column.has_z.any() else shapes, _srid(column))
        return shapely.to_wkb(shapes, hex=True, include_srid=True).tolist()
    return column.astype(object).where(column.notna(), None).tolist()


def _srid(column: gpd.GeoSeries) -> int:
    return 0 if column.crs is None else column.crs.to_epsg() or 0
