/// The legal moves of a case, written once. The database holds the same rows and a test holds both equal.
public enum TransitionTable {
    /// One legal move. `from` is `nil` for the move that opens a case.
    public struct Row: Sendable, Hashable {
        public let from: CaseStatus?
        public let move: CaseMove
        public let to: CaseStatus
    }

    /// Every legal move, in the order of the life of a case.
    public static let rows: [Row] = [
        group(.open, [(nil, .submitted)]),
        group(.verify, [(.submitted, .verified), (.needsInformation, .verified), (.verified, .verified)]),
        group(
            .offerLead,
            [
                (.submitted, .routed), (.verified, .routed), (.routed, .routed), (.inProgress, .inProgress),
                (.reopened, .reopened),
            ]),
        group(.acceptLead, [(.routed, .inProgress), (.inProgress, .inProgress), (.reopened, .inProgress)]),
        group(.openArbitration, [.routed, .inProgress, .reopened, .verified, .submitted].map { ($0, .inArbitration) }),
        group(.arbitrate, [(.inArbitration, .inProgress)]),
        group(.answerFinal, [.inProgress, .reopened, .verified].map { ($0, .answered) }),
        group(.confirm, [(.answered, .closed)]),
        group(.silence, [(.answered, .closed)]),
        group(.dispute, [(.answered, .reopened)]),
        group(.withdraw, CaseStatus.allCases.filter(\.isOpen).map { ($0, .closed) }),
        group(.hold, [.submitted, .verified, .routed, .inProgress, .reopened].map { ($0, .onHold) }),
        group(.resume, [(.onHold, .inProgress)]),
        group(.release, [(.onHold, .verified)]),
        group(.askInformation, [.submitted, .verified, .inProgress, .reopened].map { ($0, .needsInformation) }),
        group(.informationGiven, [(.needsInformation, .verified)]),
        group(.lapse, [(.needsInformation, .closed)]),
        group(.archive, [.submitted, .verified, .needsInformation, .onHold].map { ($0, .archived) }),
        group(
            .merge,
            [.submitted, .verified, .routed, .inProgress, .reopened, .onHold, .needsInformation].map { ($0, .merged) }),
        group(.unmerge, [(.merged, .verified)]),
        group(.appeal, [(.answered, .reopened)]),
        group(.comeBack, [(.closed, .reopened)]),
        group(.unseal, [.submitted, .verified, .routed, .inProgress].map { ($0, .verified) }),
    ].flatMap { $0 }

    /// The rows as tuples.
    public static var moves: [(from: CaseStatus?, move: CaseMove, to: CaseStatus)] {
        rows.map { ($0.from, $0.move, $0.to) }
    }

    /// Where a move leads, or `nil` where it is not legal.
    public static func target(from: CaseStatus?, move: CaseMove) -> CaseStatus? {
        targets[Start(from: from, move: move)]
    }

    /// The moves that are legal in a state, in the table's order.
    public static func moves(from: CaseStatus) -> [CaseMove] {
        rows.filter { $0.from == from }.map(\.move)
    }

    private struct Start: Hashable {
        let from: CaseStatus?
        let move: CaseMove
    }

    private static let targets = Dictionary(
        rows.map { (Start(from: $0.from, move: $0.move), $0.to) }, uniquingKeysWith: { first, _ in first })

    private static func group(_ move: CaseMove, _ pairs: [(CaseStatus?, CaseStatus)]) -> [Row] {
        pairs.map { Row(from: $0.0, move: move, to: $0.1) }
    }
}
