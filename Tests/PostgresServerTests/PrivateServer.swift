import Foundation
import Glibc

/// A PostgreSQL of a test's own, for what cannot be done to a shared one: stopping it, TLS, other settings.
struct PrivateServer: Sendable {
    struct Failure: Error, CustomStringConvertible { var description: String }

    let directory: URL
    let port: Int

    /// Makes a cluster, starts it, and removes it after `body`.
    static func with<Result>(
        settings: [String: String] = [:], prepare: (PrivateServer) throws -> Void = { _ in },
        _ body: (PrivateServer) async throws -> sending Result
    ) async throws -> sending Result {
        let name = "sinergi-test-\(UUID().uuidString.prefix(8).lowercased())"
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        let server = PrivateServer(directory: directory, port: try freePort())
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try server.giveAway(directory)
        defer {
            try? server.control("stop", "-m", "immediate")
            try? FileManager.default.removeItem(at: directory)
        }
        try server.postgres(
            "initdb", "-D", server.data.path, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        try prepare(server)
        var lines = settings.map { "\($0.key) = '\($0.value)'" }
        lines += [
            "port = \(server.port)", "listen_addresses = '127.0.0.1'", "unix_socket_directories = '\(directory.path)'",
            "fsync = off", "max_connections = 30",
        ]
        let file = server.data.appendingPathComponent("postgresql.conf")
        let text = try String(contentsOf: file, encoding: .utf8) + lines.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: file)
        try server.start()
        return try await body(server)
    }

    var data: URL { directory.appendingPathComponent("data") }

    func url(_ parameters: String = "") -> String {
        "postgresql://postgres@127.0.0.1:\(port)/postgres\(parameters.isEmpty ? "" : "?\(parameters)")"
    }

    func start() throws { try control("-w", "start") }

    /// Ends the server without a farewell, as a crash would.
    func crash() throws { try control("-m", "immediate", "-w", "stop") }

    private func control(_ arguments: String...) throws {
        let log = directory.appendingPathComponent("log").path
        try postgres("pg_ctl", ["-D", data.path, "-l", log, "-s"] + arguments)
    }

    /// The server refuses to run as root; files it shall read must then belong to its user.
    func giveAway(_ file: URL) throws {
        guard getuid() == 0 else { return }
        try Self.run("/bin/chown", ["postgres", file.path])
    }

    private func postgres(_ program: String, _ arguments: String...) throws { try postgres(program, arguments) }

    private func postgres(_ program: String, _ arguments: [String]) throws {
        let path = try Self.programs().appendingPathComponent(program).path
        if getuid() == 0 {
            try Self.run("/usr/sbin/runuser", ["-u", "postgres", "--", path] + arguments)
        } else {
            try Self.run(path, arguments)
        }
    }

    /// The newest PostgreSQL that Debian has installed.
    private static func programs() throws -> URL {
        let root = URL(fileURLWithPath: "/usr/lib/postgresql")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        guard let newest = versions.compactMap(Int.init).max() else {
            throw Failure(description: "PostgreSQL's server programs are not installed")
        }
        return root.appendingPathComponent("\(newest)/bin")
    }

    /// Not Foundation's `Process`: it waits for every process that inherits its socket, and so for the server itself.
    static func run(_ path: String, _ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in Int32(0)...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var process = pid_t()
        var status: Int32 = -1
        if posix_spawn(&process, path, &actions, nil, &words, environ) == 0 { waitpid(process, &status, 0) }
        guard status == 0 else {
            throw Failure(description: "\(path) \(arguments.joined(separator: " ")) failed: \(status)")
        }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
