"""The fixed words of the page, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from ..labels import Label

__all__ = ["METHODS", "RISKS", "SEARCHES", "WORDS"]

WORDS: Mapping[str, Label] = {
    "kicker": Label(th="สถิติที่ปกปิดข้อมูลแล้ว", en="Disclosure-controlled statistics"),
    "total": Label(th="จำนวนรวม", en="Grand total"),
    "published": Label(th="ช่องที่เผยแพร่", en="Cells published"),
    "hidden_cells": Label(th="ช่องที่ปกปิด", en="Cells suppressed"),
    "threshold": Label(th="เกณฑ์ขั้นต่ำ", en="Threshold"),
    "verdict": Label(th="ผลการตรวจสอบ", en="Audit"),
    "passed": Label(th="ผ่าน", en="Passed"),
    "of_all": Label(th="ของทุกช่อง", en="of all cells"),
    "smallest": Label(th="จำนวนน้อยที่สุดที่แสดงได้", en="the smallest count shown"),
    "attacked": Label(th="ช่องผ่านการทดลองย้อนคำนวณ", en="hidden cells attacked"),
    "checked": Label(th="ช่องผ่านการตรวจ", en="cells checked"),
    "chart": Label(th="แผนภูมิ", en="Chart"),
    "by": Label(th="จำแนกตาม", en="by"),
    "table": Label(th="ตาราง", en="Table"),
    "report": Label(th="รายงานการปกปิดข้อมูล", en="Protection report"),
    "hidden": Label(th="ปกปิด", en="hidden"),
    "legend_hidden": Label(th="ปกปิด: ไม่มีค่า ไม่ใช่ศูนย์", en="Hidden: no value, which is not zero"),
    "legend_hidden_any": Label(
        th="ปกปิด: ไม่มีค่า อาจเป็นศูนย์หรือไม่ก็ได้", en="Hidden: no value; it may be zero or not"
    ),
    "legend_value": Label(th="ค่าที่เผยแพร่", en="Published value"),
    "same_scale": Label(th="ทุกแผงใช้มาตราส่วนเดียวกัน", en="All panels have the same scale"),
    "more_panels": Label(
        th="แสดงเฉพาะรายการแรก ส่วนที่เหลืออยู่ในตาราง", en="The first ones only; the table has all"
    ),
    "more_rows": Label(
        th="ตารางนี้แสดงเฉพาะแถวแรก ข้อมูลครบถ้วนอยู่ในไฟล์ table.csv",
        en="Only the first rows are shown here; the file table.csv has all of them",
    ),
    "skip": Label(th="ข้ามไปที่ตาราง", en="Skip to the table"),
    "language": Label(th="ภาษา", en="Language"),
    "how_to_read": Label(th="วิธีอ่าน", en="How to read this"),
    "reads_zero_structural": Label(
        th="ช่องที่ปกปิดมีค่าอย่างน้อย 1 เสมอ ส่วนช่องที่เป็นศูนย์แสดงเป็น 0",
        en="A hidden cell counts at least 1. A cell that counts nobody is shown as 0.",
    ),
    "reads_zero_sampling": Label(
        th="ช่องที่ปกปิดอาจเป็นศูนย์ได้ เพราะบางช่องที่เป็นศูนย์ก็ถูกปกปิดเพื่อคุ้มครองกลุ่มบุคคล",
        en="A hidden cell may be zero: some zeros are hidden too, to protect groups of people.",
    ),
    "reads_alike": Label(
        th="ไม่ระบุว่าช่องใดถูกปกปิดเพราะมีค่าน้อย ช่องใดถูกปกปิดเพื่อคุ้มครองช่องอื่น เพราะจะเท่ากับบอกว่าช่องแรกมีค่าน้อย",
        en="Cells hidden because they are small and cells hidden to protect others look alike, because"
        " telling them apart would tell which are small.",
    ),
    "policy": Label(th="นโยบาย", en="Policy"),
    "version": Label(th="รุ่น", en="version"),
    "method": Label(th="วิธี", en="Method"),
    "parameters": Label(th="ค่าของวิธี", en="Parameters"),
    "zeros": Label(th="ช่องที่เป็นศูนย์", en="Zeros"),
    "zeros_structural": Label(th="เผยแพร่ทุกช่อง", en="all published"),
    "zeros_sampling": Label(th="อาจปกปิดได้เช่นเดียวกับช่องอื่น", en="may be hidden like any other cell"),
    "group": Label(th="การคุ้มครองกลุ่ม", en="Group rule"),
    "group_text": Label(
        th="สมาชิกของแต่ละกลุ่มต้องอาจอยู่ได้อย่างน้อย {n} หมวดของ {dimension}",
        en="the members of each group may be in at least {n} categories of {dimension}",
    ),
    "group_none": Label(th="ไม่มี", en="none"),
    "share": Label(th="สัดส่วนจำนวนที่อยู่ในช่องที่ปกปิด", en="Share of the total in hidden cells"),
    "gap": Label(th="ส่วนที่ยังพิสูจน์ไม่ได้ว่าจำเป็น", en="Not proven necessary"),
    "gap_none": Label(th="ไม่มี: พิสูจน์แล้วว่าปกปิดน้อยที่สุด", en="nothing: proven to be the cheapest pattern"),
    "gap_some": Label(th="ไม่เกิน {gap} ของต้นทุนการปกปิด", en="at most {gap} of the cost of what is hidden"),
    "audit_text": Label(
        th="ผ่าน: ทดลองคำนวณย้อนกลับ {n} ช่องจากข้อมูลที่เผยแพร่เท่านั้น ทุกช่องยังอาจมีค่าถึงเกณฑ์",
        en="passed: {n} hidden cells were attacked with nothing but what is published; each may still reach"
        " the threshold",
    ),
    "audit_text_perturbed": Label(
        th="ผ่าน: ตรวจทุกช่องแล้วเป็นไปตามที่วิธีการสัญญาไว้",
        en="passed: every cell keeps what the method promises",
    ),
    "subject": Label(th="สิ่งที่นับ", en="What is counted"),
    "ledger": Label(th="ตรวจร่วมกับข้อมูลที่เผยแพร่ก่อนหน้า", en="Attacked together with earlier releases"),
    "ledger_none": Label(th="ไม่ได้ตรวจร่วม", en="no"),
    "not_covered": Label(th="ความเสี่ยงที่การตรวจสอบไม่ครอบคลุม", en="Risks the audit did not look at"),
    "digests": Label(th="ลายนิ้วมือดิจิทัล (SHA-256)", en="Digests (SHA-256)"),
    "digest_table": Label(th="ตาราง", en="table"),
    "digest_policy": Label(th="นโยบาย", en="policy"),
    "digest_report": Label(th="รายงาน", en="report"),
    "versions": Label(th="ซอฟต์แวร์", en="Software"),
    "verify": Label(
        th="ทุกคนตรวจซ้ำได้จากไฟล์ที่เผยแพร่ด้วยคำสั่ง",
        en="Anybody can repeat the audit on the published files with",
    ),
}

METHODS: Mapping[str, Label] = {
    "suppress": Label(
        th="ปกปิดช่องที่มีจำนวนน้อยกว่าเกณฑ์ และช่องอื่นเท่าที่จำเป็นเพื่อไม่ให้คำนวณย้อนกลับได้ ช่องที่เผยแพร่เป็นจำนวนจริงทุกช่อง",
        en="counts below the threshold are hidden, and as many others as keep them from being worked out;"
        " every published figure is exact",
    ),
    "round": Label(
        th="ปัดทุกช่องเป็นพหุคูณของฐานโดยผลรวมยังตรงกัน ตัวเลขจึงเป็นค่าประมาณ",
        en="every figure is rounded to a multiple of the base, and totals still add up",
    ),
    "cell_key": Label(
        th="เติมความคลาดเคลื่อนแบบคงที่ในแต่ละช่อง ตัวเลขเป็นค่าประมาณ และผลรวมอาจไม่ตรงกัน",
        en="every figure carries a small fixed noise, and totals may not add up",
    ),
}

SEARCHES: Mapping[str, Label] = {
    "none": Label(th="ไม่ต้องปกปิดช่องใดเพิ่ม", en="nothing further had to be hidden"),
    "exact": Label(th="ค้นหาจนครบถ้วน", en="searched to the end"),
    "completed": Label(th="หยุดเมื่อใช้งบการคำนวณครบ", en="ended by the work budget"),
    "safe": Label(
        th="คุ้มครองครบทุกช่อง แต่งบการคำนวณหมดก่อนลองเปิดทุกช่อง",
        en="safe; the work budget ended before every hidden cell was tried",
    ),
}

RISKS: Mapping[str, Label] = {
    "group_disclosure": Label(
        th="กลุ่มที่สมาชิกทุกคนได้ผลเหมือนกัน", en="a group all of whose members share one category"
    ),
    "earlier_releases": Label(
        th="ผลต่างกับข้อมูลที่เคยเผยแพร่ก่อนหน้า", en="the difference to what was published earlier"
    ),
    "other_publications": Label(
        th="ตารางอื่นหรือหน่วยงานอื่นที่เผยแพร่เรื่องของบุคคลกลุ่มเดียวกัน",
        en="other tables, or other bodies' publications, about the same people",
    ),
    "knowledge_of_members": Label(
        th="สิ่งที่ผู้ถูกนับรู้เกี่ยวกับตนเองและผู้อื่น", en="what people who are counted know of themselves and of others"
    ),
    "knowledge_of_method": Label(
        th="สิ่งที่คาดเดาได้จากการรู้วิธีปกปิด", en="what can be guessed by knowing how cells are chosen"
    ),
    "several_records": Label(
        th="หลายระเบียนของคนเดียวกัน ซึ่งนับเป็นหลายจำนวน",
        en="several records of one person, which count as several",
    ),
    "likelihood": Label(
        th="ความน่าจะเป็นภายในช่วงที่เป็นไปได้", en="what is likely within the range that is possible"
    ),
    "lower_bound_of_sums": Label(
        th="ค่าต่ำสุดที่เป็นไปได้ของผลรวมที่ปกปิด ซึ่งอาจใกล้ค่าจริง",
        en="how near the least possible value of a hidden sum is to the true one",
    ),
    "known_amounts": Label(
        th="จำนวนคนในผลรวมที่ปกปิด สำหรับผู้ที่รู้ยอดของแต่ละราย",
        en="how many people a hidden sum is of, to somebody who knows single amounts",
    ),
    "other_measures": Label(
        th="สิ่งที่ตารางจำนวนและตารางผลรวมของระเบียนชุดเดียวกันบอกร่วมกัน",
        en="what tables of counts and of sums tell together about the same records",
    ),
    "related_columns": Label(
        th="คอลัมน์ต่างชื่อที่บอกเรื่องเดียวกัน เช่น จังหวัดกับภาค",
        en="columns of different names that tell of the same thing, such as province and region",
    ),
    "restatements": Label(
        th="ความแตกต่างระหว่างตารางฉบับแก้ไขกับฉบับเดิมที่เผยแพร่ไปแล้ว",
        en="what the correction and the earlier edition tell together",
    ),
    "deterministic": Label(
        th="ปัดเศษซ้ำได้ผลเดิมเสมอ และจำนวนที่น้อยกว่าครึ่งฐานมักกลายเป็น 0",
        en="rounding is not random, and a count below half a base mostly becomes 0",
    ),
    "other_tables": Label(
        th="ช่องเดียวกันอาจปัดต่างกันในตารางอื่น ซึ่งทำให้ช่วงแคบลง",
        en="the same cell may be rounded otherwise in another table, which narrows it",
    ),
    "known_totals": Label(
        th="ผู้ที่รู้ยอดรวมจริงจากแหล่งอื่นย่อมรู้ส่วนย่อยมากขึ้น",
        en="who has a true total from elsewhere knows more of its parts",
    ),
    "sums_one_by_one": Label(
        th="ผู้ที่แก้ระบบผลรวมทั้งหมดพร้อมกันอาจทำให้ช่วงแคบกว่าที่ตรวจสอบ",
        en="who solves all sums at once may narrow a count further than the audit tried",
    ),
    "not_additive": Label(th="ตัวเลขในตารางเดียวกันอาจรวมกันไม่ตรง", en="figures of one table do not add up"),
    "differences_noisy": Label(
        th="ผลต่างระหว่างรอบเผยแพร่คลาดเคลื่อน แต่ไม่ได้ถูกปกปิด",
        en="changes between two releases are blurred, not hidden",
    ),
    "method_known": Label(
        th="ผู้ที่รู้ตารางความคลาดเคลื่อนย่อมรู้ขอบเขตและค่าที่น่าจะเป็น",
        en="who knows the table of noise knows its bound and what is likely within it",
    ),
    "secret_needed": Label(
        th="หากเปลี่ยนกุญแจลับ ช่องเดิมจะมีความคลาดเคลื่อนต่างไป และหาค่าเฉลี่ยลบล้างได้",
        en="with another secret the same cell has other noise, and averaging undoes both",
    ),
}
