import Crypto

/// SHA-256, for recognising what was sent before.
enum Fingerprint {
    static func bytes(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// 64 hexadecimal digits.
    static func text(_ text: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = bytes(Array(text.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
