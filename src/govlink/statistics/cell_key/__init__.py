"""Cell-key perturbation: the keys, the noise, and two checks of it.

``keyed_cells`` counts records and adds up their keys, ``noise_table`` makes the table of noise,
``perturb_counts`` applies it. ``audit_perturbed`` compares with the truth, ``audit_perturbed_table`` needs
the published table alone.
"""

from .attach import with_cell_keys
from .audit import PerturbationAudit, SeenCell, audit_perturbed
from .keys import KeyedCells, RecordKeys, keyed_cells
from .noise import KEY_SPACE, NoiseRow, NoiseTable, noise_table
from .perturb import CAVEATS, Perturbed, perturb_counts
from .published import PerturbedTableAudit, audit_perturbed_table, hides_small_counts

__all__ = [
    "CAVEATS",
    "KEY_SPACE",
    "KeyedCells",
    "NoiseRow",
    "NoiseTable",
    "PerturbationAudit",
    "Perturbed",
    "PerturbedTableAudit",
    "RecordKeys",
    "SeenCell",
    "audit_perturbed",
    "audit_perturbed_table",
    "hides_small_counts",
    "keyed_cells",
    "noise_table",
    "perturb_counts",
    "with_cell_keys",
]
