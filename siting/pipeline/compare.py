"""Proposals side by side: handed in, written in folders, or still to be answered."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from siting.errors import InputError
from siting.inputs.roads import Progress, silent
from siting.language import Language
from siting.pipeline.propose import propose
from siting.proposal import Proposal
from siting.reports import summary
from siting.reports.comparison import comparison_shown, comparison_table, differences
from siting.reports.plain import as_json
from siting.reports.shown import as_text
from siting.scenario import Scenario
from siting.scenario_file import read_scenarios
from siting.tables import Note
from siting.verification import read_summary, read_written

if TYPE_CHECKING:
    from siting.drawing.offline import OfflineMap


@dataclass(frozen=True)
class Comparison:
    """
    Some proposals side by side; a notebook shows it as a table.

    Attributes
    ----------
    sources
        Each proposal, or the folder it was written to, by the name it is compared under.
    summaries
        What each claims, as `siting.reports.summary` gives it.
    language
        That the comparison speaks.
    """

    sources: Mapping[str, Proposal | Path]
    summaries: Mapping[str, Mapping[str, Any]]
    language: Language

    @property
    def table(self) -> pd.DataFrame:
        """A row for each proposal, every figure a number: `siting.reports.comparison.comparison_table`."""
        return comparison_table(self.summaries)

    @property
    def differences(self) -> tuple[Note, ...]:
        """In what they are not alike besides what they propose: ground, demand, clock, rules, roads, speeds."""
        return differences(self.summaries)

    def figures(self) -> pd.DataFrame:
        """A row for each figure, a column for each proposal, as every report prints them."""
        return comparison_shown(self.summaries, self.language)

    def text(self) -> str:
        """In what they differ, then the figures, for a terminal."""
        return "\n\n".join(filter(None, ["\n".join(self._remarks()), as_text(self.figures())]))

    def map(self) -> OfflineMap:
        """A map of which one proposal shows at a time; it opens without internet."""
        from siting.reports.comparison_map import comparison_map, layers_of

        layers = {
            name: layers_of(source) if isinstance(source, Proposal) else read_written(source).layers
            for name, source in self.sources.items()
        }
        said = [
            str(told["provenance"].get(key, ""))
            for told in self.summaries.values()
            for key in ("notice", "attribution")
        ]
        remarks = [*self._remarks(), *filter(None, dict.fromkeys(said))]
        return comparison_map(layers, self.table, remarks, self.language)

    def to_dict(self) -> dict[str, Any]:
        """Figures by proposal with its headline, and the differences, ready for strict JSON."""
        proposals = [
            {"proposal": name, "headline": told["headline"], **self.table.loc[name]}
            for name, told in self.summaries.items()
        ]
        plain: dict[str, Any] = as_json({"proposals": proposals, "differences": self._remarks()})
        return plain

    def _remarks(self) -> list[str]:
        return [note.message(self.language) for note in self.differences]

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        remarks = "".join(f"<p><b>{html.escape(remark)}</b></p>" for remark in self._remarks())
        return f"{remarks}{self.figures().to_html(index=False, escape=True)}"


Source = Proposal | Scenario | str | Path


def compare(
    proposals: Iterable[Source] | Mapping[str, Source],
    *,
    language: Language | None = None,
    progress: Progress = silent,
) -> Comparison:
    """
    Proposals side by side, as a table and a map.

    Parameters
    ----------
    proposals
        Each a proposal, the folder of a written one, of several or of a batch, a scenario or a scenario file; scenarios
        are answered first. A mapping gives them names; else a folder is known by its own, and all else by the
        scenario's.
    language
        That the comparison speaks; that of the first proposal when not given.
    progress
        Called with the name of each step as it begins.

    Notes
    -----
    Proposals for another ground, demand, clock, rule set, road file or speed profile are compared all the same, and
    the comparison begins with what differs.

    Raises
    ------
    InputError
        If there are fewer than two, or one cannot be read or answered.

    Examples
    --------
    >>> import siting
    >>> siting.compare(["out/five", "out/ten"]).map().save("comparison.html")  # doctest: +SKIP
    """
    given = proposals.items() if isinstance(proposals, Mapping) else (("", each) for each in proposals)
    found: list[tuple[str, Proposal | Path]] = []
    for name, each in given:
        several = list(_found(each, language, progress))
        found += [(name if name and len(several) == 1 else f"{name} {own}".strip(), source) for own, source in several]
    if len(found) < 2:
        told = f"It was given {len(found)} {'proposal' if len(found) == 1 else 'proposals'}; expected two or more."
        raise InputError("compare", [f"{told} Name folders of written proposals, or scenario files."])
    sources = dict(zip(_distinct(found), (source for _, source in found), strict=True))
    summaries = {name: _summary(source) for name, source in sources.items()}
    return Comparison(sources, summaries, language or next(iter(summaries.values()))["language"])


def _found(given: Source, language: Language | None, progress: Progress) -> Iterator[tuple[str, Proposal | Path]]:
    """The proposals that one entry stands for, each with a name of its own."""
    if isinstance(given, Proposal):
        yield given.name, given
    elif isinstance(given, Scenario):
        yield given.name, propose(given.asked(language), progress=progress)
    elif Path(given).is_dir():
        yield from ((folder.resolve().name, folder) for folder in _written(Path(given)))
    else:
        scenarios = read_scenarios(Path(given))
        for label, scenario in scenarios.items():
            yield scenario.name if len(scenarios) == 1 else label, propose(scenario.asked(language), progress=progress)


def _written(folder: Path) -> list[Path]:
    """The folders of a proposal, of a run or of a batch, whichever it is; none that is only half written."""
    for depth in (".", "*", "*/*"):
        inside = sorted(file.parent for file in folder.glob(f"{depth}/summary.json"))
        if whole := [each for each in inside if depth == "." or not each.name.startswith(".")]:
            return whole
    return [folder]


def _distinct(found: Sequence[tuple[str, Proposal | Path]]) -> list[str]:
    """A name that stands twice is told apart: folders by as much of their path as it takes, all else by a number."""
    names = [name for name, _ in found]
    for depth in (2, 3, 4):
        times = Counter(names)
        names = [
            "/".join(source.resolve().parts[-depth:]) if isinstance(source, Path) and times[name] > 1 else name
            for name, (_, source) in zip(names, found, strict=True)
        ]
    times, seen = Counter(names), Counter[str]()
    for position, name in enumerate(names):
        seen[name] += 1
        names[position] = f"{name} ({seen[name]})" if times[name] > 1 else name
    return names


def _summary(source: Proposal | Path) -> Mapping[str, Any]:
    return summary(source) if isinstance(source, Proposal) else read_summary(source)
