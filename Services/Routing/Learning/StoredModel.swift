import Crypto
public import Foundation
public import Postgres
public import RoutingClassifier

/// The model that an agency uses now.
public struct StoredModel: Sendable {
    public let version: Int
    public let revision: Int
    public let trainedThrough: Date

    /// Without its bytes.
    public static func active(of agency: Int, in database: some PostgresQueryable) async throws -> StoredModel? {
        let rows = try await database.query(
            """
            SELECT version::int8 AS version, revision::int8 AS revision, trained_through FROM casework.model
            WHERE agency = \(Int32(agency)) AND status = 'active'
            """)
        return try rows.first.map {
            StoredModel(
                version: try $0.decode("version", as: Int.self), revision: try $0.decode("revision", as: Int.self),
                trainedThrough: try $0.decode("trained_through", as: Date.self))
        }
    }

    /// - Throws: ``ClassifierError/badModel(_:)`` for bytes that are no model, whatever they are.
    public static func load(_ version: Int, of agency: Int, in database: some PostgresQueryable) async throws
        -> RoutingModel
    {
        let rows = try await database.query(
            """
            SELECT bytes, sha256 FROM casework.model WHERE agency = \(Int32(agency)) AND version = \(Int32(version))
            """)
        guard let row = rows.first else { throw ClassifierError.badModel("not there") }
        let bytes = try row.decode("bytes", as: [UInt8].self)
        let expected = try row.decode("sha256", as: [UInt8].self)
        return try await BackgroundThread.run {
            guard Array(SHA256.hash(data: bytes)) == expected else { throw ClassifierError.badModel("wrong checksum") }
            return try RoutingModel(decoding: Data(bytes))
        }
    }
}
