public import Foundation
import SinergiCore
public import Tenancy

/// Where everything of the demo is: nodes, ports, folders. Ports are those of contract.md, shifted by an offset.
public struct DemoLayout: Sendable {
    /// Four processes with one configuration.
    public struct Node: Sendable, Hashable {
        public let name: String
        /// Port of intake; routing, notification and analytics follow.
        public let base: Int
        public let agencies: [String]
        public var isHost: Bool { agencies.count > 1 }
    }

    public static let nodes = [
        Node(name: "ppu", base: 8081, agencies: ["PPU"]), Node(name: "kukar", base: 8091, agencies: ["KUKAR"]),
        Node(name: "host", base: 8101, agencies: ["PANRB", "KALTIM", "PLN"]),
    ]

    /// The folder of the instance, absolute.
    public let home: URL
    public let offset: Int
    /// In containers processes find each other by the names of docker-compose.yml, and listen on every address.
    public let containers: Bool

    public init(home: URL, offset: Int, containers: Bool) {
        self.home = home.absoluteURL.standardizedFileURL
        self.offset = offset
        self.containers = containers
    }

    public func port(_ service: ServiceName, of node: Node) -> Int {
        node.base + offset + (ServiceName.allCases.firstIndex(of: service) ?? 0)
    }

    /// The address as people and checks call it, with an agency's base path on a host.
    public func publicURL(_ service: ServiceName, of node: Node, agency: String? = nil) -> String {
        let path = node.isHost ? agency.map { "/" + $0 } ?? "" : ""
        return "http://127.0.0.1:\(port(service, of: node))\(path)"
    }

    /// The address as the node's own processes call each other.
    func siblingURL(_ service: ServiceName, of node: Node) -> String {
        let host = containers ? "\(node.name)-\(service.rawValue)" : "127.0.0.1"
        return "http://\(host):\(port(service, of: node))"
    }

    var listenHost: String { containers ? "0.0.0.0" : "127.0.0.1" }
    public var gatewayPort: Int { 8026 + offset }
    public var mailPort: Int { 8025 + offset }
    public var platformPort: Int { 8027 + offset }
    /// As the nodes call it.
    var gatewayURL: String { "http://\(containers ? "gateway" : "127.0.0.1"):\(gatewayPort)" }
    var smtpURL: String { "smtp://\(containers ? "mail" : "127.0.0.1"):\(mailPort)" }

    var nodeFolder: URL { home.appending(path: "nodes") }
    public func configuration(of node: String) -> URL { nodeFolder.appending(path: "\(node).json") }
    func keyFolder(of node: Node) -> URL { home.appending(path: "keys/\(node.name)") }
    /// A folder of the node's own; in containers it is a volume, because settings are read-only there.
    func spoolFolder(of node: Node) -> URL {
        containers ? URL(filePath: "/spool") : home.appending(path: "spool/\(node.name)")
    }
    public var environment: URL { home.appending(path: "run.env") }
    var credentials: URL { home.appending(path: "secrets/credentials.json") }
    var mailFolder: URL { home.appending(path: "mail") }
    var runFolder: URL { home.appending(path: "run") }

    /// Makes the folders, those with secrets for their owner only.
    func makeFolders() throws {
        for folder in [mailFolder, runFolder] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        for folder in [nodeFolder, home.appending(path: "secrets")] + Self.nodes.map(keyFolder(of:)) {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }
}
