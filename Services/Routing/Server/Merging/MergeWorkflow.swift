import Foundation
import HTTPTypes
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Several reports of one matter: finds them, merges them, takes them apart again.
struct MergeWorkflow: Sendable {
    let cases: CaseWorkflow

    /// - Throws: 404 where the caller may not read the case.
    func similar(to id: CaseID, limit: Int, language: Language, caller: Caller) async throws -> [SimilarCase] {
        let document = try await cases.read(id, caller: caller)
        return try await similar(to: document, limit: limit, language: language, caller: caller)
    }

    func similar(
        to document: CaseDocument, limit: Int, language: Language, caller: Caller
    ) async throws -> [SimilarCase] {
        let canMerge = document.view.actions.contains("merge")
        return try await cases.database.query(
            caller, MergeStore.similar(to: document.view.caseID, limit: limit, caller: caller)
        ).map { try SimilarCase(row: $0, language: language, canMerge: canMerge, caller: caller) }
    }

    /// Its reporter follows the other case from now on.
    func merge(_ id: CaseID, _ body: MergeBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        let code = body.target.id == nil ? (try? TrackingCode(body.target.text))?.description ?? body.target.text : nil
        let found = try await cases.database.query(
            caller, MergeStore.find(body.target.id, code: code?.uppercased()))
        guard let other = try found.first?.decode("case_id", as: UUID.self) else {
            // The case itself first: whoever may not see it learns nothing of the other.
            _ = try await cases.read(id, caller: caller)
            throw Problem.invalid(
                "#/into", "bad_format",
                Localized(id: "Tidak ada kasus seperti itu di sini.", en: "There is no such case here."))
        }
        var caller = caller
        caller.about = caller.about.adding(other)
        let move = MergeStore.merge(
            id, into: other, reason: body.reason, expected: expected.asInt32, caller: caller)
        return try await cases.change(id, move, expected: expected, caller: caller)
    }

    /// Parts of the case become cases of their own, of the same reporter and with the same access key.
    ///
    /// All of it is one transaction: where one part cannot be offered as was asked, nothing is split.
    func split(
        _ id: CaseID, _ body: SplitBody, expected: Int?, caller: Caller, repeatable: IdempotentRequest?
    ) async throws -> Reply {
        try caller.require(.verify)
        if body.parts.contains(where: { $0.to != nil }) { try caller.require(.route) }
        guard let prefix = caller.directory.agencies[caller.scope.number]?.prefix else { throw Problem.internal }
        let parts = try body.parts.map { part in
            (
                id: UUID.v7(), code: try TrackingCode(prefix: prefix, bits: UInt64.random(in: 0...UInt64.max)).text,
                part: part
            )
        }
        let list = JSONValue.array(
            parts.map { child in
                [
                    "id": .string(child.id.text), "tracking_code": .string(child.code),
                    "title": .string(child.part.title), "description": .string(child.part.description),
                    "category": child.part.category.map(JSONValue.string) ?? .null,
                    "area_code": child.part.area.map(JSONValue.string) ?? .null,
                ]
            })
        let move = MergeStore.split(
            id, parts: try JSONWriter.text(of: list), reason: body.reason, expected: expected.asInt32, caller: caller)
        let offers = parts.compactMap { child in
            child.part.to.map { MergeStore.offer(child.id, to: $0, reason: body.reason, caller: caller) }
        }
        let plan = MoveRunner.Plan(
            statements: [move] + offers + CaseStore.reads(id), subject: .case(id), expected: expected
        ) { _, results in
            guard let document = try CaseDocument(results[(1 + offers.count)...], caller: caller) else {
                throw Problem.notFound
            }
            return try Reply(document.view, status: .created, version: document.version)
        }
        return try await cases.runner.run(plan, caller: caller, repeatable: repeatable)
    }

    /// The case becomes again what it was.
    func unmerge(_ id: CaseID, _ body: ReasonBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        let move = MergeStore.unmerge(id, reason: body.reason, expected: expected.asInt32, caller: caller)
        return try await cases.change(id, move, expected: expected, caller: caller)
    }
}

/// Body of `POST /v1/cases/{id}/merge`.
struct MergeBody: RequestBodyFields, Sendable {
    /// A case's id or its tracking code.
    let target: (id: UUID?, text: String)
    /// Its reporter reads it.
    let reason: String

    init(fields: inout FieldReader) {
        let text = fields.requiredString("into", max: 100).trimmingCharacters(in: .whitespaces)
        target = (UUID(uuidString: text), text)
        reason = fields.requiredString("reason", max: 2000)
    }
}
