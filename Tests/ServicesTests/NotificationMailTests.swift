import Foundation
import SinergiCore
import Testing

@testable import NotificationServer

@Suite("Mail")
struct NotificationMailTests {
    private static func mail(
        subject: String = "Laporan PPU-7K3M9-QXA2T-8 diterima", body: String = "Halo.", name: String = "Kab. PPU",
        code: String = "PPU-7K3M9-QXA2T-8", event: String = "received"
    ) throws -> MailMessage {
        MailMessage(
            fromName: name, from: try #require(MailAddress("noreply@sinergi.test")),
            to: try #require(MailAddress("sari@contoh.id")), subject: subject, body: body,
            reference: "0193-abc.1f2e3d", trackingCode: code, event: event, language: .id,
            date: Date(timeIntervalSince1970: 1_795_490_100))
    }

    private static func parts(_ mail: MailMessage) throws -> (headers: [String], body: String) {
        let text = String(decoding: mail.wire, as: UTF8.self)
        let cut = try #require(text.range(of: "\r\n\r\n"))
        return (
            text[..<cut.lowerBound].replacing("\r\n ", with: " ").components(separatedBy: "\r\n"),
            String(text[cut.upperBound...])
        )
    }

    @Test("carries the contract's headers")
    func headers() throws {
        let (headers, body) = try Self.parts(Self.mail())
        #expect(headers.contains("Message-ID: <0193-abc.1f2e3d@sinergi.test>"))
        #expect(headers.contains("X-Sinergi-Tracking-Code: PPU-7K3M9-QXA2T-8"))
        #expect(headers.contains("X-Sinergi-Event: received"))
        #expect(headers.contains("To: <sari@contoh.id>"))
        #expect(headers.contains("From: Kab PPU <noreply@sinergi.test>"))
        #expect(headers.contains("Date: Tue, 24 Nov 2026 03:15:00 +0000"))
        #expect(headers.contains("MIME-Version: 1.0"))
        #expect(body == "Halo.\r\n")
    }

    @Test("is the same, byte by byte, when it is composed again")
    func stable() throws {
        #expect(try Self.mail().wire == Self.mail().wire)
    }

    @Test(
        "no text can begin a header",
        arguments: ["\r\nBcc: x@evil.test", "\nBcc: x@evil.test", "a\u{2028}Bcc: b", "\u{0}\u{B}"])
    func injection(_ text: String) throws {
        let mail = try Self.mail(
            subject: "Judul" + text, body: text + "\r\nBcc: y@evil.test", name: "PPU" + text, code: "PPU" + text,
            event: "received" + text)
        let (headers, _) = try Self.parts(mail)
        #expect(headers.count == 12)
        #expect(!headers.contains { $0.hasPrefix("Bcc") })
        #expect(!String(decoding: mail.wire, as: UTF8.self).unicodeScalars.contains("\u{0}"))
    }

    @Test(
        "subjects outside ASCII are encoded words of at most 75 characters",
        arguments: ["Terima kasih – “selesai” 😀", String(repeating: "ü", count: 150)])
    func subjects(_ subject: String) throws {
        let text = String(decoding: try Self.mail(subject: subject).wire, as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n")
        let first = try #require(lines.firstIndex { $0.hasPrefix("Subject: ") })
        let folded =
            [lines[first].dropFirst("Subject: ".count)]
            + lines[(first + 1)...].prefix { $0.hasPrefix(" ") }.map { $0.dropFirst(1) }
        let decoded = try folded.map { word in
            #expect(word.count <= 75 && word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?="))
            return String(
                decoding: try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2)))), as: UTF8.self)
        }
        #expect(decoded.joined() == subject)
    }

    @Test(
        "texts pass quoted-printable and come back",
        arguments: [
            "satu\ndua", ".awal titik\n..dua", "akhir spasi \nakhir tab\t", String(repeating: "panjang ", count: 40),
            String(repeating: "é", count: 100), "a=b", "", "\n\n", "From sini",
        ])
    func bodies(_ body: String) throws {
        let encoded = QuotedPrintable.encoded(body)
        for line in encoded.components(separatedBy: "\r\n") {
            #expect(
                line.utf8.count <= 76 && !line.hasPrefix(".") && !line.hasSuffix(" ")
                    && line.utf8.allSatisfy { $0 < 0x80 })
        }
        var bytes: [UInt8] = []
        var rest = Array(encoded.replacing("=\r\n", with: "").replacing("\r\n", with: "\n").utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "=") {
                bytes.append(try #require(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        let decoded = String(decoding: bytes, as: UTF8.self)
        #expect(decoded == (body.isEmpty || body.hasSuffix("\n") ? body : body + "\n"))
    }

    @Test("addresses are one plain address or nothing")
    func addresses() {
        for good in ["sari@contoh.id", "a.b+c@sub.contoh.co.id", "x@localhost", "o'neil@contoh.id"] {
            #expect(MailAddress(good)?.text == good)
        }
        for bad in [
            "", "sari", "@contoh.id", "sari@", "a@b@c", "sari@contoh.id\r\nBcc: x@y.z", "a b@contoh.id", "<a@b.c>",
            "a@-b.c",
            "a..b@c.d", ".a@c.d", "a@c..d", "a,b@c.d", "sari@contoh.id ", "ü@contoh.id",
            String(repeating: "a", count: 65) + "@c.d",
        ] {
            #expect(MailAddress(bad) == nil, "\(bad)")
        }
    }

    @Test("servers are told from other addresses, and a password demands TLS")
    func servers() throws {
        let plain = try #require(SMTPServer("smtp://127.0.0.1:2525", domain: "sinergi.test"))
        #expect(plain.url == "smtp://127.0.0.1:2525/sinergi.test")
        #expect(plain.protection == .offered)
        let secret = try #require(SMTPServer("smtp://me:p%40ss@mail.test:587", domain: "sinergi.test"))
        #expect(secret.url == "smtp://mail.test:587/sinergi.test")
        #expect(secret.user == "me" && secret.password == "p@ss" && secret.protection == .required)
        #expect(SMTPServer("smtps://mail.test", domain: "x")?.protection == .required)
        #expect(SMTPServer("http://mail.test", domain: "x") == nil)
        #expect(SMTPServer("mail.test", domain: "x") == nil)
    }

    @Test("what servers say is kept without the address")
    func hiding() {
        let outcome = Outcome.refused("550 <sari@contoh.id>\r\nunknown").hiding("sari@contoh.id")
        #expect(outcome == .refused("550 <<address>>unknown"))
    }
}
