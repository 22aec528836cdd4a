public import Hummingbird
public import Identity
public import SinergiCore
import Tenancy

extension AppContext {
    /// Who asks, by bearer token, for the agency that the address names. Later calls return what the first one found.
    ///
    /// ```swift
    /// let who = try await context.authenticate(request, environment.verifier)
    /// try who.require(.accept)
    /// ```
    /// - Throws: 401 `invalid_token` or `token_expired`, 403 `wrong_agency`, 429.
    public func authenticate(_ request: Request, _ verifier: TokenVerifier) async throws(Problem) -> Principal {
        if let principal { return principal }
        guard let token = try request.bearer() else { throw .invalidToken }
        let principal: Principal
        do {
            principal = try await verifier.verify(token, for: agency.code)
        } catch {
            throw Problem(error)
        }
        if let allowance = host?.limits.principals.take(agency.code + "/" + principal.subject), !allowance.isAllowed {
            throw Problem.rateLimited(allowance)
        }
        return principal
    }

    /// As `authenticate`, for routes that also serve strangers: `nil` without an `Authorization` header.
    /// - Throws: As `authenticate` when there is a header.
    public func authenticateIfPresent(
        _ request: Request, _ verifier: TokenVerifier
    ) async throws(Problem) -> Principal? {
        guard principal != nil || request.headers[.authorization] != nil else { return nil }
        return try await authenticate(request, verifier)
    }

    /// The same context with the caller in it, so that log lines name them.
    public func identified(as principal: Principal) -> AppContext {
        var context = self
        context.principal = principal
        return context
    }
}

extension Principal {
    /// - Throws: 403 `insufficient_role`.
    public func require(_ permission: Permission) throws(Problem) {
        guard has(permission) else { throw .insufficientRole }
    }
}

extension Problem {
    /// The problem that a token's fault means to its bearer.
    public init(_ problem: AuthenticationProblem) {
        switch problem {
        case .expired: self = .tokenExpired
        case .wrongAgency: self = .wrongAgency
        default: self = .invalidToken
        }
    }

    static func rateLimited(_ allowance: RateLimiter.Allowance) -> Problem {
        var problem = Problem.rateLimited(retryAfter: allowance.reset)
        problem.headers.append(contentsOf: allowance.headers)
        return problem
    }
}
