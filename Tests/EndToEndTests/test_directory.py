"""The directory: imported from CSV all or nothing, and edited by an agency's administrator, who changes nobody else's."""

import json
import subprocess
import uuid

import pytest

from client import code_of, eventually

CIRCLE = {"type": "Polygon", "coordinates": [[[116.4, -0.3], [116.5, -0.3], [116.5, -0.2], [116.4, -0.2], [116.4, -0.3]]]}


def name():
    """A code that no other test has."""
    return "U" + uuid.uuid4().hex[:8].upper()


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for kind, text in files.items():
            (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return write


def load(demo, path, *flags, status=0):
    result = subprocess.run([demo.environment["SINERGI_CLI"], "directory", "import", str(path), "--json", *flags],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={"PATH": "/usr/bin:/bin", **demo.environment})
    assert result.returncode == status, result.stdout + result.stderr
    return json.loads(result.stdout)


def actions(report):
    return {file["kind"]: [result["action"] for result in file["results"]] for file in report["files"]}


def count(demo, table, where):
    return int(demo.sql(f"SELECT count(*) FROM directory.{table} WHERE {where}")[0][0])


def test_a_whole_agency_is_imported_once_whatever_the_spreadsheet_did_to_it(demo, folder):
    agency, area = name(), "95." + uuid.uuid4().hex[:6].upper()
    shape = json.dumps(CIRCLE).replace('"', '""')
    path = folder(
        agencies=f"\ufeffname;code;parent;is_coordinator\r\nKabupaten Uji;{agency};KALTIM;ya\r\n",
        areas=f'code,name,level,geojson\n{area},"Uji, Selatan",3,"{shape}"\n',
        units=f"code,name,parent,duties\n{agency}/DINAS,Dinas Uji,{agency},Jalan desa\n{agency}/SEKSI,Seksi Uji,{agency}/DINAS,\n",
        jurisdictions=f"agency,office,area_code,valid_from\n{agency},,{area},2020-01-01\n{agency},{agency}/SEKSI,{area},2020-01-01\n",
        boundaries=f'agency,name,geojson\n{agency},Pelabuhan Uji,"{shape}"\n',
        responsibilities=f"office,category,area_code\n{agency}/DINAS,roads,{area}\n",
    )
    new = {"agencies": ["created"], "areas": ["created"], "units": ["created"] * 2, "jurisdictions": ["created"] * 2,
           "boundaries": ["created"], "responsibilities": ["created"]}
    dry = load(demo, path, "--dry-run")
    assert actions(dry) == new and dry["dry_run"] and not dry["applied"]
    assert count(demo, "agency", f"code = '{agency}'") == 0
    assert load(demo, path)["applied"]
    assert demo.sql(f"SELECT p.code FROM directory.office o JOIN directory.office p ON p.id = o.parent WHERE o.code LIKE '{agency}%' ORDER BY o.code") \
        == [["KALTIM"], [agency], [f"{agency}/DINAS"]]
    again = load(demo, path)
    assert {action for file in actions(again).values() for action in file} == {"unchanged"}

    # What is over is ended, not deleted: on the day of receipt it still counts.
    folder(jurisdictions=f"agency,area_code,valid_from\n{agency},{area},2020-01-01\n")
    ended = load(demo, path, "--end-missing")
    assert actions(ended)["jurisdictions"] == ["unchanged", "ended"]
    assert count(demo, "jurisdiction", f"area_code = '{area}' AND office IS NOT NULL AND valid_to = current_date") == 1
    number = demo.sql(f"SELECT number FROM directory.agency WHERE code = '{agency}'")[0][0]
    assert demo.sql(f"SELECT directory.owner_of('{area}', NULL, NULL, '2020-06-01'), directory.owner_of('{area}', NULL, NULL, '2019-06-01')") \
        == [[number, ""]]
    # The smaller boundary wins over the agency of the code; nodes that run see the new agency by themselves.
    assert demo.sql("SELECT directory.owner_of('64.02', -0.25, 116.45, current_date)") == [[number]]
    demo.sql(f"UPDATE directory.boundary SET valid_to = current_date WHERE agency = {number}")

    def listed():
        agencies = demo.call("GET", "intake", "/v1/agencies", params={"limit": "200"}, expect=200).json()["data"]
        return agency in {row["code"] for row in agencies}

    eventually(listed, what="the new agency in intake's list")


def test_one_bad_row_and_nothing_is_kept(demo, folder):
    unit, other = name(), name()
    path = folder(
        units=f"code,name,parent\nKUKAR/{unit},Baik,KUKAR\nKUKAR/{other},Salah,PPU\nKUKAR/{unit},Dua kali,KUKAR\nKUKAR/X{unit},Kosong\n",
        responsibilities="office,category,area_code\nKUKAR/DPU,tidak.ada,\nKUKAR/DPU,roads,00.00\n",
    )
    report = load(demo, path, status=1)
    assert not report["applied"]
    units, duties = report["files"]
    assert [(result["row"], result["action"]) for result in units["results"]] \
        == [(2, "created"), (3, "refused"), (4, "refused"), (5, "refused")]
    assert [fault["code"] for result in duties["results"] for fault in result["faults"]] == ["unknown_category", "unknown_area"]
    assert count(demo, "office", f"code LIKE 'KUKAR/%{unit}'") == 0
    # The same for people at a terminal: the row, the column, what to do.
    shown = subprocess.run([demo.environment["SINERGI_CLI"], "directory", "import", str(path / "units.csv")], text=True,
                           stdout=subprocess.PIPE, env={"PATH": "/usr/bin:/bin", **demo.environment})
    assert shown.returncode == 1 and "row 3, column parent" in shown.stdout and "Nothing was changed" in shown.stdout


def test_a_split_regency_keeps_old_cases_right(demo, folder):
    old, west, east = (f"9{digit}.{uuid.uuid4().hex[:6].upper()}" for digit in "678")
    heir = name()
    path = folder(agencies=f"code,name,parent\n{heir},Kabupaten Barat,KALTIM\n",
                  areas="code,name,level,valid_from,valid_to,successors\n"
                        f"{old},Kabupaten Lama,2,2000-01-01,2020-01-01,{west}|{east}\n"
                        f"{west},Kabupaten Barat,2,2020-01-01,,\n{east},Kabupaten Timur,2,2020-01-01,,\n",
                  jurisdictions="agency,area_code,valid_from,valid_to\n"
                                f"KUKAR,{old},2000-01-01,2020-01-01\n{heir},{west},2020-01-01,\nKUKAR,{east},2020-01-01,\n")
    assert load(demo, path)["applied"]
    agencies = dict(demo.sql("SELECT code, number FROM directory.agency"))
    owners = demo.sql(f"SELECT directory.owner_of('{old}', NULL, NULL, '2019-12-31'), directory.owner_of('{old}', NULL, NULL, '2020-01-01'), "
                      f"directory.owner_of('{west}', NULL, NULL, '2020-01-01')")
    assert owners == [[agencies["KUKAR"], "", agencies[heir]]]
    assert demo.sql(f"SELECT directory.area_codes_on('{old}', '2019-12-31'), directory.area_codes_on('{old}', '2020-01-01')") \
        == [[f"{{{old}}}", f"{{{west},{east}}}"]]
    problem = demo.submit("KUKAR", description="Jalan di kabupaten lama rusak berat.", area_code=old, expect=422)
    assert problem.json()["errors"][0]["code"] == "unknown_area"
