"""The whole record of a complaint, and what of it nobody may read in the database."""

import base64
import json
import re

import requests

from client import code_of, eventually, key

ROAD = "Jalan depan SD di Telemow amblas habis hujan semalam, anak-anak tidak bisa lewat."
BRIBE = "Saya diminta uang percepatan Rp150.000 di loket tiga, padahal gratis. Mohon dirahasiakan."
PRIVATE = "Akta kelahiran anak saya belum terbit sejak bulan lalu. Mohon isi laporan ini dirahasiakan."
PERSON = "Petugas loket tiga, berkacamata, dipanggil Pak Kumis"


def test_questions_are_data_and_answers_are_kept(demo):
    categories = {row["code"]: row for row in demo.call("GET", "intake", "/v1/categories", params={"limit": 200}, expect=200).json()["data"]}
    questions = {question["code"]: question for question in categories["roads.damage"]["questions"]}
    assert questions["passable"]["required"] and questions["passable"]["name"] == "Can it still be passed?"
    assert questions["cut_since"]["only_if"] == {"question": "passable", "equals": "none"}

    receipt = demo.submit(description=ROAD, category="roads.damage", area_code="64.09.04", event_date="2026-11-20").json()
    assert "attributes.passable" in receipt["missing"] and "attributes.cut_since" not in receipt["missing"]
    sentences = {item["field"]: item["text"] for item in receipt["suggestions"]}
    assert sentences["attributes.passable"] == "Can it still be passed?" and set(sentences) == set(receipt["missing"])

    receipt = demo.submit(description=ROAD, category="roads.damage", area_code="64.09.04", attributes={"passable": "none"}).json()
    assert "attributes.passable" not in receipt["missing"] and "attributes.cut_since" in receipt["missing"]
    token = demo.token("triage")
    row = eventually(lambda: demo.row(receipt, token, queue="agency"), what="the case is open")
    assert demo.case(row["case_id"], token)["attributes"] == {"passable": "none"}

    wrong = demo.submit(expect=422, description=ROAD, category="roads.damage", area_code="64.09.04",
                        attributes={"passable": "maybe", "colour": "red"}).json()["errors"]
    assert {(error["pointer"], error["code"]) for error in wrong} == {
        ("#/attributes/passable", "bad_format"), ("#/attributes/colour", "unknown_field")}


def test_who_files_for_whom_and_from_where_is_sealed(demo):
    receipt = demo.submit(
        description="Lampu di gang kami padam, ini laporan tetangga saya yang lansia.", area_code="64.09.01",
        on_behalf_of="Nenek Saodah", originally_received_on="2026-11-18",
        reporter={"name": "Bu RT", "phone": "0812 5550 1234", "lat": -1.3, "long": 116.7, "preferred_channel": "none"}).json()
    row = demo.sql(f"""select to_jsonb(c)::text || to_jsonb(r)::text, c.originally_received_on, r.has_phone, c.channel
                       from intake.complaint c join intake.reporter r on r.complaint = c.id
                       where c.tracking_code = '{receipt['tracking_code']}'""")[0]
    assert "complaint" in row[0] and not re.search("Saodah|Bu RT|5550 ?1234", row[0]), "sealed bytes may hold any four digits, not these eight"
    assert row[1:] == ["2026-11-18", "f", "api"], "who wants no news has no way to be told"


def test_a_number_of_another_system_is_one_complaint(demo):
    number, first = key(), None
    fields = dict(description=ROAD, area_code="64.09.04", source="uji", external_id=number)
    first = demo.submit(**fields).json()
    again = demo.submit(**fields).json()
    assert {name: first[name] for name in ("tracking_code", "access_key", "created_at")} == {
        name: again[name] for name in ("tracking_code", "access_key", "created_at")}
    other = demo.submit(expect=422, **{**fields, "description": ROAD + " Tambahan."})
    assert code_of(other) == "idempotency_key_reused"


