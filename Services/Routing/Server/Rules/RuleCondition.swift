import SinergiCore

/// One condition of a rule, as data. New kinds of conditions are new cases here and new keys in the rule's row.
enum RuleCondition: Sendable, Hashable {
    /// The category or, for an upper one, any category below it.
    case category(String)
    /// The area or any area inside it.
    case area(String)
    case kind(Kind)
    /// The text holds at least one of these words or phrases.
    case words([String])

    /// Whether it holds, and the reason in words that a citizen understands.
    func evaluate(_ facts: CaseFacts) -> (holds: Bool, why: String) {
        switch self {
        case .category(let wanted):
            guard let given = facts.category else { return (false, "Kategori laporan belum diketahui.") }
            let holds = given == wanted || given.hasPrefix(wanted + ".")
            return (
                holds,
                holds
                    ? "Laporan ini tentang \(facts.name(ofCategory: given))."
                    : "Laporan ini bukan tentang \(facts.name(ofCategory: wanted))."
            )
        case .area(let wanted):
            guard let given = facts.area else { return (false, "Tempat kejadian belum diketahui.") }
            let holds = given == wanted || given.hasPrefix(wanted + ".")
            return (
                holds,
                holds
                    ? "Tempat kejadian ada di wilayah \(facts.name(ofArea: wanted))."
                    : "Tempat kejadian di luar wilayah \(facts.name(ofArea: wanted))."
            )
        case .kind(let wanted):
            let holds = facts.kind == wanted
            let name = Self.name(of: wanted)
            return (holds, holds ? "Jenis laporan adalah \(name)." : "Jenis laporan bukan \(name).")
        case .words(let phrases):
            guard let found = phrases.first(where: facts.mentions) else {
                return (false, "Tidak ada kata yang dicari dalam laporan.")
            }
            return (true, "Laporan menyebut “\(found)”.")
        }
    }

    /// How much narrower than "everything" it is, for the order of rules of the same priority.
    var specificity: Int {
        switch self {
        case .category(let code): code.contains(".") ? 20 : 10
        case .area(let code): code.split(separator: ".").count
        case .kind: 40
        case .words: 5
        }
    }

    /// A condition without which a sensitive report must not leave the triage queue by itself.
    var namesKind: Bool { if case .kind = self { true } else { false } }

    static func name(of kind: Kind) -> String {
        switch kind {
        case .complaint: "pengaduan"
        case .supervisory: "pengaduan berkadar pengawasan"
        case .whistleblowing: "pelaporan pelanggaran"
        case .aspiration: "aspirasi"
        case .information: "permintaan informasi"
        }
    }
}
