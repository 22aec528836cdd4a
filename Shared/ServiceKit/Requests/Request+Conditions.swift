public import Foundation
import HTTPTypes
public import Hummingbird

/// The entity tag of an object with a version number.
public enum EntityTag {
    /// `"v12"`.
    public static func text(version: Int) -> String { "\"v\(version)\"" }
}

extension Request {
    /// The version that the caller read, from `If-Match`; `nil` without the header or with `*`: no check.
    ///
    /// A tag that is none of ours gives -1, a version that no object has, so it fails as `changed_meanwhile`.
    public var expectedVersion: Int? {
        guard let header = headers[.ifMatch] else { return nil }
        let tag = header.filter { $0 != " " }
        if tag == "*" { return nil }
        // Several tags would mean several acceptable versions; only a single one can be ours.
        guard tag.hasPrefix("\"v"), tag.hasSuffix("\""), tag.utf8.count > 3 else { return -1 }
        return Int(tag.dropFirst(2).dropLast()) ?? -1
    }

    /// As `expectedVersion` where the header is obligatory (PUT and PATCH).
    /// - Throws: 428 `if_match_required`.
    public func requiredVersion() throws(Problem) -> Int? {
        guard headers[.ifMatch] != nil else { throw .ifMatchRequired }
        return expectedVersion
    }

    /// Whether the caller holds this very representation already, by `If-None-Match`: answer 304 then.
    public func alreadyHas(_ tag: String) -> Bool {
        guard let header = headers[.ifNoneMatch] else { return false }
        return header.split(separator: ",").contains { part in
            let candidate = part.filter { $0 != " " }
            return candidate == "*" || candidate == tag || candidate == "W/" + tag
        }
    }

    /// The key under which a repeat of this request gets the first answer again.
    /// - Parameter anonymous: Callers without token must send a UUID, so that no one meets another's key by chance.
    /// - Throws: 400 `malformed_request`.
    public func idempotencyKey(anonymous: Bool = false) throws(Problem) -> String? {
        guard let key = headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem.malformedRequest.explained(
                id: "Idempotency-Key harus 1 sampai 255 huruf ASCII tanpa spasi.",
                en: "Idempotency-Key must be 1 to 255 visible ASCII characters.")
        }
        guard !anonymous || UUID(uuidString: key) != nil else {
            throw Problem.malformedRequest.explained(
                id: "Tanpa token, Idempotency-Key harus sebuah UUID.",
                en: "Without a token, Idempotency-Key must be a UUID.")
        }
        return key
    }

    /// The secret behind `Authorization: Bearer`, whatever it is; `nil` without the header.
    /// - Throws: 401 `invalid_token` when the header is there but of another shape.
    public func bearer() throws(Problem) -> String? {
        guard let header = headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw .invalidToken }
        let secret = parts[1].filter { $0 != " " }
        guard !secret.isEmpty else { throw .invalidToken }
        return secret
    }

    /// A query parameter, decoded; `nil` when it is absent or empty.
    public func query(_ name: String) -> String? {
        guard let value = uri.queryParameters[name[...]], !value.isEmpty else { return nil }
        return String(value).replacing("+", with: " ")
    }

    /// An id in the path.
    /// - Throws: 404 when it is no UUID: nothing can be there.
    public func pathID(_ name: String, _ context: AppContext) throws(Problem) -> UUID {
        guard let text = context.parameters.get(name), let id = UUID(uuidString: text) else { throw .notFound }
        return id
    }
}
