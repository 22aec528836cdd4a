import Foundation
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import RoutingServer

@Suite("Rules as data")
struct RoutingRuleTests {
    private static let base =
        #""rule_id":"0190a1b2-0000-7000-8000-000000000001","name":"Aturan","priority":5,"lead":"KABA/DPU""#

    private static func document(_ members: String) -> RuleDocument {
        RuleDocument(.stored(members.isEmpty ? "{\(base)}" : "{\(base),\(members)}"))
    }

    @Test("what is stored comes back as it was written")
    func roundTrip() {
        let text = #"""
            "category":"roads","area_code":"71.01","kind":"complaint","words":["kabel putus"],"channels":["sms"],
            "polygon":{"type":"Polygon","coordinates":[[[116,-1],[117,-1],[117,0],[116,-1]]]},"weekdays":[6,7],
            "hours":{"from":"16:00","to":"07:30"},"answers":{"depth":["deep"]},"case_priority":"high"
            """#
        let document = Self.document(text)
        #expect(document.rule.faults == [])
        #expect(document.rule.conditions.count == 8)
        var fields = FieldReader(document.json)
        let again = RuleDocument(RuleBody(fields: &fields))
        #expect(again.isSame(as: document))
        #expect(!Self.document(#""category":"roads""#).isSame(as: document))
    }

    @Test(
        "what cannot be read makes a rule broken, and never the reader",
        arguments: [
            #""words":"kabel""#, #""words":[1]"#, #""words":["?!"]"#, #""polygon":"x""#, #""besok":true"#,
            #""kind":"baru""#,
            #""weekdays":[8]"#, #""hours":{"from":"25:00","to":"x"}"#, #""answers":[]"#, #""conditions":["x"]"#,
        ])
    func faults(member: String) {
        let rule = Self.document(member).rule
        #expect(rule.faults.count == 1)
        #expect(rule.hasUnreadConditions)
        #expect(rule.lead == "KABA/DPU")
    }

    @Test("nonsense is a broken rule too")
    func nonsense() {
        for text in ["", "null", "[]", "{}", #"{"contributors":[null]}"#] {
            #expect(!RuleDocument(.stored(text)).rule.faults.isEmpty, "\(text)")
        }
    }

    @Test("a polygon is closed, does not cross itself, and is not the wrong way round")
    func polygons() throws {
        func polygon(_ corners: String) throws(GeoPolygon.Fault) -> GeoPolygon {
            try GeoPolygon(.stored(#"{"type":"Polygon","coordinates":[\#(corners)]}"#))
        }
        let square = try polygon(
            "[[116,-2],[118,-2],[118,0],[116,0],[116,-2]],[[116.5,-1.5],[117,-1.5],[117,-1],[116.5,-1.5]]")
        #expect(square.contains(latitude: -0.5, longitude: 117.5))
        #expect(!square.contains(latitude: -1.4, longitude: 116.8), "in the hole")
        #expect(!square.contains(latitude: 1, longitude: 117))
        #expect(throws: GeoPolygon.Fault.badFormat) { try polygon("[[116,-2],[118,-2],[118,0],[116,0]]") }
        #expect(throws: GeoPolygon.Fault.badFormat) { try polygon("[[116,-2],[118,0],[118,-2],[116,0],[116,-2]]") }
        #expect(throws: GeoPolygon.Fault.coordinatesSwapped) { try polygon("[[-2,116],[-2,118],[0,118],[-2,116]]") }
    }

    @Test("hours may go over midnight")
    func hours() throws {
        let night = try #require(RuleHours(from: "16:00", to: "07:30"))
        #expect(night.contains(minute: 0) && night.contains(minute: 16 * 60) && !night.contains(minute: 12 * 60))
        let evening = try #require(RuleHours(from: "18:00", to: "24:00"))
        #expect(night.covers(evening) && !evening.covers(night) && evening.meets(night))
        let noon = try #require(RuleHours(from: "11:00", to: "13:00"))
        #expect(!noon.meets(night))
    }

    @Test("channel, place, time and answers decide")
    func circumstances() throws {
        let rules = [
            Self.document(
                #""rule_id":"0190a1b2-0000-7000-8000-000000000002","channels":["sms"],"weekdays":[6],"hours":{"from":"08:00","to":"12:00"}"#
            ),
            Self.document(
                #""rule_id":"0190a1b2-0000-7000-8000-000000000003","answers":{"depth":["deep"]},"polygon":{"type":"Polygon","coordinates":[[[116,-2],[118,-2],[118,0],[116,-2]]]}"#
            ),
        ].map(\.rule)
        let engine = DecisionEngine(rules: rules, directory: Stub.directory)
        func mode(_ circumstances: Circumstances) -> RoutingDecision.Mode {
            engine.decide(
                CaseFacts(
                    agency: 2, category: nil, area: "71.01", kind: .complaint, text: "", directory: Stub.directory,
                    circumstances: circumstances)
            ).mode
        }
        // Saturday 21 November 2026, 09:00 in Makassar.
        let saturday = try #require(Timestamp.date("2026-11-21T09:00:00+08:00"))
        #expect(mode(Circumstances(channel: "sms", receivedAt: saturday)) == .automatic)
        #expect(mode(Circumstances(channel: "portal", receivedAt: saturday)) == .suggested)
        #expect(mode(Circumstances(channel: "sms", receivedAt: saturday.addingTimeInterval(4 * 3600))) == .suggested)
        var inside = Circumstances(latitude: -1, longitude: 117.8)
        #expect(mode(inside) == .suggested)
        inside.setAnswers(.stored(#"{"depth":["shallow","deep"]}"#))
        #expect(mode(inside) == .automatic)
    }

    @Test("a broken rule holds only cases that it would have decided")
    func broken() {
        func rules(_ conditions: [RuleCondition], unread: Bool = false) -> [RoutingRule] {
            [
                RoutingRule(
                    id: UUID.v7(), priority: 1, name: "Rusak", conditions: conditions, lead: "KABA/DPU",
                    faults: ["x"], hasUnreadConditions: unread),
                Stub.rule(2, "Sampah", [.category("waste")], lead: "KABA/DLH"),
            ]
        }
        func mode(_ rules: [RoutingRule]) -> RoutingDecision.Mode {
            DecisionEngine(rules: rules, directory: Stub.directory)
                .decide(Stub.facts(category: "waste.collection", area: "71.01")).mode
        }
        #expect(mode(rules([.category("waste")])) == .suggested)
        #expect(mode(rules([.category("roads")])) == .automatic)
        #expect(mode(rules([])) == .suggested, "it was for everything")
        #expect(mode(rules([], unread: true)) == .automatic, "nobody knows what it was for")
    }
}

@Suite("Collisions of rules")
struct RuleFindingTests {
    private static func findings(
        _ rules: [RoutingRule], changed: Set<UUID>? = nil, areas: Set<String> = ["71.01", "71.01.02"]
    ) -> [RuleFinding] {
        RuleFindings(
            agency: 2, directory: Stub.directory, areas: areas, changed: changed ?? Set(rules.map(\.id)), now: Date()
        ).of(rules.map { RuleDocument(rule: $0) })
    }

    @Test("the same priority and different outcomes collide where both can match")
    func samePriority() {
        let a = Stub.rule(5, "A", [.category("roads"), .area("71.01")], lead: "KABA/DPU")
        let b = Stub.rule(5, "B", [.category("roads.damage"), .words(["lubang"])], lead: "KABA/DLH")
        #expect(Self.findings([a, b]).map(\.code) == [.samePriority])
        #expect(Self.findings([a, b], changed: []).map(\.isBlocking) == [false])
        let elsewhere = Stub.rule(5, "B", [.category("waste"), .words(["lubang"])], lead: "KABA/DLH")
        #expect(Self.findings([a, elsewhere]).map(\.code) == [.unknownCategory])
        let alike = Stub.rule(5, "B", [.category("roads.damage"), .words(["lubang"])], lead: "KABA/DPU")
        #expect(Self.findings([a, alike]).isEmpty)
        // For exactly the same cases, whenever each was written.
        let twin = RoutingRule(
            id: UUID.v7(), priority: 5, name: "B", conditions: a.conditions, lead: "KABA/DLH",
            validFrom: Date(timeIntervalSinceNow: -86_400))
        #expect(Self.findings([a, twin]).map(\.code) == [.samePriority])
        // The narrower one is tried first: that is meant.
        let narrower = Stub.rule(5, "B", [.category("roads.damage"), .area("71.01.02")], lead: "KABA/DLH")
        #expect(Self.findings([a, narrower]).isEmpty)
        // Sensitive reports follow only their own rules.
        #expect(Self.findings([Stub.rule(5, "C", [.kind(.supervisory)], lead: "KABA/INSPEKTORAT"), a]).isEmpty)
    }

    @Test("a rule that an earlier one covers never fires")
    func covered() {
        let wide = Stub.rule(1, "Luas", [.category("roads")], lead: "KABB")
        let narrow = Stub.rule(2, "Sempit", [.category("roads.damage"), .words(["lubang"])], lead: "KABA/DPU")
        #expect(Self.findings([wide, narrow]).map(\.code) == [.neverFires])
        #expect(Self.findings([wide, narrow])[0].rule.name == "Sempit")
        // Rules for own offices leave what happens outside to the next one.
        let own = Stub.rule(1, "Sendiri", [.category("roads")], lead: "KABA/DPU")
        #expect(Self.findings([own, Stub.rule(2, "Luar", [.category("roads")], lead: "KABB")]).isEmpty)
        let later = RoutingRule(
            id: UUID.v7(), priority: 1, name: "Nanti", conditions: [.category("roads")], lead: "KABB",
            validFrom: Date(timeIntervalSinceNow: 86_400))
        #expect(Self.findings([later, narrow]).isEmpty)
    }

    @Test("what is named must exist")
    func names() {
        let rule = Stub.rule(
            1, "Salah", [.category("x.y"), .area("99"), .answer(question: "warna", wanted: ["merah"])],
            lead: "KABA/HILANG",
            contributors: ["KABA/JUGA"])
        #expect(
            Set(Self.findings([rule]).map(\.code)) == [
                .unknownOffice, .unknownCategory, .unknownArea, .unknownQuestion,
            ])
        #expect(
            Self.findings([rule]).filter { $0.code == .unknownOffice }.map(\.subject) == ["KABA/HILANG", "KABA/JUGA"])
    }
}

extension RuleDocument {
    fileprivate init(rule: RoutingRule) {
        self.init(json: .null, rule: rule)
    }
}
