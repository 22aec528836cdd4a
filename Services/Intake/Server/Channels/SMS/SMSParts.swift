import Foundation
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// One SMS as a gateway hands it over, perhaps a part of a longer one.
struct SMSMessage: Sendable, Codable {
    let id: String
    let phone: String
    let text: String
    var reference: String?
    var part: Int?
    var parts: Int?
}

/// Joins the parts of long SMS, in whatever order they come. A part that never comes is given up after ten minutes.
struct SMSParts: Sendable {
    static let patience = 600.0
    private static let joined = "joined "

    let database: AgencyDatabase
    let seal: @Sendable (AgencyScope) async throws -> ConversationSeal
    let data: ChannelDataStore

    /// - Returns: The whole message once nothing is missing; `nil` while something is.
    func take(_ sms: SMSMessage, in scope: AgencyScope) async throws -> InboundMessage? {
        guard let reference = sms.reference, let part = sms.part, let parts = sms.parts, parts > 1 else {
            return try await whole([sms], of: 1, scope)
        }
        let seal = try await seal(scope)
        let contact = seal.contact(sms.phone)
        let sealed = try seal.seal(String(decoding: JSONEncoder().encode(sms), as: UTF8.self))
        let results = try await database.once(
            scope,
            """
            INSERT INTO intake.sms_part (agency, provider_id, contact, reference, part, parts, sealed, due_at)
            VALUES (directory.me(), \(sms.id), \(contact), \(reference), \(Int32(part)), \(Int32(parts)), \(sealed),
                clock_timestamp() + make_interval(secs => \(Self.patience)))
            ON CONFLICT DO NOTHING
            """,
            """
            SELECT DISTINCT ON (part) sealed FROM intake.sms_part
            WHERE agency = directory.me() AND contact = \(contact) AND reference = \(reference)
                AND parts = \(Int32(parts)) AND due_at IS NOT NULL
            ORDER BY part, received_at DESC
            """)
        let found = try results.last?.map { try Self.open(try $0.decode("sealed", as: [UInt8].self), seal) } ?? []
        guard found.count == parts else { return nil }
        return try await whole(found, of: parts, scope)
    }

    /// Marks a joined message's parts as done; called once the message is in its conversation.
    func settle(_ message: InboundMessage, in scope: AgencyScope) async throws {
        guard message.providerID.hasPrefix(Self.joined) else { return }
        let first = String(message.providerID.dropFirst(Self.joined.count))
        _ = try await database.query(
            scope,
            """
            UPDATE intake.sms_part p SET due_at = NULL FROM intake.sms_part f
            WHERE f.agency = directory.me() AND f.provider_id = \(first) AND p.agency = f.agency
                AND p.contact = f.contact AND p.reference = f.reference AND p.parts = f.parts AND p.due_at IS NOT NULL
            """)
    }

    /// Messages whose missing parts are given up, with a mark where they would stand.
    func overdue(in scope: AgencyScope) async throws -> [InboundMessage] {
        let rows = try await database.query(
            scope,
            """
            SELECT p.sealed FROM intake.sms_part p
            WHERE p.agency = directory.me() AND p.due_at IS NOT NULL AND EXISTS (
                SELECT FROM intake.sms_part d
                WHERE d.agency = p.agency AND d.contact = p.contact AND d.reference = p.reference
                    AND d.due_at <= clock_timestamp())
            ORDER BY p.received_at LIMIT 200
            """)
        guard !rows.isEmpty else { return [] }
        let seal = try await seal(scope)
        let all = try rows.map { try Self.open(try $0.decode("sealed", as: [UInt8].self), seal) }
        var messages: [InboundMessage] = []
        for group in Dictionary(grouping: all, by: { "\($0.phone) \($0.reference ?? "") \($0.parts ?? 1)" }).values {
            messages.append(try await whole(group, of: group[0].parts ?? 1, scope))
        }
        return messages
    }

    private func whole(_ found: [SMSMessage], of parts: Int, _ scope: AgencyScope) async throws -> InboundMessage {
        let byPart = Dictionary(found.map { ($0.part ?? 1, $0.text) }, uniquingKeysWith: { $1 })
        let text = parts == 1 ? found[0].text : (1...parts).map { byPart[$0] ?? " [...] " }.joined()
        let first = found.min { $0.id < $1.id } ?? found[0]
        let (word, rest) = Self.word(ChannelText.cleaned(text), try await data.current(in: scope), scope)
        return InboundMessage(
            channel: .sms, providerID: parts == 1 ? first.id : Self.joined + first.id, phone: first.phone, name: nil,
            input: rest.isEmpty ? .unknown : .text(rest), original: String(text.prefix(15_000)), word: word)
    }

    /// `PPU jalan rusak` → the word and the rest. The agency's own code is always such a word.
    static func word(_ text: String, _ data: ChannelData, _ scope: AgencyScope) -> (word: String?, rest: String) {
        let parts = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard let first = parts.first?.uppercased(), data.words[first] != nil || first == scope.code else {
            return (nil, text)
        }
        return (first, parts.count > 1 ? String(parts[1]).trimmed : "halo")
    }

    private static func open(_ sealed: [UInt8], _ seal: ConversationSeal) throws -> SMSMessage {
        try JSONDecoder().decode(SMSMessage.self, from: Data(try seal.open(sealed)))
    }
}
