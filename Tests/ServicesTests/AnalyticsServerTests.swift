import AnalyticsAPI
import Exchange
import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import AnalyticsServer

/// Facts and figures in a real database.
@Suite("Analytics", .serialized)
struct AnalyticsServerTests {
    struct Process {
        let client: PostgresClient
        let database: AgencyDatabase
        let handler = FactHandler(store: FactStore())
        let home = NotificationDatabase.scope(.analytics)
        let other = NotificationDatabase.scope(.analytics, of: NotificationDatabase.other)

        func apply(_ type: String, _ data: String, in scope: AgencyScope) async throws {
            let event = CloudEvent(
                id: UUID.v7(), source: "test", type: type, lane: "case:1", number: 1, time: Date(), data: data)
            try await database.withAgency(scope) { transaction in
                _ = try await handler.handle(event, transaction, scope)
            }
        }

        func count(_ caseID: UUID, confidential: Bool = false, at time: Date = Date(), in scope: AgencyScope)
            async throws
        {
            try await apply(
                ComplaintCounted.eventType,
                try JSONWriter.text(
                    of: ComplaintCounted(
                        complaintID: caseID, receivedAt: time, kind: "complaint", category: nil,
                        confidential: confidential)),
                in: scope)
        }

        func figures(_ scope: AgencyScope, from: String? = nil, to: String? = nil) async throws -> MetricsSummary {
            let span = try Span(from: from, to: to, zone: .makassar, now: Date())
            return try await SummaryStore(database: database).summary(span, in: scope)
        }
    }

    /// Tests begin with empty tables.
    static func with(_ body: (Process) async throws -> Void) async throws {
        try await NotificationDatabase.with { client in
            for table in ["case_fact", "step_fact", "withheld"] {
                _ = try await client.query("DELETE FROM analytics.\(identifier: PostgresIdentifier(table))")
            }
            try await body(Process(client: client, database: AgencyDatabase(client: client, service: .analytics)))
        }
    }

    /// A case as routing tells of it; times are hours after receipt.
    static func change(
        _ caseID: UUID, version: Int, received: Date, status: String, outcome: String? = nil, origin: String = "MESA",
        confidential: Bool = false, due: Double? = 100, accepted: Double? = nil, answered: Double? = nil,
        closed: Double? = nil,
        steps: [String] = ["received"]
    ) -> String {
        func time(_ hours: Double?) -> String {
            hours.map { "\"\(Timestamp.text(received.addingTimeInterval($0 * 3600)))\"" } ?? "null"
        }
        let list = steps.enumerated().map { place, event in
            """
            {"seq":\(place + 1),"at":\(time(Double(place) / 100)),"event":"\(event)","agency":"MESA","office":"MESA/DPU"}
            """
        }
        return """
            {"case_id":"\(caseID.text)","tracking_code":"MESA-1","version":\(version),"confidential":\(confidential),
             "facts":{"origin":"\(origin)","received_at":\(time(0)),"kind":"complaint","category":"roads.damage","area_code":null,
             "status":"\(status)","outcome":\(outcome.map { "\"\($0)\"" } ?? "null"),"confidential":\(confidential),
             "automatic":true,"due_at":\(time(due)),"accepted_at":\(time(accepted)),"first_answer_at":\(time(answered)),
             "closed_at":\(time(closed)),"reopened":0,"hops":0,"part":"active","steps":[\(list.joined(separator: ","))]}}
            """
    }

    @Test("nothing is nothing, and null where there is no share and no median")
    func empty() async throws {
        try await Self.with { process in
            let figures = try await process.figures(process.home)
            #expect(figures.agency == "MESA" && figures.received == 0 && figures.open == 0)
            #expect(figures.withinLimit == nil && figures.medianHours.close == nil)
            let json = try JSONWriter.text(of: figures)
            #expect(json.contains(#""within_limit":null"#) && json.contains(#""first_answer":null"#))
            #expect(json.contains(#""closed":{"confirmed_solved":0,"closed_by_silence":0}"#))
        }
    }

    @Test("a case is counted from receipt to close, each step once, however often it is told")
    func life() async throws {
        try await Self.with { process in
            let received = Date().addingTimeInterval(-10 * 3600)
            let caseID = UUID.v7(at: received)
            try await process.count(caseID, at: received, in: process.home)
            var figures = try await process.figures(process.home)
            #expect(figures.received == 1 && figures.open == 1 && figures.automatic == 0)
            let steps = [
                "received", "routed", "handoff_offered", "handoff_accepted", "answer_published", "confirmed", "closed",
            ]
            for version in [4, 7, 7, 5] {
                let isDone = version == 7
                try await process.apply(
                    CaseChanged.eventType,
                    Self.change(
                        caseID, version: version, received: received, status: isDone ? "closed" : "in_progress",
                        outcome: isDone ? "confirmed_solved" : nil, accepted: 1, answered: isDone ? 2.5 : nil,
                        closed: isDone ? 4 : nil, steps: Array(steps.prefix(version))), in: process.home)
            }
            // A late receipt changes nothing.
            try await process.count(caseID, at: received, in: process.home)
            figures = try await process.figures(process.home)
            #expect(figures.received == 1 && figures.open == 0 && figures.automatic == 1)
            #expect(figures.handoffs == .init(offered: 1, accepted: 1, declined: 0, expired: 0, arbitrated: 0))
            #expect(figures.answered == 1 && figures.reopened == 0 && figures.overdue == 0)
            #expect(figures.closed == .init(confirmedSolved: 1, closedBySilence: 0) && figures.withinLimit == 1)
            #expect(figures.medianHours == .init(accepted: 1, firstAnswer: 2.5, close: 4))
        }
    }

