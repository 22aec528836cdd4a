extension TransitionTable {
    /// The table as a Mermaid state diagram: one arrow for each pair of states, with all moves that take it.
    ///
    /// `docs/case-states.md` shows it; a test holds the page equal.
    public static var diagram: String {
        var arrows: [(start: String, end: String, moves: [String])] = []
        for row in rows {
            let start = row.from?.rawValue ?? "[*]"
            let place = arrows.firstIndex { $0.start == start && $0.end == row.to.rawValue }
            if let place {
                arrows[place].moves.append(row.move.rawValue)
            } else {
                arrows.append((start, row.to.rawValue, [row.move.rawValue]))
            }
        }
        let lines = arrows.map { "    \($0.start) --> \($0.end): \($0.moves.joined(separator: ", "))" }
        let ends = CaseStatus.allCases.filter { !$0.isOpen }.map { "    \($0.rawValue) --> [*]" }
        return (["stateDiagram-v2"] + lines + ends).joined(separator: "\n")
    }
}
