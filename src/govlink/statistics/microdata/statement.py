"""The one statement that measures a file.

Records are grouped once, by quasi-identifiers and sensitive columns together; all else is computed from
that table inside the engine. Sums are of whole numbers, since those of fractions would depend on the order
in which threads deliver them.

The ordered distance does not spread every class over every value. Between two values of a class its
cumulative share is constant, while the file's only grows: where the two cross is one ASOF look-up, and
the sums on both sides come from running sums of running sums.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ..records import RECORDS, quoted

__all__ = ["Asked", "statement"]

CLASSES = """
cells AS MATERIALIZED (SELECT $COLUMNS, count(*) AS n FROM $RECORDS GROUP BY ALL),
classes AS MATERIALIZED (
    SELECT row_number() OVER () AS c, $GROUPED, sum(n)::HUGEINT AS nc FROM cells GROUP BY $GROUPED),
sizes AS (SELECT nc::BIGINT AS size, count(*) AS classes FROM classes GROUP BY nc),
whole AS (SELECT sum(nc)::HUGEINT AS total FROM classes)"""

SIZES = "(SELECT list({'size': size, 'classes': classes} ORDER BY size) FROM sizes)"
RESULT = "(SELECT r FROM result#)"

# ``n * ln(n)`` is summed in parts of a thousand millionth.
DIVERSITY = """
v# AS MATERIALIZED (
    SELECT c, any_value(nc) AS nc, s# AS s, sum(n)::HUGEINT AS n
    FROM cells JOIN classes ON $SAME GROUP BY c, s#),
