import Exchange
import Foundation
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Following a complaint that somebody else has filed: asked for by anybody, begun by the owner of the address alone.
struct FollowerWorkflow: Sendable {
    let following: FollowingWorkflow
    let news: FollowerNews
    private var store: FollowerStore { news.store }

    /// Sends a link to the address. The answer is the same whatever is known of the address, so that nobody learns who follows.
    /// - Throws: 404 for a complaint that is not public.
    func ask(
        _ contact: FollowerContact, code: String, language: Language, in scope: AgencyScope, trace: TraceContext
    ) async throws {
        _ = try await following.publicView(code: code, in: scope)
        guard let door = news.keys.door(scope) else { throw Problem.notFound }
        let directory = try await following.directory.current()
        let sealed = try AgencySeal(agency: scope.number, directory, Date())
            .seal(JSONWriter.bytes(of: contact), about: FollowerNews.about)
        try await following.database.withAgencyRetrying(scope) { transaction in
            let asked = try await store.ask(
                code: code, contact: contact.hash(door), channel: contact.channel, language: language.rawValue,
                sealed: sealed, in: transaction)
            guard let asked else { return }
            try await Exchange.enqueue(
                [try news.confirmation(to: asked, code: code, trace: trace.traceparent, scope, directory)],
                in: transaction)
        }
        following.waker.wake([scope.number])
    }

    /// What the holder of a link follows.
    /// - Throws: 404 for a wrong link and for one that was ended.
    func find(_ token: String, in scope: AgencyScope) async throws -> (id: UUID, following: FollowerStore.Following) {
        guard let door = news.keys.door(scope), let id = FollowerLink.id(of: token, door),
            let found = try await store.find(id, in: following.database, scope)
        else { throw Problem.notFound }
        return (id, found)
    }

    func confirm(_ id: UUID, in scope: AgencyScope) async throws {
        try await store.confirm(id, in: following.database, scope)
    }

    func stop(_ id: UUID, in scope: AgencyScope) async throws {
        try await store.forget(id, in: following.database, scope)
    }
}
