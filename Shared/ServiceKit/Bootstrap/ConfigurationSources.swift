import Configuration
import Foundation

/// Where configuration comes from: command line over environment over the node's file.
enum ConfigurationSources {
    /// - Throws: `ConfigurationError` when `SINERGI_CONFIG` names a file that holds no JSON object.
    static func reader(arguments: [String], environment: [String: String]) throws(ConfigurationError) -> ConfigReader {
        var providers: [any ConfigProvider] = [
            CommandLineArgumentsProvider(arguments: arguments),
            EnvironmentVariablesProvider(environmentVariables: environment),
        ]
        if let path = environment["SINERGI_CONFIG"], !path.isEmpty {
            guard let data = try? Data(contentsOf: URL(filePath: path)) else {
                throw ConfigurationError(key: "SINERGI_CONFIG", reason: "\(path) cannot be read")
            }
            do {
                let bytes = Array(data)
                let snapshot = try JSONSnapshot(
                    data: bytes.span.bytes, providerName: "SINERGI_CONFIG", parsingOptions: .default)
                providers.append(FileSource(file: snapshot))
            } catch {
                throw ConfigurationError(key: "SINERGI_CONFIG", reason: "\(path) holds no JSON object")
            }
        }
        return ConfigReader(providers: providers)
    }
}

/// The node's file as it was when the process started; a change takes effect with the next start.
private struct FileSource: ConfigProvider {
    let file: JSONSnapshot

    var providerName: String { file.providerName }

    func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        try file.value(forKey: key, type: type)
    }
    func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
        try file.value(forKey: key, type: type)
    }
    func watchValue<Return: ~Copyable>(
        forKey key: AbsoluteConfigKey, type: ConfigType,
        updatesHandler: (ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
    }
    func snapshot() -> any ConfigSnapshot { file }
    func watchSnapshot<Return: ~Copyable>(
        updatesHandler: (ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
    }
}
