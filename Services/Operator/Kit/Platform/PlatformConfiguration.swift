public import Configuration
private import Foundation

/// What `sinergi platform` is configured with.
///
/// Configuration keys, from the environment (`PLATFORM_DATABASE_URL`) or the JSON file that `SINERGI_CONFIG` names:
/// - `platform.database.url` (secret, required): login `sinergi_platform`.
/// - `platform.migrator.url` (secret): login `sinergi_migrator`; without it migrations are not applied at start.
/// - `platform.database.plaintext` (bool, default false): accept a database on a private network without TLS.
/// - `platform.http.host` (default 127.0.0.1), `platform.http.port` (default 8027): `/healthz`, `/readyz`, `/metrics`.
/// - `platform.partitions.days` (1 to 365, default 30): how far ahead partitions are made.
/// - `platform.sweep.seconds` (1 to 3600, default 5): how often overdue clocks are looked for.
/// - `platform.watchdog.seconds` (1 to 3600, default 15): the longest that an agency's transaction may take.
public struct PlatformConfiguration: Sendable {
    public let databaseURL: String
    public let migratorURL: String?
    public let allowsPlaintext: Bool
    public let host: String
    public let port: Int
    public let partitionDays: Int
    public let sweepInterval: Duration
    public let transactionLimit: Int

    /// - Throws: `OperatorError` that names the key.
    public init(reader: ConfigReader) throws(OperatorError) {
        guard let url = reader.string(forKey: "platform.database.url", isSecret: true), !url.isEmpty else {
            throw OperatorError("platform.database.url is required")
        }
        databaseURL = url
        migratorURL = reader.string(forKey: "platform.migrator.url", isSecret: true)
        allowsPlaintext = reader.bool(forKey: "platform.database.plaintext", default: false)
        host = reader.string(forKey: "platform.http.host", default: "127.0.0.1")
        port = try Self.number(reader, "platform.http.port", 8027, 0...65_535)
        partitionDays = try Self.number(reader, "platform.partitions.days", 30, 1...365)
        sweepInterval = .seconds(try Self.number(reader, "platform.sweep.seconds", 5, 1...3600))
        transactionLimit = try Self.number(reader, "platform.watchdog.seconds", 15, 1...3600)
    }

    private static func number(
        _ reader: ConfigReader, _ key: String, _ standard: Int, _ range: ClosedRange<Int>
    ) throws(OperatorError) -> Int {
        let value = reader.int(forKey: ConfigKey(key), default: standard)
        guard range.contains(value) else {
            throw OperatorError("\(key) must be \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}

extension PlatformConfiguration {
    /// Reads the environment, then the JSON file that `SINERGI_CONFIG` names.
    /// - Throws: `OperatorError` that names the file or the key.
    public init(environment: [String: String]) throws {
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider(environmentVariables: environment)]
        if let path = environment["SINERGI_CONFIG"], !path.isEmpty {
            guard let data = try? Data(contentsOf: URL(filePath: path)),
                let file = try? JSONDecoder().decode(SettingsFile.self, from: data)
            else { throw OperatorError("SINERGI_CONFIG: \(path) holds no JSON object") }
            providers.append(InMemoryProvider(name: "SINERGI_CONFIG", values: file.values(below: [])))
        }
        try self.init(reader: ConfigReader(providers: providers))
    }
}

/// A JSON file of settings: objects in objects, with texts, whole numbers and flags at their ends.
private indirect enum SettingsFile: Decodable {
    case object([String: SettingsFile])
    case value(ConfigContent)
    /// `null`, lists and fractions: no setting has such a value.
    case other

    init(from decoder: any Decoder) throws {
        if let object = try? [String: SettingsFile](from: decoder) {
            self = .object(object)
            return
        }
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .value(.bool(flag))
        } else if let number = try? container.decode(Int.self) {
            self = .value(.int(number))
        } else if let text = try? container.decode(String.self) {
            self = .value(.string(text))
        } else {
            self = .other
        }
    }

    func values(below path: [String]) -> [AbsoluteConfigKey: ConfigValue] {
        switch self {
        case .object(let object):
            object.reduce(into: [:]) { values, entry in
                values.merge(entry.value.values(below: path + [entry.key])) { _, new in new }
            }
        case .value(let content): [AbsoluteConfigKey(path): ConfigValue(content, isSecret: path.last == "url")]
        case .other: [:]
        }
    }
}
