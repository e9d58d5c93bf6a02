"""Mixed integer programmes as arrays: what objectives state, and `exact` hands to a solver."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.math_opt import model_pb2
from scipy import sparse

from siting.arrays import Floats, Mask
from siting.optimise.objective import are_whole
from siting.optimise.problem import Problem


@dataclass(frozen=True)
class Program:
    """
    Best ``worth @ v`` with ``row_lower <= matrix @ v <= row_upper`` and ``0 <= v <= upper``.

    Attributes
    ----------
    worth, upper
        Shape (V,). The first variables are the sites, in their order.
    is_whole
        Shape (V,). Which variables must be whole numbers.
    matrix
        Shape (R, V).
    row_lower, row_upper
        Shape (R,); infinite where a row has one end.
    maximise
        Whether more is better.
    """

    worth: Floats
    upper: Floats
    is_whole: Mask
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    maximise: bool

    @property
    def scale(self) -> float:
        """Worth that is not whole is scaled to a sum of a million, since solvers stop at absolute differences."""
        total = float(np.abs(self.worth).sum())
        return 1.0 if total == 0 or are_whole(self.worth) else 1e6 / total


Rows = tuple[Sequence[Any], Floats, Floats]
"""Blocks of one band of rows (None: all zero), and the lower and upper ends of its rows."""


def program(worth: Sequence[Floats], bands: Sequence[Rows], *, whole_blocks: int, maximise: bool) -> Program:
    """
    A programme from blocks of variables, each from 0 to 1, and bands of rows.

    Parameters
    ----------
    worth
        Objective of each block of variables; its length is the block's.
    bands
        Each a sequence with one matrix for each block, and the ends of its rows.
    whole_blocks
        So many first blocks hold whole numbers.

    Examples
    --------
    The better of two sites, of which one may open:

    >>> one = program([np.array([3.0, 2.0])], [([np.ones((1, 2))], np.zeros(1), np.ones(1))], whole_blocks=1,
    ...               maximise=True)
    >>> one.matrix.shape, one.row_upper.tolist()
    ((1, 2), [1.0])
    """
    lengths = [len(block) for block in worth]
    stacked = [
        [
            sparse.csr_array((len(lower), length)) if block is None else sparse.csr_array(block)
            for block, length in zip(blocks, lengths, strict=True)
        ]
        for blocks, lower, _ in bands
    ]
    return Program(
        worth=np.concatenate(worth),
        upper=np.ones(sum(lengths)),
        is_whole=np.repeat(np.arange(len(lengths)) < whole_blocks, lengths),
        matrix=sparse.csr_array(sparse.vstack([sparse.hstack(row) for row in stacked], format="csr")),
        row_lower=np.concatenate([lower for _, lower, _ in bands]),
        row_upper=np.concatenate([ends for _, _, ends in bands]),
        maximise=maximise,
    )


def at_least(blocks: Sequence[Any], least: Floats) -> Rows:
    """Rows of `least` or more."""
    return blocks, least, np.full(len(least), math.inf)


def at_most(blocks: Sequence[Any], most: Floats) -> Rows:
    """Rows of `most` or less."""
    return blocks, np.full(len(most), -math.inf), most


def covering(problem: Problem) -> sparse.csr_array:
    """Shape (I, J). 1 where a site covers a demand."""
    return sparse.csr_array(
        (np.ones(len(problem.sites)), problem.sites.astype(np.int64), problem.indptr),
        shape=(problem.n_demand, problem.n_sites),
    )


def fixed(problem: Problem, n_blocks: int) -> Rows:
    """Rows x_j = 1 for sites fixed open and x_j = 0 for sites fixed closed; `n_blocks` counts all blocks."""
    which = np.flatnonzero(problem.fixed_open | problem.fixed_closed)
    value = problem.fixed_open[which].astype(np.float64)
    chosen = sparse.csr_array(
        (np.ones(len(which)), (np.arange(len(which)), which)), shape=(len(which), problem.n_sites)
    )
    return [chosen, *[None] * (n_blocks - 1)], value, value


def message(model: Program) -> model_pb2.ModelProto:
    """The programme in MathOpt's own format."""
    # Written as one message of arrays: adding a million terms one by one takes longer than solving.
    n_rows, n_variables = model.matrix.shape
    out = model_pb2.ModelProto()
    out.variables.ids.extend(range(n_variables))
    out.variables.lower_bounds.extend([0.0] * n_variables)
    out.variables.upper_bounds.extend(model.upper.tolist())
    out.variables.integers.extend(model.is_whole.tolist())
    out.objective.maximize = model.maximise
    out.objective.linear_coefficients.ids.extend(np.flatnonzero(model.worth).tolist())
    out.objective.linear_coefficients.values.extend((model.worth[model.worth != 0] * model.scale).tolist())
    out.linear_constraints.ids.extend(range(n_rows))
    out.linear_constraints.lower_bounds.extend(model.row_lower.tolist())
    out.linear_constraints.upper_bounds.extend(model.row_upper.tolist())
    entries = model.matrix.copy()
    entries.sum_duplicates()
    entries.eliminate_zeros()
    rows = np.repeat(np.arange(n_rows), np.diff(entries.indptr))
    out.linear_constraint_matrix.row_ids.extend(rows.tolist())
    out.linear_constraint_matrix.column_ids.extend(entries.indices.tolist())
    out.linear_constraint_matrix.coefficients.extend(entries.data.tolist())
    return out
