import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import IntakeServer

@Suite("What a complaint must hold")
struct IntakeRulesTests {
    /// Friday 20 November 2026, 15:30 in Penajam.
    static let now = Date(timeIntervalSince1970: 1_795_159_800)
    static let directory = Directory(
        readAt: now, agencies: [.init(number: 1, code: "PPU", name: "Penajam Paser Utara", prefix: "PPU")],
        offices: [
            .init(
                id: UUID(), code: "PPU/DLH", agency: 1, agencyCode: "PPU", name: "DLH", zone: "Asia/Makassar",
                calendar: "a")
        ],
        categories: [
            .init(code: "roads", nameID: "Jalan", nameEN: "Roads"),
            .init(code: "roads.damage", parent: "roads", nameID: "Jalan rusak", nameEN: "Damaged road"),
            .init(code: "roads.old", parent: "roads", nameID: "Lama", nameEN: "Old", active: false),
        ], jurisdictions: [], keys: [], calendars: [])

    private func check(_ json: String, isForm: Bool = false) throws -> (CheckedSubmission, [String]) {
        let reader = SubmissionReader(try JSONParser.parse(Array(json.utf8)), isForm: isForm)
        let rules = SubmissionRules(directory: Self.directory, zone: .makassar, now: Self.now)
        let (submission, errors) = rules.check(reader)
        return (submission, errors.map { "\($0.pointer) \($0.code)" })
    }

    private func errors(_ fields: String) throws -> [String] {
        try check(
            #"{"description":"Jalan depan SD amblas.","address":"Telemow"\#(fields.isEmpty ? "" : ",")\#(fields)}"#
        ).1
    }

