import Crypto
import Foundation
import Identity
import SinergiCore
import Testing

@Suite("Secrets")
struct IdentitySecretTests {
    @Test("a password is known by its hash, and every hash has its own salt")
    func passwords() async throws {
        let hash = try await Passwords.hash("kunci rahasia")
        #expect(hash.hasPrefix("scrypt$14$8$5$"))
        #expect(await Passwords.verify("kunci rahasia", against: hash))
        #expect(await !Passwords.verify("kunci Rahasia", against: hash))
        #expect(try await Passwords.hash("kunci rahasia") != hash)
    }

    @Test(
        "no hash, or a broken one, lets nobody in",
        arguments: [nil, "", "scrypt$14$8$5$x", "plain", "scrypt$30$8$5$AAAA$AAAA"])
    func brokenHashes(_ hash: String?) async {
        #expect(await !Passwords.verify("", against: hash))
    }

    @Test("what is sealed to an agency is opened by its key, about the same thing only")
    func sealed() throws {
        let keys = AgencyKeys.generate(agency: "PPU")
        let other = AgencyKeys.generate(agency: "KUKAR")
        let text = Array("Nama: Sari, telepon +62 812".utf8)
        let sealed = try Sealer.seal(text, to: try keys.sealingPublic(), about: "01")
        #expect(try Sealer.open(sealed, with: keys.sealingPrivate, about: "01") == text)
        #expect(try Sealer.seal(text, to: try keys.sealingPublic(), about: "01") != sealed)
        #expect(throws: Sealer.Failure.cannotOpen) { try Sealer.open(sealed, with: other.sealingPrivate, about: "01") }
        #expect(throws: Sealer.Failure.cannotOpen) { try Sealer.open(sealed, with: keys.sealingPrivate, about: "02") }
        for place in [0, 1, 40, sealed.count - 1] {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: Sealer.Failure.cannotOpen) {
                try Sealer.open(changed, with: keys.sealingPrivate, about: "01")
            }
        }
        #expect(throws: Sealer.Failure.cannotOpen) { try Sealer.open([1, 2], with: keys.sealingPrivate) }
        #expect(throws: Sealer.Failure.badKey) { try Sealer.seal(text, to: [1, 2, 3]) }
    }

    @Test("code and access key derive from everything that makes a request the same")
    func door() throws {
        let key = try DoorKey(bytes: Array(repeating: 7, count: 32))
        func door(
            _ agency: String = "PPU", _ client: String = "", _ idempotency: String? = "k1", _ body: String = "{}",
            of key: DoorKey
        ) -> Door {
            key.door(agency: agency, client: client, idempotencyKey: idempotency, body: Array(body.utf8))
        }
        let first = door(of: key)
        #expect(door(of: key) == first)
        #expect(first.bits < 1 << 60)
        #expect(first.accessKey.count == 43)
        #expect(
            first.accessKey.utf8.allSatisfy {
                Character(UnicodeScalar($0)).isLetter || Character(UnicodeScalar($0)).isNumber || $0 == 45 || $0 == 95
            })
        let others = [
            door("KUKAR", of: key), door("PPU", "c", of: key), door("PPU", "", "k2", of: key),
            door("PPU", "", "k1", "[]", of: key),
            door("PP", "U", of: key), door(of: try DoorKey(bytes: Array(repeating: 8, count: 32))),
        ]
        #expect(Set(others + [first]).count == others.count + 1)
        #expect(Set((0..<50).map { _ in door("PPU", "", nil, of: key) }).count == 50)
        #expect(try TrackingCode(try TrackingCode(prefix: "PPU", bits: first.bits).text).bits == first.bits)
    }

    @Test("an access key is recognised by what was stored of it")
    func accessKeys() throws {
        let key = try DoorKey(bytes: Array(repeating: 7, count: 32))
        let door = key.door(agency: "PPU", client: "", idempotencyKey: nil, body: [])
        let stored = key.hash(accessKey: door.accessKey)
        #expect(stored.count == 32)
        #expect(key.matches(accessKey: door.accessKey, hash: stored))
        #expect(!key.matches(accessKey: door.accessKey + "A", hash: stored))
        #expect(throws: KeyError.tooShort) { try DoorKey(bytes: [1]) }
    }

    @Test("keys are written for their owner only and read back")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let keys = AgencyKeys.generate(agency: "PLN")
        try keys.write(to: folder)
        let read = try AgencyKeys(agency: "PLN", directory: folder)
        #expect(read.signingPEM.trimmingCharacters(in: .newlines) == keys.signingPEM.trimmingCharacters(in: .newlines))
        #expect(read.sealingPrivate == keys.sealingPrivate && read.door == keys.door)
        #expect(try read.signingKid() == keys.signingKid())
        let mode =
            try FileManager.default.attributesOfItem(atPath: folder.appending(path: "PLN.door.key").path)[
                .posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: KeyError.unreadable("PPU.signing.pem")) { try AgencyKeys(agency: "PPU", directory: folder) }
    }

    @Test("secrets are compared byte for byte")
    func comparison() {
        #expect(
            ConstantTime.equal("abc", "abc") && !ConstantTime.equal("abc", "abd") && !ConstantTime.equal("abc", "ab"))
        #expect(Base64URL.bytes(Base64URL.text([0xfb, 0xff, 0])) == [0xfb, 0xff, 0])
        #expect(Base64URL.bytes("+/==") == nil)
    }
}
