import Foundation
import SinergiCore
import Testing

@Suite("Case states")
struct TransitionTableTests {
    @Test("a state and a move lead to one state")
    func unique() {
        let starts = TransitionTable.rows.map { "\($0.from?.rawValue ?? "")|\($0.move.rawValue)" }
        #expect(Set(starts).count == starts.count)
        for row in TransitionTable.rows {
            #expect(TransitionTable.target(from: row.from, move: row.move) == row.to)
        }
    }

    @Test("every move and every state has a row")
    func complete() {
        #expect(Set(TransitionTable.rows.map(\.move)) == Set(CaseMove.allCases))
        #expect(Set(TransitionTable.rows.map(\.to)) == Set(CaseStatus.allCases))
    }

    @Test("a report can be withdrawn from every open state and from no other", arguments: CaseStatus.allCases)
    func withdraw(_ status: CaseStatus) {
        #expect(TransitionTable.target(from: status, move: .withdraw) == (status.isOpen ? .closed : nil))
    }

    @Test(
        "nothing leaves an ended state but an undone merge and a promise whose day has come",
        arguments: CaseStatus.allCases.filter { !$0.isOpen })
    func ended(_ status: CaseStatus) {
        #expect(
            TransitionTable.moves(from: status)
                == (status == .merged ? [.unmerge] : status == .closed ? [.comeBack] : []))
    }

    @Test(
        "the main path of a case is legal",
        arguments: [
            (nil, CaseMove.open, CaseStatus.submitted), (.submitted, .offerLead, .routed),
            (.routed, .acceptLead, .inProgress),
            (.inProgress, .answerFinal, .answered), (.answered, .confirm, .closed), (.answered, .dispute, .reopened),
            (.reopened, .answerFinal, .answered), (.routed, .openArbitration, .inArbitration),
            (.inArbitration, .arbitrate, .inProgress),
        ] as [(CaseStatus?, CaseMove, CaseStatus)])
    func mainPath(_ from: CaseStatus?, move: CaseMove, to: CaseStatus) {
        #expect(TransitionTable.target(from: from, move: move) == to)
    }

    @Test(
        "what must not happen is not legal",
        arguments: [
            (.submitted, .confirm), (.inProgress, .dispute), (.answered, .answerFinal), (.closed, .dispute),
            (.answered, .offerLead),
        ] as [(CaseStatus, CaseMove)])
    func illegal(_ from: CaseStatus, move: CaseMove) {
        #expect(TransitionTable.target(from: from, move: move) == nil)
    }

    @Test("docs/case-states.md shows the table's diagram")
    func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/case-states.md"), encoding: .utf8)
        #expect(page.contains("```mermaid\n\(TransitionTable.diagram)\n```"), "\(TransitionTable.diagram)")
    }

    @Test("outcomes stand in the states that the contract names")
    func outcomes() {
        #expect(Outcome.confirmedSolved.status == .closed)
        #expect(Outcome.archived.status == .archived)
        #expect(Outcome.merged.status == .merged)
    }

    @Test("words that newer code made are kept")
    func unknownWords() throws {
        let text = Data(#"["routed","teleported"]"#.utf8)
        let read = try JSONDecoder().decode([Wire<CaseStatus>].self, from: text)
        #expect(read.map(\.known) == [.routed, nil])
        #expect(try JSONEncoder().encode(read) == text)
    }
}
