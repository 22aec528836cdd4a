import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import NIOCore
import SinergiCore
import Testing

@testable import ServiceKit

@Suite("Callers")
struct AuthenticationTests {
    private let own = P256.Signing.PrivateKey()
    private let other = P256.Signing.PrivateKey()

    private func token(
        _ key: P256.Signing.PrivateKey, agency: String, roles: Set<Role>, expiresIn duration: Duration = .seconds(60)
    ) async throws -> String {
        try await TokenIssuer(agency: agency, pem: key.pemRepresentation)
            .officerToken(subject: "o1", name: "Siti", office: agency, roles: roles, expiresIn: duration)
    }

    private func service() throws -> TestService {
        let keys = [(own, "PPU"), (other, "KUKAR")]
        let known = try keys.map { key, agency in
            VerificationKey(
                kid: try TokenIssuer(agency: agency, pem: key.pemRepresentation).kid, agency: agency,
                publicKey: key.publicKey.pemRepresentation)
        }
        let verifier = TokenVerifier { known }
        var service = TestService(changes: ["HTTP_RATE_PRINCIPAL": "5"])
        service.more = { router in
            router.get("/v1/secret") { request, context in
                let who = try await context.authenticate(request, verifier)
                try who.require(.accept)
                return who.subject
            }
            router.get("/v1/either") { request, context in
                try await context.authenticateIfPresent(request, verifier)?.subject ?? "stranger"
            }
        }
        return service
    }

    @Test("each fault of a token has its own answer")
    func faults() async throws {
        let good = try await token(own, agency: "PPU", roles: [.liaison])
        let cases: [(String?, Int, String?)] = [
            (nil, 401, "invalid_token"), ("Basic eDp5", 401, "invalid_token"), ("Bearer x.y.z", 401, "invalid_token"),
            ("Bearer " + good.dropLast(4) + "AAAA", 401, "invalid_token"),
            (
                "Bearer " + (try await token(own, agency: "PPU", roles: [.liaison], expiresIn: .seconds(-90))), 401,
                "token_expired"
            ),
            ("Bearer " + (try await token(other, agency: "KUKAR", roles: [.liaison])), 403, "wrong_agency"),
            ("Bearer " + (try await token(own, agency: "PPU", roles: [.auditor])), 403, "insufficient_role"),
            ("bearer " + good, 200, nil),
        ]
        try await service().test { client in
            for (header, status, code) in cases {
                var headers = HTTPFields()
                headers[.authorization] = header
                let response = try await client.executeRequest(
                    uri: "/v1/secret", method: .get, headers: headers, body: nil)
                #expect(response.status.code == status)
                if status == 401 { #expect(response.headers[.wwwAuthenticate] == "Bearer") }
                if let code { #expect(try response.json["type"]?.string == "urn:sinergi:problem:" + code) }
            }
            let stranger = try await client.executeRequest(uri: "/v1/either", method: .get, headers: [:], body: nil)
            #expect(stranger.text == "stranger")
            let bad = try await client.executeRequest(
                uri: "/v1/either", method: .get, headers: [.authorization: "Bearer x"], body: nil)
            #expect(bad.status == .unauthorized)
        }
    }

    @Test("one officer has a limit of their own")
    func principalLimit() async throws {
        let header = "Bearer " + (try await token(own, agency: "PPU", roles: [.liaison]))
        try await service().test { client in
            for place in 1...6 {
                let response = try await client.executeRequest(
                    uri: "/v1/secret", method: .get, headers: [.authorization: header], body: nil)
                #expect(response.status.code == (place <= 5 ? 200 : 429))
            }
        }
    }

    @Test("readiness gives up before whoever probes does")
    func readiness() async {
        let readiness = Readiness()
        #expect(await !readiness.check().isReady)
        readiness.open {
            try await Task.sleep(for: .seconds(600))
            return nil
        }
        #expect(await readiness.check().reason == "no answer within a second")
        readiness.open { nil }
        #expect(await readiness.check().isReady)
    }
}
