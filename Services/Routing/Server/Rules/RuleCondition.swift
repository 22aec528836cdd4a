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
    /// It came in by one of these doors.
    case channels([String])
    /// The place lies inside, by its coordinates.
    case polygon(GeoPolygon)
    /// It was received on one of these days and in these hours, by the clock of the agency. No days: any day.
    case time(weekdays: [Int], hours: RuleHours?)
    /// A question of the category was answered with one of these.
    case answer(question: String, wanted: [String])

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
        case .channels, .polygon, .time, .answer: return evaluate(circumstances: facts)
        }
    }

    private func evaluate(circumstances facts: CaseFacts) -> (holds: Bool, why: String) {
        let given = facts.circumstances
        switch self {
        case .channels(let wanted):
            guard let channel = given.channel else { return (false, "Saluran laporan belum diketahui.") }
            let holds = wanted.contains(channel)
            return (holds, holds ? "Laporan masuk lewat \(channel)." : "Laporan tidak masuk lewat saluran aturan ini.")
        case .polygon(let polygon):
            guard let latitude = given.latitude, let longitude = given.longitude else {
                return (false, "Titik kejadian belum diketahui.")
            }
            let holds = polygon.contains(latitude: latitude, longitude: longitude)
            return (
                holds,
                holds ? "Titik kejadian ada di dalam batas aturan ini." : "Titik kejadian di luar batas aturan ini."
            )
        case .time(let weekdays, let hours):
            guard let local = given.localTime(in: facts.zone) else {
                return (false, "Waktu laporan belum diketahui.")
            }
            let holds =
                (weekdays.isEmpty || weekdays.contains(local.weekday))
                && (hours?.contains(minute: local.minute) ?? true)
            return (
                holds,
                holds ? "Laporan masuk pada hari dan jam aturan ini." : "Laporan masuk di luar hari dan jam aturan ini."
            )
        case .answer(let question, let wanted):
            let found = given.answers[question]?.first(where: wanted.contains)
            return found.map { (true, "Pelapor menjawab “\($0)” pada pertanyaan \(question).") }
                ?? (false, "Jawaban atas pertanyaan \(question) tidak sesuai aturan ini.")
        case .category, .area, .kind, .words: return evaluate(facts)
        }
    }

    /// How much narrower than "everything" it is, for the order of rules of the same priority.
    var specificity: Int {
        switch self {
        case .category(let code): code.contains(".") ? 20 : 10
        case .area(let code): code.split(separator: ".").count
        case .kind: 40
        case .words, .channels: 5
        case .polygon: 6
        case .time: 3
        case .answer: 15
        }
    }

    /// Whether it says something about the matter, and not only where, when or how a report came.
    var isAboutMatter: Bool {
        switch self {
        case .category, .kind, .words, .answer: true
        case .area, .polygon, .channels, .time: false
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
