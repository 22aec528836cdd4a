import Foundation
public import Logging
public import Postgres
import RoutingClassifier

/// Trains an agency's model from its confirmed outcomes, and puts it into use if it is better than the one in use.
public struct ModelLearning: Sendable {
    /// What came of it.
    public struct Result: Sendable, Hashable, Codable {
        /// Version of the new model; none where nothing was trained.
        public var version: Int?
        /// `active` or `candidate`.
        public var status: String?
        public var rows: Int
        /// Why, in a sentence.
        public var note: String
    }

    /// As few new outcomes tell nothing about which of two models is better.
    public static let fewestNew = 20

    private let database: any PostgresQueryable
    private let agency: Int
    private let trainer: String
    private let logger: Logger

    /// - Parameters:
    ///   - database: Statements run as the agency, or as the operator.
    ///   - trainer: Who trains; stands beside the model.
    public init(database: any PostgresQueryable, agency: Int, trainer: String, logger: Logger) {
        self.database = database
        self.agency = agency
        self.trainer = trainer
        self.logger = logger
    }

    /// - Returns: `nil` while another copy trains this agency's model.
    public func run() async throws -> Result? {
        let holder = "\(trainer) \(UUID().uuidString)"
        let claimed = try await database.query(
            "SELECT casework.claim_training(\(Int32(agency)), \(holder)) AS claimed")
        guard try claimed.first?.decode("claimed", as: Bool.self) == true else { return nil }
        let result: Result
        do { result = try await train() } catch {
            try? await finish(holder, "Gagal: \(String(String(reflecting: error).prefix(300)))")
            throw error
        }
        try await finish(holder, result.note)
        return result
    }

    private func finish(_ holder: String, _ note: String) async throws {
        _ = try await database.query(
            "SELECT casework.finish_training(\(Int32(agency)), \(holder), \(note))::text AS done")
    }

    private func train() async throws -> Result {
        let outcomes = try await ConfirmedOutcomes(of: agency, in: database)
        let rows = outcomes.rows
        let stored = try await StoredModel.active(of: agency, in: database)
        let active = try await usable(stored)
        let through = active.flatMap { _ in stored?.trainedThrough }
        let unseen = through.map { moment in rows.count { $0.at > moment } } ?? rows.count
        let needed = TrainedModel.fewestHeld + ModelTrainer.fewestRows
        if rows.count < needed {
            return Result(rows: rows.count, note: "Belum cukup kasus selesai: \(rows.count) dari \(needed).")
        }
        if active != nil, unseen < Self.fewestNew {
            return Result(
                rows: rows.count, note: "Baru \(unseen) hasil baru sejak model terakhir; \(Self.fewestNew) perlu.")
        }
        guard let last = rows.last else { return Result(rows: 0, note: "Belum ada kasus selesai.") }
        let name = "\(agency)-\(Int(last.at.timeIntervalSince1970))"
        let trained = try await BackgroundThread.run {
            try TrainedModel(
                rows.map(\.labelled), places: outcomes.places, reference: active, unseen: unseen, name: name, at: Date()
            )
        }
        let kept = try await database.query(
            """
            SELECT r ->> 'status' AS status, (r ->> 'version')::int8 AS version
            FROM casework.store_model(\(Int32(agency)), \(Array(trained.bytes)), \(trained.sha256), \(trained.card)::jsonb,
                \(Int32(rows.count)), \(last.at), \(String(trainer.prefix(200))), \(stored.map { Int32($0.version) })::int4,
                \(trained.trial.wins), \(trained.trial.note)) AS r
            """)
        guard let row = kept.first else { throw ClassifierError.badModel("not stored") }
        return Result(
            version: try row.decode("version", as: Int.self), status: try row.decode("status", as: String.self),
            rows: rows.count, note: trained.trial.note)
    }

    /// An active model that cannot be read is nothing to compare with: whatever was learnt is better.
    private func usable(_ stored: StoredModel?) async throws -> (version: Int, model: RoutingModel)? {
        guard let stored else { return nil }
        do { return (stored.version, try await StoredModel.load(stored.version, of: agency, in: database)) } catch let
            error
            as ClassifierError
        {
            logger.error(
                "the active model cannot be read", metadata: ["version": "\(stored.version)", "error": "\(error)"])
            return nil
        }
    }
}
