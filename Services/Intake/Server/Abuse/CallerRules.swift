import Foundation
import IntakeAPI
import Logging
import ServiceKit
import ServiceLifecycle
import SinergiCore
import Synchronization
import Tenancy

/// Who is shut out, and which networks may file for many, as officers have said. Read anew every few seconds; what was read
/// last counts while the database is away.
final class CallerRules: Service {
    struct Rule: Sendable {
        let id: UUID
        let effect: Effect
        let subject: Subject
        let reason: String
        let expiresAt: Date
        let createdBy: String
        let createdAt: Date
        var endedAt: Date?
        var endedBy: String?
        /// Neither ended nor expired.
        var isActive = true
    }

    enum Effect: String, Sendable { case block, exempt }

    enum Subject: Sendable, Hashable {
        /// An address or a network.
        case address(String)
        /// Keyed hash of a telephone number or e-mail address.
        case contact([UInt8])
        /// An API or Open311 client's name.
        case client(String)
    }

    private struct Own: Sendable {
        var blocks: [Rule] = []
        var exempt: [(network: TrustedPeers, until: Date)] = []
    }

    /// What a blocked caller is told besides.
    struct Help: Sendable {
        /// Whom to ask, with the mail address where the directory has one.
        let office: String
        let zone: Zone
        let numbers: Localized
    }

    let store: CallerRuleStore
    private let directory: DirectoryStore
    private let data: ChannelDataStore
    private let agencies: [AgencyScope]
    private let hashes: [Int: ContactHash]
    private let rules = Mutex<[Int: Own]>([:])
    private let logger: Logger

    init(
        store: CallerRuleStore, directory: DirectoryStore, data: ChannelDataStore, agencies: [AgencyScope],
        hashes: [Int: ContactHash], logger: Logger
    ) {
        self.store = store
        self.directory = directory
        self.data = data
        self.agencies = agencies
        self.hashes = hashes
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                for scope in self.agencies {
                    do {
                        try await self.reload(scope)
                    } catch {
                        // The last rules go on; the next round asks again.
                        self.logger.debug("rules not read", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
            } while (try? await Task.sleep(for: .seconds(3))) != nil
        }
    }

    func reload(_ scope: AgencyScope) async throws {
        var own = Own()
        for rule in try await store.active(in: scope) {
            switch (rule.effect, rule.subject) {
            case (.exempt, .address(let network)):
                if let network = try? TrustedPeers(network) { own.exempt.append((network, rule.expiresAt)) }
            default: own.blocks.append(rule)
            }
        }
        rules.withLock { $0[scope.number] = own }
    }

    func contact(_ text: String, in scope: AgencyScope) -> [UInt8]? { hashes[scope.number]?.of(text) }

    func block(client: String, in scope: AgencyScope) -> Rule? {
        first(in: scope) { $0 == .client(client) }
    }

    /// - Parameter contacts: Telephone numbers and e-mail addresses in the clear.
    func block(contacts: [String], address: String?, in scope: AgencyScope) -> Rule? {
        guard rules.withLock({ $0[scope.number]?.blocks.isEmpty == false }) else { return nil }
        let hashes = contacts.compactMap { contact($0, in: scope) }
        return first(in: scope) { subject in
            switch subject {
            case .contact(let hash): hashes.contains(hash)
            case .address(let network): address.map { (try? TrustedPeers(network))?.contains($0) == true } ?? false
            case .client: false
            }
        }
    }

    func isExempt(address: String, in scope: AgencyScope) -> Bool {
        let now = Date()
        return rules.withLock { rules in
            rules[scope.number]?.exempt.contains { $0.until > now && $0.network.contains(address) } ?? false
        }
    }

    /// Never fails: without the database there is still the national number.
    func help(in scope: AgencyScope) async -> Help {
        let directory = try? await directory.current()
        let office = directory?.frontOffice(of: scope.number)
        let agency = directory?.agencies[scope.number]?.name ?? scope.code
        let name = [office?.name == agency ? nil : office?.name, agency].compactMap { $0 }.joined(separator: ", ")
        let numbers = try? await data.current(in: scope).screening.listed
        return Help(
            office: office?.email.map { "\(name) (\($0))" } ?? name,
            zone: office.flatMap { Zone(rawValue: $0.zone) } ?? .jakarta,
            numbers: numbers ?? Localized(id: "112", en: "112"))
    }

    private func first(in scope: AgencyScope, where matches: (Subject) -> Bool) -> Rule? {
        let now = Date()
        let blocks = rules.withLock { $0[scope.number]?.blocks ?? [] }
        return blocks.first { $0.expiresAt > now && matches($0.subject) }
    }
}
