"""GraphML files that OSMnx wrote (`osmnx.save_graphml`)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from shapely.errors import GEOSException

from siting.errors import InputError
from siting.inputs.roads.classes import ROAD_CLASSES
from siting.inputs.roads.graph import ways_from_graph
from siting.inputs.roads.progress import Progress, silent
from siting.network.ways import Ways

_OF_VALUES = (ValueError, TypeError, LookupError, AttributeError, SyntaxError, RecursionError, MemoryError)
"""OSMnx takes every value for the Python text that it once wrote, down to brackets in brackets."""


def read_graphml(path: Path, progress: Progress = silent, classes: Collection[str] = ROAD_CLASSES) -> Ways:
    """
    Roads of a GraphML file that OSMnx wrote (`osmnx.save_graphml`): all, since its maker has chosen the classes.

    Raises
    ------
    InputError
        If the file is broken, is not OSMnx's, or declares entities: networkx parses with ElementTree, which would
        expand them without a bound.
    """
    progress("Loading OSMnx, which takes some seconds.")
    import networkx as nx
    import osmnx as ox  # six seconds of imports, needed for this format only

    _check_prolog(path)
    try:
        graph = ox.load_graphml(path)
    except (ParseError, nx.NetworkXError, GEOSException, *_OF_VALUES) as fault:
        message = f"It is not a GraphML file that OSMnx wrote ({type(fault).__name__}: {fault}). "
        raise InputError(str(path), [message + "Write it with osmnx.save_graphml."]) from fault
    return ways_from_graph(graph, source=path.name)


def _check_prolog(path: Path) -> None:
    """Refuse a document type, or another root than GraphML's, before anything is expanded."""

    def refuse(*_: object) -> None:
        fault = "It declares a document type (DOCTYPE), which OSMnx never writes and which can hide endless entities. "
        raise InputError(str(path), [fault + "Write it again with osmnx.save_graphml."])

    opened: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _: opened.append(name.rpartition(":")[2])
    try:
        with path.open("rb") as file:
            while not opened and (part := file.read(4096)):
                parser.Parse(part)
    except InputError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as fault:  # the last two of an encoding that expat lacks
        raise InputError(str(path), [f"It is not XML ({fault}). Write it again with osmnx.save_graphml."]) from fault
    if opened[:1] != ["graphml"]:
        found = f"<{opened[0]}>" if opened else "nothing"
        message = f"Its first element is {found}, not <graphml>. "
        raise InputError(str(path), [message + "Name the file by what is in it: .osm for OpenStreetMap data."])
