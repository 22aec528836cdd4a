import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import SinergiCore

/// Lets the simulator send as a telephone would: messages go to the agency's webhook in the shape and with the
/// signature of the real provider.
///
/// It reads its settings each time, so that the demo can be prepared while it runs: a JSON file of
/// `{"PPU": {"url": "http://127.0.0.1:8081", "secret": "…"}}`.
struct InboundMessages: Sendable {
    struct Agency: Decodable, Sendable {
        /// Base address of its intake.
        let url: String
        let secret: String
        /// With which files are fetched.
        let access: String?
    }

    /// What somebody types into the page, or posts to `/inbound`.
    struct Order: Decodable, Sendable {
        /// `whatsapp` or `sms`.
        let channel: String
        /// International form.
        let from: String
        let text: String?
        let lat: Double?
        let long: Double?
        /// The same id twice is the same message twice.
        let id: String?
        /// `PPU` where it is missing.
        let agency: String?
        /// A file that was put into the simulator, and its kind: `image`, `audio`, `video`, `document`.
        var mediaID: String?
        var mediaType: String?

        private enum CodingKeys: String, CodingKey {
            case channel, from, text, lat, long, id, agency
            case mediaID = "media_id"
            case mediaType = "media_type"
        }
    }

    /// What the webhook answered.
    struct Answer: Encodable, Sendable {
        let id: String
        let status: Int
        let body: String
    }

    let settings: URL

    /// What callers of the provider's API must bear; one for the whole demo.
    var accessToken: String? {
        let agencies = try? JSONDecoder().decode([String: Agency].self, from: Data(contentsOf: settings))
        return agencies?.values.compactMap(\.access).first
    }

    func send(_ order: Order) async throws -> Answer {
        let agencies = try JSONDecoder().decode([String: Agency].self, from: try Data(contentsOf: settings))
        guard let agency = agencies[order.agency ?? "PPU"] else { throw OperatorError("No such agency in the demo") }
        let id = order.id ?? "\(order.channel)-\(UUID.v7().text)"
        let isWhatsApp = order.channel == "whatsapp"
        let body = try JSONSerialization.data(
            withJSONObject: isWhatsApp ? Self.whatsapp(order, id) : Self.sms(order, id),
            options: [.sortedKeys, .withoutEscapingSlashes])
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(agency.secret.utf8)))
        let digits = Array("0123456789abcdef".utf8)
        let hex = String(decoding: code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        var request = HTTPClientRequest(url: "\(agency.url)/v1/channels/\(isWhatsApp ? "whatsapp" : "sms")")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: isWhatsApp ? "X-Hub-Signature-256" : "X-Signature", value: "sha256=" + hex)
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let text = try await response.body.collect(upTo: 65_536)
        return Answer(id: id, status: Int(response.status.code), body: String(buffer: text))
    }

    private static func whatsapp(_ order: Order, _ id: String) -> [String: Any] {
        let from = order.from.filter(\.isNumber)
        var message: [String: Any] = [
            "from": from, "id": id, "timestamp": String(Int(Date().timeIntervalSince1970)),
        ]
        if let lat = order.lat, let long = order.long {
            message["type"] = "location"
            message["location"] = ["latitude": lat, "longitude": long]
        } else if let media = order.mediaID {
            let type = order.mediaType ?? "image"
            message["type"] = type
            message[type] = ["id": media, "caption": order.text].compactMapValues { $0 }
        } else {
            message["type"] = "text"
            message["text"] = ["body": order.text ?? ""]
        }
        let value: [String: Any] = [
            "messaging_product": "whatsapp", "contacts": [["wa_id": from, "profile": ["name": "Warga"]]],
            "messages": [message],
        ]
        return [
            "object": "whatsapp_business_account",
            "entry": [["id": "demo", "changes": [["field": "messages", "value": value]]]],
        ]
    }

    private static func sms(_ order: Order, _ id: String) -> [String: Any] {
        ["id": id, "from": order.from, "text": order.text ?? ""]
    }
}
