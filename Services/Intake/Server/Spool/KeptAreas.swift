import Synchronization
import Tenancy

/// The areas that this process knew of last; they count while nobody can be asked.
final class KeptAreas: Sendable {
    private struct State {
        var codes: Set<String> = []
        var choices: [Int: [AreaFinder.Area]] = [:]
    }

    private let state = Mutex(State())

    func keep(codes: [String], choices: [Int: [AreaFinder.Area]]) {
        let codes = Set(codes)
        state.withLock { $0 = State(codes: codes, choices: choices) }
    }

    /// `nil` where nothing is known of any area.
    func contains(_ code: String) -> Bool? {
        state.withLock { $0.codes.isEmpty ? nil : $0.codes.contains(code) }
    }

    /// Areas that an agency's reporters choose from.
    func choices(of agency: AgencyScope) -> [AreaFinder.Area] { state.withLock { $0.choices[agency.number] ?? [] } }
}
