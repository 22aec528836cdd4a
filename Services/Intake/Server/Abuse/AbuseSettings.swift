import Configuration
import ServiceKit

/// Configuration keys of the guard at intake's doors. Numbers are events a minute, 0 is off. Beyond them a challenge is asked;
/// nobody is refused.
/// - `intake.challenge.address` (default 30): complaints of one address, of IPv6 one /64. A mobile carrier has thousands behind one.
/// - `intake.challenge.contact` (default 6): complaints with one telephone number or e-mail address.
/// - `intake.challenge.text` (default 6): complaints of one source that say the same or nearly the same: a flood.
/// - `intake.challenge.total` (default 600): complaints of all strangers at one agency together: beyond it everybody is asked, and
///   each doubling of the flood doubles the work.
/// - `intake.challenge.similar` (60): searches for similar complaints of one address.
/// - `intake.challenge.follow` (30): messages, ratings and files to one complaint.
/// - `intake.challenge.guess` (10): wrong access keys of one address.
/// - `intake.challenge.bits` (8 to 24, default 16): zero bits of the work; one more doubles it.
/// - `intake.challenge.hardest` (8 to 24, default 20): what it rises to under attack.
/// - `intake.challenge.exempt` (addresses and networks, default none): never challenged, such as a town hall's own network.
/// - `intake.code.quarter` (default 3), `intake.code.day` (default 10): one-time codes to one contact in a quarter of an hour and
///   in a day. Beyond them 429: a telephone that rings is no challenge.
/// - `intake.client.rate` (default 0): complaints of one API or Open311 client; beyond it 429, for machines can wait.
struct AbuseSettings: Sendable {
    var address = 30
    var contact = 6
    var text = 6
    var total = 600
    var similar = 60
    var follow = 30
    var guess = 10
    var bits = 16
    var hardest = 20
    var exempt = ""
    var client = 0
    var codes = (quarter: 3, day: 10)

    init() {}

    init(_ reader: ConfigReader) throws(ConfigurationError) {
        func set(
            _ value: inout Int, _ key: String, in range: ClosedRange<Int> = 0...1_000_000
        ) throws(ConfigurationError) {
            guard let given = reader.int(forKey: ConfigKey(key)) else { return }
            guard range.contains(given) else {
                throw ConfigurationError(key: key, reason: "must be \(range.lowerBound) to \(range.upperBound)")
            }
            value = given
        }
        try set(&address, "intake.challenge.address")
        try set(&contact, "intake.challenge.contact")
        try set(&text, "intake.challenge.text")
        try set(&total, "intake.challenge.total")
        try set(&similar, "intake.challenge.similar")
        try set(&follow, "intake.challenge.follow")
        try set(&guess, "intake.challenge.guess")
        try set(&bits, "intake.challenge.bits", in: 8...24)
        try set(&hardest, "intake.challenge.hardest", in: 8...24)
        try set(&codes.quarter, "intake.code.quarter", in: 1...100)
        try set(&codes.day, "intake.code.day", in: 1...1000)
        try set(&client, "intake.client.rate")
        exempt = reader.string(forKey: "intake.challenge.exempt") ?? exempt
        hardest = max(hardest, bits)
    }
}
