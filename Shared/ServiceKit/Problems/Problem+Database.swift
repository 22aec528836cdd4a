public import Postgres
import SinergiCore

extension Problem {
    /// The problem that an error of the database means to a caller; `nil` when it is none of theirs.
    ///
    /// Our functions raise `SN403`, `SN404`, `SN409`, `SN412`, `SN422` and `SN429` with a code of contract.md as MESSAGE and,
    /// for `SN422`, the JSON pointer as DETAIL.
    public init?(_ error: PostgresError) {
        switch error.code {
        case .connectionFailed, .connectionLost, .leaseTimeout, .clientClosed, .commitOutcomeUnknown, .deadlineExceeded:
            self = .databaseUnavailable
        case .server:
            guard let state = error.sqlState else { return nil }
            self.init(sqlState: state.rawValue, message: error.message, detail: error.detail)
        default:
            return nil
        }
    }

    init?(sqlState: String, message: String, detail: String?) {
        switch sqlState {
        case "SN403": self = message == "four_eyes" ? .fourEyes : .insufficientRole
        case "SN404": self = .notFound
        case "SN409": self = message == "handoff_already_decided" ? .handoffAlreadyDecided() : .wrongState()
        case "SN412": self = .changedMeanwhile()
        case "SN422": self = .invalid(Self.pointer(detail), message)
        case "SN429": self = .rateLimited(retryAfter: 60)
        // Admin shutdown, crash, still starting, too many connections: the server will be back.
        case "57P01", "57P02", "57P03", "53300", "08000", "08001", "08003", "08004", "08006":
            self = .databaseUnavailable
        // A statement ran out of time or out of locks; a deadlock or a serialization failure that retries did not solve.
        case "57014", "55P03", "40001", "40P01": self = .overloaded
        // Refused by a read-only standby while a new primary is being elected.
        case "25006": self = .databaseUnavailable
        default: return nil
        }
    }

    private static func pointer(_ detail: String?) -> String {
        guard let detail, !detail.isEmpty else { return "#" }
        if detail.hasPrefix("#") { return detail }
        return detail.hasPrefix("/") ? "#" + detail : "#/" + detail
    }
}
