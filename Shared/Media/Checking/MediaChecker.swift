private import Crypto
private import Foundation
import Logging
private import Metrics
private import Postgres
public import ServiceLifecycle
private import SinergiCore
private import Synchronization
import Tenancy

/// Makes files showable: scans them, draws pictures anew, and settles or refuses them. One file at a time in each process.
///
/// Files wait in the database, so a process that dies leaves its file to the next one, when its lease ends.
public final class MediaChecker: Service {
    /// What a checker works with.
    struct Parts: Sendable {
        let store: MediaStore
        let worker: PictureWorker
        let scanner: MalwareScanner?
        let scopes: [AgencyScope]
        let logger: Logger
    }

    private let parts: Parts
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private static let lease = "5 minutes"
    /// A file that took this many processes with it is not tried again.
    private static let attempts = 4

    init(_ parts: Parts) {
        self.parts = parts
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that a file is complete.
    public func wake() { ring.yield() }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            async let ticking: Void = self.tick()
            for await _ in self.bell {
                for scope in self.parts.scopes { await self.work(scope) }
            }
            await ticking
        }
    }

    /// What another process left, and what was put off.
    private func tick() async {
        while (try? await Task.sleep(for: .seconds(5))) != nil { wake() }
        ring.finish()
    }

    private func work(_ scope: AgencyScope) async {
        do {
            while !Task.isCancelled {
                let rows = try await parts.store.database.query(
                    scope, "SELECT \(MediaItem.columns) FROM media.claim(\(Self.lease)::text::interval)")
                guard let row = rows.first else { break }
                await check(try MediaItem(row: row), scope)
            }
            // Now and then, by chance: there is no hurry.
            if Int.random(in: 0..<200) == 0 { _ = try await parts.store.database.query(scope, "SELECT media.tidy()") }
        } catch {
            parts.logger.warning("files wait", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// What may go wrong with a file for good.
    private struct Refusal: Error {
        let reason: String
    }

    private func check(_ item: MediaItem, _ scope: AgencyScope) async {
        do {
            guard item.attempts <= Self.attempts else { throw Refusal(reason: "unreadable") }
            try await passed(item, scope)
            Counter(label: "sinergi_media_checked_total", dimensions: [("result", "ready")]).increment()
        } catch let refusal as Refusal {
            parts.logger.notice(
                "file refused",
                metadata: ["item": "\(item.id)", "reason": "\(refusal.reason)", "agency": "\(scope.code)"])
            Counter(label: "sinergi_media_checked_total", dimensions: [("result", "refused")]).increment()
            // Should this fail, the lease ends and the file is checked once more.
            try? await parts.store.refuse(item.id, refusal.reason, in: scope)
        } catch {
            let fault = !(error is MalwareScanner.Unavailable)
            parts.logger.error(
                "file waits", metadata: ["item": "\(item.id)", "error": "\(String(reflecting: error))"])
            Counter(label: "sinergi_media_checked_total", dimensions: [("result", "postponed")]).increment()
            // As above.
            _ = try? await parts.store.database.query(
                scope, "SELECT media.postpone(\(item.id), \("15 seconds")::text::interval, \(fault))")
        }
    }

    private func passed(_ item: MediaItem, _ scope: AgencyScope) async throws {
        guard let first = try await piece(0, item, scope), let type = MediaType(beginning: first) else {
            throw Refusal(reason: "unsupported_type")
        }
        guard item.received <= type.maximumSize else { throw Refusal(reason: "too_large") }
        let file = try await read(item, type, scope)
        var facts = SettledFacts(type: type.rawValue, originalSHA256: file.sha256)
        if type.isPicture {
            try await draw(file.bytes, type, into: &facts, scope)
        } else {
            facts.content = item.upload.text
            facts.sha256 = file.sha256
            facts.size = item.received
        }
        let text = try JSONText(String(decoding: JSONEncoder().encode(facts), as: UTF8.self))
        _ = try await parts.store.database.query(scope, "SELECT media.settle(\(item.id), \(text))")
    }

    private func piece(_ number: Int, _ item: MediaItem, _ scope: AgencyScope) async throws -> [UInt8]? {
        try await parts.store.chunk(number, of: item.upload, agency: item.agency, in: scope)
    }

    /// One pass over the file: hash, structure, scan; the bytes themselves only of a picture.
    private func read(
        _ item: MediaItem, _ type: MediaType, _ scope: AgencyScope
    ) async throws -> (sha256: String, bytes: [UInt8]) {
        let reading = Reading(type: type)
        let next: @Sendable () async throws -> [UInt8]? = {
            guard let piece = try await self.piece(reading.number, item, scope) else { return nil }
            reading.feed(piece)
            return piece
        }
        if let scanner = parts.scanner {
            switch try await scanner.scan(next) {
            case .clean: break
            case .infected(let name):
                parts.logger.warning("malware", metadata: ["item": "\(item.id)", "name": "\(name)"])
                throw Refusal(reason: "malware")
            case .tooLarge: throw Refusal(reason: "too_large_to_scan")
            }
        } else {
            while try await next() != nil {}
        }
        let (sha256, isWhole, bytes) = reading.result
        guard isWhole else { throw Refusal(reason: "unreadable") }
        return (sha256, bytes)
    }

    private func draw(
        _ bytes: [UInt8], _ type: MediaType, into facts: inout SettledFacts, _ scope: AgencyScope
    ) async throws {
        guard let header = PictureHeader(bytes, type: type) else { throw Refusal(reason: "unreadable") }
        guard header.width.multipliedReportingOverflow(by: header.height).overflow == false,
            header.width * header.height <= parts.worker.maximumPixels
        else { throw Refusal(reason: "too_many_pixels") }
        let drawn: PictureWorker.Drawn
        do {
            // The decoder of HEIF turns pictures itself.
            drawn = try await parts.worker.draw(
                bytes, type: type, orientation: type == .heic ? 1 : header.exif.orientation)
        } catch PictureWorker.Failure.unreadable {
            throw Refusal(reason: "unreadable")
        } catch PictureWorker.Failure.tooManyPixels {
            throw Refusal(reason: "too_many_pixels")
        }
        facts.type = drawn.type.rawValue
        (facts.content, facts.sha256, facts.size) = try await keep(drawn.picture, scope)
        (facts.thumbnail, facts.thumbnailSHA256, facts.thumbnailSize) = try await keep(drawn.thumbnail, scope)
        facts.width = drawn.width
        facts.height = drawn.height
        facts.perceptualHash = Int(Int64(bitPattern: drawn.perceptualHash))
        facts.capturedAt = header.exif.capturedAt
        facts.capturedLatitude = header.exif.latitude
        facts.capturedLongitude = header.exif.longitude
    }

    /// Stores bytes under a new name: that, their hash in hex, their count.
    private func keep(_ bytes: [UInt8], _ scope: AgencyScope) async throws -> (String, String, Int) {
        let id = UUID.v7()
        for (number, start) in stride(from: 0, to: bytes.count, by: MediaStore.pieceSize).enumerated() {
            let piece = Array(bytes[start..<min(start + MediaStore.pieceSize, bytes.count)])
            _ = try await parts.store.database.query(scope, "SELECT media.keep(\(id), \(Int32(number)), \(piece))")
        }
        return (id.text, Hex.text(SHA256.hash(data: bytes)), bytes.count)
    }

    /// What the pass over a file has seen; fed by one task after the other, never by two at once.
    private final class Reading: Sendable {
        private struct State {
            var number = 0
            var digest = SHA256()
            var structure: FileStructure
            var bytes: [UInt8] = []
        }

        private let state: Mutex<State>
        private let keepsBytes: Bool

        init(type: MediaType) {
            state = Mutex(State(structure: FileStructure(type: type)))
            keepsBytes = type.isPicture
        }

        var number: Int { state.withLock { $0.number } }

        func feed(_ piece: [UInt8]) {
            state.withLock { state in
                state.number += 1
                state.digest.update(data: piece)
                if keepsBytes {
                    state.bytes.append(contentsOf: piece)
                } else {
                    state.structure.feed(piece)
                }
            }
        }

        var result: (sha256: String, isWhole: Bool, bytes: [UInt8]) {
            state.withLock { state in
                (Hex.text(state.digest.finalize()), keepsBytes || state.structure.isWhole, state.bytes)
            }
        }
    }
}

/// The argument of `media.settle`.
private struct SettledFacts: Encodable {
    var content = ""
    var sha256 = ""
    var size = 0
    var type: String
    let originalSHA256: String
    var thumbnail: String?
    var thumbnailSHA256: String?
    var thumbnailSize: Int?
    var width: Int?
    var height: Int?
    var perceptualHash: Int?
    var capturedAt: String?
    var capturedLatitude: Double?
    var capturedLongitude: Double?

    private enum CodingKeys: String, CodingKey {
        case content, sha256, size, type, thumbnail, width, height
        case originalSHA256 = "original_sha256"
        case thumbnailSHA256 = "thumbnail_sha256"
        case thumbnailSize = "thumbnail_size"
        case perceptualHash = "perceptual_hash"
        case capturedAt = "captured_at"
        case capturedLatitude = "captured_lat"
        case capturedLongitude = "captured_long"
    }

    init(type: String, originalSHA256: String) {
        self.type = type
        self.originalSHA256 = originalSHA256
    }
}

enum Hex {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
