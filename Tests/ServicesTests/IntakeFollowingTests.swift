import Foundation
import Identity
import IntakeAPI
import ServiceKit
import SinergiCore
import Testing

@testable import IntakeServer

@Suite("What a reporter sees")
struct IntakeFollowingTests {
    static let json = """
        {"case_id":"01985f3e-7c00-7aaa-8bbb-0123456789ab","version":4,"status":"answered","outcome":null,"kind":"complaint",
         "category":"roads.damage","title":"Jalan amblas","description_published":"Jalan di depan sekolah amblas.",
         "area_code":"64.09","anonymous":false,"confidential":false,"created_at":"2026-11-20T07:40:00+00:00",
         "updated_at":"2026-11-21T07:40:00.123456+00:00","holder":{"code":"PPU/DPUPR","agency":"PPU","name":"DPUPR"},
         "held_since":"2026-11-20T08:00:00+00:00","lead":null,"next_step":"confirm","expected_at":"2026-12-04T08:30:00+00:00",
         "calendar":"x","clocks":{"since_submission":{"due_at":"2026-12-10T08:00:00+00:00","working_days_left":13},
         "legal":{"started_at":null,"due_at":null}},"newer_member":{"a":[1]},
         "steps":[{"id":"01985f3e-7c00-7aaa-8bbb-0123456789ac","seq":1,"at":"2026-11-20T07:40:00+00:00","event":"received",
                   "status":"submitted","office":null,"note":null},
                  {"id":"01985f3e-7c00-7aaa-8bbb-0123456789ad","seq":5,"at":"2026-11-21T07:40:00+00:00","event":"answer_published",
                   "status":"answered","office":{"code":"PPU/DPUPR","agency":"PPU","name":"DPUPR"},"note":"catatan"}],
         "answers":[{"answer_id":"01985f3e-7c00-7aaa-8bbb-0123456789ae","office":{"code":"PPU/DPUPR","agency":"PPU","name":"DPUPR"},
                     "body":"Sudah kami perbaiki kemarin.","interim":false,"published_at":"2026-11-21T07:40:00+00:00"}]}
        """

    static func record(published: Bool = true, confidential: Bool = false, view: String? = json) -> ComplaintRecord {
        ComplaintRecord(
            id: UUID(uuidString: "01985f3e-7c00-7aaa-8bbb-0123456789ab") ?? UUID(), trackingCode: "PPU-00000-00000-000",
            accessKeyHash: [UInt8](repeating: 7, count: 32), kind: "complaint", category: nil, title: "Judul asli",
            description: "Kata-kata pelapor sendiri.", areaCode: nil, lat: -1.07, long: 116.69, address: "Telemow",
            anonymous: false, confidential: confidential, language: "id",
            receivedAt: Date(timeIntervalSince1970: 1_795_160_400),
            published: published, view: view, workingDaysLeft: 9, sealed: nil, channel: "api")
    }

