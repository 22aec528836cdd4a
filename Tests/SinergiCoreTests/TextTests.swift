import SinergiCore
import Testing

@Suite("Plain texts")
struct TextTests {
    @Test("every sentence has at most twenty words", arguments: Language.allCases)
    func short(_ language: Language) {
        let texts =
            CaseStatus.allCases.map { $0.sentence[language] }
            + CaseEvent.allCases.map { $0.sentence(office: "Dinas Lingkungan Hidup", in: language) }
            + NextStep.allCases.map { $0.label(in: language) }
        for text in texts {
            for sentence in text.split(separator: ".") {
                #expect(sentence.split(separator: " ").count <= 20, "\(sentence)")
            }
        }
    }

    @Test("languages differ, and no label is used twice in a vocabulary")
    func labels() {
        func check(_ labels: [Localized]) {
            #expect(Set(labels.map(\.id)).count == labels.count)
            #expect(Set(labels.map(\.en)).count == labels.count)
        }
        check(CaseStatus.allCases.map(\.label))
        check(CaseEvent.allCases.map(\.label))
        check(NextStep.allCases.map(\.label))
        check(Outcome.allCases.map(\.label))
        check(Kind.allCases.map(\.label))
        check(Role.allCases.map(\.label))
        check(HandoffState.allCases.map(\.label))
        check(ClockStep.allCases.map(\.label))
    }

    @Test(
        "the language is the first that is spoken here",
        arguments: [
            (nil, Language.id), ("en", .en), ("en-GB,en;q=0.9,id;q=0.8", .en), ("fr, id;q=0.3, en;q=0.9", .en),
            ("de", .id),
            ("id;q=0.5, en;q=0", .id), ("", .id), ("EN", .en),
        ])
    func accepted(_ header: String?, language: Language) {
        #expect(Language(accepting: header) == language)
    }
}

@Suite("Roles")
struct RoleTests {
    @Test("liaisons may do what triage and handlers may, supervisors all of that")
    func ladder() {
        #expect(Role.liaison.permissions.isSuperset(of: Role.triage.permissions.union(Role.handler.permissions)))
        #expect(Role.supervisor.permissions.isSuperset(of: Role.liaison.permissions))
        #expect(Role.supervisor.permissions.isSuperset(of: [.overrule, .recall]))
    }

    @Test(
        "what a role must not do",
        arguments: [
            (.triage, .accept), (.handler, .approve), (.liaison, .recall), (.head, .verify), (.auditor, .note),
            (.arbiter, .accept),
            (.supervisor, .arbitrate), (.admin, .read), (.developer, .read), (.service, .read), (.liaison, .deliver),
        ] as [(Role, Permission)])
    func refused(_ role: Role, _ permission: Permission) {
        #expect(![role].allow(permission))
    }

    @Test("one person may hold several roles")
    func several() {
        #expect([Role.auditor, .arbiter].allow(.arbitrate))
        #expect(![Role]().allow(.read))
    }
}
