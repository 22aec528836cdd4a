private import HTTPTypes
public import Hummingbird
private import NIOCore
public import Tenancy

/// Answers with a file's bytes, streamed, so that no browser can take it for a page or a program.
public enum MediaDownload {
    /// - Parameter thumbnail: The small picture instead of the file.
    /// - Returns: `nil` where there is nothing to show: not checked yet, refused, or no picture.
    public static func response(
        _ item: MediaItem, thumbnail: Bool, store: MediaStore, in scope: AgencyScope
    ) -> Response? {
        guard item.state == .ready, let content = thumbnail ? item.thumbnail : item.content, let type = item.type,
            let size = thumbnail ? item.thumbnailSize : item.size
        else { return nil }
        let shown = thumbnail ? MediaType.jpeg : type
        var headers = HTTPFields()
        headers[.contentType] = shown.rawValue
        headers[.contentDisposition] = disposition(item.name, inline: shown.isPicture)
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        headers[.cacheControl] = "private, no-store"
        if let name = HTTPField.Name("Cross-Origin-Resource-Policy") { headers[name] = "same-origin" }
        let agency = item.agency
        let body = ResponseBody(contentLength: size) { writer in
            var number = 0
            while let piece = try await store.chunk(number, of: content, agency: agency, in: scope) {
                try await writer.write(ByteBuffer(bytes: piece))
                number += 1
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// RFC 6266: a plain name for old clients, the true one in UTF-8.
    private static func disposition(_ name: String, inline: Bool) -> String {
        let plain = String(
            decoding: name.utf8.map {
                (0x30...0x39).contains($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x2E ? $0 : 0x5F
            },
            as: UTF8.self)
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var encoded = ""
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x2D, 0x5F:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded.append("%")
                encoded.unicodeScalars.append(digits[Int(byte >> 4)])
                encoded.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return "\(inline ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    }
}
