private import Crypto

/// Comparisons that take as long for a near miss as for a wild guess.
public enum ConstantTime {
    /// Whether two secrets are equal. Their lengths are no secret.
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether two secret texts are equal, byte for byte.
    public static func equal(_ left: String, _ right: String) -> Bool {
        equal(Array(left.utf8), Array(right.utf8))
    }
}

/// Bytes that nobody can guess.
public enum RandomBytes {
    public static func make(count: Int) -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }

    /// Random bytes as base64url without padding.
    public static func base64URL(count: Int) -> String { Base64URL.text(make(count: count)) }
}
