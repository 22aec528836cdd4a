import Foundation

/// The process's own figures, read from `/proc` when they are asked for. Linux only, like all of Sinergi.
enum ProcessMetrics {
    static func text() -> String {
        var text = ""
        func add(_ name: String, _ type: String, _ value: Double) {
            text += "# TYPE \(name) \(type)\n" + PrometheusRegistry.line(name, "", value)
        }
        if let resident = residentBytes { add("process_resident_memory_bytes", "gauge", Double(resident)) }
        if let seconds = processorSeconds { add("process_cpu_seconds_total", "counter", seconds) }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            add("process_open_fds", "gauge", Double(files.count))
        }
        add("process_start_time_seconds", "gauge", startTime)
        return text
    }

    /// Resident memory in bytes.
    static var residentBytes: Int? {
        fields("/proc/self/statm").dropFirst().first.flatMap { Int($0) }.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// When the bootstrap first asked, which is within milliseconds of the process's start.
    static let startTime = Date().timeIntervalSince1970

    private static var processorSeconds: Double? {
        // The name in the second field may hold spaces; the fields after its bracket are numbered from 3.
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let rest = stat[stat.index(after: end)...].split(separator: " ")
        guard rest.count > 12, let user = Double(rest[11]), let system = Double(rest[12]) else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func fields(_ path: String) -> [Substring] {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: " ")
    }
}
