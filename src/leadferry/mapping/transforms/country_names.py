"""Country names as Leadferry writes them, by ISO 3166 code: short, English, as people in sales say them.

A list of our own, so that a response with ordinary country names loads no library. pycountry is the source.
"""

from __future__ import annotations

_NAMES = """\
AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|AM Armenia|\
AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba|AX Åland Islands|\
AZ Azerbaijan|BA Bosnia and Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|\
BH Bahrain|BI Burundi|BJ Benin|BL Saint Barthélemy|BM Bermuda|BN Brunei|BO Bolivia|BQ Caribbean Netherlands|\
BR Brazil|BS Bahamas|BT Bhutan|BV Bouvet Island|BW Botswana|BY Belarus|BZ Belize|CA Canada|CC Cocos Islands|\
CD Democratic Republic of the Congo|CF Central African Republic|CG Republic of the Congo|CH Switzerland|\
CI Côte d'Ivoire|CK Cook Islands|CL Chile|CM Cameroon|CN China|CO Colombia|CR Costa Rica|CU Cuba|\
CV Cape Verde|CW Curaçao|CX Christmas Island|CY Cyprus|CZ Czechia|DE Germany|DJ Djibouti|DK Denmark|\
DM Dominica|DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|EH Western Sahara|ER Eritrea|\
ES Spain|ET Ethiopia|FI Finland|FJ Fiji|FK Falkland Islands|FM Micronesia|FO Faroe Islands|FR France|GA Gabon|\
GB United Kingdom|GD Grenada|GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland|\
GM Gambia|GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece|\
GS South Georgia and the South Sandwich Islands|GT Guatemala|GU Guam|GW Guinea-Bissau|GY Guyana|HK Hong Kong|\
HM Heard Island and McDonald Islands|HN Honduras|HR Croatia|HT Haiti|HU Hungary|ID Indonesia|IE Ireland|\
IL Israel|IM Isle of Man|IN India|IO British Indian Ocean Territory|IQ Iraq|IR Iran|IS Iceland|IT Italy|\
JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG Kyrgyzstan|KH Cambodia|KI Kiribati|KM Comoros|\
KN Saint Kitts and Nevis|KP North Korea|KR South Korea|KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos|\
LB Lebanon|LC Saint Lucia|LI Liechtenstein|LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|\
LV Latvia|LY Libya|MA Morocco|MC Monaco|MD Moldova|ME Montenegro|MF Saint Martin|MG Madagascar|\
MH Marshall Islands|MK North Macedonia|ML Mali|MM Myanmar|MN Mongolia|MO Macao|MP Northern Mariana Islands|\
MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX Mexico|MY Malaysia|\
MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NF Norfolk Island|NG Nigeria|NI Nicaragua|NL Netherlands|\
NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru|PF French Polynesia|\
PG Papua New Guinea|PH Philippines|PK Pakistan|PL Poland|PM Saint Pierre and Miquelon|PN Pitcairn|\
PR Puerto Rico|PS Palestine|PT Portugal|PW Palau|PY Paraguay|QA Qatar|RE Réunion|RO Romania|RS Serbia|\
RU Russia|RW Rwanda|SA Saudi Arabia|SB Solomon Islands|SC Seychelles|SD Sudan|SE Sweden|SG Singapore|\
SH Saint Helena|SI Slovenia|SJ Svalbard and Jan Mayen|SK Slovakia|SL Sierra Leone|SM San Marino|SN Senegal|\
SO Somalia|SR Suriname|SS South Sudan|ST Sao Tome and Principe|SV El Salvador|SX Sint Maarten|SY Syria|\
SZ Eswatini|TC Turks and Caicos Islands|TD Chad|TF French Southern Territories|TG Togo|TH Thailand|\
TJ Tajikistan|TK Tokelau|TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TR Türkiye|TT Trinidad and Tobago|\
TV Tuvalu|TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda|UM United States Minor Outlying Islands|US United States|\
UY Uruguay|UZ Uzbekistan|VA Vatican City|VC Saint Vincent and the Grenadines|VE Venezuela|\
VG British Virgin Islands|VI U.S. Virgin Islands|VN Vietnam|VU Vanuatu|WF Wallis and Futuna|WS Samoa|YE Yemen|\
YT Mayotte|ZA South Africa|ZM Zambia|ZW Zimbabwe"""

NAMES: dict[str, str] = {entry[:2]: entry[3:] for entry in _NAMES.split("|")}
"""Alpha-2 -> name."""

_ALIASES: dict[str, str] = {
    "AE": "uae|emirates|u.a.e",
    "BA": "bosnia|bosnia-herzegovina",
    "BN": "brunei darussalam",
    "BY": "weißrussland",
    "CD": "drc|congo-kinshasa|congo (kinshasa)|dr congo|congo, democratic republic of the",
    "CG": "congo|congo-brazzaville|congo (brazzaville)",
    "CI": "ivory coast|elfenbeinküste|costa de marfil|costa do marfim",
    "CN": "mainland china|prc|people's republic of china",
    "CV": "cabo verde",
    "CZ": "czech republic|republica checa|republique tcheque|tschechische republik|repubblica ceca",
    "DE": "brd",
    "GB": "uk|u.k|great britain|britain|england|scotland|wales|northern ireland|gb-eng|gb-sct|gb-wls|"
    "gb-nir|イギリス|великобритания|grossbritannien|grande-bretagne|gran bretagna|gran bretana",
    "HK": "hong kong sar|hong kong sar china|hong kong, china",
    "IE": "éire",
    "KR": "korea|republic of korea|rok|한국|韓国",
    "MK": "macedonia|fyrom|republic of north macedonia|mazedonien|macedoine",
    "MM": "burma",
    "MO": "macau|macau sar|macao sar",
    "NL": "holland|the netherlands",
    "PS": "palestinian territories|palestinian authority",
    "RS": "србија",
    "RU": "russian federation|россия|росія|russland|russie|rusia|rusland|rosja|rusko|俄罗斯|俄羅斯|ロシア|러시아",
    "SA": "المملكة العربية السعودية",
    "SZ": "swaziland",
    "TH": "ประเทศไทย",
    "TL": "east timor",
    "TR": "turkey",
    "US": "usa|u.s|u.s.a|america|united states of america|the united states|the united states of america|"
    "eeuu|ee.uu|アメリカ合衆国|アメリカ",
    "VA": "vatican|holy see",
    "VN": "viet nam",
}
ALIASES: dict[str, str] = {alias: code for code, aliases in _ALIASES.items() for alias in aliases.split("|")}
"""What people write and ISO does not list -> alpha-2."""
