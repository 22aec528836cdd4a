import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A short message for a telephone, by SMS or WhatsApp.
struct ShortMessage: Sendable, Hashable {
    /// International form, `+628115550123`.
    var to: String
    var channel: Channel
    var text: String
    var trackingCode: String
    var event: String
    /// The same for every attempt; the gateway's idempotency key.
    var reference: String
}

/// The message gateway: `POST <base>/messages` with an idempotency key, so that a repeat is not sent twice.
struct Gateway: Sendable {
    private let address: String
    private let client: HTTPClient

    /// - Parameter url: The gateway's base, without a slash at its end.
    init(url: String, client: HTTPClient) {
        address = url + "/messages"
        self.client = client
    }

    func send(_ message: ShortMessage) async -> Outcome {
        do {
            var request = HTTPClientRequest(url: address)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.headers.add(name: "Idempotency-Key", value: message.reference)
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(Body(message))))
            let response = try await client.execute(request, timeout: .seconds(10))
            // Read to its end, or the connection cannot be used again.
            _ = try? await response.body.collect(upTo: 65_536)
            return Self.outcome(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"))
        } catch {
            // No answer. A repeat does no harm here, for the gateway knows the key. The error's type is enough to act on;
            // its text could repeat what was sent.
            return .unavailable("gateway: \(type(of: error))")
        }
    }

    /// What a status means: refused is only what the gateway says about this message, never about us or itself.
    static func outcome(status: Int, retryAfter: String?) -> Outcome {
        let wait = retryAfter.flatMap { Int($0) }.map { Duration.seconds(min(max($0, 0), 3600)) }
        switch status {
        case 200..<300: return .accepted
        case 400, 410, 413, 415, 422: return .refused("gateway: HTTP \(status)")
        default: return .failed("gateway: HTTP \(status)", wait: wait)
        }
    }

    private struct Body: Encodable {
        let to: String
        let channel: String
        let text: String
        let reference: String
        let trackingCode: String
        let event: String

        init(_ message: ShortMessage) {
            to = message.to
            channel = message.channel.rawValue
            text = message.text
            reference = message.reference
            trackingCode = message.trackingCode
            event = message.event
        }

        enum CodingKeys: String, CodingKey {
            case to, channel, text, reference, event
            case trackingCode = "tracking_code"
        }
    }
}