def test_words_of_misconduct_are_ciphertext_to_the_database(demo):
    receipt = demo.submit(kind="supervisory", confidential=True, description=BRIBE, area_code="64.09.01", category="civil.idcard",
                          accused={"office": "PPU/DISDUKCAPIL", "person_text": PERSON}).json()
    view = demo.follow(receipt)
    assert view["description"] == BRIBE and view["confidential"] is True

    token = demo.token("supervisor")
    row = eventually(lambda: demo.row(receipt, token, queue="agency"), what="the case is open")
    case = demo.case(row["case_id"], token)
    assert case["description"] == BRIBE, "a permitted officer reads it"
    assert case["accused"] == {"office": case["accused"]["office"], "person_text": PERSON}
    assert case["accused"]["office"]["code"] == "PPU/DISDUKCAPIL"
    assert row["title"] == "Laporan rahasia", "lists show no words"
    demo.settle()

    # Everything that the database holds of it, as its administrator sees it.
    for schema, table in demo.sql("""select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition
              and n.nspname in ('intake', 'casework', 'exchange', 'notification', 'analytics')"""):
        for words in ("uang percepatan", "Pak Kumis", base64.b64encode(b"uang percepatan").decode()[2:-4]):
            found = demo.sql(f"""select count(*) from {schema}."{table}" t where strpos(to_jsonb(t)::text, '{words}') > 0""")
            assert found == [["0"]], f"{words} stands in {schema}.{table}"
    assert demo.sql(f"""select count(*) from analytics.case_fact where case_id = '{row["case_id"]}'""") == [["0"]]


def test_words_cross_the_border_sealed_to_the_next_agency(demo):
    receipt = demo.submit(confidential=True, description=PRIVATE, area_code="64.09.01").json()
    token = demo.token("supervisor")
    row = eventually(lambda: demo.row(receipt, token, queue="agency"), what="the case is open")
    demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/route", token=token, expect=201,
              body={"to": "KALTIM", "role": "lead", "reason": "Berkas ini di provinsi."})
    demo.offer_to(receipt, "KALTIM")
    other = demo.token("liaison", "KALTIM")
    eventually(lambda: demo.case(row["case_id"], other, "KALTIM")["description"] == PRIVATE, what="the copy for KALTIM")
    copies = demo.sql(f"""select count(distinct sealed), count(distinct key_id) from casework.sealed_text
                          where case_id = '{row['case_id']}'""")
    assert copies == [["2", "2"]]
    assert demo.sql(f"select count(*) from casework.sealed_text where case_id = '{row['case_id']}'",
                    demo.environment["SINERGI_KALTIM_DATABASE_URL"]) == [["1"]], "each reads its own copy only"
    assert json.dumps(PRIVATE)[1:-1] not in demo.sql(f"select to_jsonb(c)::text from casework.\"case\" c where id = '{row['case_id']}'")[0][0]


def test_the_form_asks_a_categorys_questions_and_whom_it_accuses_without_script(demo):
    browser, base = requests.Session(), demo.url("intake")

    def hidden(page, name):
        return re.search(rf'name="{name}" value="([^"]+)"', page).group(1)

    page = browser.get(base + "/", timeout=30).text
    assert 'id="questions"' not in page and 'name="accused.office"' in page
    form = {"csrf_token": hidden(page, "csrf_token"), "form_id": hidden(page, "form_id"), "description": "Jalan terputus sejak longsor kemarin malam.",
            "address": "Telemow", "category": "roads.damage", "language": "id", "kind": "complaint"}
    asked = browser.post(base + "/", timeout=30, data={**form, "step": "questions"})
    assert asked.status_code == 200 and 'name="attributes.passable"' in asked.text and 'name="attributes.cut_since"' in asked.text
    assert "Isi hanya bila" in asked.text and form["description"] in asked.text, "what was typed is still there"
    answers = {"attributes.passable": "none", "attributes.cut_since": "2025-11-03", "accused.office": "PPU/DLH", "accused.person_text": "Mandor proyek"}
    wrong = browser.post(base + "/", timeout=30, data={**form, **answers, "attributes.passable": "maybe"})
    assert wrong.status_code == 422 and "Mandor proyek" in wrong.text
    sent = browser.post(base + "/", timeout=30, data={**form, **answers})
    assert sent.status_code == 201
    code = re.search(r'value="(PPU-[^"]+)"', sent.text).group(1)
    stored = demo.sql(f"select attributes ->> 'passable', attributes ->> 'cut_since', accused_office, accused_person from intake.complaint where tracking_code = '{code}'")
    assert stored == [["none", "2025-11-03", "PPU/DLH", "Mandor proyek"]]