    @Test("the least that is needed, and the defaults")
    func least() throws {
        let (submission, errors) = try check(#"{"description":"  Jalan depan SD amblas.\n","address":"Telemow"}"#)
        #expect(errors.isEmpty)
        #expect(submission.description == "Jalan depan SD amblas.")
        #expect(submission.title == "Jalan depan SD amblas")
        #expect(submission.kind == "complaint")
        #expect(submission.language == "id")
        #expect(!submission.confidential && !submission.anonymous)
        #expect(submission.missing == ["event_date", "category", "reporter"])
    }

    @Test(
        "one mistake, one code",
        arguments: [
            (#""colour":"red""#, "#/colour unknown_field"),
            (#""reporter":{"nik":"1"}"#, "#/reporter/nik unknown_field"),
            (#""kind":"rumour""#, "#/kind bad_format"), (#""language":"fr""#, "#/language bad_format"),
            (#""title":7"#, "#/title bad_format"), (#""anonymous":"yes""#, "#/anonymous bad_format"),
            (#""category":"roads.rainbow""#, "#/category unknown_category"),
            (#""category":"roads.old""#, "#/category unknown_category"),
            (#""addressed_office":"PPU/NOWHERE""#, "#/addressed_office unknown_office"),
            (#""event_date":"2026-02-30""#, "#/event_date bad_format"),
            (#""event_date":"2026-11-21""#, "#/event_date bad_format"),
            (#""lat":-1.07"#, "#/long required"), (#""long":116.6"#, "#/lat required"),
            (#""lat":51.5,"long":-0.1"#, "#/lat outside_indonesia"),
            (#""lat":116.69,"long":-1.071"#, "#/lat coordinates_swapped"),
            (#""reporter":{"email":"bukan surel"}"#, "#/reporter/email bad_format"),
            (#""reporter":{"phone":"nol delapan"}"#, "#/reporter/phone bad_format"),
            (#""reporter":"Sari""#, "#/reporter bad_format"), (#""title":"a\u0000b""#, "#/title bad_format"),
        ])
    func mistakes(fields: String, expected: String) throws {
        #expect(try errors(fields) == [expected])
    }

    @Test("today is no future, in the agency's own zone")
    func today() throws {
        #expect(try errors(#""event_date":"2026-11-20""#).isEmpty)
    }

    @Test("lengths are counted in characters as the database counts them")
    func lengths() throws {
        #expect(try errors(#""title":"\#(String(repeating: "é", count: 200))""#).isEmpty)
        #expect(try errors(#""title":"\#(String(repeating: "é", count: 201))""#) == ["#/title too_long"])
        #expect(try check(#"{"description":"pendek","address":"x"}"#).1 == ["#/description too_short"])
        #expect(try check(#"{"address":"x"}"#).1 == ["#/description required"])
        let long = String(repeating: "x", count: 10_001)
        #expect(try check(#"{"description":"\#(long)","address":"x"}"#).1 == ["#/description too_long"])
    }

    @Test("all mistakes are told at once")
    func together() throws {
        let (_, errors) = try check(#"{"description":"pendek","category":"x.y","colour":1,"reporter":{"email":"@"}}"#)
        #expect(
            Set(errors) == [
                "#/description too_short", "#/category unknown_category", "#/colour unknown_field",
                "#/reporter/email bad_format", "#/address required",
            ])
    }

    @Test("a place is required, and a wrong type is not also missing")
    func place() throws {
        #expect(try check(#"{"description":"Jalan depan SD amblas."}"#).1 == ["#/address required"])
        #expect(try check(#"{"description":"Jalan depan SD amblas.","address":[]}"#).1 == ["#/address bad_format"])
    }

    @Test(
        "supervisory kinds are confidential unless the reporter says otherwise",
        arguments: ["supervisory", "whistleblowing"])
    func privacy(kind: String) throws {
        let start = #"{"description":"Saya diminta uang di loket.","address":"x","kind":"\#(kind)""#
        #expect(try check(start + "}").0.confidential)
        #expect(try !check(start + #","confidential":false}"#).0.confidential)
    }

    @Test("a form's texts are read as what they mean")
    func form() throws {
        let (submission, errors) = try check(
            #"{"description":"Jalan depan SD amblas.","address":"","lat":"-1,071","long":"116.69","anonymous":"true","title":"","reporter":{"phone":"0812 3456-789"}}"#,
            isForm: true)
        #expect(errors.isEmpty)
        #expect(submission.lat == -1.071 && submission.long == 116.69)
        #expect(submission.anonymous)
        #expect(submission.contact.phone == "+628123456789")
    }

    @Test("the area found and the area given must be one inside the other")
    func areas() throws {
        func apply(_ given: String?, found: String?, exists: Bool = true) throws -> (String?, [String]) {
            var (submission, _) = try check(#"{"description":"Jalan depan SD amblas.","address":"x"}"#)
            submission.areaCode = given
            let errors = PlaceRules.apply(PlaceAnswer(found: found, givenExists: exists), to: &submission)
            return (submission.areaCode, errors.map(\.code))
        }
        #expect(try apply(nil, found: "64.09") == ("64.09", []))
        #expect(try apply("64.09.01", found: "64.09") == ("64.09.01", []))
        #expect(try apply("64", found: "64.09") == ("64.09", []))
        #expect(try apply("64.09", found: nil) == ("64.09", []))
        #expect(try apply("64.02", found: "64.09").1 == ["area_mismatch"])
        #expect(try apply("64.0", found: "64.09").1 == ["area_mismatch"])
        #expect(try apply("99.99", found: nil, exists: false).1 == ["unknown_area"])
    }

    @Test("an area's existence is remembered for half a minute, a point never")
    func knownAreas() {
        let areas = KnownAreas()
        let now = ContinuousClock.now
        let named = PlaceQuestion(lat: nil, long: nil, areaCode: "64.09")
        let pointed = PlaceQuestion(lat: -1, long: 116.5, areaCode: "64.09")
        #expect(areas.answer(to: named, at: now) == nil)
        areas.learn(PlaceAnswer(found: "64.09.01", givenExists: true), to: pointed, at: now)
        #expect(areas.answer(to: named, at: now + .seconds(29)) == PlaceAnswer(found: nil, givenExists: true))
        #expect(areas.answer(to: named, at: now + .seconds(31)) == nil)
        #expect(areas.answer(to: pointed, at: now) == nil)
    }

    @Test("a title is the first sentence, cut at a word")
    func titles() {
        #expect(ComplaintTitle.made(from: "Pak, jalan depan SD amblas. Tolong.") == "Pak, jalan depan SD amblas")
        #expect(
            ComplaintTitle.made(from: "Jl. Propinsi km 3.5 rusak berat sekali!")
                == "Jl. Propinsi km 3.5 rusak berat sekali")
        let long = ComplaintTitle.made(from: String(repeating: "amblas sekali ", count: 40))
        #expect(long.count <= 81 && long.hasSuffix("amblas…"))
        #expect(ComplaintTitle.made(from: String(repeating: "👨‍👩‍👧‍👦", count: 60)).unicodeScalars.count <= 200)
    }

    @Test("what no channel could use is no contact")
    func contacts() {
        #expect(ContactRules.isEmail("sari.dewi@contoh.go.id"))
        for bad in ["", "a", "a@b", "a@b.", "a b@c.id", "a@b@c.id", "a@-b.id", "a@b.id\nBcc: x@y.id", "<a@b.id>"] {
            #expect(!ContactRules.isEmail(bad), "\(bad)")
        }
        #expect(ContactRules.phone("0812-3456-7890") == "+6281234567890")
        #expect(ContactRules.phone("62 812 3456 7890") == "+6281234567890")
        #expect(ContactRules.phone("+1 (415) 555-0100") == "+14155550100")
        for bad in ["", "12", "nol delapan", "+0812345678", "081234567890123456", "0812x4567890"] {
            #expect(ContactRules.phone(bad) == nil, "\(bad)")
        }
    }
}
