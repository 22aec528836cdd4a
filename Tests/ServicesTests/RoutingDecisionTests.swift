import Foundation
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import RoutingServer

@Suite("Where a case goes")
struct RoutingDecisionTests {
    @Test("a trace of a long decision table is cut to what counts, and says so")
    func longTrace() throws {
        func trial(_ number: Int, matched: Bool) -> RuleTrial {
            RuleTrial(
                rule: nil, version: nil, name: "Aturan \(number)", matched: matched, broken: false,
                why: [String(repeating: "x", count: 100)])
        }
        let trials = (0..<2000).map { trial($0, matched: $0 == 1999) }
        let text = try TraceText.bounded(trials)
        #expect(text.utf8.count < 90_000)
        #expect(text.contains("\"Aturan 1999\"") && text.contains("\"Aturan 0\""))
        #expect(text.contains("aturan lain juga dicoba"))
        let short = Array(trials.prefix(3))
        #expect(try TraceText.bounded(short) == JSONWriter.text(of: short))
    }

    @Test("a rule of category and area decides, with reasons that a citizen understands")
    func rule() {
        let decision = Stub.engine.decide(Stub.facts(category: "roads.damage", area: "71.01.02"))
        #expect(decision.mode == .automatic)
        #expect(decision.rule == "Jalan kabupaten")
        #expect(decision.suggestions.map(\.office) == ["KABA/DPU"])
        #expect(decision.suggestions[0].probability == 1)
        #expect(
            decision.suggestions[0].reasons == [
                "Laporan ini tentang jalan rusak.", "Tempat kejadian ada di wilayah Kabupaten A.",
                "Dinas PU menangani urusan seperti ini.",
            ])
    }

    @Test(
        "category, area and kind decide together",
        arguments: [
            ("roads.damage", "71.01", Kind.complaint, "KABA/DPU"),
            // An upper category matches those below it.
            ("waste.collection", "71.01.03", .complaint, "KABA/DLH"),
            // A place outside: the agency of the place, although a rule without area would keep it.
            ("waste.collection", "71.02.01", .complaint, "KABB"),
            ("roads.damage", "71.02", .complaint, "KABB"),
            // A rule that sends a category to another agency counts everywhere.
            ("power.pole", "71.01", .complaint, "LISTRIK"),
            ("power.pole", "71.02", .complaint, "LISTRIK"),
            ("roads.damage", "71.01", .whistleblowing, "KABA/INSPEKTORAT"),
        ])
    func table(category: String, area: String, kind: Kind, office: String) {
        let decision = Stub.engine.decide(Stub.facts(category: category, area: area, kind: kind))
        #expect(decision.mode == .automatic)
        #expect(decision.suggestions.first?.office == office)
    }

    @Test(
        "where nothing is certain a person decides",
        arguments: [
            (nil, "71.01", Kind.complaint), ("other.other", "71.01", .complaint), ("roads.damage", nil, .complaint),
            // A whole province is too wide, and a supervisory report follows no rule but its own.
            ("roads.damage", "71.09", .complaint), ("roads.damage", "71.01", .supervisory),
            ("roads.damage", "71.02", .supervisory),
        ] as [(String?, String?, Kind)])
    func uncertain(category: String?, area: String?, kind: Kind) {
        let decision = Stub.engine.decide(Stub.facts(category: category, area: area, kind: kind))
        #expect(decision.mode == .suggested)
    }

    @Test("proposals are ranked and explained, and never name the office that has the case already")
    func proposals() {
        let decision = Stub.engine.decide(Stub.facts(category: "roads.damage", area: nil, addressed: "KABA/DLH"))
        #expect(decision.suggestions.map(\.office) == ["KABA/DPU", "KABA/DLH"])
        #expect(decision.suggestions[0].reasons == ["Laporan ini tentang jalan rusak."])
        #expect(decision.suggestions.allSatisfy { $0.probability > 0 && $0.probability < 1 && !$0.reasons.isEmpty })
        let own = Stub.engine.decide(Stub.facts(category: nil, area: "71.01", addressed: "KABA/TRIASE"))
        #expect(!own.suggestions.contains { $0.office == "KABA/TRIASE" })
    }

    @Test("a sensitive report is never proposed to an office that it could accuse")
    func sensitive() {
        let decision = Stub.engine.decide(
            Stub.facts(category: "roads.damage", area: "71.01", kind: .supervisory, addressed: "KABA/DPU"))
        #expect(!decision.suggestions.contains { $0.office == "KABA/DPU" })
    }

    @Test("words of the text are a condition of their own, whole words only")
    func words() {
        let rule = Stub.rule(1, "Kabel", [.words(["kabel putus", "tiang"])], lead: "LISTRIK")
        let engine = DecisionEngine(rules: [rule], directory: Stub.directory)
        #expect(engine.decide(Stub.facts(text: "Ada KABEL  putus, tolong!")).mode == .automatic)
        #expect(engine.decide(Stub.facts(text: "Setiang jauhnya")).mode == .suggested)
    }

    @Test("contributors of a rule are offered with the lead")
    func contributors() {
        let rule = Stub.rule(1, "Amblas", [.category("roads")], lead: "KABA/DPU", contributors: ["LISTRIK"])
        let decision = DecisionEngine(rules: [rule], directory: Stub.directory)
            .decide(Stub.facts(category: "roads.damage", area: "71.01"))
        #expect(decision.suggestions.map(\.role) == ["lead", "contributor"])
        #expect(decision.suggestions.map(\.office) == ["KABA/DPU", "LISTRIK"])
    }

    @Test("a rule that holds proposes and does not act")
    func hold() {
        let rule = Stub.rule(1, "Hati-hati", [.category("roads")], lead: "KABA/DPU", hold: true)
        let decision = DecisionEngine(rules: [rule], directory: Stub.directory)
            .decide(Stub.facts(category: "roads.damage", area: "71.01"))
        #expect(decision.mode == .suggested)
        #expect(decision.rule == "Hati-hati")
        #expect(decision.suggestions.first?.office == "KABA/DPU")
    }

    @Test("a broken rule is skipped, said, and stops nothing")
    func broken() {
        let rules = [
            Stub.rule(1, "Salah", [.category("roads")], lead: "TIDAK-ADA"),
            Stub.rule(2, "Benar", [.category("roads")], lead: "KABA/DPU"),
        ]
        let decision = DecisionEngine(rules: rules, directory: Stub.directory)
            .decide(Stub.facts(category: "roads.damage", area: "71.01"))
        #expect(decision.suggestions.first?.office == "KABA/DPU")
        // The one that would have decided is broken: a person looks.
        #expect(decision.mode == .suggested)
        #expect(decision.rule == "Aturan rusak: Salah")
        #expect(decision.brokenRules == ["Salah"])
        #expect(decision.trace.map(\.matched) == [false, true])
        #expect(decision.trace.allSatisfy { !$0.why.isEmpty })
    }

    @Test("rules are tried by priority, then the more specific first")
    func order() {
        let rules = [
            Stub.rule(5, "Umum", [.category("roads")], lead: "KABA/DLH"),
            Stub.rule(5, "Khusus", [.category("roads.damage"), .area("71.01")], lead: "KABA/DPU"),
            Stub.rule(1, "Utama", [.area("71.01.09")], lead: "LISTRIK"),
        ]
        let engine = DecisionEngine(rules: rules, directory: Stub.directory)
        #expect(engine.decide(Stub.facts(category: "roads.damage", area: "71.01.01")).rule == "Khusus")
        #expect(engine.decide(Stub.facts(category: "roads.damage", area: "71.01.09")).rule == "Utama")
        #expect(engine.decide(Stub.facts(category: "roads.other", area: "71.01.01")).rule == "Umum")
    }

    @Test("an agency without territory keeps what happens anywhere until a rule says otherwise")
    func national() {
        let facts = CaseFacts(
            agency: 4, category: "roads.damage", area: "71.02", kind: .complaint, text: "", directory: Stub.directory)
        let decision = DecisionEngine(rules: [], directory: Stub.directory).decide(facts)
        #expect(decision.mode == .suggested)
        #expect(decision.suggestions.first?.office == "KABB")
    }

    @Test("cursors survive the wire")
    func cursors() {
        let cursor = DueCursor(microseconds: 1_795_160_400_123_456, id: UUID.v7())
        #expect(DueCursor(cursor.text) == cursor)
        let rule = RuleCursor(priority: 10, id: UUID.v7(), version: 3)
        #expect(RuleCursor(rule.text) == rule)
        #expect(DueCursor("x") == nil)
        #expect(RuleCursor("1_2_3") == nil)
    }
}

