import AsyncHTTPClient
import Foundation
import HTTPTypes
import Logging
import Media
import NIOCore
import Postgres
import ServiceKit
import ServiceLifecycle
import Tenancy

/// Fetches files of conversations from their provider and adds them to their reports, where they are checked like every other.
///
/// Any number of copies may do this. A file keeps its id over every try and goes on where a broken line ended, so nothing is added
/// twice; an outage of the provider is waited out for a week.
struct MediaFetcher: Service {
    let database: AgencyDatabase
    let media: MediaDesk
    let keys: NodeKeys
    let settings: [Int: ChannelSettings]
    let agencies: [AgencyScope]
    let logger: Logger
    private let store = ChannelMediaStore()

    init(
        database: AgencyDatabase, media: MediaDesk, keys: NodeKeys, settings: [Int: ChannelSettings],
        agencies: [AgencyScope], logger: Logger
    ) {
        self.database = database
        self.media = media
        self.keys = keys
        self.settings = settings
        self.agencies = agencies
        self.logger = logger
    }

    func run() async throws {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.redirectConfiguration = .disallow
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for agency in agencies {
                    guard let account = settings[agency.number]?.whatsapp, let token = account.accessToken else {
                        continue
                    }
                    let provider = WhatsAppMedia(http: http, api: account.api, token: token)
                    do {
                        while try await fetchNext(provider, agency) {}
                    } catch {
                        logger.warning(
                            "files of conversations not fetched",
                            metadata: ["agency": "\(agency.code)", "error": "\(type(of: error))"])
                    }
                }
                // Cancelled by shutdown: the loop ends.
                try? await Task.sleep(for: .seconds(1) * Double.random(in: 0.8...1.2))
            }
        }
        try await http.shutdown()
    }

    /// - Returns: Whether there may be another one.
    private func fetchNext(_ provider: WhatsAppMedia, _ scope: AgencyScope) async throws -> Bool {
        guard let wanted = try await store.claim(in: database, scope) else { return false }
        let again = min(pow(2, Double(wanted.attempts)), 3600)
        guard let complaint = wanted.complaint else {
            try await store.settle(wanted.id, "not filed yet", wait: again, in: database, scope)
            return true
        }
        var (outcome, wait): (String, Double?) = ("fetched", nil)
        do {
            let plain = try keys.open(wanted.sealed, of: scope)
            let source = try JSONDecoder().decode(ChannelMedia.Source.self, from: Data(plain))
            try await fetch(source, wanted.id, for: complaint, provider, scope)
        } catch WhatsAppMedia.Failure.gone {
            outcome = "gone"
        } catch WhatsAppMedia.Failure.refused(let why) {
            outcome = "refused: \(why)"
        } catch WhatsAppMedia.Failure.later(let why) {
            (outcome, wait) = (why, wanted.isFresh ? again : nil)
        } catch let problem as Problem {
            // Too many files, a type or size that is not allowed: another try would end the same way. A full day would not.
            (outcome, wait) = (problem.code, problem.status == .tooManyRequests ? 3600 : nil)
        }
        if outcome != "fetched" {
            logger.notice(
                "file of a conversation",
                metadata: ["agency": "\(scope.code)", "id": "\(wanted.id)", "outcome": "\(outcome)"])
        }
        try await store.settle(wanted.id, outcome, wait: wait, in: database, scope)
        return true
    }

    private func fetch(
        _ source: ChannelMedia.Source, _ id: UUID, for complaint: UUID, _ provider: WhatsAppMedia, _ scope: AgencyScope
    ) async throws {
        let found = try await provider.find(source.reference)
        let limit = found.size ?? MediaType.maximumSize
        guard (1...MediaType.maximumSize).contains(limit) else { throw Problem.tooLarge(limit: MediaType.maximumSize) }
        let item = try await media.store.begin(
            NewMedia(
                id: id, caseID: complaint, purpose: .attachment, name: source.name, addedBy: "reporter", size: limit),
            in: scope)
        guard item.state == .uploading else { return }
        var sink = media.uploads.sink(for: item, in: scope)
        var (skip, total) = (item.received, 0)
        do {
            for try await buffer in try await provider.bytes(of: found) {
                total += buffer.readableBytes
                guard total <= limit else { throw Problem.tooLarge(limit: limit) }
                let known = min(skip, buffer.readableBytes)
                skip -= known
                try await sink.take(Array(buffer.readableBytesView.dropFirst(known)))
            }
        } catch let error as HTTPClientError {
            throw WhatsAppMedia.Failure.later("\(type(of: error))")
        }
        guard found.size == nil || total == limit else { throw WhatsAppMedia.Failure.later("cut short") }
        try await sink.flush()
        if found.size == nil { _ = try await media.uploads.finish(item, in: scope) }
    }
}
