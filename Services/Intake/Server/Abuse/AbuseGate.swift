import Foundation
import IntakeAPI
import Logging
import Metrics
import ServiceKit
import SinergiCore
import Tenancy

/// Stands before intake's doors: asks strangers for a proof where too many come at once, and lets nobody in whom an officer has
/// shut out.
///
/// Rates are counted in this process, so with n copies of intake n times as many pass before the first challenge. Who is shut out
/// and which challenges are spent stands in the database (docs/adr/0037).
final class AbuseGate: Sendable {
    let rules: CallerRules
    let settings: AbuseSettings
    private let exempt: TrustedPeers
    private let keys: [Int: Challenge.Key]
    private let spent: SpentChallenges
    private let questions = QuestionQueue()
    private let meters = (
        address: RateMeter(), contact: RateMeter(), text: RateMeter(), total: RateMeter(), other: RateMeter(),
        client: RateMeter()
    )
    private let logger: Logger

    /// The gate of a process.
    /// - Throws: `ConfigurationError`.
    convenience init(_ environment: ServiceEnvironment, _ desks: [Int: IntakeDesk], data: ChannelDataStore) throws {
        let rules = CallerRules(
            store: CallerRuleStore(database: environment.database), directory: environment.directory, data: data,
            agencies: environment.agencies,
            hashes: desks.mapValues { ContactHash(door: $0.door, agency: $0.scope.code) }, logger: environment.logger)
        try self.init(
            settings: try AbuseSettings(environment.configuration.reader),
            keys: desks.mapValues { Challenge.Key(door: $0.door, agency: $0.scope.code) }, rules: rules,
            spent: SpentChallenges(
                database: environment.database, isAway: { desks[$0.number]?.watch.isAway ?? true }),
            logger: environment.logger)
    }

    /// - Throws: `ConfigurationError` for exempt networks that are none.
    init(
        settings: AbuseSettings, keys: [Int: Challenge.Key], rules: CallerRules, spent: SpentChallenges, logger: Logger
    ) throws(ConfigurationError) {
        do {
            exempt = try TrustedPeers(settings.exempt)
        } catch {
            throw ConfigurationError(key: "intake.challenge.exempt", reason: error.reason)
        }
        self.settings = settings
        self.keys = keys
        self.rules = rules
        self.spent = spent
        self.logger = logger
    }

    /// What was counted of one request.
    struct Measure {
        /// The limit that is passed, as the metric names it.
        var why: String?
        var wait = 1
        /// Times the limit of all strangers.
        var attack = 0.0

        mutating func note(_ name: String, _ reading: RateMeter.Reading, _ limit: Int) {
            guard limit > 0, reading.count > Double(limit) else { return }
            why = why ?? name
            wait = max(wait, reading.wait)
        }
    }

    /// Before a complaint is accepted. Marks it where it is one of a flood; such a one is accepted too.
    /// - Parameter request: 32 bytes that the same request has again.
    /// - Throws: 403 `blocked`, 429 `rate_limited` for a client, 429 `challenge_required`.
    func admit(
        _ visitor: Visitor, _ submission: inout CheckedSubmission, _ request: [UInt8], in scope: AgencyScope
    ) async throws {
        guard !visitor.isVerified else { return }
        if let client = visitor.client { return try await admit(client: client, in: scope) }
        let contacts = [submission.contact.phone, submission.contact.email].compactMap { $0 }
        try await refuseBlocked(visitor, contacts: contacts, in: scope)
        guard let address = counted(visitor, scope) else { return }
        var measure = Measure()
        let agency = "\(scope.number) "
        measure.note("address", meters.address.count(agency + address, limit: settings.address), settings.address)
        let total = meters.total.count(agency, limit: settings.total)
        measure.note("total", total, settings.total)
        if settings.total > 0 { measure.attack = total.count / Double(settings.total) }
        var sources = [address]
        for contact in contacts {
            // Kept in this process's memory, and there as a hash alone.
            let hash = Fingerprint.text(contact.lowercased())
            sources.append(hash)
            measure.note("contact", meters.contact.count(agency + hash, limit: settings.contact), settings.contact)
        }
        if isFlood(submission.description, sources.map { agency + $0 }, &measure) {
            submission.signs = submission.signs ?? .init()
            submission.signs?.flood = true
            Counter(label: "sinergi_intake_flood_total", dimensions: [("agency", scope.code)]).increment()
            logger.notice("flood of one text", metadata: ["agency": "\(scope.code)"])
        }
        try await challenge(measure, .complaint, visitor, request, scope)
    }

