private import Foundation
public import ServiceKit

extension MediaItem {
    /// What everybody who may see the file is told of it.
    /// - Parameter base: Address of the list that the file stands in, relative to the agency's base address.
    public func view(base: String) -> JSONObject {
        var view = JSONObject()
        view["attachment_id"] = .string(id.uuidString.lowercased())
        view["name"] = .string(name)
        view["state"] = .string(state.rawValue)
        view["reason"] = reason.map(JSONValue.string) ?? .null
        view["type"] = type.map { .string($0.rawValue) } ?? .null
        view["size"] = .integer(size ?? declaredSize)
        view["received"] = .integer(received)
        view["width"] = width.map(JSONValue.integer) ?? .null
        view["height"] = height.map(JSONValue.integer) ?? .null
        view["created_at"] = .string(Timestamp.text(createdAt))
        let own = "\(base)/\(id.uuidString.lowercased())"
        view["content_url"] = state == .ready ? .string("\(own)/content") : .null
        view["thumbnail_url"] = state == .ready && thumbnail != nil ? .string("\(own)/thumbnail") : .null
        return view
    }

    /// What officers are told besides: where and when it was taken, and by what it is known again.
    public func officerView(base: String) -> JSONObject {
        var view = view(base: base)
        view["added_by"] = .string(addedBy)
        view["captured_at"] = capturedAt.map(JSONValue.string) ?? .null
        view["captured_lat"] = capturedLatitude.map(JSONValue.number) ?? .null
        view["captured_long"] = capturedLongitude.map(JSONValue.number) ?? .null
        view["perceptual_hash"] =
            perceptualHash.map { hash in
                let digits = String(UInt64(bitPattern: Int64(hash)), radix: 16)
                return .string(String(repeating: "0", count: 16 - digits.count) + digits)
            } ?? .null
        view["sent_sha256"] = originalSHA256.map { .string(Hex.text($0)) } ?? .null
        return view
    }
}
