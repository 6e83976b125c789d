"""A national file of offices as the ministry publishes it: fictional rows, its real headings."""

import csv
import io
from collections.abc import Sequence

HEAD = [
    "都道府県コード又は市町村コード",
    "No",
    "都道府県名",
    "市区町村名",
    "事業所名",
    "事業所名カナ",
    "サービスの種類",
    "住所",
    "方書（ビル名等）",
    "緯度",
    "経度",
    "電話番号",
    "FAX番号",
    "法人番号",
    "法人の名称",
    "事業所番号",
    "利用可能曜日",
    "利用可能曜日特記事項",
    "定員",
    "URL",
    "高齢者の方と障害者の方が同時一体的に利用できるサービス",
    "介護保険の通常の指定基準を満たしている",
    "障害福祉の通常の指定基準を満たしている",
    "備考",
]
MIHARASHI, KAWASE = "982016", "983217"


def office_line(number: str, name: str, town: str = MIHARASHI, **changes: str) -> dict[str, str]:
    """A row of the file."""
    row = dict.fromkeys(HEAD, "")
    row |= {"都道府県コード又は市町村コード": town, "No": number, "事業所番号": number}
    row |= {
        "事業所名": name,
        "事業所名カナ": "ミハラシケアプラン",
        "サービスの種類": "居宅介護支援",
    }
    row |= {"住所": "見晴市港1-2-3", "方書（ビル名等）": "", "電話番号": "0980-00-1234"}
    return {**row, **changes}


def national_file(rows: Sequence[dict[str, str]], head: Sequence[str] = HEAD) -> bytes:
    """The file: UTF-8 with a mark, line ends as on Windows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(head), extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
