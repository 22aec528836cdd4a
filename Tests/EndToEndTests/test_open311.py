"""Open311 GeoReport v2 as its clients use it, in XML and JSON, and the public lists beside it."""

import itertools
import json
import xml.etree.ElementTree as ET

import pytest
import requests

import pictures
from client import eventually, key

TEXT = "Sampah di samping Pasar Petung dua minggu tidak diangkut, baunya masuk rumah."


@pytest.fixture(scope="module")
def base(demo):
    return demo.url("intake") + "/open311/v2"


@pytest.fixture(scope="module")
def api_key(demo):
    return demo.environment["SINERGI_OPEN311_KEY"]


def get(base, path, expect=200, **params):
    answer = requests.get(f"{base}/{path}", params=params, timeout=30)
    assert answer.status_code == expect, answer.text
    kind = "text/xml" if path.endswith("xml") else "application/json"
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    return answer


def post(base, fields, path="requests.json", expect=200, **more):
    answer = requests.post(f"{base}/{path}", data=fields, timeout=30, **more)
    assert answer.status_code == expect, answer.text
    return answer


@pytest.fixture(scope="module")
def published(demo, base, api_key):
    """The id of a request that an officer has published."""
    fields = {"api_key": api_key, "service_code": "other.other", "lat": "-1.30", "long": "116.60", "description": TEXT,
              "first_name": "Sari", "last_name": "Ningsih", "email": "sari.rahasia@contoh.id"}
    request = post(base, fields).json()[0]["service_request_id"]
    token = demo.token("triage")
    row = eventually(lambda: next(iter(demo.rows(token, tracking_code=request)), None), what="the case")
    body = {"description_published": TEXT, "title": "Sampah Pasar Petung", "category": "waste.collection"}
    answer = requests.post(demo.url("routing") + f"/v1/cases/{row['case_id']}/verify", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert answer.status_code == 200, answer.text
    eventually(lambda: requests.get(f"{base}/requests/{request}.json", timeout=30).status_code == 200, what="published")
    return request


def test_discovery(base):
    document = get(base, "discovery.json").json()
    assert set(document) == {"changeset", "contact", "key_service", "endpoints"}
    assert document["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    root = ET.fromstring(get(base, "discovery.xml").content)
    assert root.tag == "discovery" and root.find("endpoints/endpoint/url").text == base


def test_services_are_a_bare_array_of_text_codes(base):
    services = get(base, "services.json").json()
    assert {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"} == set(services[0])
    assert all(isinstance(one["service_code"], str) and one["metadata"] in (True, False) and one["type"] == "realtime" for one in services)
    root = ET.fromstring(get(base, "services.xml").content)
    assert [one.find("service_code").text for one in root] == [one["service_code"] for one in services]
    assert get(base, "services/waste.collection.json").json()["service_code"] == "waste.collection"


@pytest.mark.parametrize("path, status", [
    ("services/nothing.xml", 404), ("requests/PPU-00000-00000-0.xml", 404), ("tokens/x.json", 404),
    ("requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-11-01T00:00:00Z", 400), ("requests.xml?status=maybe", 400),
    ("requests.json?start_date=yesterday", 400), ("services.xml?jurisdiction_id=elsewhere", 404), ("requests.json?api_key=wrong", 403),
    ("requests.json?page=0", 400),
])
def test_errors_are_lists_with_code_and_description(base, path, status):
    answer = requests.get(f"{base}/{path}", timeout=30)
    assert answer.status_code == status, answer.text
    if ".xml" in path:
        error = ET.fromstring(answer.content)
        assert error.tag == "errors" and error.find("error/code").text == str(status) and error.find("error/description").text
    else:
        assert answer.json()[0]["code"] == str(status) and answer.json()[0]["description"]


def test_an_unknown_ending_is_404_in_xml(base):
    answer = requests.get(f"{base}/services.csv", timeout=30)
    assert answer.status_code == 404 and ET.fromstring(answer.content).tag == "errors"


@pytest.mark.parametrize("changes, status", [
    ({"api_key": None}, 403), ({"api_key": "demo.x"}, 403), ({"service_code": None}, 400), ({"service_code": "none"}, 404),
    ({"lat": None}, 400), ({"lat": None, "long": None}, 400), ({"lat": "north"}, 400), ({"lat": "116.6", "long": "-1.3"}, 400),
    ({"description": "x" * 4001}, 400), ({"email": "no address"}, 400),
])
def test_what_is_refused(base, api_key, changes, status):
    fields = {"api_key": api_key, "service_code": "waste.collection", "lat": "-1.30", "long": "116.60", "description": TEXT}
    fields = {name: value for name, value in {**fields, **changes}.items() if value is not None}
    error = ET.fromstring(post(base, fields, "requests.xml", expect=status).content)
    assert error.find("error/code").text == str(status)


def test_a_request_is_filed_followed_and_shown_to_its_sender_only(base, api_key, demo):
    fields = {"api_key": api_key, "service_code": "roads.damage", "address_string": "Jalan poros Telemow", "description": "Jalan amblas & berbahaya <sekali>.\nTolong.",
              "attribute[passable]": "motorcycles", "attribute[depth]": "40", "attribute[kind][]": ["hole", "crack"], "media_url": "https://contoh.id/foto.jpg"}
    name = key()
    root = ET.fromstring(post(base, fields, "requests.xml", headers={"Idempotency-Key": name}).content)
    request = root.find("request/service_request_id").text
    assert root.tag == "service_requests" and root.find("request/token") is None
    again = ET.fromstring(post(base, fields, "requests.xml", headers={"Idempotency-Key": name}).content)
    assert again.find("request/service_request_id").text == request
    assert get(base, f"tokens/{request}.json").json() == [{"service_request_id": request, "token": request}]
    get(base, f"requests/{request}.json", expect=404)
    shown = get(base, f"requests/{request}.json", api_key=api_key).json()
    assert len(shown) == 1 and shown[0]["status"] == "open" and "attribute" not in shown[0]
    assert demo.sql(f"select attributes from intake.complaint where tracking_code = '{request}'") == [['{"passable": "motorcycles"}']]
    assert "depth: 40" in shown[0]["description"] and "kind: crack" in shown[0]["description"]
    xml = ET.fromstring(get(base, f"requests/{request}.xml", api_key=api_key).content)
    assert xml.find("request/description").text.startswith("Jalan amblas & berbahaya <sekali>.")


def test_a_service_says_what_it_asks_and_answers_are_checked(base, api_key, demo):
    asks = {one["service_code"]: one["metadata"] for one in get(base, "services.json").json()}
    assert asks["water.outage"] is True and asks["waste.collection"] is False
    definition = get(base, "services/water.outage.json").json()
    houses, who = definition["attributes"]
    assert (houses["code"], houses["datatype"], houses["required"], houses["variable"], houses["values"]) == ("households", "number", False, True, [])
    assert who["datatype"] == "multivaluelist" and {"key": "baby", "name": "Bayi"} in who["values"]
    road = ET.fromstring(get(base, "services/roads.damage.xml").content)
    assert [(one.find("code").text, one.find("datatype").text, one.find("required").text) for one in road.find("attributes")] == [
        ("passable", "singlevaluelist", "true"), ("cut_since", "datetime", "false")]
    assert [one.text for one in road.findall("attributes/attribute/values/value/key")] == ["all", "motorcycles", "none"]

    fields = {"api_key": api_key, "lat": "-1.30", "long": "116.60", "description": "Air mati dari subuh di gang kami."}
    for service, answers, what in (
            ("water.outage", {"attribute[households]": "banyak"}, "must be a number"), ("water.outage", {"attribute[vulnerable][]": ["baby", "cat"]}, "must be a multivaluelist"),
            ("roads.damage", {}, "attribute[passable] is required"), ("roads.damage", {"attribute[passable]": "maybe"}, "must be a singlevaluelist"),
            ("roads.damage", {"attribute[passable]": "none", "attribute[cut_since]": "kemarin"}, "must be a datetime")):
        error = post(base, {**fields, "service_code": service, **answers}, expect=400).json()[0]
        assert error["code"] == "400" and what in error["description"], error
    filed = post(base, {**fields, "service_code": "water.outage", "attribute[households]": "37", "attribute[vulnerable][]": ["baby", "sick"]}).json()[0]
    stored = demo.sql(f"select attributes from intake.complaint where tracking_code = '{filed['service_request_id']}'")
    assert json.loads(stored[0][0]) == {"households": 37, "vulnerable": ["baby", "sick"]}


def test_pictures_come_with_the_form(base, api_key, demo):
    fields = {"api_key": api_key, "service_code": "waste.collection", "lat": "-1.30", "long": "116.60", "description": TEXT}
    files = [("media", ("tumpukan.jpg", pictures.jpeg(), "image/jpeg")), ("photo1", ("jahat.exe", b"MZ" + bytes(5000), "image/jpeg"))]
    name = key()
    first = post(base, fields, files=files, headers={"Idempotency-Key": name}).json()[0]
    assert "jahat.exe" in first["service_notice"] and "tumpukan" not in first["service_notice"]
    again = post(base, fields, files=files, headers={"Idempotency-Key": name}).json()[0]
    assert again["service_request_id"] == first["service_request_id"]
    kept = f"""select i.name, i.type, i.state from media.item i join intake.complaint c on c.id = i.case_id
        where c.tracking_code = '{first['service_request_id']}' and i.state = 'ready'"""
    eventually(lambda: demo.sql(kept) == [["tumpukan.jpg", "image/jpeg", "ready"]])
    # Nothing of a stranger is written down, whatever the size.
    assert post(base, {**fields, "api_key": "demo.x"}, files=files, expect=403).json()[0]["code"] == "403"
    assert post(base, {**fields, "description": "x" * (2 << 20)}, files=files, expect=413).json()[0]["code"] == "413"


def test_lists_hold_what_is_published_and_no_identity(base, api_key, published, demo):
    secret = demo.submit(description="Saya diminta uang percepatan di loket, mohon dirahasiakan.", category="waste.collection", area_code="64.09", confidential=True).json()
    for path in ("requests.json", "requests.xml", "servicerequestupdates.json"):
        text = get(base, path).text
        assert published in text
        assert "sari.rahasia" not in text and "Ningsih" not in text and secret["tracking_code"] not in text
    row = next(one for one in get(base, "requests.json").json() if one["service_request_id"] == published)
    assert row["description"] == TEXT and row["service_code"] == "waste.collection" and isinstance(row["lat"], float)
    assert row["requested_datetime"].endswith("Z") and "." not in row["requested_datetime"]
    assert [one["service_request_id"] for one in get(base, "requests.json", service_request_id=f"{published},none", status="closed").json()] == [published]
    assert get(base, "requests.json", status="closed").json() == []
    others = get(base, "requests.json", service_code="roads.damage,lighting.street").json()
    assert all(one["service_code"] in ("roads.damage", "lighting.street") for one in others), "of other tests"
    assert published in get(base, "requests.json", service_code="roads.damage,waste.collection", status="open,closed").text
    assert get(base, "requests.json", end_date="2020-01-01T00:00:00Z").json() == []
    assert len(get(base, "requests.json", page=1, page_size=1).json()) == 1
    assert get(base, "requests.json", page=2, page_size=1000).json() == []
    updates = get(base, "servicerequestupdates.json").json()
    assert {"update_id", "service_request_id", "status", "description", "updated_datetime"} <= set(updates[0])


def test_public_search(demo, published):
    def found(**query):
        answer = demo.call("GET", "intake", "/v1/complaints", params=query, expect=200)
        return [row["tracking_code"] for row in answer.json()["data"]]

    assert published in found(q="sampah pasar")
    assert published in found(q="diangkut"), "a word of the text"
    assert published in found(q='"pasar petung"', category="waste")
    assert published not in found(q="sampah -pasar") and published not in found(q="lampu")
    assert published in found(bbox="116.5,-1.4,116.7,-1.2") and published not in found(bbox="110,-8,111,-7")
    for wrong in ("1,2,3", "a,b,c,d", "117,-1,116,-2"):
        demo.call("GET", "intake", "/v1/complaints", params={"bbox": wrong}, expect=422)


def test_similar_before_filing(demo, published):
    question = {"description": "Sampah dekat Pasar Petung sudah dua minggu tidak diangkut dan bau.", "category": "waste.collection", "lat": -1.301, "long": 116.601}
    found = demo.call("POST", "intake", "/v1/similar", body=question, expect=200).json()["data"]
    assert found and found[0]["tracking_code"] == published and found[0]["distance_m"] < 500
    other = demo.call("POST", "intake", "/v1/similar", body={"description": "Jadwal perekaman KTP keliling di Babulu kapan?", "lat": -1.6, "long": 116.3}, expect=200)
    assert other.json()["data"] == []
    demo.call("POST", "intake", "/v1/similar", body={"description": "Sampah menumpuk di pasar", "lat": -1.3}, expect=422)


# ---- clients that others wrote

def test_georeport_client(base, published):
    georeport = pytest.importorskip("georeport", reason="deploy/install.sh --tests puts it into the tests' own environment")
    for form in ("json", "xml"):
        client = georeport.GeoReport(base, output_format=form)
        assert "waste.collection" in [one["service_code"] for one in client.get_service_list()]
        found = client.get_service_request(published)
        assert published in json.dumps(found, default=str)


def test_three_client(base, api_key, published):
    itertools.ifilter = filter  # the release was written for Python 2
    three = pytest.importorskip("three", reason="deploy/install.sh --tests puts it into the tests' own environment")
    client = three.Three(base, api_key=api_key, format="json")
    assert any(one["service_code"] == "waste.collection" for one in client.services())
    assert client.request(published)[0]["service_request_id"] == published
    made = client.post("waste.collection", lat=-1.3, long=116.6, description=TEXT, name="Budi Santoso")
    assert made[0]["service_request_id"].startswith("PPU-")
