import Testing

@testable import Postgres

@Suite("statement cache")
struct StatementCacheTests {
    private func plan(_ cache: inout StatementCache, _ sql: SQL) -> StatementCache.Plan {
        cache.plan(text: sql.text, binds: sql.binds)
    }

    @Test("a statement is prepared when it is used the second time")
    func secondUse() {
        var cache = StatementCache()
        #expect(plan(&cache, "SELECT \(1)") == .unprepared)
        #expect(plan(&cache, "SELECT \(2)") == .prepare(name: "s1", evicted: []))
        cache.confirm("s1")
        #expect(plan(&cache, "SELECT \(3)") == .execute(name: "s1"))
    }

    @Test("other parameter types are another statement")
    func types() {
        var cache = StatementCache()
        #expect(plan(&cache, "SELECT \(1)") == .unprepared)
        #expect(plan(&cache, "SELECT \("a")") == .unprepared)
        #expect(plan(&cache, "SELECT \(nil as Int?)") == .prepare(name: "s1", evicted: []))
        #expect(plan(&cache, "SELECT \("b")") == .prepare(name: "s2", evicted: []))
    }

    @Test("a preparation on its way is shared")
    func inFlight() {
        var cache = StatementCache()
        _ = plan(&cache, "SELECT 1")
        #expect(plan(&cache, "SELECT 1") == .prepare(name: "s1", evicted: []))
        #expect(plan(&cache, "SELECT 1") == .execute(name: "s1"))
    }

    @Test("a failed preparation is forgotten and tried again")
    func failure() {
        var cache = StatementCache()
        _ = plan(&cache, "SELECT 1")
        #expect(plan(&cache, "SELECT 1") == .prepare(name: "s1", evicted: []))
        cache.forget("s1")
        #expect(plan(&cache, "SELECT 1") == .prepare(name: "s2", evicted: []))
    }

    @Test("the least recently used statement makes room, and is dropped on the server")
    func eviction() {
        var cache = StatementCache(limit: 2)
        func use(_ sql: SQL) -> StatementCache.Plan {
            let result = plan(&cache, sql)
            if case .prepare(let name, _) = result { cache.confirm(name) }
            return result
        }
        for sql in ["SELECT 1", "SELECT 2", "SELECT 3"] as [SQL] { #expect(use(sql) == .unprepared) }
        #expect(use("SELECT 1") == .prepare(name: "s1", evicted: []))
        #expect(use("SELECT 2") == .prepare(name: "s2", evicted: []))
        #expect(use("SELECT 1") == .execute(name: "s1"))
        #expect(use("SELECT 3") == .prepare(name: "s3", evicted: ["s2"]))
        #expect(use("SELECT 1") == .execute(name: "s1"))
        #expect(use("SELECT 2") == .unprepared)
    }

    @Test("a statement whose plan no longer fits is dropped with the next preparation")
    func invalidation() {
        var cache = StatementCache()
        _ = plan(&cache, "SELECT 1")
        _ = plan(&cache, "SELECT 1")
        cache.confirm("s1")
        cache.invalidate("s1")
        #expect(plan(&cache, "SELECT 1") == .prepare(name: "s2", evicted: ["s1"]))
        cache.confirm("s2")
        #expect(plan(&cache, "SELECT 1") == .execute(name: "s2"))
    }

    @Test("a drop that did not happen is repeated")
    func dropAgain() {
        var cache = StatementCache()
        _ = plan(&cache, "SELECT 1")
        cache.dropAgain("s9")
        #expect(plan(&cache, "SELECT 1") == .prepare(name: "s1", evicted: ["s9"]))
    }

    @Test("what was seen once is remembered only up to a limit")
    func seenOnce() {
        var cache = StatementCache(limit: 2)
        for number in 0..<1000 { #expect(cache.plan(text: "SELECT \(number)", binds: Binds()) == .unprepared) }
        #expect(cache.plan(text: "SELECT 0", binds: Binds()) == .unprepared)
        #expect(cache.plan(text: "SELECT 999", binds: Binds()) == .prepare(name: "s1", evicted: []))
    }

    @Test("a limit of zero prepares nothing")
    func off() {
        var cache = StatementCache(limit: 0)
        for _ in 0..<3 { #expect(plan(&cache, "SELECT 1") == .unprepared) }
    }
}
