import Testing

@testable import ServiceKit

@Suite("Limits")
struct LimitTests {
    @Test("a bucket empties and fills again")
    func bucket() throws {
        let limiter = RateLimiter(perMinute: 2)
        let start = ContinuousClock.now
        #expect(limiter.take("a", now: start)?.isAllowed == true)
        #expect(limiter.take("a", now: start)?.remaining == 0)
        let refused = try #require(limiter.take("a", now: start))
        #expect(!refused.isAllowed)
        #expect(refused.reset == 30)
        #expect(limiter.take("b", now: start)?.isAllowed == true)
        #expect(limiter.take("a", now: start + .seconds(29))?.isAllowed == false)
        #expect(limiter.take("a", now: start + .seconds(31))?.isAllowed == true)
    }

    @Test("zero switches the limit off")
    func off() {
        #expect(RateLimiter(perMinute: 0).take("a") == nil)
    }

    @Test("strangers' keys do not fill the memory")
    func bounded() {
        let limiter = RateLimiter(perMinute: 10, maximumKeys: 100)
        let now = ContinuousClock.now
        for number in 0..<1000 { _ = limiter.take("key \(number)", now: now) }
        #expect(limiter.take("key 1001", now: now)?.isAllowed == true)
    }

    @Test("room is given back")
    func shedder() {
        let shedder = Shedder(maximum: 1)
        #expect(shedder.enter())
        #expect(!shedder.enter())
        shedder.leave()
        #expect(shedder.enter())
        #expect(shedder.inFlight == 1)
    }

    @Test("forwarded addresses count only when a trusted peer reports them")
    func peers() throws {
        let peers = try TrustedPeers("127.0.0.1, 10.0.0.0/8, fd00::/8")
        #expect(peers.client(peer: "203.0.113.9", forwardedFor: "1.2.3.4") == "203.0.113.9")
        #expect(peers.client(peer: "127.0.0.1", forwardedFor: nil) == "127.0.0.1")
        #expect(peers.client(peer: "127.0.0.1", forwardedFor: "6.6.6.6, 1.2.3.4, 10.1.2.3") == "1.2.3.4")
        #expect(peers.client(peer: "fd12::1", forwardedFor: "2001:db8::7") == "2001:db8::7")
        #expect(peers.client(peer: "127.0.0.1", forwardedFor: "nonsense") == "127.0.0.1")
        #expect(try TrustedPeers("").client(peer: "127.0.0.1", forwardedFor: "1.2.3.4") == "127.0.0.1")
        #expect(throws: ConfigurationError.self) { try TrustedPeers("10.0.0.0/33") }
        #expect(throws: ConfigurationError.self) { try TrustedPeers("example.org") }
    }
}
