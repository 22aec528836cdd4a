import Foundation
import Postgres
import SinergiCore
import Synchronization
import Tenancy

/// What an agency's channels know beforehand: phrases, emergency numbers, names of areas, regional words.
struct ChannelData: Sendable {
    struct Word: Sendable, Hashable {
        let office: String?
        let area: String?
    }

    let screening: Screening
    let areas: AreaWords
    /// By word, in capitals.
    let words: [String: Word]
    let areaNames: [String: String]
}

/// Reads channels' data, anew every minute.
final class ChannelDataStore: Sendable {
    private let database: AgencyDatabase
    private let directory: DirectoryStore
    private let known = Mutex<[AgencyScope: (data: ChannelData, readAt: ContinuousClock.Instant)]>([:])

    init(database: AgencyDatabase, directory: DirectoryStore) {
        self.database = database
        self.directory = directory
    }

    func current(in scope: AgencyScope) async throws -> ChannelData {
        let now = ContinuousClock.now
        if let hit = known.withLock({ $0[scope] }), now - hit.readAt < .seconds(60) { return hit.data }
        let data = try await read(scope)
        known.withLock { $0[scope] = (data, now) }
        return data
    }

    private func read(_ scope: AgencyScope) async throws -> ChannelData {
        // A report about the neighbour is taken in too: names of the whole province are known.
        let jurisdictions = try await directory.current().jurisdictions
        let provinces = Set(jurisdictions.filter { $0.agency == scope.number }.map { String($0.area.prefix(2)) })
        let results = try await database.once(
            scope, "SELECT kind, phrase FROM intake.screening_phrase WHERE agency IN (0, directory.me())",
            """
            SELECT number, name_id, name_en FROM intake.emergency_number
            WHERE agency = (SELECT max(agency) FROM intake.emergency_number WHERE agency IN (0, directory.me()))
            ORDER BY place
            """,
            """
            SELECT code, name, level::int8 AS level FROM directory.area
            WHERE split_part(code, '.', 1) = ANY (\(provinces.sorted())) AND level >= 3
                AND valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)
            ORDER BY code LIMIT 20000
            """, "SELECT word, office, area_code FROM intake.channel_word WHERE agency = directory.me()")
        guard results.count == 4 else { throw TenancyError.noResult }
        var phrases: [(phrase: String, flag: MessageFlag)] = []
        for row in results[0] {
            guard let flag = MessageFlag(rawValue: try row.decode("kind", as: String.self)) else { continue }
            phrases.append((phrase: try row.decode("phrase", as: String.self), flag: flag))
        }
        let numbers = try results[1].map {
            Screening.Number(
                number: try $0.decode("number", as: String.self),
                name: Localized(
                    id: try $0.decode("name_id", as: String.self), en: try $0.decode("name_en", as: String.self)))
        }
        let areas = try results[2].map {
            AreaWords.Area(
                code: try $0.decode("code", as: String.self), name: try $0.decode("name", as: String.self),
                level: try $0.decode("level", as: Int.self))
        }
        let words = try results[3].map {
            (
                try $0.decode("word", as: String.self),
                ChannelData.Word(
                    office: try $0.decodeIfPresent("office", as: String.self),
                    area: try $0.decodeIfPresent("area_code", as: String.self))
            )
        }
        return ChannelData(
            screening: Screening(phrases: phrases, numbers: numbers),
            areas: AreaWords(areas), words: Dictionary(words, uniquingKeysWith: { $1 }),
            areaNames: Dictionary(areas.map { ($0.code, $0.name) }, uniquingKeysWith: { $1 }))
    }
}
