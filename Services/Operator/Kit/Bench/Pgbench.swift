import Dispatch
import Foundation
import Glibc

/// PostgreSQL's own load generator, as the measure that intake is compared with.
struct Pgbench: Sendable {
    /// One transaction with an INSERT for each table.
    static let ordinary = "bench-intake"
    /// All of it in one statement, and so in one round trip.
    static let oneStatement = "bench-intake-one-statement"

    let script: String
    let databaseURL: String
    let agency: Int
    let connections: Int
    let seconds: Int

    /// Transactions a second.
    func run() throws -> Double {
        guard
            let file = Bundle.module.url(forResource: script, withExtension: "sql", subdirectory: "Resources")
        else {
            throw OperatorError("\(script).sql is missing from the program's resources")
        }
        let process = Process()
        process.executableURL = URL(filePath: try Self.executable())
        process.arguments = [
            "--no-vacuum", "--protocol=prepared", "--client=\(connections)", "--jobs=2", "--time=\(seconds)",
            "--define=agency=\(agency)", "--file=\(file.path)",
        ]
        process.environment = try environment()
        let output = Pipe()
        let complaints = Pipe()
        process.standardOutput = output
        process.standardError = complaints
        try Self.hearingSignals { try process.run() }
        // Should its own clock fail all the same, it must not load the database for ever.
        let child = process.processIdentifier
        let guardian = DispatchWorkItem { kill(child, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds + 30), execute: guardian)
        defer { guardian.cancel() }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let problems = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let rate = Self.rate(in: text) else {
            throw OperatorError("pgbench failed: \(problems.suffix(400))")
        }
        return rate
    }

    /// Threads of the pool block signals, and a child inherits that: pgbench would never hear the alarm that ends it.
    private static func hearingSignals(_ start: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try start()
    }

    /// The password goes by the environment, not by the command line, which everybody on the machine can read.
    private func environment() throws -> [String: String] {
        guard let parts = URLComponents(string: databaseURL) else {
            throw OperatorError("The database's address is none.")
        }
        var environment = ProcessInfo.processInfo.environment
        environment["PGHOST"] = parts.host ?? "127.0.0.1"
        environment["PGPORT"] = String(parts.port ?? 5432)
        environment["PGUSER"] = parts.user
        environment["PGPASSWORD"] = parts.password
        environment["PGDATABASE"] = String(parts.path.dropFirst())
        return environment
    }

    /// `tps = 1234.5 (without initial connection time)` → 1234.5
    static func rate(in output: String) -> Double? {
        for line in output.split(separator: "\n") where line.hasPrefix("tps = ") && !line.contains("including") {
            return Double(line.dropFirst(6).prefix { $0 != " " })
        }
        return nil
    }

    /// From PATH, or Debian's versioned folders.
    private static func executable() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let versions = (13...20).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
        let folders = path.split(separator: ":").map(String.init) + versions
        guard let found = folders.first(where: { FileManager.default.isExecutableFile(atPath: $0 + "/pgbench") }) else {
            throw OperatorError("pgbench is not installed (Debian package postgresql-contrib or postgresql-15)")
        }
        return found + "/pgbench"
    }
}
