import PostgresMigrations

/// Why a process must not serve although its configuration can be read. It ends with status 78 (`EX_CONFIG`).
enum StartupError: Error, CustomStringConvertible {
    /// The database lacks migrations that this code needs.
    case schemaOlder([MigrationStep])
    /// `node.agencies` names an agency that the directory does not know.
    case unknownAgency(String)
    /// The host's login is no member of an agency's role.
    case notMember(agency: String)

    var description: String {
        switch self {
        case .schemaOlder(let steps):
            "The database is older than this program: it lacks \(steps.map(\.description).joined(separator: ", ")). "
                + "Run `sinergi platform` or `sinergi migrate` first."
        case .unknownAgency(let code): "The directory knows no agency “\(code)” (node.agencies)."
        case .notMember(let code): "This host's database login may not act for agency “\(code)”."
        }
    }
}
