"""Turn restrictions of an OpenStreetMap file: relations turned into rows of from, via and to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from siting.network.ways import no_restrictions
from siting.tables import Note, noted

RELATION_TAGS = ("restriction", "restriction:conditional", "except")
"""The tags of a relation that forbid turns to all vehicles; those for one kind (``restriction:hgv``) are not read."""
KINDS = (
    "no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit",
    "only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn",
)  # fmt: skip


class Relation(NamedTuple):
    """A relation with a restriction: values of `RELATION_TAGS`, members as kind (n, w, r), id and role."""

    relation_id: int
    tags: list[str]
    members: list[tuple[str, int, str]]


def restriction_table(relations: Iterable[Relation]) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """
    The table that `Ways` documents; a relation with several from or to members has a row for each pair.

    Relations that hold at certain hours only, lead over ways, or lack a member are counted in the notes.

    Examples
    --------
    >>> members = [("w", 7, "from"), ("n", 1, "via"), ("w", 8, "to")]
    >>> table, _ = restriction_table([Relation(5, ["no_left_turn", "", ""], members)])
    >>> table[["from_way", "via_node", "to_way", "kind"]].to_numpy().tolist()
    [[7, 1, 8, 'no_left_turn']]
    """
    rows: list[tuple[int, int, int, int, str, str]] = []
    timed, over_ways, incomplete = [], [], []
    relations = list(relations)
    for relation_id, (kind, condition, except_for), members in relations:
        start, nodes, ways, end = (
            [ref for of, ref, role in members if (of, role) == wanted]
            for wanted in (("w", "from"), ("n", "via"), ("w", "via"), ("w", "to"))
        )
        if not kind and condition:
            timed.append(relation_id)
        elif ways:
            over_ways.append(relation_id)
        elif kind not in KINDS or len(nodes) != 1 or not start or not end:
            incomplete.append(relation_id)
        else:
            rows += [(relation_id, one, nodes[0], other, kind, except_for) for one in start for other in end]
    notes = (
        *noted("topic_roads", "note_restrictions_timed", timed, of=len(relations)),
        *noted("topic_roads", "note_restrictions_over_ways", over_ways, of=len(relations)),
        *noted("topic_roads", "note_restrictions_incomplete", incomplete, of=len(relations)),
    )
    empty = no_restrictions()
    return pd.DataFrame(rows, columns=empty.columns).astype(empty.dtypes), notes
