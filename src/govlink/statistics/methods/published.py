"""Check tables of both methods by what is published of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ...errors import Fault, RejectedError
from ...models.release import ProtectedTable
from ..cell_key import CAVEATS as NOISE_CAVEATS
from ..cell_key import PerturbedTableAudit, audit_perturbed_table
from ..rounding import CAVEATS as ROUNDING_CAVEATS
from ..rounding import RoundedTableAudit, audit_rounded
from .cells import demand
from .facts import Method

__all__ = ["audit_published", "confirm_published"]

PARAMETERS_BAD = Fault(
    "statistics.method_parameters",
    en="the report's parameters of the method are missing or no numbers",
    th="ค่าของวิธีการปกปิดในรายงานไม่ครบหรือไม่ใช่ตัวเลข",
)


def audit_published(
    table: ProtectedTable, *, method: Method, threshold: int, parameters: Mapping[str, str]
) -> RoundedTableAudit | PerturbedTableAudit:
    """Check a published table by its method with what its report tells, as anybody can.

    Args:
        table: Its cells.
        method: ``round`` or ``cell_key``.
        threshold: What its policy says.
        parameters: What ``parameters()`` of its facts told.

    Raises:
        RejectedError: the parameters are missing or make no sense, or the table does not show every cell.
    """
    try:
        if method == "round":
            base, widened = int(parameters["base"]), int(parameters["widened"])
            return audit_rounded(table, base=base, widened=widened, threshold=threshold)
        bound, never_up_to = int(parameters["bound"]), int(parameters["never_up_to"])
        variance = Decimal(parameters["variance"])
    except (KeyError, ValueError, ArithmeticError):
        raise RejectedError(PARAMETERS_BAD) from None
    return audit_perturbed_table(
        table, variance=variance, bound=bound, never_up_to=never_up_to, threshold=threshold
    )


def confirm_published(
    table: ProtectedTable, *, method: Method, threshold: int, parameters: Mapping[str, str]
) -> tuple[str, ...]:
    """Raise unless ``audit_published`` passes; what its verdict does not cover, by stable codes.

    Raises:
        RejectedError: as for ``audit_published``.
        ProtectionError: the table does not hold what its method promises; the error names the cells.
    """
    found = audit_published(table, method=method, threshold=threshold, parameters=parameters)
    if isinstance(found, RoundedTableAudit):
        lists = {"unbalanced": found.unbalanced, "uneven": found.uneven, "small": found.small}
        whole = {"weak": found.weak}
    else:
        lists = {
            "forbidden": found.forbidden,
            "inconsistent": found.inconsistent,
            "impossible": found.impossible,
            "exposed": found.exposed,
        }
        whole = {"exact": found.exact, "weak": found.weak}
    for reason, cells in lists.items():
        demand(reason, cells)
    for reason, true in whole.items():
        demand(reason, (("*",) * len(table.dimensions),) if true else ())
    return ROUNDING_CAVEATS if method == "round" else NOISE_CAVEATS
