"""Countries by ISO 3166-1 code, in the regions of the United Nations' M49 standard.

The assignment to regions is M49's, with one addition. M49 lists neither a code nor a region for Taiwan
(``TW``), which ISO 3166-1 does list; so it stands in a region of its own, ``XTW``, and is counted under
none that the United Nations did not put it in. Antarctica is in no continent's region: ``010`` is its
own M49 code. The Thai names follow common official usage and are not a copy of any list.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COUNTRIES", "REGIONS", "Country"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """One country: its two codes, the code of its region, its names."""

    alpha2: str
    alpha3: str
    region: str
    label_th: str
    label_en: str


REGIONS = {
    "002": ("แอฟริกา", "Africa"),
    "009": ("โอเชียเนีย", "Oceania"),
    "010": ("แอนตาร์กติกา", "Antarctica"),
    "019": ("อเมริกา", "Americas"),
    "142": ("เอเชีย", "Asia"),
    "150": ("ยุโรป", "Europe"),
    "XTW": ("ไต้หวัน (ไม่มีภูมิภาคใน UN M49)", "Taiwan (in no region of UN M49)"),
}
"""Region code to its name in Thai and in English."""

_AFRICA = """
AO AGO Angola | แองโกลา
BF BFA Burkina Faso | บูร์กินาฟาโซ
BI BDI Burundi | บุรุนดี
BJ BEN Benin | เบนิน
BW BWA Botswana | บอตสวานา
CD COD Democratic Republic of the Congo | สาธารณรัฐประชาธิปไตยคองโก
CF CAF Central African Republic | สาธารณรัฐแอฟริกากลาง
CG COG Congo | คองโก
CI CIV Côte d'Ivoire | โกตดิวัวร์
CM CMR Cameroon | แคเมอรูน
CV CPV Cabo Verde | กาบูเวร์ดี
DJ DJI Djibouti | จิบูตี
DZ DZA Algeria | แอลจีเรีย
EG EGY Egypt | อียิปต์
EH ESH Western Sahara | เวสเทิร์นสะฮารา
ER ERI Eritrea | เอริเทรีย
ET ETH Ethiopia | เอธิโอเปีย
GA GAB Gabon | กาบอง
GH GHA Ghana | กานา
GM GMB Gambia | แกมเบีย
GN GIN Guinea | กินี
GQ GNQ Equatorial Guinea | อิเควทอเรียลกินี
GW GNB Guinea-Bissau | กินีบิสเซา
IO IOT British Indian Ocean Territory | บริติชอินเดียนโอเชียนเทร์ริทอรี
KE KEN Kenya | เคนยา
KM COM Comoros | คอโมโรส
LR LBR Liberia | ไลบีเรีย
LS LSO Lesotho | เลโซโท
LY LBY Libya | ลิเบีย
MA MAR Morocco | โมร็อกโก
MG MDG Madagascar | มาดากัสการ์
ML MLI Mali | มาลี
MR MRT Mauritania | มอริเตเนีย
MU MUS Mauritius | มอริเชียส
MW MWI Malawi | มาลาวี
MZ MOZ Mozambique | โมซัมบิก
NA NAM Namibia | นามิเบีย
NE NER Niger | ไนเจอร์
NG NGA Nigeria | ไนจีเรีย
RE REU Réunion | เรอูนียง
RW RWA Rwanda | รวันดา
SC SYC Seychelles | เซเชลส์
SD SDN Sudan | ซูดาน
SH SHN Saint Helena, Ascension and Tristan da Cunha | เซนต์เฮเลนา อัสเซนชัน และตริสตันดากูนยา
SL SLE Sierra Leone | เซียร์ราลีโอน
SN SEN Senegal | เซเนกัล
SO SOM Somalia | โซมาเลีย
SS SSD South Sudan | เซาท์ซูดาน
ST STP São Tomé and Príncipe | เซาตูเมและปรินซิปี
SZ SWZ Eswatini | เอสวาตีนี
TD TCD Chad | ชาด
TF ATF French Southern Territories | เฟรนช์เซาเทิร์นเทร์ริทอรีส์
TG TGO Togo | โตโก
TN TUN Tunisia | ตูนิเซีย
TZ TZA Tanzania | แทนซาเนีย
UG UGA Uganda | ยูกันดา
YT MYT Mayotte | มายอต
ZA ZAF South Africa | แอฟริกาใต้
ZM ZMB Zambia | แซมเบีย
ZW ZWE Zimbabwe | ซิมบับเว
"""

_AMERICAS = """
AG ATG Antigua and Barbuda | แอนติกาและบาร์บูดา
AI AIA Anguilla | แองกวิลลา
AR ARG Argentina | อาร์เจนตินา
AW ABW Aruba | อารูบา
BB BRB Barbados | บาร์เบโดส
BL BLM Saint Barthélemy | แซ็งบาร์เตเลมี
BM BMU Bermuda | เบอร์มิวดา
BO BOL Bolivia | โบลิเวีย
BQ BES Bonaire, Sint Eustatius and Saba | โบแนเรอ ซินต์เอิสตาซียึส และซาบา
BR BRA Brazil | บราซิล
BS BHS Bahamas | บาฮามาส
BV BVT Bouvet Island | เกาะบูเว
BZ BLZ Belize | เบลีซ
CA CAN Canada | แคนาดา
CL CHL Chile | ชิลี
CO COL Colombia | โคลอมเบีย
CR CRI Costa Rica | คอสตาริกา
CU CUB Cuba | คิวบา
CW CUW Curaçao | คูราเซา
DM DMA Dominica | ดอมินีกา
DO DOM Dominican Republic | สาธารณรัฐโดมินิกัน
EC ECU Ecuador | เอกวาดอร์
FK FLK Falkland Islands (Malvinas) | หมู่เกาะฟอล์กแลนด์ (มัลบีนัส)
GD GRD Grenada | เกรเนดา
GF GUF French Guiana | เฟรนช์เกียนา
GL GRL Greenland | กรีนแลนด์
GP GLP Guadeloupe | กวาเดอลูป
GS SGS South Georgia and the South Sandwich Islands | เซาท์จอร์เจียและหมู่เกาะเซาท์แซนด์วิช
GT GTM Guatemala | กัวเตมาลา
GY GUY Guyana | กายอานา
HN HND Honduras | ฮอนดูรัส
HT HTI Haiti | เฮติ
JM JAM Jamaica | จาเมกา
KN KNA Saint Kitts and Nevis | เซนต์คิตส์และเนวิส
KY CYM Cayman Islands | หมู่เกาะเคย์แมน
LC LCA Saint Lucia | เซนต์ลูเซีย
MF MAF Saint Martin (French part) | แซ็งมาร์แต็ง (ส่วนของฝรั่งเศส)
MQ MTQ Martinique | มาร์ตินีก
MS MSR Montserrat | มอนต์เซอร์รัต
MX MEX Mexico | เม็กซิโก
NI NIC Nicaragua | นิการากัว
PA PAN Panama | ปานามา
PE PER Peru | เปรู
PM SPM Saint Pierre and Miquelon | แซ็งปีแยร์และมีเกอลง
PR PRI Puerto Rico | เปอร์โตริโก
PY PRY Paraguay | ปารากวัย
SR SUR Suriname | ซูรินาม
SV SLV El Salvador | เอลซัลวาดอร์
SX SXM Sint Maarten (Dutch part) | ซินต์มาร์เติน (ส่วนของเนเธอร์แลนด์)
TC TCA Turks and Caicos Islands | หมู่เกาะเติกส์และเคคอส
TT TTO Trinidad and Tobago | ตรินิแดดและโตเบโก
US USA United States of America | สหรัฐอเมริกา
UY URY Uruguay | อุรุกวัย
VC VCT Saint Vincent and the Grenadines | เซนต์วินเซนต์และเกรนาดีนส์
VE VEN Venezuela | เวเนซุเอลา
VG VGB British Virgin Islands | หมู่เกาะบริติชเวอร์จิน
VI VIR United States Virgin Islands | หมู่เกาะเวอร์จินของสหรัฐอเมริกา
"""

_ASIA = """
AE ARE United Arab Emirates | สหรัฐอาหรับเอมิเรตส์
AF AFG Afghanistan | อัฟกานิสถาน
AM ARM Armenia | อาร์มีเนีย
AZ AZE Azerbaijan | อาเซอร์ไบจาน
BD BGD Bangladesh | บังกลาเทศ
BH BHR Bahrain | บาห์เรน
BN BRN Brunei Darussalam | บรูไนดารุสซาลาม
BT BTN Bhutan | ภูฏาน
CN CHN China | จีน
CY CYP Cyprus | ไซปรัส
GE GEO Georgia | จอร์เจีย
HK HKG Hong Kong | ฮ่องกง
ID IDN Indonesia | อินโดนีเซีย
IL ISR Israel | อิสราเอล
IN IND India | อินเดีย
IQ IRQ Iraq | อิรัก
IR IRN Iran | อิหร่าน
JO JOR Jordan | จอร์แดน
JP JPN Japan | ญี่ปุ่น
KG KGZ Kyrgyzstan | คีร์กีซสถาน
KH KHM Cambodia | กัมพูชา
KP PRK North Korea | เกาหลีเหนือ
KR KOR South Korea | เกาหลีใต้
KW KWT Kuwait | คูเวต
KZ KAZ Kazakhstan | คาซัคสถาน
LA LAO Laos | ลาว
LB LBN Lebanon | เลบานอน
LK LKA Sri Lanka | ศรีลังกา
MM MMR Myanmar | เมียนมา
MN MNG Mongolia | มองโกเลีย
MO MAC Macao | มาเก๊า
MV MDV Maldives | มัลดีฟส์
MY MYS Malaysia | มาเลเซีย
NP NPL Nepal | เนปาล
OM OMN Oman | โอมาน
PH PHL Philippines | ฟิลิปปินส์
PK PAK Pakistan | ปากีสถาน
PS PSE Palestine | ปาเลสไตน์
QA QAT Qatar | กาตาร์
SA SAU Saudi Arabia | ซาอุดีอาระเบีย
SG SGP Singapore | สิงคโปร์
SY SYR Syria | ซีเรีย
TH THA Thailand | ไทย
TJ TJK Tajikistan | ทาจิกิสถาน
TL TLS Timor-Leste | ติมอร์-เลสเต
TM TKM Turkmenistan | เติร์กเมนิสถาน
TR TUR Türkiye | ตุรกี
UZ UZB Uzbekistan | อุซเบกิสถาน
VN VNM Viet Nam | เวียดนาม
YE YEM Yemen | เยเมน
"""

_EUROPE = """
AD AND Andorra | อันดอร์รา
AL ALB Albania | แอลเบเนีย
AT AUT Austria | ออสเตรีย
AX ALA Åland Islands | หมู่เกาะโอลันด์
BA BIH Bosnia and Herzegovina | บอสเนียและเฮอร์เซโกวีนา
BE BEL Belgium | เบลเยียม
BG BGR Bulgaria | บัลแกเรีย
BY BLR Belarus | เบลารุส
CH CHE Switzerland | สวิตเซอร์แลนด์
CZ CZE Czechia | เช็ก
DE DEU Germany | เยอรมนี
DK DNK Denmark | เดนมาร์ก
EE EST Estonia | เอสโตเนีย
ES ESP Spain | สเปน
FI FIN Finland | ฟินแลนด์
FO FRO Faroe Islands | หมู่เกาะแฟโร
FR FRA France | ฝรั่งเศส
GB GBR United Kingdom | สหราชอาณาจักร
GG GGY Guernsey | เกิร์นซีย์
GI GIB Gibraltar | ยิบรอลตาร์
GR GRC Greece | กรีซ
HR HRV Croatia | โครเอเชีย
HU HUN Hungary | ฮังการี
IE IRL Ireland | ไอร์แลนด์
IM IMN Isle of Man | ไอล์ออฟแมน
IS ISL Iceland | ไอซ์แลนด์
IT ITA Italy | อิตาลี
JE JEY Jersey | เจอร์ซีย์
LI LIE Liechtenstein | ลิกเตนสไตน์
LT LTU Lithuania | ลิทัวเนีย
LU LUX Luxembourg | ลักเซมเบิร์ก
LV LVA Latvia | ลัตเวีย
MC MCO Monaco | โมนาโก
MD MDA Moldova | มอลโดวา
ME MNE Montenegro | มอนเตเนโกร
MK MKD North Macedonia | มาซิโดเนียเหนือ
MT MLT Malta | มอลตา
NL NLD Netherlands | เนเธอร์แลนด์
NO NOR Norway | นอร์เวย์
PL POL Poland | โปแลนด์
PT PRT Portugal | โปรตุเกส
RO ROU Romania | โรมาเนีย
RS SRB Serbia | เซอร์เบีย
RU RUS Russia | รัสเซีย
SE SWE Sweden | สวีเดน
SI SVN Slovenia | สโลวีเนีย
SJ SJM Svalbard and Jan Mayen | สฟาลบาร์และยานไมเอน
SK SVK Slovakia | สโลวาเกีย
SM SMR San Marino | ซานมารีโน
UA UKR Ukraine | ยูเครน
VA VAT Holy See | นครรัฐวาติกัน
"""

_OCEANIA = """
AS ASM American Samoa | อเมริกันซามัว
AU AUS Australia | ออสเตรเลีย
CC CCK Cocos (Keeling) Islands | หมู่เกาะโคโคส (คีลิง)
CK COK Cook Islands | หมู่เกาะคุก
CX CXR Christmas Island | เกาะคริสต์มาส
FJ FJI Fiji | ฟิจิ
FM FSM Micronesia | ไมโครนีเซีย
GU GUM Guam | กวม
HM HMD Heard Island and McDonald Islands | เกาะเฮิร์ดและหมู่เกาะแมกดอนัลด์
KI KIR Kiribati | คิริบาส
MH MHL Marshall Islands | หมู่เกาะมาร์แชลล์
MP MNP Northern Mariana Islands | หมู่เกาะนอร์เทิร์นมาเรียนา
NC NCL New Caledonia | นิวแคลิโดเนีย
NF NFK Norfolk Island | เกาะนอร์ฟอล์ก
NR NRU Nauru | นาอูรู
NU NIU Niue | นีวเว
NZ NZL New Zealand | นิวซีแลนด์
PF PYF French Polynesia | เฟรนช์โปลินีเซีย
PG PNG Papua New Guinea | ปาปัวนิวกินี
PN PCN Pitcairn | พิตแคร์น
PW PLW Palau | ปาเลา
SB SLB Solomon Islands | หมู่เกาะโซโลมอน
TK TKL Tokelau | โทเคอเลา
TO TON Tonga | ตองงา
TV TUV Tuvalu | ตูวาลู
UM UMI United States Minor Outlying Islands | เกาะเล็กรอบนอกของสหรัฐอเมริกา
VU VUT Vanuatu | วานูอาตู
WF WLF Wallis and Futuna | วอลลิสและฟูตูนา
WS WSM Samoa | ซามัว
"""

_BY_REGION = {
    "002": _AFRICA,
    "009": _OCEANIA,
    "010": "AQ ATA Antarctica | แอนตาร์กติกา",
    "019": _AMERICAS,
    "142": _ASIA,
    "150": _EUROPE,
    "XTW": "TW TWN Taiwan | ไต้หวัน",
}


def _country(line: str, region: str) -> Country:
    codes, _, label_th = line.partition(" | ")
    alpha2, alpha3, label_en = codes.split(" ", 2)
    return Country(alpha2=alpha2, alpha3=alpha3, region=region, label_th=label_th, label_en=label_en)


COUNTRIES = tuple(
    _country(line, region) for region, lines in _BY_REGION.items() for line in lines.strip().splitlines()
)
"""The 249 countries of ISO 3166-1, by region."""
