"""What is read from a report's text: danger rings, misconduct goes to the inspectorate, duties make proposals."""

import pytest

from client import eventually, events_of

PLACE = {"lat": -1.29, "long": 116.51}


def opened(demo, **fields):
    receipt = demo.submit(**fields, **({} if "area_code" in fields else PLACE)).json()
    row = eventually(lambda: demo.row(receipt, demo.token("supervisor")))
    return receipt, row["case_id"]


def decided(demo, case_id):
    return eventually(lambda: (c := demo.case(case_id, demo.token("supervisor")))["decision"] and c)


def test_story_b_several_subjects_and_a_danger(demo):
    receipt, case_id = opened(
        demo, area_code="64.09.04.2015",
        description="Pak, jalan depan SD di Telemow amblas habis hujan semalam. Pipa air ikut pecah, tiang listrik miring ke arah "
        "sekolah. Senin anak-anak masuk. Tolong sebelum ada yang celaka.")
    case = decided(demo, case_id)
    # The text alone only suggests: a person still decides.
    assert case["status"] == "submitted" and case["decision"]["mode"] == "suggested"
    proposed = case["decision"]["suggestions"]
    assert {s["office"]["code"] for s in proposed} >= {"PPU/DPUPR", "PPU/PERUMDA-AM", "PLN"}
    assert any(s["role"] == "contributor" for s in proposed) and all(s["reasons"] for s in proposed)

    # The duty officers are rung by mail and short message, without anybody's doing.
    for phone in ("+62811000901", "+62811000501"):
        eventually(lambda: any(receipt["tracking_code"] in str(message) for message in demo.texts(phone)), what=f"{phone} rung")
    eventually(lambda: "danger_rung" in events_of(demo.mails(receipt, "ppu.bpbd")))
    assert case["interim_holder"]["code"] == "PPU/KEC-SEPAKU"

    # BPBD takes it, once.
    bpbd = demo.token("liaison", unit="BPBD")
    demo.call("POST", "routing", f"/v1/cases/{case_id}/alarm/take", token=bpbd, body={"note": "Kami berangkat."}, expect=200)
    demo.call("POST", "routing", f"/v1/cases/{case_id}/alarm/take", token=bpbd, body={}, expect=409)
    taken = demo.sql(f"SELECT count(*) FROM casework.alarm WHERE case_id = '{case_id}' AND taken_at IS NOT NULL")
    assert taken == [["1"]]


def test_misconduct_goes_to_the_inspectorate_and_is_confidential(demo):
    receipt = demo.submit(
        description="Petugas loket KTP minta uang pelicin 150 ribu supaya cepat jadi, padahal gratis. Rahasiakan nama saya.", category="civil.idcard",
        **PLACE).json()
    inspector = demo.token("liaison", unit="INSPEKTORAT")
    row = eventually(lambda: demo.row(receipt, inspector))
    case = demo.case(row["case_id"], inspector)
    assert case["kind"] == "supervisory" and case["confidential"]
    assert [h["to"]["code"] for h in case["handoffs"]] == ["PPU/INSPEKTORAT"]
    accused = demo.token("liaison", unit="DISDUKCAPIL")
    assert not [r for r in demo.rows(accused) if r["tracking_code"] == receipt["tracking_code"]]
    demo.call("GET", "routing", f"/v1/cases/{row['case_id']}", token=accused, expect=404)


def test_an_uncategorised_report_gets_a_proposal_by_duties(demo):
    _, case_id = opened(demo, description="smpah numpuk di dpn rmh sy sdh 2 mggu blm diangkut truk, baunya minta ampun")
    case = decided(demo, case_id)
    assert case["status"] == "submitted" and case["decision"]["suggestions"][0]["office"]["code"] == "PPU/DLH"
    assert case["interim_holder"] is None


STORY_D = ("Saya diminta 'uang percepatan' Rp150.000 di loket, padahal gratis. "
           "Mohon nama saya jangan sampai diketahui orang kantor itu.")