/// A small country: a province with two regencies, and the power company.
enum Stub {
    static let directory = Directory(
        readAt: Date(timeIntervalSince1970: 0),
        agencies: [
            .init(number: 1, code: "PROV", name: "Provinsi", prefix: "PROV"),
            .init(number: 2, code: "KABA", name: "Kabupaten A", prefix: "KABA", parent: 1),
            .init(number: 3, code: "KABB", name: "Kabupaten B", prefix: "KABB", parent: 1),
            .init(number: 4, code: "LISTRIK", name: "Perusahaan Listrik", prefix: "LST"),
        ],
        offices: [
            office("PROV", 1, "Provinsi"), office("KABA", 2, "Kabupaten A"), office("KABB", 3, "Kabupaten B"),
            office("LISTRIK", 4, "Perusahaan Listrik"), office("KABA/TRIASE", 2, "Kominfo", isTriage: true),
            office("KABA/DPU", 2, "Dinas PU"), office("KABA/DLH", 2, "Dinas LH"),
            office("KABA/INSPEKTORAT", 2, "Inspektorat"),
        ],
        categories: [
            .init(code: "roads", nameID: "Jalan", nameEN: "Roads"),
            .init(code: "roads.damage", parent: "roads", nameID: "Jalan rusak", nameEN: "Damaged road"),
        ],
        jurisdictions: [
            .init(agency: 1, area: "71"), .init(agency: 2, area: "71.01"), .init(agency: 3, area: "71.02"),
        ],
        keys: [], calendars: [])

