import Exchange
import Foundation
import HTTPTypes
import IntakeAPI
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Not secret after all: what a machine took for misconduct, though its reporter filed an ordinary report and asked for no
/// secrecy, goes the ordinary way (docs/adr/0048).
struct UnsealWorkflow: Sendable {
    let database: AgencyDatabase
    let waker: Waker
    let routing: OrdinaryRouting

    /// - Throws: 403 for another office than the one that reads the report, 404, 409 where the reporter asked for secrecy, 412.
    func unseal(_ id: CaseID, _ body: UnsealBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.accept)
        // The reporter and the office that gets it next read the reason.
        let reason = caller.reveal(body.reason)
        do {
            let (reply, wake) = try await database.withAgencyRetrying(caller) { transaction in
                let complaint = try await complaint(id, caller, transaction)
                let words = try JSONWriter.text(of: complaint.words)
                let question = try await routing.question(of: complaint.received, caller.scope)
                let results = try await transaction.pipeline(
                    [
                        """
                        SELECT ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake
                        FROM casework.unseal(\(id.uuid), \(expected.asInt32)::int4, \(caller.actor), \(caller.office?.code),
                            \(reason), \(words)::jsonb, \(caller.trace)) AS r
                        """
                    ] + question.statements)
                var wake = try results[0].first.map { try AutomaticRouting.wake($0) } ?? []
                wake += try await routing.route(
                    complaint.received, question, results.dropFirst(), cleared: true, trace: caller.trace, transaction,
                    caller.scope)
                let reads = try await transaction.pipeline(CaseStore.reads(id))
                guard let document = try CaseDocument(reads[...], caller: caller) else { throw Problem.notFound }
                return (try Reply(document.view, version: document.version), wake)
            }
            waker.wake(wake + [caller.scope.number])
            return reply
        } catch let error as PostgresError {
            guard let problem = Problem(error) else { throw error }
            guard problem.status == .conflict || problem.status == .preconditionFailed else { throw problem }
            throw problem.showing(try await Subject.case(id).current(caller: caller, database: database))
        }
    }

    /// The report as it was filed, opened.
    private func complaint(
        _ id: CaseID, _ caller: Caller, _ transaction: PostgresTransaction
    ) async throws -> (received: ReceivedComplaint, words: JSONValue) {
        let rows = try await transaction.query(
            """
            SELECT t.sealed, jsonb_build_object('case_id', c.id, 'kind', coalesce(c.filed_as, c.kind), 'category', c.category,
                'area_code', c.area_code, 'lat', c.lat, 'long', c.long, 'channel', c.channel, 'event_date', c.event_date,
                'received_at', to_char(c.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                'addressed_office', c.addressed_office, 'confidential', false)::text AS data
            FROM casework."case" c JOIN casework.sealed_text t ON t.agency = directory.me() AND t.case_id = c.id
            WHERE c.id = \(id.uuid) AND c.sealed AND \(CaseScope.readable(caller))
            """)
        guard let row = rows.first else {
            // Seen but not sealed is another answer than not seen.
            let seen = try await transaction.query(
                "SELECT 1 FROM casework.\"case\" c WHERE c.id = \(id.uuid) AND \(CaseScope.readable(caller))")
            throw seen.isEmpty ? Problem.notFound : Problem.wrongState()
        }
        let texts = try caller.texts.open(
            try row.decode("sealed", as: [UInt8].self), case: id.uuid, of: caller.scope)
        var data = try JSONBody.parse(Array(try row.decode("data", as: String.self).utf8)).object ?? JSONObject()
        var words = JSONObject()
        words["title"] = .string(texts.title)
        words["description"] = .string(texts.description)
        words["address"] = texts.address.map(JSONValue.string) ?? .null
        words["attributes"] = try texts.attributes.map { .raw(try JSONWriter.text(of: $0)) } ?? .null
        data["title"] = words["title"]
        data["description"] = words["description"]
        if let attributes = texts.attributes {
            data["attributes"] = try JSONBody.parse(try JSONWriter.bytes(of: attributes))
        }
        return (ReceivedComplaint(id: id.uuid, data: .object(data)), .object(words))
    }
}

/// Body of `POST /v1/cases/{id}/unseal`.
struct UnsealBody: RequestBodyFields, Sendable {
    /// Told to the reporter and to the office that gets the report next.
    let reason: String

    init(fields: inout FieldReader) {
        reason = fields.requiredString("reason", min: 10, max: 2000)
    }
}
