import Foundation
import Postgres
import Testing

/// Random interleavings of the real protocol on the real database, with its rules checked after every step.
///
/// `SINERGI_MODEL_INTERLEAVINGS` (300), `SINERGI_MODEL_STEPS` (8, the mean), `SINERGI_MODEL_WORKERS` (3, cases at once),
/// `SINERGI_MODEL_SEED` (random; a failure names its own).
@Suite("Model", .serialized)
struct ModelTests {
    private static func setting(_ name: String, _ fallback: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) ?? fallback
    }

    @Test("exactly one lead, always a holder, every offer with a clock, hops bounded, nothing for strangers")
    func interleavings() async throws {
        let count = Int(Self.setting("SINERGI_MODEL_INTERLEAVINGS", 300))
        let steps = Int(Self.setting("SINERGI_MODEL_STEPS", 8))
        let seed = Self.setting("SINERGI_MODEL_SEED", UInt64.random(in: 1...UInt64.max / 2))
        let totals = Locked((walks: 0, done: 0, refused: 0))
        let began = ContinuousClock.now
        try await Self.withCast { cast in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let workers = Int(Self.setting("SINERGI_MODEL_WORKERS", 3))
                for worker in 0..<workers {
                    group.addTask {
                        for place in stride(from: worker, to: count, by: workers) {
                            var walk = ModelWalk(cast: cast, seed: seed &+ UInt64(place))
                            try await walk.run(steps: steps)
                            let result = (walk.done, walk.refused)
                            totals.withLock {
                                $0.walks += 1
                                $0.done += result.0
                                $0.refused += result.1
                                if $0.walks.isMultiple(of: 1000) {
                                    print("model: \($0) after \(ContinuousClock.now - began)")
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let total = totals.withLock { $0 }
        print(
            "model: \(total.walks) interleavings of \(steps) steps in the mean, \(total.done) moves made, \(total.refused) refused, seed \(seed)"
        )
        #expect(total.walks == count)
        #expect(total.done > count)
    }

    private static func withCast(_ body: (ModelCast) async throws -> Void) async throws {
        try await Border.as(Border.root) { root in
            try await Border.as(Border.province) { province in
                try await Border.as(Border.regency) { regency in
                    try await Border.as(Border.neighbour) { neighbour in
                        try await Border.as(Border.stranger) { stranger in
                            try await Border.superuser { superuser in
                                try await body(
                                    ModelCast(
                                        agencies: [9100: root, 9101: province, 9102: regency, 9103: neighbour],
                                        operatorLogin: superuser, stranger: stranger))
                            }
                        }
                    }
                }
            }
        }
    }
}
