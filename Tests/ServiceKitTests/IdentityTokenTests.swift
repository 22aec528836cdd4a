import Crypto
import Foundation
import Identity
import SinergiCore
import Synchronization
import Testing

/// A time that tests move by hand.
final class HandClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_795_500_000))
    var now: Date { time.withLock { $0 } }
    func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
}

@Suite("Tokens")
struct IdentityTokenTests {
    let clock = HandClock()
    let ppu: TokenIssuer
    let kukar: TokenIssuer
    let verifier: TokenVerifier
    let keys: [AgencyKeys]

    init() throws {
        let keys = [AgencyKeys.generate(agency: "PPU"), AgencyKeys.generate(agency: "KUKAR")]
        let clock = clock
        ppu = try TokenIssuer(agency: "PPU", pem: keys[0].signingPEM, clock: { clock.now })
        kukar = try TokenIssuer(agency: "KUKAR", pem: keys[1].signingPEM, clock: { clock.now })
        let published = try keys.map {
            VerificationKey(kid: try $0.signingKid(), agency: $0.agency, publicKey: try $0.signingPublicPEM())
        }
        verifier = TokenVerifier(clock: { clock.now }, keys: { published })
        self.keys = keys
    }

    func officer(_ issuer: TokenIssuer, minutes: Int = 5) async throws -> String {
        try await issuer.officerToken(
            subject: "0198-1", name: "Rahmat Hidayat", office: "PPU/DLH", roles: [.liaison, .handler],
            expiresIn: .seconds(minutes * 60))
    }

    @Test("an officer's token tells who it is")
    func officer() async throws {
        let who = try await verifier.verify(try await officer(ppu), for: "PPU")
        #expect(who.subject == "0198-1")
        #expect(who.name == "Rahmat Hidayat")
        #expect(who.agency == "PPU")
        #expect(who.office == "PPU/DLH")
        #expect(who.roles == [.liaison, .handler])
        #expect(who.has(.accept) && !who.has(.recall) && !who.isService)
    }

