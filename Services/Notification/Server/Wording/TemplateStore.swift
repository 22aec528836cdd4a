import Foundation
import Postgres
import Synchronization
import Tenancy

/// The wording that counts today, read anew every minute.
final class TemplateStore: Sendable {
    private struct Snapshot {
        var templates: [Template.Key: Template]
        var readAt: ContinuousClock.Instant
    }

    private let database: AgencyDatabase
    private let snapshots = Mutex<[AgencyScope: Snapshot]>([:])

    init(database: AgencyDatabase) {
        self.database = database
    }

    /// The wording for a message, or that of `news` where nothing was written for its event.
    func template(_ key: Template.Key, in scope: AgencyScope) async throws -> Template? {
        let templates = try await current(in: scope)
        var plain = key
        plain.event = Template.news
        return templates[key] ?? templates[plain]
    }

    /// Everything that counts today, the agency's own wording before the common one.
    func all(in scope: AgencyScope) async throws -> [Template] {
        try await database.query(
            scope,
            """
            SELECT DISTINCT ON (audience, event, channel, language)
                agency, audience, event, channel, language, valid_from::text AS valid_from, subject, body
            FROM notification.template
            WHERE valid_from <= current_date
            ORDER BY audience, event, channel, language, agency <> 0 DESC, valid_from DESC
            """
        ).map { try Template(row: $0) }
    }

    private func current(in scope: AgencyScope) async throws -> [Template.Key: Template] {
        if let snapshot = snapshots.withLock({ $0[scope] }), snapshot.readAt.duration(to: .now) < .seconds(60) {
            return snapshot.templates
        }
        let templates = Dictionary(
            try await all(in: scope).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        snapshots.withLock { $0[scope] = Snapshot(templates: templates, readAt: .now) }
        return templates
    }
}