    @Test("the full view has every field of the contract, null where empty")
    func full() throws {
        let text = try JSONWriter.text(of: CaseProjection(json: Self.json).view(of: Self.record()))
        let value = try JSONParser.parse(Array(text.utf8))
        let names = value.object?.members.map(\.name) ?? []
        #expect(
            names == [
                "tracking_code", "status", "outcome", "kind", "category", "title", "description", "area_code",
                "created_at",
                "updated_at", "holder", "held_since", "next_step", "expected_at", "clocks", "steps", "answers",
                "messages",
                "anonymous", "confidential", "lat", "long", "address", "actions", "merged_into", "split_into",
                "split_from",
            ])
        #expect(value["outcome"] == .null)
        #expect(value["description"]?.string == "Kata-kata pelapor sendiri.")
        #expect(value["clocks"]?["since_submission"]?["working_days_left"]?.integer == 9)
        #expect(value["actions"] == ["confirm", "dispute", "withdraw", "reply"])
        #expect(value["updated_at"]?.string == "2026-11-21T07:40:00.123Z")
        #expect(value["steps"]?[1]?["note"]?.string == "catatan")
    }

    @Test("the public view ends with steps, shows the checked text and no notes")
    func publicView() throws {
        let projection = try CaseProjection(json: Self.json)
        let summary = try #require(projection.publicView(of: Self.record()))
        #expect(summary.description == "Jalan di depan sekolah amblas.")
        #expect(summary.steps.allSatisfy { $0.note == nil })
        #expect(projection.publicView(of: Self.record(published: false)) == nil)
        #expect(projection.publicView(of: Self.record(confidential: true)) == nil)
        var secret = projection
        secret.confidential = true
        #expect(secret.publicView(of: Self.record()) == nil)
    }

    @Test("a reporter's step shows at once and leaves unknown members alone")
    func optimistic() throws {
        let view = try #require(try JSONParser.parse(Array(Self.json.utf8)).object)
        let confirmed = ReporterMove.confirm(Confirmation(rating: 5)).applied(to: view, at: Date())
        #expect(confirmed["status"]?.string == "closed")
        #expect(confirmed["outcome"]?.string == "confirmed_solved")
        #expect(confirmed["newer_member"] == view["newer_member"])
        #expect(
            confirmed["steps"]?.array?.map { $0["event"]?.string } == [
                "received", "answer_published", "confirmed", "closed",
            ])
        #expect(confirmed["steps"]?.array?.compactMap { $0["seq"]?.integer } == [1, 5, 6, 7])
        let disputed = ReporterMove.dispute(Dispute(reason: "Masih rusak")).applied(to: view, at: Date())
        #expect(disputed["status"]?.string == "reopened")
        #expect(disputed["next_step"]?.string == "answer")
        let again = try CaseProjection(json: JSONWriter.text(of: JSONValue.object(disputed)))
        #expect(again.view(of: Self.record()).actions == ["withdraw", "reply"])
    }

    @Test("the first view of a fresh complaint can be stored and read again")
    func initial() throws {
        let office = OfficeReference(code: "PPU/DISKOMINFO", agency: "PPU", name: "Diskominfo")
        let projection = CaseProjection(
            received: Self.record(view: nil), holder: office, agency: office,
            times: .init(verifyDue: Date(timeIntervalSince1970: 1_795_500_000)))
        #expect(projection.status == "submitted" && projection.nextStep == "verify")
        let stored = try JSONWriter.text(of: projection.json())
        #expect(try CaseProjection(json: stored).steps == projection.steps)
    }

    @Test("a follow cookie is good for one complaint, one key and half an hour")
    func cookies() throws {
        let door = try DoorKey(bytes: [UInt8](repeating: 1, count: 32))
        let key = FollowCookie.Key(door: door, agency: "PPU")
        let hash = [UInt8](repeating: 2, count: 32)
        let now = Date(timeIntervalSince1970: 1_795_160_400)
        let value = FollowCookie(key: key, now: now).value(code: "PPU-1", accessKeyHash: hash)
        #expect(FollowCookie(key: key, now: now + 1700).accepts(value, code: "PPU-1", accessKeyHash: hash))
        #expect(!FollowCookie(key: key, now: now + 1900).accepts(value, code: "PPU-1", accessKeyHash: hash))
        #expect(!FollowCookie(key: key, now: now).accepts(value, code: "PPU-2", accessKeyHash: hash))
        #expect(
            !FollowCookie(key: key, now: now).accepts(
                value, code: "PPU-1", accessKeyHash: [UInt8](repeating: 3, count: 32)))
        let other = FollowCookie.Key(door: door, agency: "KUKAR")
        #expect(!FollowCookie(key: other, now: now).accepts(value, code: "PPU-1", accessKeyHash: hash))
        for bad in ["", ".", "9999999999.", "9999999999.AAAA", "x.y"] {
            #expect(!FollowCookie(key: key, now: now).accepts(bad, code: "PPU-1", accessKeyHash: hash))
        }
    }

    @Test("everybody makes the same id of a step, in the form of a UUIDv7 of its time")
    func noticeIDs() {
        let complaint = UUID.v7()
        let at = Date(timeIntervalSince1970: 1_795_160_400.123)
        let id = NoticeID.make(complaint: complaint, seq: 3, at: at)
        #expect(id == NoticeID.make(complaint: complaint, seq: 3, at: at))
        #expect(id != NoticeID.make(complaint: complaint, seq: 4, at: at))
        #expect(id.time.map { abs($0.timeIntervalSince(at)) < 0.002 } == true)
    }
}
