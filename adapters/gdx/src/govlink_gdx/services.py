"""The settings and URLs of what GDX offers beside look-ups: one mixin each, put together."""

from __future__ import annotations

from collections.abc import Mapping

from .delivery_settings import DELIVERY_ENDPOINTS, DeliveryFields
from .linkage2_settings import LINKAGE2_ENDPOINTS, Linkage2Fields
from .payment_settings import PAYMENT_ENDPOINTS, PaymentFields
from .sealing_settings import SEALING_ENDPOINTS, SealingFields
from .srat_settings import SRAT_ENDPOINTS, SratFields

__all__ = ["SANDBOX_VALUES", "SERVICE_ENDPOINTS", "ServiceFields"]

SERVICE_ENDPOINTS = (
    *LINKAGE2_ENDPOINTS,
    *PAYMENT_ENDPOINTS,
    *SEALING_ENDPOINTS,
    *SRAT_ENDPOINTS,
    *DELIVERY_ENDPOINTS,
)
"""Every operation beside the look-ups."""

SANDBOX_VALUES: Mapping[str, str] = {
    "linkage2_office_id": "901",
    "linkage2_job_id": "5f0c0a52-0000-4000-8000-000000000901",
    "linkage2_student_service_id": "901",
    "linkage2_graduate_service_id": "902",
    "payment_source": "SANDBOX",
    "payment_bank": "KTB",
    "payment_type": "FastPay",
    "srat_service_no": "SANDBOX-01",
}
"""Settings made up for the simulators; on the real platform each of them is given to the agency."""


class ServiceFields(Linkage2Fields, PaymentFields, SealingFields, SratFields, DeliveryFields):
    """All of them; each mixin says what its own mean."""
