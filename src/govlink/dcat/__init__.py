"""A published dataset as linked data: DCAT-AP 3 in JSON-LD, with the Thai standard's own items beside it.

Pure functions: what is given comes out, in one order, and the same input gives the same bytes. Where
the Thai lists and the vocabularies of DCAT-AP plainly mean the same, the vocabulary's term is given;
where they do not, the item stands only under its own name, ``urn:govlink:metadata:<item>``, with the
label of the standard described in the graph. No theme is given: the Thai standard has none.
Source: W3C DCAT 3 and SEMIC DCAT-AP 3.0 (documented); which Thai value means which term is ours.
"""

from __future__ import annotations

from .document import dataset_jsonld
from .nodes import CONTEXT
from .published import Published

__all__ = ["CONTEXT", "Published", "dataset_jsonld"]
