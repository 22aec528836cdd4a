import Configuration
import Foundation
import HTTPTypes
import Hummingbird
import IntakeAPI
import Logging
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import IntakeServer

@Suite("Intake's guard against floods")
struct IntakeAbuseTests {
    // MARK: Rates

    @Test("a rate fades within two minutes, and says when there is room again")
    func fading() {
        let meter = RateMeter()
        let start = ContinuousClock.now
        for _ in 0..<10 { _ = meter.count("a", limit: 10, now: start) }
        #expect(meter.peek("a", limit: 10, now: start).count == 10)
        #expect(meter.peek("b", limit: 10, now: start).count == 0)
        let over = meter.count("a", limit: 10, now: start)
        #expect(over.count == 11)
        let later = meter.peek("a", limit: 10, now: start + .seconds(over.wait))
        #expect(later.count <= 9, "as many seconds later one more is within the limit")
        #expect(meter.peek("a", limit: 10, now: start + .seconds(150)).count == 0)
    }

    @Test("strangers' keys do not grow without bound")
    func bounded() {
        let meter = RateMeter(maximumKeys: 100)
        let start = ContinuousClock.now
        for key in 0..<1000 { _ = meter.count("\(key)", limit: 1, now: start) }
        #expect(meter.count("999", limit: 1, now: start).count >= 1)
    }

    // MARK: Texts

