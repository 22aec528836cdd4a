private import Crypto
public import Foundation

/// A case's history as exported, verified without a database: what one agency gives to another, or to a court.
///
/// The rule of the chain is design.md §5: link = sha256(prev ‖ number ‖ agency ‖ at ‖ kind ‖ commitment), numbers as
/// big-endian 8 and 4 bytes, the time in microseconds since 1970 as 8 bytes, commitment = sha256(salt ‖ body).
public struct HistoryFile: Decodable, Sendable {
    /// One entry of the chain. A body that the exporter may not see, or that was erased, is absent.
    struct Link: Decodable, Sendable {
        let number: Int
        let agency_number: Int
        let at_microseconds: Int
        let kind: String
        let commitment: String
        let link: String
        let salt: String?
        let body_text: String?
    }
    /// What an agency was told as the chain's head.
    struct Head: Decodable, Sendable {
        let agency: String
        let number: Int
        let head: String
    }
    /// The first entry that does not fit, and how.
    public struct Break: Sendable, Hashable {
        public let number: Int
        /// `missing`, `link`, `body`, `head` or `kept`.
        public let reason: String
    }

    let format: String
    public let case_id: UUID
    public let tracking_code: String
    public let count: Int
    public let head: String?
    let links: [Link]
    let kept_heads: [Head]

    /// - Throws: `OperatorError` for a file of another kind.
    public init(_ data: Data) throws {
        do {
            self = try JSONDecoder().decode(HistoryFile.self, from: data)
        } catch {
            throw OperatorError("This is no history that Sinergi exported.")
        }
        guard format == "sinergi-history-1" else {
            throw OperatorError("This version does not know the format \(format).")
        }
    }

    /// How many bodies the file holds; the others were not the exporter's to see.
    public var bodies: Int { links.count { $0.body_text != nil } }

    /// - Parameter known: A head that the verifier has from elsewhere, in hexadecimal; it must be one of the chain's links.
    /// - Returns: The first entry that does not fit; `nil` for a whole chain.
    public func verify(known: String? = nil) -> Break? {
        var previous: [UInt8] = []
        var next = 1
        for link in links {
            guard link.number == next else { return Break(number: next, reason: "missing") }
            guard let commitment = Self.bytes(link.commitment),
                Self.link(link, after: previous, commitment) == link.link
            else { return Break(number: link.number, reason: "link") }
            if let text = link.body_text {
                guard let salt = link.salt.flatMap(Self.bytes) else { return Break(number: next, reason: "body") }
                guard Self.sha256(salt + Array(text.utf8)) == commitment else {
                    return Break(number: link.number, reason: "body")
                }
            }
            previous = Self.bytes(link.link) ?? []
            next += 1
        }
        guard count == next - 1, head == links.last?.link else { return Break(number: next, reason: "head") }
        for kept in kept_heads.sorted(by: { $0.number < $1.number })
        where !links.contains(where: { $0.number == kept.number && $0.link == kept.head }) {
            return Break(number: kept.number, reason: "kept")
        }
        if let known, !links.contains(where: { $0.link == known.lowercased() }) {
            return Break(number: next, reason: "kept")
        }
        return nil
    }

    private static func link(_ link: Link, after previous: [UInt8], _ commitment: [UInt8]) -> String {
        var bytes = previous
        bytes += bigEndian(Int64(link.number))
        bytes += bigEndian(Int32(truncatingIfNeeded: link.agency_number))
        bytes += bigEndian(Int64(link.at_microseconds))
        bytes += Array(link.kind.utf8) + commitment
        return sha256(bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    private static func bytes(_ hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