    @Test("late is what is due before now; closed late lowers the share; before the span nothing counts")
    func lateness() async throws {
        try await Self.with { process in
            let received = Date().addingTimeInterval(-20 * 3600)
            try await process.apply(
                CaseChanged.eventType,
                Self.change(
                    UUID.v7(), version: 1, received: received, status: "in_progress", due: 2,
                    steps: ["received", "disputed", "reopened"]),
                in: process.home)
            try await process.apply(
                CaseChanged.eventType,
                Self.change(
                    UUID.v7(), version: 1, received: received, status: "closed", outcome: "closed_by_silence", due: 2,
                    closed: 3),
                in: process.home)
            try await process.apply(
                CaseChanged.eventType,
                Self.change(
                    UUID.v7(), version: 1, received: received, status: "closed", outcome: "confirmed_solved", due: 9,
                    closed: 3),
                in: process.home)
            let figures = try await process.figures(process.home)
            #expect(figures.overdue == 1 && figures.open == 1 && figures.withinLimit == 0.5 && figures.reopened == 1)
            let before = try await process.figures(process.home, from: "2020-01-01", to: "2020-01-31")
            #expect(before.received == 0 && before.open == 0 && before.reopened == 0 && before.withinLimit == nil)
        }
    }

    @Test("a case of another agency's intake counts as handled here, not as received")
    func acrossTheBorder() async throws {
        try await Self.with { process in
            try await process.apply(
                CaseChanged.eventType,
                Self.change(
                    UUID.v7(), version: 3, received: Date(), status: "in_progress",
                    steps: ["received", "handoff_offered"]),
                in: process.other)
            let figures = try await process.figures(process.other)
            #expect(figures.received == 0 && figures.open == 1 && figures.handoffs.offered == 1)
            let home = try await process.figures(process.home)
            #expect(home.open == 0 && home.handoffs.offered == 0)
        }
    }

    @Test("a confidential case leaves no fact, in whichever order its events come")
    func confidential() async throws {
        try await Self.with { process in
            func facts() async throws -> Int {
                try await process.client.query(
                    "SELECT (SELECT count(*) FROM analytics.case_fact) + (SELECT count(*) FROM analytics.step_fact) AS n"
                ).first?.decode("n", as: Int.self) ?? -1
            }
            try await process.count(UUID.v7(), confidential: true, in: process.home)
            #expect(try await facts() == 0)
            let turned = UUID.v7()
            try await process.apply(
                CaseChanged.eventType, Self.change(turned, version: 1, received: Date(), status: "submitted"),
                in: process.home)
            #expect(try await facts() == 2)
            try await process.apply(
                CaseChanged.eventType,
                Self.change(turned, version: 2, received: Date(), status: "verified", confidential: true),
                in: process.home)
            #expect(try await facts() == 0)
            // Receipt comes by another lane and may be late.
            try await process.count(turned, in: process.home)
            #expect(try await facts() == 0)
        }
    }

    @Test("steps from before the first partition are kept too")
    func old() async throws {
        try await Self.with { process in
            let received = Date().addingTimeInterval(-60 * 86_400)
            try await process.apply(
                CaseChanged.eventType,
                Self.change(
                    UUID.v7(), version: 1, received: received, status: "in_progress",
                    steps: ["received", "handoff_offered"]),
                in: process.home)
            let figures = try await process.figures(
                process.home, from: Zone.makassar.day(of: received).description, to: nil)
            #expect(figures.handoffs.offered == 1)
        }
    }

    @Test("another agency sees no fact and writes none in our name")
    func border() async throws {
        try await Self.with { process in
            try await process.count(UUID.v7(), in: process.home)
            let rows = try await process.database.query(process.other, "SELECT count(*) AS n FROM analytics.case_fact")
            #expect(try rows.first?.decode("n", as: Int.self) == 0)
            let forged = ComplaintCounted(
                complaintID: .v7(), receivedAt: Date(), kind: "complaint", category: nil, confidential: false)
            await #expect(throws: PostgresError.self) {
                try await process.database.withAgency(process.other) {
                    try await FactStore().add(forged, in: $0, process.home)
                }
            }
            for table in ["case_fact", "step_fact", "withheld"] {
                await #expect(throws: PostgresError.self) {
                    _ = try await process.database.query(
                        process.home, "DELETE FROM analytics.\(identifier: PostgresIdentifier(table))")
                }
            }
        }
    }
}
