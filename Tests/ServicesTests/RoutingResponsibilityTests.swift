import Foundation
import SinergiCore
import Tenancy
import Testing

@testable import RoutingServer

/// Responsibilities, days and boundaries in decisions where no rule has the word.
@Suite("Responsibilities and places")
struct RoutingResponsibilityTests {
    private typealias Period = Directory.Period
    private static let base = Stub.directory
    private static let split = Day("2026-01-01") ?? Day(number: 0)

    private static func id(_ code: String) -> UUID { base.office(code: code)?.id ?? UUID() }

    private static func directory(_ responsibilities: [Directory.Responsibility]) -> Directory {
        Directory(
            readAt: base.readAt, today: Day("2026-11-24"), agencies: Array(base.agencies.values),
            offices: Array(base.offices.values), categories: Array(base.categories.values),
            jurisdictions: [
                .init(agency: 1, area: "71"), .init(agency: 2, area: "71.01"),
                // Split off from A on the first of January.
                .init(agency: 2, area: "71.02", period: Period(from: Day(number: 0), to: split)),
                .init(agency: 3, area: "71.02", period: Period(from: split)),
                // A unit's row is nobody's territory, however narrow.
                .init(agency: 3, office: id("KABB"), area: "71.01.05"),
            ], keys: [], calendars: [], responsibilities: responsibilities)
    }

    private static func duty(
        _ office: String, _ category: String, _ area: String? = nil, _ period: Directory.Period = .always
    ) -> Directory.Responsibility {
        .init(
            agency: base.office(code: office)?.agency ?? 0, office: id(office), category: category, area: area,
            period: period)
    }

    private static func decide(
        _ duties: [Directory.Responsibility], category: String? = "roads.damage", area: String? = "71.01.02",
        kind: Kind = .complaint, place: ReceivedPlace = ReceivedPlace()
    ) -> RoutingDecision {
        let directory = directory(duties)
        let facts = CaseFacts(agency: 2, category: category, area: area, kind: kind, text: "", directory: directory)
        return DecisionEngine(rules: [], directory: directory, place: place).decide(facts)
    }

    @Test("the office that is responsible before all others gets the case, with the reason")
    func one() {
        let decision = Self.decide([Self.duty("KABA/DPU", "roads"), Self.duty("KABA/DLH", "waste")])
        #expect(decision.mode == .automatic && decision.rule == ResponsibilityStep.rule)
        #expect(decision.suggestions.map(\.office) == ["KABA/DPU"])
        #expect(decision.suggestions.first?.reasons == ["Dinas PU bertanggung jawab atas jalan rusak."])
    }

    @Test("the longer category counts before the longer area; equals are proposed to a person")
    func specificity() {
        let narrow = Self.decide([Self.duty("KABA/DPU", "roads", "71.01.02"), Self.duty("KABA/DLH", "roads.damage")])
        #expect(narrow.suggestions.map(\.office) == ["KABA/DLH"])
        let area = Self.decide([Self.duty("KABA/DPU", "roads", "71.01"), Self.duty("KABA/DLH", "roads", "71.01.02")])
        #expect(area.suggestions.map(\.office) == ["KABA/DLH"])
        let tie = Self.decide([Self.duty("KABA/DPU", "roads"), Self.duty("KABA/DLH", "roads")])
        #expect(tie.mode == .suggested && tie.rule == nil)
        #expect(Set(tie.suggestions.prefix(2).map(\.office)) == ["KABA/DPU", "KABA/DLH"])
    }

    @Test("another agency's claim is proposed and decides nothing")
    func foreign() {
        let decision = Self.decide([Self.duty("LISTRIK", "roads.damage")])
        #expect(decision.mode == .suggested)
        #expect(decision.suggestions.contains { $0.office == "LISTRIK" })
        let beside = Self.decide([Self.duty("LISTRIK", "roads.damage"), Self.duty("KABA/DPU", "roads")])
        #expect(beside.mode == .automatic && beside.suggestions.map(\.office) == ["KABA/DPU"])
    }

    @Test("nothing for sensitive reports, other categories, other areas, or no category")
    func nothing() {
        let duties = [Self.duty("KABA/DPU", "roads", "71.01")]
        for decision in [
            Self.decide(duties, kind: .supervisory), Self.decide(duties, category: "waste"),
            Self.decide(duties, category: nil), Self.decide(duties, category: "roadside"),
            Self.decide(duties, area: nil),
        ] {
            #expect(decision.rule != ResponsibilityStep.rule)
        }
    }

    @Test("the day of receipt counts: of duties and of whose place it is")
    func days() {
        let before = ReceivedPlace(day: Self.split.adding(-1))
        let after = ReceivedPlace(day: Self.split)
        let duties = [Self.duty("KABA/DPU", "roads", nil, Period(from: Self.split))]
        #expect(Self.decide(duties, place: before).mode == .suggested)
        #expect(Self.decide(duties, place: after).mode == .automatic)
        #expect(Self.decide([], area: "71.02.01", place: before).mode == .suggested)
        #expect(Self.decide([], area: "71.02.01", place: after).suggestions.map(\.office) == ["KABB"])
        #expect(Self.directory([]).agency(ofArea: "71.02.01")?.code == "KABB")
        #expect(Self.directory([]).agency(ofArea: "71.01.05")?.code == "KABA", "a unit's jurisdiction takes no place")
    }

    @Test("a boundary drawn around the point counts before codes")
    func boundaries() {
        let port = ReceivedPlace.Boundary(agency: 3, office: nil, name: "Pelabuhan")
        let unit = ReceivedPlace.Boundary(agency: 2, office: Self.id("KABA/DLH"), name: "Taman")
        let duties = [Self.duty("KABA/DPU", "roads")]
        let foreign = Self.decide(duties, place: ReceivedPlace(boundaries: [unit, port]))
        #expect(foreign.mode == .automatic && foreign.suggestions.map(\.office) == ["KABB"])
        let own = Self.decide(duties, place: ReceivedPlace(boundaries: [unit]))
        #expect(own.suggestions.map(\.office) == ["KABA/DPU"], "a unit's boundary is nobody's territory")
        let territory = Territory(directory: Self.base, place: ReceivedPlace(boundaries: [unit]))
        #expect(territory.units(of: 2, serving: "71.01").map(\.code) == ["KABA/DLH"])
    }
}