    @Test("texts that differ in numbers, case, punctuation or one word are alike; tellings of the same matter are not")
    func likeness() {
        let text =
            "Tumpukan sampah di belakang gudang lama belum juga diangkut petugas, baunya menyengat sampai rumah warga"
        func alike(_ other: String) -> Bool {
            !Set(TextLikeness.signatures(of: text)).isDisjoint(with: TextLikeness.signatures(of: other))
        }
        #expect(alike(text.uppercased() + " 4711!!!"))
        #expect(alike("Pak, " + text))
        for other in [
            "Air PDAM mati dari subuh di Nenang.", "aer ga ngalir pak di nipah2 dr jam 4",
            "Sampah menumpuk dua minggu, tolong diangkut", "Kran kering, di rumah ada bayi",
        ] { #expect(!alike(other)) }
        let surge = [
            "Air PDAM mati dari subuh di Nenang.", "aer ga ngalir pak di nipah2 dr jam 4",
            "Kemarin keruh, sekarang mati total", "Kran kering, di rumah ada bayi",
            "PDAM mati lagi?? sdh 3x bulan ini", "Mushola tidak ada air wudhu",
        ].map { Set(TextLikeness.signatures(of: $0)) }
        for first in surge.indices {
            for second in surge.indices where second > first {
                #expect(surge[first].isDisjoint(with: surge[second]))
            }
        }
        #expect(TextLikeness.signatures(of: "").count == 1 && TextLikeness.signatures(of: "a").count == 1)
    }

    // MARK: Challenges

    private static func gate(_ process: IntakeHouse.Process) throws -> AbuseGate {
        let environment = process.environment
        let rules = CallerRules(
            store: CallerRuleStore(database: environment.database), directory: environment.directory,
            data: ChannelDataStore(database: environment.database, directory: environment.directory),
            agencies: environment.agencies, hashes: [:], logger: environment.logger)
        return try AbuseGate(
            settings: AbuseSettings(), keys: [:], rules: rules,
            spent: SpentChallenges(database: environment.database, isAway: { _ in false }), logger: environment.logger)
    }

    private static func solved(_ challenge: Challenge, _ key: Challenge.Key) -> String? {
        (0..<1_000_000).lazy.map { "\(challenge.text):\($0)" }.first {
            if case .right = key.verdict($0, now: Date()) { true } else { false }
        }
    }

    @Test("a proof is right only for its own challenge, in time, under the agency's own key")
    func proofs() async throws {
        try await IntakeHouse.with { process in
            let own = try #require(process.environment.keys.door(process.scope))
            let foreign = try #require(process.environment.keys.door(process.environment.agencies[1]))
            let key = Challenge.Key(door: own, agency: "INTA")
            let work = key.work(bits: 10, now: Date())
            let proof = try #require(Self.solved(work, key))
            #expect(Challenge.Key(door: foreign, agency: "INTB").verdict(proof, now: Date()) == .wrong)
            #expect(key.verdict(proof, now: Date().addingTimeInterval(Challenge.lifetime + 1)) == .wrong)
            #expect(key.verdict(work.text + ":", now: Date()) == .wrong || proof == work.text + ":")
            // Easier than it was made: the signature covers the bits.
            #expect(key.verdict(proof.replacing("w.10.", with: "w.0."), now: Date()) == .wrong)
            let question = key.question(answer: "12", opens: Date().addingTimeInterval(60))
            #expect(key.verdict(question.text + ":12", now: Date()) == .early)
            #expect(key.verdict(question.text + ":13", now: Date().addingTimeInterval(90)) == .wrong)
            if case .right = key.verdict(question.text + ": 12 ", now: Date().addingTimeInterval(90)) {
            } else {
                Issue.record("the right answer counts once it is open")
            }
            let gate = try Self.gate(process)
            #expect(gate.bits(attack: 0) == 16 && gate.bits(attack: 1.5) == 16 && gate.bits(attack: 4.5) == 18)
            #expect(gate.bits(attack: 1_000_000) == 20)
        }
    }

    @Test("a challenge opens the door for one request, in every copy of intake, which may come again a few times")
    func spending() async throws {
        try await IntakeHouse.with { process in
            let database = process.environment.database
            let copies = (0..<2).map { _ in SpentChallenges(database: database, isAway: { _ in false }) }
            let (one, other) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
            let id = UUID.v7().text.replacing("-", with: "").suffix(16).description
            #expect(await copies[0].spend(id, on: one, now: Date(), in: process.scope))
            #expect(await copies[1].spend(id, on: one, now: Date(), in: process.scope))
            #expect(await !copies[1].spend(id, on: other, now: Date(), in: process.scope))
            #expect(await copies[0].spend(id, on: one, now: Date(), in: process.scope))
            #expect(await !copies[0].spend(id, on: one, now: Date(), in: process.scope), "three times is enough")
            let alone = SpentChallenges(database: database, isAway: { _ in true })
            let next = UUID.v7().text.replacing("-", with: "").suffix(16).description
            #expect(await alone.spend(next, on: one, now: Date(), in: process.scope))
            #expect(await !alone.spend(next, on: other, now: Date(), in: process.scope))
        }
    }

    @Test("answers of one address wait in a row, those of another do not wait for them")
    func queue() {
        let queue = QuestionQueue()
        let now = Date()
        let slots = (0..<200).map { _ in queue.slot("a", now: now) }
        #expect(slots[0] == now.addingTimeInterval(Challenge.reading))
        #expect(slots[1].timeIntervalSince(slots[0]) == 2)
        #expect(slots.allSatisfy { $0.timeIntervalSince(now) <= 300 })
        #expect(queue.slot("b", now: now) == slots[0])
    }

    // MARK: Settings and addresses

    @Test("settings out of range stop the start and name their key")
    func settings() throws {
        func settings(_ values: [AbsoluteConfigKey: ConfigValue]) throws -> AbuseSettings {
            try AbuseSettings(ConfigReader(provider: InMemoryProvider(values: values)))
        }
        let set = try settings([
            "intake.challenge.bits": 12, "intake.challenge.hardest": 10, "intake.challenge.address": 0,
        ])
        #expect(set.bits == 12 && set.hardest == 12 && set.address == 0 && set.contact == 6)
        do {
            _ = try settings(["intake.challenge.bits": 40])
            Issue.record("40 zero bits take years")
        } catch let error as ConfigurationError {
            #expect(error.key == "intake.challenge.bits")
        }
        #expect(ClientAddress("2001:db8:1:2::1")?.network == ClientAddress("2001:db8:1:2:ffff::9")?.network)
        #expect(ClientAddress("2001:db8:1:3::1")?.network != ClientAddress("2001:db8:1:2::1")?.network)
        #expect(ClientAddress("203.0.113.7")?.network == ClientAddress("::ffff:203.0.113.7")?.network)
        #expect(ClientAddress("rumah") == nil)
        #expect(PlainSum(2, 9).answer == "11" && PlainSum(2, 9).question.id.contains("dua ditambah sembilan"))
    }
}