@pytest.mark.parametrize("confidential", [False, True])
def test_story_d_filed_as_a_plain_complaint_is_sealed_and_goes_to_the_inspectorate(demo, confidential):
    receipt = demo.submit(description=STORY_D, confidential=confidential, category="civil.idcard", **PLACE,
                          **{"accused": {"office": "PPU/DISDUKCAPIL"}}).json()
    inspector = demo.token("liaison", unit="INSPEKTORAT")
    row = demo.offer_to(receipt, "PPU/INSPEKTORAT")
    case = demo.case(row["case_id"], inspector)
    assert (case["kind"], case["confidential"]) == ("supervisory", True)
    assert [h["to"]["code"] for h in case["handoffs"]] == ["PPU/INSPEKTORAT"]
    demo.call("GET", "routing", f"/v1/cases/{row['case_id']}", token=demo.token("liaison", unit="DISDUKCAPIL"), expect=404)
    # Sealed: no word of it stands in the clear, in no table and no reason of the decision.
    stored = demo.sql(f"select count(*) from intake.complaint where id = '{row['case_id']}' and sealed is not null and description is null")
    assert stored == [["1"]]
    for table, column in (('casework."case"', "id"), ("casework.decision", "case_id"), ("casework.history_body", "case_id"),
                          ("casework.entry", "case_id")):
        leaked = demo.sql(f"select count(*) from {table} t where {column} = '{row['case_id']}' and t::text ilike '%percepatan%'")
        assert leaked == [["0"]], table
    assert "percepatan" in demo.follow(receipt)["description"]


def test_a_confidential_danger_rings_without_its_words(demo):
    receipt = demo.submit(description="Kabel listrik putus menjuntai di depan SD, anak-anak hampir kesetrum. Rahasiakan nama saya.",
                          confidential=True, area_code="64.09.04.2015").json()
    for phone in ("+62811000901", "+62811000501"):
        eventually(lambda: any(receipt["tracking_code"] in str(message) for message in demo.texts(phone)), what=f"{phone} rung")
    words = demo.sql("select distinct a.words from casework.alarm a join casework.\"case\" c on c.id = a.case_id "
                     f"where c.tracking_code = '{receipt['tracking_code']}'")
    assert words == [["isi laporan tersegel"]]


THREAT = ("Petugas loket minta uang pelicin 150 ribu. Saya menolak, lalu dia mengancam mau membunuh saya, "
          "bawa parang ke depan rumah. Tolong, rahasiakan nama saya.")


def test_a_danger_in_a_report_of_misconduct_rings_who_may_read_it_until_somebody_takes_it(demo):
    receipt = demo.submit(description=THREAT, accused={"office": "PPU/DISDUKCAPIL"}, **PLACE).json()
    code = receipt["tracking_code"]
    case_id = demo.offer_to(receipt, "PPU/INSPEKTORAT")["case_id"]
    rung = eventually(lambda: [text for text in demo.texts("+62811000902") if code in str(text)])
    mail = eventually(lambda: [m for m in demo.mails(receipt, "ppu.inspektorat") if m["X-Sinergi-Event"] == "danger_rung"])[0]
    # That something urgent waits, and nothing of what it is.
    assert str(mail["Subject"]) == f"MENDESAK: laporan {code}"
    for said in (str(mail), str(rung)):
        assert not [word for word in ("bahaya", "parang", "bunuh", "pelicin", "DISDUKCAPIL") if word.lower() in said.lower()]

    # Until somebody takes it: made due here instead of waited for.
    alarm = f"casework.alarm where case_id = '{case_id}'"
    demo.sql(f"update casework.alarm set rings = 3, next_at = clock_timestamp() - interval '1 second' where case_id = '{case_id}'")
    eventually(lambda: demo.sql(f"select count(*) from {alarm} and rings >= 4") == [["1"]])
    accused, inspector = demo.token("liaison", unit="DISDUKCAPIL"), demo.token("liaison", unit="INSPEKTORAT")
    take = f"/v1/cases/{case_id}/alarm/take"
    demo.call("POST", "routing", take, token=accused, body={}, expect=404)
    demo.call("POST", "routing", take, token=inspector, body={"note": "Kami hubungi pelapor."}, expect=200)
    assert demo.sql(f"select count(*) from {alarm} and taken_at is not null and next_at is null") == [["1"]]

    # Nobody got a part by it, and neither the accused nor the duty officers of the place heard of it.
    demo.settle()
    parts = demo.sql(f"select distinct office_code from casework.participation where case_id = '{case_id}' and role <> 'origin' order by 1")
    assert parts == [["PPU/DISKOMINFO"], ["PPU/INSPEKTORAT"]]
    assert not [text for text in demo.texts("+62811000901") if code in str(text)]
    assert not demo.mails(receipt, "disdukcapil") and not demo.mails(receipt, "ppu.bpbd")
