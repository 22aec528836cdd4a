import Foundation
import Testing

@testable import Media

@Suite("Files by content")
struct MediaTypeTests {
    @Test(
        "the type is in the bytes",
        arguments: [
            ("\u{FF}\u{D8}\u{FF}\u{E0}", MediaType.jpeg), ("%PDF-1.7\n", .pdf), ("RIFF....WEBPVP8 ", .webp),
            ("RIFF....WAVEfmt ", .wav), ("....ftypheic....", .heic), ("....ftypisom....", .mp4),
            ("....ftyp3gp5....", .threeGP),
            ("....ftypM4A ....", .m4a), ("ID3\u{03}", .mp3), ("#!AMR\n", .amr),
        ])
    func known(beginning: String, type: MediaType) {
        let bytes = beginning.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 0, count: 40)
        #expect(MediaType(beginning: bytes) == type)
    }

    @Test(
        "programs, pages and archives are nothing that is kept",
        arguments: [
            "MZ\u{90}", "\u{7F}ELF", "PK\u{03}\u{04}", "<!DOCTYPE html>", "<svg xmlns=", "#!/bin/sh\n", "GIF89a",
            "OggS",
        ])
    func unknown(beginning: String) {
        let bytes = beginning.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 0, count: 40)
        #expect(MediaType(beginning: bytes) == nil)
    }

    @Test(
        "names lose paths, direction marks and control characters",
        arguments: [
            ("../../etc/passwd", "passwd"), ("C:\\foto\\a.jpg", "a.jpg"), ("foto\u{202E}gpj.exe", "fotogpj.exe"),
            ("a\r\nb\".jpg", "ab.jpg"), ("...", "berkas"), ("", "berkas"), (".htaccess", "htaccess"),
        ])
    func names(given: String, kept: String) {
        #expect(NewMedia.clean(given) == kept)
    }

    @Test("a film with something behind it is two files")
    func films() {
        func box(_ name: String, _ payload: Int) -> [UInt8] {
            let size = UInt32(payload + 8)
            return withUnsafeBytes(of: size.bigEndian) { Array($0) } + Array(name.utf8)
                + [UInt8](repeating: 7, count: payload)
        }
        let film = box("ftyp", 16) + box("moov", 300) + box("mdat", 5000)
        func whole(_ bytes: [UInt8], in pieces: Int) -> Bool {
            var structure = FileStructure(type: .mp4)
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                structure.feed(Array(bytes[start..<min(start + pieces, bytes.count)]))
            }
            return structure.isWhole
        }
        for pieces in [1, 7, 4096] {
            #expect(whole(film, in: pieces))
            #expect(!whole(film + Array("PK\u{03}\u{04}archive".utf8), in: pieces))
            #expect(!whole(film.dropLast(10), in: pieces))
        }
    }

    @Test("a document ends with its mark")
    func documents() {
        var good = FileStructure(type: .pdf)
        good.feed(Array("%PDF-1.4\n…\n%%EOF\n".utf8))
        #expect(good.isWhole)
        var bad = FileStructure(type: .pdf)
        bad.feed(Array("%PDF-1.4\n%%EOF\nPK\u{03}\u{04}".utf8))
        #expect(!bad.isWhole)
    }

    @Test("time, place and orientation are read from EXIF; garbage never traps")
    func exif() throws {
        var tiff: [UInt8] = Array("MM\0*".utf8) + [0, 0, 0, 8]
        func entry(_ tag: UInt16, _ type: UInt16, _ count: UInt32, _ value: UInt32) -> [UInt8] {
            [UInt8(tag >> 8), UInt8(tag & 255), 0, UInt8(type)] + withUnsafeBytes(of: count.bigEndian) { Array($0) }
                + withUnsafeBytes(of: value.bigEndian) { Array($0) }
        }
        func number(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
        // 8: main directory of three entries (2 + 36 + 4) → 50: Exif directory (2 + 12 + 4) → 68: GPS (2 + 48 + 4) → 122: text.
        tiff += [0, 3] + entry(0x0112, 3, 1, 6 << 16) + entry(0x8769, 4, 1, 50) + entry(0x8825, 4, 1, 68) + number(0)
        tiff += [0, 1] + entry(0x9003, 2, 20, 122) + number(0)
        tiff +=
            [0, 4] + entry(1, 2, 2, 0x5300_0000) + entry(2, 5, 3, 142) + entry(3, 2, 2, 0x4500_0000)
            + entry(4, 5, 3, 166)
        tiff += number(0) + Array("2026:11:20 15:40:00\0".utf8)
        tiff += [1, 1, 4, 1, 15, 1].flatMap { number($0) } + [116, 1, 41, 1, 24, 1].flatMap { number($0) }
        let facts = try #require(ExifFacts(tiff[...]))
        #expect(facts.orientation == 6)
        #expect(facts.capturedAt == "2026-11-20T15:40:00")
        #expect(abs(try #require(facts.latitude) + 1.070_833) < 0.0001)
        #expect(abs(try #require(facts.longitude) - 116.69) < 0.0001)
        for end in 0..<tiff.count { _ = ExifFacts(tiff[..<end]) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var broken = tiff
            for _ in 0..<8 { broken[Int.random(in: 0..<broken.count, using: &generator)] = UInt8.random(in: 0...255) }
            _ = ExifFacts(broken[...])
            for type in MediaType.allCases { _ = PictureHeader([0xFF, 0xD8, 0xFF, 0xE1] + broken, type: type) }
        }
    }
}