all# AS MATERIALIZED (SELECT s, sum(n)::HUGEINT AS n FROM v# GROUP BY s),
diverse# AS (
    SELECT min(l) AS distinct_l, min(h) AS entropy FROM (
        SELECT count(*) AS l,
            ln(any_value(nc)) - sum((n * ln(n) * 1e9)::HUGEINT)::DOUBLE / 1e9 / any_value(nc) AS h
        FROM v# GROUP BY c)),
rest# AS (
    SELECT max(top::DOUBLE / nullif(rest, 0)) AS c, bool_or(rest = 0) AS lacking FROM (
        SELECT max(n) AS top, coalesce(sum(n) FILTER (place >= $LEAST#), 0) AS rest FROM (
            SELECT c, n, row_number() OVER (PARTITION BY c ORDER BY n DESC) AS place FROM v#)
        GROUP BY c))"""

# What a class has more of than the file, over the values it has.
TOTAL_VARIATION = """
far# AS (
    SELECT max(d) AS t FROM (
        SELECT sum(greatest(0::HUGEINT, v.n * total - a.n * nc))::DOUBLE / any_value(nc * total) AS d
        FROM v# AS v JOIN all# AS a ON v.s IS NOT DISTINCT FROM a.s, whole GROUP BY c))"""

# Ranks run from 1 to m. The file has f records up to rank r, and g is the sum of f up to there; rank 0 has
# none. A class has x records from rank lo up to hi. Up to rank t it is ahead of the file or level with it.
ORDERED = """
rank# AS MATERIALIZED ($RANKED),
up# AS (SELECT r, sum(coalesce(n, 0)) OVER (ORDER BY r)::HUGEINT AS f FROM rank# LEFT JOIN all# USING (s)),
sum# AS MATERIALIZED (
    SELECT r, f, sum(f) OVER (ORDER BY r)::HUGEINT AS g FROM up# UNION ALL SELECT 0, 0, 0),
last# AS MATERIALIZED (SELECT f, max(r) AS r FROM sum# GROUP BY f),
m# AS (SELECT max(r) AS m FROM rank#),
own# AS (
    SELECT c, nc, r, sum(n) OVER w AS x, lead(r) OVER w AS next
    FROM v# JOIN rank# USING (s) WINDOW w AS (PARTITION BY c ORDER BY r)),
spans# AS (
    SELECT c, nc, x::HUGEINT AS x, r AS lo, coalesce(next - 1, m) AS hi FROM own#, m#
    UNION ALL SELECT c, any_value(nc), 0, 1, min(r) - 1 FROM own# GROUP BY c),
cut# AS (
    SELECT c, nc, x, lo, hi, least(greatest(z.r, lo - 1), hi) AS t
    FROM (SELECT *, (x * total) // nc AS most FROM spans#, whole) AS k ASOF JOIN last# AS z ON k.most >= z.f),
far# AS (
    SELECT coalesce(max(d), 0) AS t FROM (
        SELECT sum(x * total * (t - lo + 1) - nc * (b.g - a.g) + nc * (e.g - b.g) - x * total * (hi - t)
            )::DOUBLE / any_value(nc * total) / greatest(any_value(m) - 1, 1) AS d
        FROM cut#
            JOIN sum# AS a ON a.r = lo - 1 JOIN sum# AS b ON b.r = t JOIN sum# AS e ON e.r = hi,
            whole, m#
        GROUP BY c))"""

MEASURED = """
result# AS (
    SELECT {'distinct_l': distinct_l, 'entropy': entropy, 'c': CASE WHEN NOT lacking THEN rest#.c END,
        't': t, 'misfits': $MISFITS} AS r
    FROM diverse#, rest#, far#)"""

NUMBERS = "SELECT s, row_number() OVER (ORDER BY TRY_CAST(s AS HUGEINT)) AS r FROM all#"
NO_NUMBERS = """(
    SELECT count(*) FROM all# WHERE s IS NULL OR NOT regexp_full_match(s, '0|-?[1-9][0-9]{0,29}'))"""
LISTED = "SELECT unnest([$CODES#]) AS s, generate_subscripts([$CODES#], 1) AS r"
NOT_LISTED = "(SELECT count(*) FROM all# WHERE s IS NULL OR s NOT IN ($CODES#))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sensitive column, the order of its values, and the l of recursive diversity."""

    column: str
    order: Literal["numbers"] | tuple[str, ...] | None
    least: int = 2


def statement(quasi_identifiers: tuple[str, ...], sensitive: tuple[Asked, ...]) -> str:
    """One row: the list of class sizes, then a struct for each sensitive column."""
    codes = [(f"q{i}", name) for i, name in enumerate(quasi_identifiers)]
    grouped = ", ".join(alias for alias, _ in codes)
    same = " AND ".join(f"cells.{alias} IS NOT DISTINCT FROM classes.{alias}" for alias, _ in codes)
    codes += [(f"s{i}", asked.column) for i, asked in enumerate(sensitive)]
    columns = ", ".join(f"nullif({quoted(name)}::VARCHAR, '') AS {alias}" for alias, name in codes)
    values = {"$COLUMNS": columns, "$RECORDS": RECORDS, "$GROUPED": grouped, "$SAME": same}
    orders = {i: asked.order for i, asked in enumerate(sensitive)}
    values |= {f"$LEAST{i}": str(asked.least) for i, asked in enumerate(sensitive)}
    values |= {f"$CODES{i}": _literals(o) for i, o in orders.items() if isinstance(o, tuple)}
    parts = [CLASSES, *(_measured(asked).replace("#", str(i)) for i, asked in enumerate(sensitive))]
    results = [SIZES, *(RESULT.replace("#", str(i)) for i in range(len(sensitive)))]
    text = f"WITH {', '.join(parts)} SELECT {', '.join(results)}"
    # All at once: a name or code may hold what stands for something else.
    return re.sub(r"\$[A-Z]+[0-9]*", lambda found: values[found[0]], text)


def _measured(asked: Asked) -> str:
    if asked.order is None:
        return ",".join((DIVERSITY, TOTAL_VARIATION, MEASURED.replace("$MISFITS", "0")))
    ranked, misfits = (NUMBERS, NO_NUMBERS) if asked.order == "numbers" else (LISTED, NOT_LISTED)
    return ",".join((DIVERSITY, ORDERED.replace("$RANKED", ranked), MEASURED.replace("$MISFITS", misfits)))


def _literals(codes: tuple[str, ...]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
