import Foundation
import Identity
import SinergiCore
import Tenancy

/// The lines of `run.env`, exactly those of contract.md, for scripts and checks.
struct RunEnvironment {
    private(set) var lines: [String] = []

    mutating func set(_ name: String, _ value: String) {
        lines.append("\(name)='\(value.replacing("'", with: "'\\''"))'")
    }

    /// Addresses of the services of all agencies; those of PPU also without its name.
    mutating func addAddresses(_ layout: DemoLayout) {
        for node in DemoLayout.nodes {
            for agency in node.agencies {
                for service in ServiceName.allCases {
                    let url = layout.publicURL(service, of: node, agency: agency)
                    let name = service.rawValue.uppercased()
                    if agency == "PPU" { set("SINERGI_\(name)_URL", url) }
                    set("SINERGI_\(agency)_\(name)_URL", url)
                }
            }
        }
    }

    /// Tokens of 30 days for every role of every agency and the liaisons of every unit.
    mutating func addTokens(_ officers: [String: Officer], issuers: [String: TokenIssuer]) async throws {
        let month = Duration.seconds(30 * 86_400)
        for agency in issuers.keys.sorted() {
            for role in Role.ofPositions {
                guard let officer = officers["\(role.rawValue)@\(agency.lowercased())"] else { continue }
                let token = try await Self.token(officer, issuers, month)
                let name = role.rawValue.uppercased()
                if agency == "PPU" { set("SINERGI_DEMO_\(name)_TOKEN", token) }
                set("SINERGI_DEMO_\(agency)_\(name)_TOKEN", token)
            }
        }
        for officer in officers.values.sorted(by: { $0.office < $1.office })
        where officer.username.hasPrefix("liaison@") {
            guard officer.office.contains("/") else { continue }
            let name = officer.office.replacing("/", with: "_").replacing("-", with: "_")
            set("SINERGI_DEMO_\(name)_LIAISON_TOKEN", try await Self.token(officer, issuers, month))
        }
    }

    static func token(_ officer: Officer, _ issuers: [String: TokenIssuer], _ duration: Duration) async throws -> String
    {
        guard let issuer = issuers[officer.agency] else { throw OperatorError("No key of \(officer.agency)") }
        return try await issuer.officerToken(
            subject: officer.id, name: officer.name, office: officer.office, roles: officer.roles, expiresIn: duration)
    }

    /// Written whole, for its owner only.
    func write(to file: URL) throws {
        try PrivateFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: file)
    }
}
