private import Foundation

/// Base 64 with `-` and `_` and no padding (RFC 4648 §5).
public enum Base64URL {
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        let standard = Data(Array(bytes)).base64EncodedString()
        return standard.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// `nil` for text that is not base64url.
    public static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") }) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let standard = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        return Data(base64Encoded: standard).map { Array($0) }
    }
}
