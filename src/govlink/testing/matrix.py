"""The capability matrix and the table of checks as a page of the reference, made from the code.

``python -m govlink.testing.matrix [FILE]`` writes it, ``docs/reference/capabilities.md`` by default.
The same adapters give the same bytes, so a test can hold the page to the code.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..interfaces import AnyAdapter
from ..registry import installed_adapters, load_adapter
from .catalogue import CHECKS
from .checks.record import verbs_of
from .conformance import PROVIDED, MatrixCell, capability_matrix

__all__ = ["DEFAULT_FILE", "installed", "main", "page"]

DEFAULT_FILE = Path("docs/reference/capabilities.md")

_SHOWN: Mapping[str, str] = {
    PROVIDED: "✓",
    "not_yet": "not yet · ยังไม่รองรับ",
    "platform_cannot": "–",
}
_MEANING_TH: Mapping[str, str] = {
    "registry": "ค้นข้อมูลทะเบียน",
    "documents": "รับเอกสารจากทะเบียน",
    "sealing": "ประทับตราเอกสารของหน่วยงาน",
    "delivery": "ส่งเอกสารที่ประทับตราให้หน่วยงานอื่น",
    "catalogue": "เผยแพร่ชุดข้อมูลเปิด",
    "registration": "เตรียมและตรวจการลงทะเบียนบริการ",
    "identification": "ระบุตัวผู้เปิดบริการ",
    "cases": "รายงานความคืบหน้าของคำขอ",
    "notifications": "แจ้งเตือนประชาชน",
    "cards": "บัตรเสมือนแบบ QR",
    "intake": "รับคำร้องที่ยื่นในระบบอื่น",
    "reports": "แจ้งสถานะคำร้องกลับไปยังระบบที่รับยื่น",
    "payments": "ชำระค่าธรรมเนียม",
}
_HEAD = """<!-- Made by `python -m govlink.testing.matrix` from the adapters themselves. Do not edit. -->

# Capabilities and conformance · ความสามารถและการตรวจความสอดคล้อง

What each installed adapter can do, in its own declaration, and the checks that hold it to it.

สิ่งที่อะแดปเตอร์แต่ละตัวทำได้ตามที่ประกาศไว้เอง และรายการตรวจที่ยืนยันคำประกาศนั้น
"""


def installed() -> tuple[AnyAdapter, ...]:
    """Every installed adapter, by name."""
    return tuple(load_adapter(name) for name in installed_adapters())


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def _reason(cell: MatrixCell, capability: str) -> list[str]:
    return [f"`{capability}`", _SHOWN.get(cell.state, cell.state), cell.explanation]


def page(adapters: Sequence[AnyAdapter]) -> str:
    """The whole page in Markdown, ending in a line break."""
    rows = capability_matrix(adapters)
    matrix = [
        [
            f"`{row.capability}` {_MEANING_TH.get(row.capability, '')}".rstrip(),
            ", ".join(f"`{verb}`" for verb in verbs_of(row.capability)),
            *(_SHOWN.get(cell.state, cell.state) for cell in row.cells),
        ]
        for row in rows
    ]
    marks = ["rests on · ที่มาของความรู้", "", *(adapter.mark.value for adapter in adapters)]
    parts = [
        _HEAD,
        _table(["capability", "verbs", *(f"`{a.name}`" for a in adapters)], [*matrix, marks]),
        "\n`✓` provided · ให้ใช้ได้; `–` the platform cannot · แพลตฟอร์มไม่มี\n",
        "## Why not · เหตุผลที่ไม่มี\n",
    ]
    for index, adapter in enumerate(adapters):
        absent = [
            _reason(row.cells[index], row.capability) for row in rows if row.cells[index].state != PROVIDED
        ]
        parts += [f"### {adapter.title_en} · {adapter.title_th}\n"]
        parts += [_table(["capability", "", "reason"], absent) + "\n"]
    checks = [[check.id, check.name, check.level.value, check.en, check.th] for check in CHECKS]
    parts += [
        "## Checks · รายการตรวจ\n",
        "Every adapter above passes every check below; the test suite runs them on each.\n",
        "อะแดปเตอร์ทุกตัวข้างต้นผ่านการตรวจทุกข้อต่อไปนี้ ชุดทดสอบเรียกใช้กับทุกตัว\n",
        _table(["id", "name", "level", "meaning", "ความหมาย"], checks) + "\n",
    ]
    return "\n".join(parts)


def main(arguments: Sequence[str]) -> None:
    """Write the page."""
    file = Path(arguments[0]) if arguments else DEFAULT_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(installed()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
