"""The simulators of everything on GDX beside look-ups, as one list of routes."""

from __future__ import annotations

from starlette.routing import Route

from govlink.sandbox.toolkit import World

from . import delivery, linkage2, payments, sealing, srat

__all__ = ["service_routes"]


def service_routes(world: World) -> list[Route]:
    """Their routes; put them before any that takes every path."""
    return [
        *linkage2.routes(world),
        *payments.routes(world),
        *sealing.routes(world),
        *srat.routes(world),
        *delivery.routes(world),
    ]
