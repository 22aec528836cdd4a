import ArgumentParser
import Foundation
import Identity
import OperatorKit

/// `sinergi token`
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints a bearer token for an officer.")

    @Argument(help: "The officer's user name, such as liaison@ppu.dpupr.")
    var username: String

    @Option(help: "Folder with the agency's private keys.")
    var keyDirectory: String

    @Option(help: "How many hours it is good for.")
    var hours = 8

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        guard (1...24 * 366).contains(hours) else { throw ValidationError("--hours is 1 to 8784.") }
        guard let officer = try await database.with({ try await Officers.all(in: $0) })[username] else {
            throw OperatorError("No officer \(username) has a position today.")
        }
        let keys = try AgencyKeys(agency: officer.agency, directory: URL(filePath: keyDirectory))
        let issuer = try TokenIssuer(agency: officer.agency, pem: keys.signingPEM)
        print(
            try await issuer.officerToken(
                subject: officer.id, name: officer.name, office: officer.office, roles: officer.roles,
                expiresIn: .seconds(hours * 3600)))
    }
}
