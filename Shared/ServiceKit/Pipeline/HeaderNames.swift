public import HTTPTypes

extension HTTPField.Name {
    /// `Idempotency-Key`: a repeat with the same key gets the first answer.
    public static let idempotencyKey = constant("Idempotency-Key")
    /// `X-Request-Id`: our name for the request, also in logs and problems.
    public static let requestID = constant("X-Request-Id")
    /// `X-Sinergi-Officer`: subject of the officer for whom a service of the node asks.
    public static let officer = constant("X-Sinergi-Officer")
    /// `Link`, RFC 8288.
    public static let link = constant("Link")
    static let forwardedFor = constant("X-Forwarded-For")
    static let forwardedPrefix = constant("X-Forwarded-Prefix")
    static let rateLimit = constant("RateLimit-Limit")
    static let rateRemaining = constant("RateLimit-Remaining")
    static let rateReset = constant("RateLimit-Reset")
    static let referrerPolicy = constant("Referrer-Policy")

    /// A field name that is known to be one.
    private static func constant(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("no field name: \(name)") }
        return name
    }
}

extension RateLimiter.Allowance {
    /// `RateLimit-*` as in draft-ietf-httpapi-ratelimit-headers-06.
    var headers: HTTPFields {
        [.rateLimit: String(limit), .rateRemaining: String(remaining), .rateReset: String(reset)]
    }
}
