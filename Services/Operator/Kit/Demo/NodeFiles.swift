import Foundation
import Tenancy

/// The configuration files of the demo's nodes, one for each node's four services.
struct NodeFiles {
    let layout: DemoLayout
    let database: DatabaseAddress
    let credentials: Credentials

    func write(_ node: DemoLayout.Node, logins: [ServiceName: String]) throws {
        var databases: [String: Any] = ["pool": ["max": 4]]
        if layout.containers { databases["plaintext"] = true }
        // This machine's own programs act as gateways, for trying out what a gateway reports, and are never challenged themselves.
        var http: [String: Any] = [
            "host": layout.listenHost, "public": ["url": layout.publicURL(.intake, of: node)],
            "trusted": ["peers": Self.loopback],
        ]
        var services: [String: Any] = [:]
        for service in ServiceName.allCases {
            guard let login = logins[service], let password = credentials.known(login) else {
                throw OperatorError("\(node.name) has no login for \(service.rawValue)")
            }
            databases[service.rawValue] = ["url": database.url(login: login, password: password)]
            http[service.rawValue] = ["port": layout.port(service, of: node)]
            services[service.rawValue] = ["url": layout.siblingURL(service, of: node)]
        }
        try write(
            [
                "node": [
                    "name": node.name, "hosted": node.isHost, "agencies": node.agencies.joined(separator: ","),
                    "demo": true,
                    "key": ["directory": layout.keyFolder(of: node).path],
                ],
                "intake": [
                    "spool": ["directory": layout.spoolFolder(of: node).path],
                    "challenge": ["exempt": Self.loopback],
                ],
                "database": databases, "http": http, "services": services,
                "notification": [
                    "smtp": ["url": layout.smtpURL], "mail": ["from": "sinergi@\(node.name).example"],
                    "gateway": ["url": layout.gatewayURL],
                ],
                "channels": try channels(of: node),
                "log": ["level": "info"],
            ], to: layout.configuration(of: node.name))
    }

    private static let loopback = "127.0.0.1,::1"

    /// Every agency of the demo has WhatsApp and an SMS gateway: the simulator.
    private func channels(of node: DemoLayout.Node) throws -> [String: Any] {
        guard let secret = credentials.known("channels"), let token = credentials.known("channels-verify"),
            let access = credentials.known("channels-access")
        else {
            throw OperatorError("The channels have no secret.")
        }
        let channels: [String: Any] = [
            "whatsapp": [
                "app": ["secret": secret], "verify": ["token": token], "access": ["token": access],
                "api": ["url": layout.gatewayURL + "/whatsapp"],
            ], "sms": ["secret": secret],
        ]
        return Dictionary(node.agencies.map { ($0.lowercased(), channels) }, uniquingKeysWith: { $1 })
    }

    /// Where the simulator sends what people type.
    func writeGateway() throws {
        var agencies: [String: Any] = [:]
        for node in DemoLayout.nodes {
            for agency in node.agencies {
                let base = layout.siblingURL(.intake, of: node) + (node.isHost ? "/" + agency : "")
                agencies[agency] = [
                    "url": base, "secret": credentials.known("channels") ?? "",
                    "access": credentials.known("channels-access") ?? "",
                ]
            }
        }
        try write(agencies, to: layout.configuration(of: "gateway"))
    }

    func writePlatform() throws {
        guard let platform = credentials.known("sinergi_platform"), let migrator = credentials.known("sinergi_migrator")
        else {
            throw OperatorError("The platform has no login.")
        }
        try write(
            [
                "platform": [
                    "database": [
                        "url": database.url(login: "sinergi_platform", password: platform),
                        "plaintext": layout.containers,
                    ],
                    "migrator": ["url": database.url(login: "sinergi_migrator", password: migrator)],
                    "http": ["host": layout.listenHost, "port": layout.platformPort],
                ]
            ], to: layout.configuration(of: "platform"))
    }

    private func write(_ object: [String: Any], to file: URL) throws {
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try PrivateFile.write(try JSONSerialization.data(withJSONObject: object, options: options), to: file)
    }
}
