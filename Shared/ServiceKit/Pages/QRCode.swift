import CQRencode

/// A QR code as SVG that needs no network and prints sharply at any size.
public enum QRCode {
    /// - Parameters:
    ///   - text: At most some 300 bytes; `nil` when it does not fit a code.
    ///   - label: What it is, for who cannot see it; without characters that XML would need escaped.
    public static func svg(_ text: String, label: String = "QR") -> String? {
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let modules = code.pointee.data else { return nil }
        // One path for all dark modules; the standard asks for a margin of four.
        var path = ""
        for y in 0..<width {
            for x in 0..<width where modules[y * width + x] & 1 == 1 {
                path += "M\(x + 4) \(y + 4)h1v1h-1z"
            }
        }
        let size = width + 8
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" width="180" height="180" role="img" \
            aria-label="\(label)"><path fill="#fff" d="M0 0h\(size)v\(size)H0z"/><path d="\(path)"/></svg>
            """
    }
}
