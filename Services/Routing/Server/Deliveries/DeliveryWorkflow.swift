import Foundation
import HTTPTypes
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Parts of offices without login: delivered by link or letter, or noted as sent elsewhere.
struct DeliveryWorkflow: Sendable {
    let database: AgencyDatabase
    let runner: MoveRunner
    /// The address of this service for an agency, as the outside reaches it.
    let address: @Sendable (AgencyScope) -> String

    private static let columns: SQL = """
        d.id, d.case_id, d.office, d.monitor_office, d.means, d.reference, d.sent_to, d.expires_at, d.first_used_at, d.revoked_at,
        d.created_at, d.channel
        """

    /// Deliveries of a case by the caller's agency, newest first. None tells a secret.
    func list(_ id: CaseID, caller: Caller) async throws -> [DeliveryView] {
        try caller.require(.offer)
        let rows = try await database.query(
            caller,
            """
            SELECT \(Self.columns) FROM casework.delivery d
            WHERE d.agency = directory.me() AND d.case_id = \(id.uuid) ORDER BY d.created_at DESC LIMIT 100
            """)
        return try rows.map { try DeliveryView(row: $0, directory: caller.directory) }
    }

    /// Link and PIN go different ways, each in a message of its own.
    private func messages(
        _ body: DeliveryBody, to address: String, link: String, secret: LinkSecret, delivery: UUID, caller: Caller
    ) throws -> [JSONValue] {
        guard let channel = body.channel else { return [] }
        let from = caller.directory.agencies[caller.scope.number]?.name ?? caller.scope.code
        let until = Date().addingTimeInterval(TimeInterval(body.days) * 86_400)
        var messages = [
            OfficeMessage(
                kind: .link, channel: channel, address: address,
                values: ["from": from, "link": link, "until": until.formatted(.iso8601.year().month().day())])
        ]
        if let pinTo = body.pinTo {
            messages.append(
                OfficeMessage(
                    kind: .pin, channel: OfficeMessage.channel(of: pinTo), address: pinTo,
                    values: ["from": from, "pin": secret.pin]))
        }
        return try messages.map { try $0.event(delivery: delivery, agency: caller.scope.number, caller.directory) }
    }

    /// Where a link goes that Sinergi sends.
    /// - Throws: 422 where neither the request nor the directory says.
    private func address(_ body: DeliveryBody, _ channel: DeliveryBody.Channel, _ caller: Caller) throws -> String {
        let office = caller.directory.office(code: body.office)
        let known = channel == .mail ? office?.email : office?.dutyPhone
        guard let address = body.sentTo ?? known else { throw Problem.invalid("#/sent_to", "required") }
        guard address != body.pinTo else { throw Problem.invalid("#/pin_to", "bad_format") }
        return address
    }

    /// - Returns: The delivery with its link, PIN and letter: they are told this once.
    func deliver(
        _ id: CaseID, _ body: DeliveryBody, expected: Int?, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.offer)
        let delivery = UUID.v7()
        let secret = LinkSecret.random()
        let link = "\(address(caller.scope))/l/\(secret.token)"
        let sentTo = try body.channel.map { try address(body, $0, caller) } ?? body.sentTo
        let messages = try JSONWriter.text(
            of: JSONValue.array(
                try self.messages(
                    body, to: sentTo ?? "", link: link, secret: secret, delivery: delivery, caller: caller)))
        let move = MoveResult.statement(
            """
            casework.deliver_part(\(delivery), c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.office), \(body.means.rawValue),
                \(secret.tokenHash), \(secret.pinHash), \(Int32(body.days))::int4, \(body.reference), \(sentTo),
                \(body.channel?.rawValue), \(messages)::jsonb, \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        let read: SQL =
            "SELECT \(Self.columns) FROM casework.delivery d WHERE d.agency = directory.me() AND d.id = \(delivery)"
        let plan = MoveRunner.Plan(statements: [move, read], subject: .case(id), expected: expected) { move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            var view = try DeliveryView(row: row, directory: caller.directory)
            if body.means != .elsewhere {
                view.link = link
                // What was sent by another way need not be told again.
                view.pin = body.pinTo == nil ? secret.pin : nil
            }
            if body.means == .letter {
                view.letter = Letter(delivery: view, link: link, pin: secret.pin, agency: caller.scope.code).html
            }
            return try Reply(view, status: .created, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }
}

extension DeliveryView {
    init(row: PostgresRow, directory: Directory) throws {
        self.init(
            deliveryID: try row.decode("id", as: UUID.self),
            caseID: CaseID(try row.decode("case_id", as: UUID.self)),
            office: directory.reference(try row.decode("office", as: UUID.self)),
            monitor: directory.reference(try row.decode("monitor_office", as: UUID.self)),
            means: try row.decode("means", as: String.self),
            reference: try row.decodeIfPresent("reference", as: String.self),
            sentTo: try row.decodeIfPresent("sent_to", as: String.self),
            expiresAt: try row.decodeIfPresent("expires_at", as: Date.self),
            firstUsedAt: try row.decodeIfPresent("first_used_at", as: Date.self),
            revokedAt: try row.decodeIfPresent("revoked_at", as: Date.self),
            createdAt: try row.decode("created_at", as: Date.self),
            channel: try row.decodeIfPresent("channel", as: String.self), link: nil, pin: nil, letter: nil)
    }
}
