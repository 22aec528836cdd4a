import Foundation
import HTTPTypes
import Hummingbird
import Identity
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Lists of complaints from another system or a paper register.
///
/// | route | permission |
/// |---|---|
/// | `POST /v1/imports?source=…&dry_run=true` | receive |
///
/// Each row stands for itself: a bad one is named and loses no other. The same file again, or one that was cut off in the
/// middle, changes nothing that is stored already, for a row is known by source and `external_id`.
struct ImportController: Sendable {
    let submissions: SubmissionWorkflow
    let verifier: TokenVerifier
    let database: AgencyDatabase
    /// Rows under way at once; they share commits.
    private static let width = 16

    private struct Outcome {
        let number: Int
        let status: String
        let report: JSONValue
    }

    private struct Import: Sendable {
        let isDry: Bool
        let principal: Principal
        /// Numbers that the agency has from this source.
        let known: Set<String>
        let started: Date
    }

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.post("/v1/imports", use: create)
    }

    private func create(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let principal = try await context.authenticate(request, verifier)
        try principal.require(.receive)
        guard let source = request.query("source")?.trimmed, (1...100).contains(source.unicodeScalars.count) else {
            throw Problem.invalid("#/source", "required")
        }
        let dry = request.query("dry_run") ?? "false"
        guard dry == "true" || dry == "false" else { throw Problem.invalid("#/dry_run", "bad_format") }
        let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased().trimmed
        guard type == "text/csv" else { throw Problem.unsupportedMediaType(["text/csv"]) }
        let table = try ImportTable(try await context.collect(request), source: source)
        let job = Import(
            isDry: dry == "true", principal: principal,
            known: try await known(table.rows.compactMap(\.externalID), source, context.agency),
            started: Date(timeIntervalSince1970: (Date().timeIntervalSince1970 * 1000).rounded(.down) / 1000))
        let outcomes = try await outcomes(table.rows, job, context)
        func count(_ status: String) -> JSONValue { .integer(outcomes.filter { $0.status == status }.count) }
        return try JSONResponse(
            [
                "dry_run": .bool(job.isDry), "rows": .integer(outcomes.count), "accepted": count("accepted"),
                "repeated": count("repeated"), "refused": count("refused"), "results": .array(outcomes.map(\.report)),
            ] as JSONValue)
    }

    private func outcomes(_ rows: [ImportTable.Row], _ job: Import, _ context: AppContext) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var waiting = rows.makeIterator()
            for _ in 0..<Self.width {
                guard let row = waiting.next() else { break }
                group.addTask { try await outcome(of: row, job, context) }
            }
            var done: [Outcome] = []
            while let outcome = try await group.next() {
                done.append(outcome)
                if let row = waiting.next() { group.addTask { try await self.outcome(of: row, job, context) } }
            }
            return done.sorted { $0.number < $1.number }
        }
    }

    /// - Throws: 503 and what is nobody's fault but ours; the rows before it are stored, and the same file may come again.
    private func outcome(of row: ImportTable.Row, _ job: Import, _ context: AppContext) async throws -> Outcome {
        guard row.errors.isEmpty else { return refused(row, .validation(row.errors), context) }
        let request = SubmissionWorkflow.Request(
            reader: SubmissionReader(row.body, isForm: true),
            hash: Fingerprint.bytes(Array(try JSONWriter.text(of: row.body).utf8)),
            caller: SubmissionCaller(principal: job.principal, key: nil), scope: context.agency, trace: context.trace,
            channel: .csv, language: context.language)
        do {
            if job.isDry {
                try await submissions.check(request)
                let isKnown = row.externalID.map(job.known.contains) ?? false
                return outcome(row, isKnown ? "repeated" : "accepted", nil)
            }
            let receipt = try await submissions.submit(request)
            return outcome(row, receipt.createdAt < job.started ? "repeated" : "accepted", receipt)
        } catch let problem as Problem where problem.status.code < 500 && problem.status != .tooManyRequests {
            return refused(row, problem, context)
        }
    }

    private func outcome(_ row: ImportTable.Row, _ status: String, _ receipt: ComplaintReceipt?) -> Outcome {
        Outcome(
            number: row.number, status: status,
            report: [
                "row": .integer(row.number), "external_id": row.externalID.map(JSONValue.string) ?? .null,
                "status": .string(status), "tracking_code": receipt.map { .string($0.trackingCode) } ?? .null,
                "access_key": receipt.map { .string($0.accessKey) } ?? .null,
                "missing": .array((receipt?.missing ?? []).map(JSONValue.string)), "errors": [],
            ])
    }

    private func refused(_ row: ImportTable.Row, _ problem: Problem, _ context: AppContext) -> Outcome {
        let errors = problem.errors.map { error -> JSONValue in
            [
                "pointer": .string(error.pointer), "code": .string(error.code),
                "detail": .string(error.detail[context.language]),
            ]
        }
        let whole: JSONValue = [
            "pointer": "#", "code": .string(problem.code), "detail": .string(problem.detail[context.language]),
        ]
        return Outcome(
            number: row.number, status: "refused",
            report: [
                "row": .integer(row.number), "external_id": row.externalID.map(JSONValue.string) ?? .null,
                "status": "refused", "tracking_code": nil, "access_key": nil, "missing": [],
                "errors": .array(errors.isEmpty ? [whole] : errors),
            ])
    }

    private func known(_ numbers: [String], _ source: String, _ scope: AgencyScope) async throws -> Set<String> {
        Set(
            try await database.query(
                scope,
                """
                SELECT external_id FROM intake.complaint
                WHERE agency = directory.me() AND source = \(source) AND external_id = ANY (\(numbers)::text[])
                """
            ).map { try $0.decode("external_id", as: String.self) })
    }
}
