import Foundation
import ServiceKit
import SinergiCore
import Testing

@testable import AnalyticsServer

@Suite("Spans of days")
struct AnalyticsSpanTests {
    /// 24 November 2026, 23:30 in Makassar, 15:30 UTC.
    static let now = Date(timeIntervalSince1970: 1_795_534_200)

    @Test("default to the last thirty days in the agency's zone")
    func usual() throws {
        let span = try Span(from: nil, to: nil, zone: .makassar, now: Self.now)
        #expect(span.from.description == "2026-10-26" && span.to.description == "2026-11-24")
        #expect(span.start == Zone.makassar.instant(span.from, seconds: 0))
        #expect(span.end.timeIntervalSince(span.start) == 30 * 86_400)
        #expect(try Span(from: nil, to: nil, zone: .jayapura, now: Self.now).to.description == "2026-11-25")
        #expect(try Span(from: "2026-11-01", to: nil, zone: .makassar, now: Self.now).to.description == "2026-11-24")
        #expect(try Span(from: nil, to: "2026-01-30", zone: .makassar, now: Self.now).from.description == "2026-01-01")
    }

    @Test(
        "bad ones are refused with the field's name",
        arguments: [
            ("kemarin", nil, "#/from"), (nil, "2026-02-30", "#/to"), ("2026-11-30", "2026-11-01", "#/to"),
            ("2006-01-01", "2026-11-01", "#/from"), ("", nil, "#/from"),
        ] as [(String?, String?, String)])
    func bad(_ from: String?, _ to: String?, _ pointer: String) throws {
        let problem = #expect(throws: Problem.self) { try Span(from: from, to: to, zone: .makassar, now: Self.now) }
        #expect(problem?.errors.map(\.pointer) == [pointer])
    }

    @Test("small counts are not shown")
    func small() {
        #expect([0, 1, 4, 5].map { PublicPage.shown($0, .en) } == ["0", "fewer than 5", "fewer than 5", "5"])
    }

    @Test("a step's id is its own, stands in its time and is the same every time")
    func ids() {
        let case1 = UUID.v7()
        let id = StepID.make(caseID: case1, seq: 1, at: Self.now)
        #expect(id == StepID.make(caseID: case1, seq: 1, at: Self.now))
        #expect(id != StepID.make(caseID: case1, seq: 2, at: Self.now))
        #expect(id != StepID.make(caseID: UUID.v7(), seq: 1, at: Self.now))
        #expect(id.time == Self.now)
        #expect(StepID.floor(Self.now).text <= id.text)
        #expect(StepID.floor(Self.now.addingTimeInterval(0.001)).text > id.text)
    }
}
