import RoutingAPI
import ServiceKit

/// A decision's trace as JSON that fits its column: a long decision table must never be the reason that a case waits.
enum TraceText {
    /// Bytes. The column takes 100,000 characters; the database writes a blank after each colon and comma.
    private static let limit = 80_000

    /// All trials, or, where that is too much, those that matched or are broken and as many of the others as fit; the last
    /// one says then how many were left out.
    static func bounded(_ trials: [RuleTrial]) throws -> String {
        let whole = try JSONWriter.text(of: trials)
        guard whole.utf8.count > limit else { return whole }
        // What counts takes its room first; the order stays that of the trials.
        let isImportant = { (place: Int) in trials[place].matched || trials[place].broken }
        var room = limit
        var chosen: Set<Int> = []
        for place in trials.indices.filter(isImportant) + trials.indices.filter({ !isImportant($0) }) {
            let size = try JSONWriter.bytes(of: trials[place]).count + 1
            guard size <= room else { continue }
            room -= size
            chosen.insert(place)
        }
        let kept = trials.indices.filter(chosen.contains).map { trials[$0] }
        let rest = RuleTrial(
            rule: nil, version: nil, name: "Aturan lain", matched: false, broken: false,
            why: ["\(trials.count - kept.count) aturan lain juga dicoba."])
        return try JSONWriter.text(of: kept + [rest])
    }
}