    /// Before anything else that strangers may do often.
    /// - Parameter subject: What is counted; `nil`: the visitor's address.
    /// - Throws: 403 `blocked`, 429 `challenge_required`.
    func pass(_ door: AbuseDoor, _ visitor: Visitor, subject: String? = nil, in scope: AgencyScope) async throws {
        guard !visitor.isVerified, visitor.client == nil else { return }
        try await refuseBlocked(visitor, contacts: [], in: scope)
        guard let address = counted(visitor, scope) else { return }
        let limit = limit(door)
        var measure = Measure()
        let key = "\(scope.number) \(door.rawValue) \(subject ?? address)"
        // Wrong keys are counted where they are found to be wrong.
        let reading =
            door == .accessKey ? meters.other.peek(key, limit: limit) : meters.other.count(key, limit: limit)
        measure.note(door.rawValue, reading, limit)
        try await challenge(measure, door, visitor, Fingerprint.bytes(Array(key.utf8)), scope)
    }

    /// Somebody came with an access key that opens nothing.
    func noteWrongKey(_ visitor: Visitor, in scope: AgencyScope) {
        guard let address = counted(visitor, scope) else { return }
        _ = meters.other.count("\(scope.number) \(AbuseDoor.accessKey.rawValue) \(address)", limit: settings.guess)
        Counter(label: "sinergi_intake_wrong_keys_total").increment()
    }

    /// - Throws: 403 `blocked`.
    func refuseBlocked(_ visitor: Visitor, contacts: [String], in scope: AgencyScope) async throws {
        guard let rule = rules.block(contacts: contacts, address: visitor.address, in: scope) else { return }
        throw await refusal(rule, in: scope)
    }

    func refusal(_ rule: CallerRules.Rule, in scope: AgencyScope) async -> Problem {
        Counter(label: "sinergi_intake_blocked_total", dimensions: [("agency", scope.code)]).increment()
        return .blocked(rule, await rules.help(in: scope))
    }

    private func admit(client: String, in scope: AgencyScope) async throws {
        if let rule = rules.block(client: client, in: scope) { throw await refusal(rule, in: scope) }
        guard settings.client > 0 else { return }
        let reading = meters.client.count("\(scope.number) \(client)", limit: settings.client)
        if reading.count > Double(settings.client) { throw Problem.rateLimited(retryAfter: reading.wait) }
    }

    /// The network that a visitor is counted by; `nil` for those who are never challenged.
    private func counted(_ visitor: Visitor, _ scope: AgencyScope) -> String? {
        guard let text = visitor.address, let address = ClientAddress(text), !exempt.contains(text),
            !rules.isExempt(address: text, in: scope)
        else { return nil }
        return address.network
    }

    /// Whether one source has sent this text, or nearly this text, too often. Different people who tell of the same outage have
    /// different sources.
    private func isFlood(_ text: String, _ sources: [String], _ measure: inout Measure) -> Bool {
        guard settings.text > 0 else { return false }
        let signatures = TextLikeness.signatures(of: text)
        var isFlood = false
        for source in sources {
            for signature in signatures {
                let reading = meters.text.count("\(source) \(signature)", limit: settings.text)
                isFlood = isFlood || reading.count > Double(settings.text)
                measure.note("text", reading, settings.text)
            }
        }
        return isFlood
    }

    private func limit(_ door: AbuseDoor) -> Int {
        switch door {
        case .complaint: settings.address
        case .similar: settings.similar
        case .follow: settings.follow
        case .accessKey: settings.guess
        }
    }

    private func challenge(
        _ measure: Measure, _ door: AbuseDoor, _ visitor: Visitor, _ request: [UInt8], _ scope: AgencyScope
    ) async throws {
        let bits = bits(attack: measure.attack)
        Gauge(label: "sinergi_intake_challenge_bits", dimensions: [("agency", scope.code)]).record(
            measure.attack > 1 ? bits : 0)
        guard let why = measure.why, let key = keys[scope.number] else { return }
        let now = Date()
        if let proof = visitor.proof, case .right(let random) = key.verdict(proof, now: now),
            await spent.spend(random, on: request, now: now, in: scope)
        {
            Counter(label: "sinergi_intake_challenges_passed_total", dimensions: [("door", door.rawValue)]).increment()
            return
        }
        Counter(
            label: "sinergi_intake_challenges_total", dimensions: [("door", door.rawValue), ("why", why)]
        ).increment()
        throw Problem.challengeRequired(key.work(bits: bits, now: now), bits: bits, retryAfter: measure.wait)
    }

    /// Each doubling of the flood doubles the work.
    func bits(attack: Double) -> Int {
        guard attack > 1 else { return settings.bits }
        return min(settings.hardest, settings.bits + Int(attack.binade.exponent))
    }

    /// A question for people whose browser cannot work, and the challenge that its answer belongs to.
    func question(for visitor: Visitor, in scope: AgencyScope) -> (text: Localized, challenge: Challenge, opens: Date)?
    {
        guard let key = keys[scope.number] else { return nil }
        let source = visitor.address.flatMap(ClientAddress.init)?.network ?? ""
        let opens = questions.slot("\(scope.number) \(source)", now: Date())
        let sum = PlainSum.random()
        return (sum.question, key.question(answer: sum.answer, opens: opens), opens)
    }
}

/// The doors at which strangers are counted.
enum AbuseDoor: String, Sendable {
    case complaint, similar, follow
    case accessKey = "access_key"
}
