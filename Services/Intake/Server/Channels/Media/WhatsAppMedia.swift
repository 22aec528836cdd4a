import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ServiceKit

/// Files of the WhatsApp Cloud API: the id leads to an address that is good for five minutes, and that to the bytes; both
/// are asked for with the account's token.
struct WhatsAppMedia: Sendable {
    /// Why there are no bytes.
    enum Failure: Error, Equatable {
        /// The provider has it no more, or never had.
        case gone
        /// Worth another try: an outage, a limit, a token that somebody must renew.
        case later(String)
        /// Never: what it answers makes no sense.
        case refused(String)
    }

    struct Found: Sendable {
        let url: String
        /// Bytes; `nil` where the provider does not say.
        let size: Int?
    }

    let http: HTTPClient
    /// `https://graph.facebook.com/v21.0`, without a slash at its end.
    let api: String
    let token: String

    func find(_ reference: String) async throws -> Found {
        guard (1...200).contains(reference.utf8.count),
            reference.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x5F
                    || $0 == 0x2E
            }), reference.contains(where: { $0 != "." })
        else { throw Failure.refused("reference") }
        let response = try await get("\(api)/\(reference)")
        let body = try await response.body.collect(upTo: 65_536)
        guard let answer = try? JSONParser.parse(Array(body.readableBytesView)), let url = answer["url"]?.string,
            mayCarryToken(url)
        else { throw Failure.refused("answer") }
        return Found(url: url, size: answer["file_size"]?.number.flatMap { Int(exactly: $0) })
    }

    func bytes(of found: Found) async throws -> HTTPClientResponse.Body { try await get(found.url).body }

    private func get(_ url: String) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "User-Agent", value: "Sinergi")
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: .seconds(60))
        } catch {
            // The error's type is enough to act on; its text could repeat the address.
            throw Failure.later("\(type(of: error))")
        }
        switch response.status.code {
        case 200: return response
        case 400, 404, 410: throw Failure.gone
        default: throw Failure.later("status \(response.status.code)")
        }
    }

    /// The token goes by TLS, or to the very place that is configured.
    private func mayCarryToken(_ url: String) -> Bool {
        guard let target = URLComponents(string: url), let own = URLComponents(string: api) else { return false }
        return target.scheme == "https"
            || (target.scheme == own.scheme && target.host == own.host && target.port == own.port)
    }
}
