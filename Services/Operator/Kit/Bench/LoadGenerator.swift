import Foundation

/// What a phase of load measured.
struct LoadResult: Sendable {
    /// Milliseconds from the planned start of each request to the end of its answer, in no order.
    var latencies: [Double] = []
    var accepted = 0
    var errors = 0

    mutating func add(_ other: LoadResult) {
        latencies += other.latencies
        accepted += other.accepted
        errors += other.errors
    }

    /// The latency that a share of requests did not exceed; 0 where there was none.
    func percentile(_ share: Double) -> Double { Self.percentile(share, of: latencies) }

    static func percentile(_ share: Double, of values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
    }
}

/// Posts complaints over a number of connections, one thread each.
struct LoadGenerator: Sendable {
    let host: String
    let port: String
    /// Path of `POST /v1/complaints`, with the agency's base path.
    let path: String
    let connections: Int
    /// The JSON of a complaint, by connection and number.
    let complaint: @Sendable (Int, Int) -> String

    /// - Parameter address: The base address of an intake, `http://host:port` or with an agency's path.
    init(
        address: String, connections: Int, complaint: @escaping @Sendable (Int, Int) -> String
    ) throws(OperatorError) {
        guard let parts = URLComponents(string: address), parts.scheme == "http", let host = parts.host else {
            throw OperatorError("\(address) is no http address")
        }
        self.host = host
        self.port = String(parts.port ?? 80)
        self.path = parts.path + "/v1/complaints"
        self.connections = connections
        self.complaint = complaint
    }

    /// - Parameter rate: Requests a second of all connections together, on a schedule that does not wait for answers
    ///   (lateness counts as latency); `nil` posts as fast as answers come.
    func run(seconds: Int, rate: Double?) async throws -> LoadResult {
        try await withThrowingTaskGroup(of: LoadResult.self) { group in
            for place in 0..<connections {
                group.addTask { try await Self.onThread { try post(place: place, seconds: seconds, rate: rate) } }
            }
            var total = LoadResult()
            for try await part in group { total.add(part) }
            return total
        }
    }

    private func post(place: Int, seconds: Int, rate: Double?) throws -> LoadResult {
        var connection = try BenchConnection(host: host, port: port)
        var result = LoadResult()
        let interval = rate.map { Double(connections) / $0 }
        let start = DispatchTime.now().uptimeNanoseconds
        let end = start + UInt64(seconds) * 1_000_000_000
        var number = 0
        while true {
            var planned = DispatchTime.now().uptimeNanoseconds
            if let interval {
                let offset = (Double(number) + Double(place) / Double(connections)) * interval
                let slot = start + UInt64(offset * 1_000_000_000)
                if slot > planned { usleep(UInt32((slot - planned) / 1000)) }
                planned = slot
            }
            guard planned < end else { return result }
            let status = connection.exchange(request(place: place, number: number))
            number += 1
            if status == 201 {
                result.accepted += 1
                result.latencies.append(Double(DispatchTime.now().uptimeNanoseconds - planned) / 1_000_000)
            } else {
                result.errors += 1
                if status == nil { connection = try BenchConnection(host: host, port: port) }
            }
        }
    }

    func request(place: Int, number: Int) -> [UInt8] {
        let body = complaint(place, number)
        let head =
            "POST \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        return Array((head + body).utf8)
    }

    /// Blocking work belongs on a thread of its own, or it would keep all other tasks waiting.
    static func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
        }
    }
}