    @Test("header and claims are those of the contract")
    func claims() async throws {
        let parts = try await officer(ppu).split(separator: ".").map(String.init)
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(Base64URL.bytes(parts[0]) ?? [])) as? [String: Any])
        let claims = try #require(
            try JSONSerialization.jsonObject(with: Data(Base64URL.bytes(parts[1]) ?? [])) as? [String: Any])
        #expect(header["alg"] as? String == "ES256")
        #expect(header["kid"] as? String == ppu.kid)
        #expect(
            Set(["iss", "sub", "aud", "agency", "office", "roles", "scope", "iat", "exp"]).isSubset(
                of: Set(claims.keys)))
        #expect((claims["exp"] as? Int ?? 0) - (claims["iat"] as? Int ?? 0) == 300)
    }

    @Test("a good signature of another agency is told from a bad one")
    func otherAgency() async throws {
        let token = try await officer(kukar)
        await #expect(throws: AuthenticationProblem.wrongAgency) { try await verifier.verify(token, for: "PPU") }
    }

    @Test("a token ends half a minute after its time, for clocks that differ")
    func expired() async throws {
        let token = try await officer(ppu)
        clock.advance(300 + 29)
        _ = try await verifier.verify(token, for: "PPU")
        clock.advance(2)
        await #expect(throws: AuthenticationProblem.expired) { try await verifier.verify(token, for: "PPU") }
    }

    @Test("a token from the future is refused")
    func future() async throws {
        clock.advance(60)
        let token = try await officer(ppu)
        clock.advance(-60)
        await #expect(throws: AuthenticationProblem.invalidToken) { try await verifier.verify(token, for: "PPU") }
    }

    @Test(
        "everything else is an invalid token",
        arguments: ["", "a.b.c", "e30.e30.", "x", "..", String(repeating: "A", count: 9000)])
    func malformed(_ text: String) async {
        await #expect(throws: AuthenticationProblem.invalidToken) { try await verifier.verify(text, for: "PPU") }
    }

    @Test("changed claims, a cut signature and another algorithm are invalid")
    func forged() async throws {
        let parts = try await officer(ppu).split(separator: ".").map(String.init)
        var claims = try #require(
            try JSONSerialization.jsonObject(with: Data(Base64URL.bytes(parts[1]) ?? [])) as? [String: Any])
        claims["roles"] = ["supervisor"]
        let changed = Base64URL.text(try JSONSerialization.data(withJSONObject: claims))
        let none = Base64URL.text(Array(#"{"alg":"none","kid":"\#(ppu.kid)"}"#.utf8))
        let symmetric = Base64URL.text(Array(#"{"alg":"HS256","kid":"\#(ppu.kid)"}"#.utf8))
        for token in [
            [parts[0], changed, parts[2]], [parts[0], parts[1], String(parts[2].dropLast(4))], [none, parts[1], ""],
            [symmetric, parts[1], parts[2]], [parts[0], parts[1], ""],
        ] {
            await #expect(throws: AuthenticationProblem.invalidToken) {
                try await verifier.verify(token.joined(separator: "."), for: "PPU")
            }
        }
    }

    @Test("a key speaks for its own agency only")
    func impersonation() async throws {
        // Kutai Kartanegara's key, but claims that name Penajam Paser Utara.
        let key = try P256.Signing.PrivateKey(pemRepresentation: keys[1].signingPEM)
        let header = Base64URL.text(Array(#"{"alg":"ES256","kid":"\#(kukar.kid)"}"#.utf8))
        let now = Int(clock.now.timeIntervalSince1970)
        for (agency, audience) in [("PPU", #""sinergi""#), ("KUKAR", "[]")] {
            let body = """
                {"iss":"sinergi:PPU","sub":"x","aud":\(audience),"agency":"\(agency)","office":null,"roles":["supervisor"],
                 "scope":"","iat":\(now),"exp":\(now + 60)}
                """
            let input = header + "." + Base64URL.text(Array(body.utf8))
            let signature = try key.signature(for: Data(input.utf8)).rawRepresentation
            await #expect(throws: AuthenticationProblem.invalidToken) {
                try await verifier.verify(input + "." + Base64URL.text(Array(signature)), for: "PPU")
            }
        }
    }

    @Test("services are known to each other, and their token is used again")
    func services() async throws {
        let token = try await ppu.serviceToken(name: "routing")
        #expect(try await ppu.serviceToken(name: "routing") == token)
        let who = try await verifier.verify(token, for: "PPU")
        #expect(who.isService && who.has(.deliver) && !who.has(.read))
        clock.advance(301)
        #expect(try await ppu.serviceToken(name: "routing") != token)
    }

    @Test("roles that newer code made are passed over")
    func unknownRoles() {
        #expect(["liaison", "astronaut"].compactMap(Role.init) == [.liaison])
    }

    @Test("unknown keys are looked up again after ten seconds, not before")
    func reload() async throws {
        let clock = clock
        let loads = Mutex(0)
        let shown = Mutex<[VerificationKey]>([])
        let key = VerificationKey(kid: ppu.kid, agency: "PPU", publicKey: try keys[0].signingPublicPEM())
        let verifier = TokenVerifier(clock: { clock.now }) {
            loads.withLock { $0 += 1 }
            return shown.withLock { $0 }
        }
        let token = try await officer(ppu)
        for _ in 0..<3 {
            await #expect(throws: AuthenticationProblem.invalidToken) { try await verifier.verify(token, for: "PPU") }
        }
        #expect(loads.withLock { $0 } == 1)
        shown.withLock { $0 = [key] }
        clock.advance(10)
        _ = try await verifier.verify(token, for: "PPU")
        _ = try await verifier.verify(token, for: "PPU")
        #expect(loads.withLock { $0 } == 2)
    }

    @Test("keys once read stay in use while the database is away; before that nothing can be said")
    func databaseAway() async throws {
        struct Away: Error {}
        let clock = clock
        let away = Mutex(true)
        let key = VerificationKey(kid: ppu.kid, agency: "PPU", publicKey: try keys[0].signingPublicPEM())
        let verifier = TokenVerifier(clock: { clock.now }) {
            if away.withLock({ $0 }) { throw Away() }
            return [key]
        }
        let token = try await officer(ppu, minutes: 60)
        await #expect(throws: AuthenticationProblem.unavailable) { try await verifier.verify(token, for: "PPU") }
        away.withLock { $0 = false }
        _ = try await verifier.verify(token, for: "PPU")
        away.withLock { $0 = true }
        clock.advance(600)
        _ = try await verifier.verify(token, for: "PPU")
    }

    @Test("a session's cookie is no bearer token, nor the other way round")
    func sessions() async throws {
        let who = Principal(subject: "1", name: "Siti", agency: "PPU", office: "PPU", roles: [.triage])
        let session = try await ppu.session(for: who, expiresIn: .seconds(3600))
        let read = try await verifier.session(session.cookie, for: "PPU")
        #expect(read.principal == who)
        #expect(read.accepts(csrfToken: session.csrfToken))
        #expect(
            !read.accepts(csrfToken: nil) && !read.accepts(csrfToken: "")
                && !read.accepts(csrfToken: session.csrfToken + "x"))
        await #expect(throws: AuthenticationProblem.invalidToken) {
            try await verifier.verify(session.cookie, for: "PPU")
        }
        let bearer = try await officer(ppu)
        await #expect(throws: AuthenticationProblem.invalidToken) { try await verifier.session(bearer, for: "PPU") }
    }

    @Test("cookies are HttpOnly and SameSite, and bound to the host where TLS is")
    func cookies() {
        let plain = Session.Cookies.header(
            name: Session.Cookies.name(secure: false), value: "v", path: "/KALTIM", secure: false)
        #expect(plain == "sinergi-session=v; Path=/KALTIM; HttpOnly; SameSite=Lax")
        let secure = Session.Cookies.header(
            name: Session.Cookies.name(secure: true), value: "", path: "/KALTIM", secure: true, maxAge: 0)
        #expect(secure == "__Host-sinergi-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0")
    }
}