    static let engine = DecisionEngine(
        rules: [
            rule(10, "Pelanggaran", [.kind(.whistleblowing)], lead: "KABA/INSPEKTORAT"),
            rule(20, "Listrik", [.category("power")], lead: "LISTRIK"),
            rule(30, "Jalan kabupaten", [.category("roads.damage"), .area("71.01")], lead: "KABA/DPU"),
            rule(30, "Sampah", [.category("waste")], lead: "KABA/DLH"),
        ], directory: directory)

    static func rule(
        _ priority: Int, _ name: String, _ conditions: [RuleCondition], lead: String?, contributors: [String] = [],
        hold: Bool = false
    ) -> RoutingRule {
        RoutingRule(
            id: UUID.v7(), priority: priority, name: name, conditions: conditions, lead: lead,
            contributors: contributors,
            hold: hold)
    }

    static func facts(
        category: String? = nil, area: String? = nil, kind: Kind = .complaint, text: String = "",
        addressed: String? = nil
    ) -> CaseFacts {
        CaseFacts(
            agency: 2, category: category, area: area, kind: kind, text: text, addressedOffice: addressed,
            directory: directory)
    }

    private static func office(_ code: String, _ agency: Int, _ name: String, isTriage: Bool = false)
        -> Directory.Office
    {
        Directory.Office(
            id: UUID.v7(), code: code, agency: agency, agencyCode: String(code.prefix { $0 != "/" }), name: name,
            isTriage: isTriage, zone: "Asia/Makassar", calendar: "office")
    }
}
