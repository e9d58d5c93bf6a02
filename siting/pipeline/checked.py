"""What a scenario's inputs hold, as text: the totals a planner compares with what they know, then every note."""

from __future__ import annotations

from siting.language import Language, word
from siting.pipeline.material import Material
from siting.pipeline.memory import memory_mb
from siting.reports.shown import count, km2, unit_word
from siting.scenario import Scenario
from siting.tables import Note


def checked_text(name: str, scenario: Scenario, given: Material) -> str:
    """People read and carried, ground, roads, facilities by kind, memory, and what was set aside or assumed."""
    demand, language = given.demand, scenario.outputs.language
    lines = [
        word(
            "check_demand",
            language,
            source=demand.source,
            unit=unit_word(demand.unit, language),
            read=count(demand.total_read),
            inside=count(demand.total_inside),
            outside=count(demand.total_outside),
        ),
        *(
            word(
                "check_part",
                language,
                name=part.name,
                share=f"{part.share:.1%}",
                inside=count(part.carried.total_inside),
                unit=unit_word(part.carried.unit, language),
                source=part.carried.source,
            )
            for part in demand.parts
        ),
        word(
            "check_ground",
            language,
            cells=count(len(given.cells)),
            area=km2(given.area.area_km2),
            road=count(given.network.edge_length_m.sum() / 1000.0),
        ),
        *(
            word(
                "check_facilities",
                language,
                kind=word(kind, language),
                existing=int((table.status == "existing").sum()),
                candidates=int((table.status == "candidate").sum()),
                unused=int((table.status == "not_used").sum()),
            )
            for kind, table in given.facilities.items()
        ),
        word("check_memory", language, megabytes=count(memory_mb(scenario, given))),
        word("check_notes", language, n=len(given.notes)),
        *(f"  {_line(note, language)}" for note in given.notes),
    ]
    return "\n  ".join([word("check_usable", language, name=name), *lines])


def _line(note: Note, language: Language) -> str:
    examples = word("notes_examples", language, ids=", ".join(note.examples)) if note.examples else ""
    message = note.message(language)
    return word("notes_line", language, topic=note.heading(language), message=message, examples=examples)
