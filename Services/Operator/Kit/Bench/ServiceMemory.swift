import Foundation

/// Resident memory of the processes of a run directory, as Linux tells it.
enum ServiceMemory {
    struct Reading {
        let now: Double
        let most: Double
    }

    /// By process name; empty without a directory.
    static func read(_ directory: String?) -> [String: Reading] {
        guard let directory, let files = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            return [:]
        }
        let services = ["intake", "routing", "notification", "analytics"]
        var found: [String: Reading] = [:]
        for file in files where services.contains(where: { file.hasSuffix("-\($0).pid") }) {
            found[String(file.dropLast(4))] = process(directory + "/" + file).flatMap(reading)
        }
        return found
    }

    /// The process that a pid file names.
    static func process(_ file: String) -> Int? {
        (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    static func reading(of process: Int) -> Reading? {
        (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)).map {
            Reading(now: megabytes("VmRSS:", $0), most: megabytes("VmHWM:", $0))
        }
    }

    static func compare(_ before: [String: Reading], _ after: [String: Reading]) -> [String: JourneyBench.Memory] {
        before.reduce(into: [:]) { result, entry in
            guard let later = after[entry.key] else { return }
            result[entry.key] = .init(before: entry.value.now, after: later.now, most: later.most)
        }
    }

    private static func megabytes(_ name: String, _ status: String) -> Double {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        let kibibytes = line.split(separator: " ").compactMap { Double($0) }.first ?? 0
        return (kibibytes * 1024 / 100_000).rounded() / 10
    }
}
