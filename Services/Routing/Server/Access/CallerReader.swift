import Hummingbird
import Identity
import ServiceKit
import SinergiCore
import Tenancy

/// Finds out who asks.
struct CallerReader: Sendable {
    let verifier: TokenVerifier
    let directory: DirectoryStore
    let texts: SealedTexts

    /// The bearer of the request's token.
    /// - Throws: 401, 403 `wrong_agency`, 429.
    func caller(_ request: Request, _ context: AppContext) async throws -> Caller {
        try await caller(try await context.authenticate(request, verifier), context)
    }

    /// Somebody who is known already, as by a session.
    func caller(_ principal: Principal, _ context: AppContext) async throws -> Caller {
        Caller(
            scope: context.agency, principal: principal, directory: try await directory.current(),
            trace: context.trace.traceparent, texts: texts, about: CaseGuard(context))
    }

    /// A creating request: who asks, what, and the key under which a repeat is harmless.
    ///
    /// The permission is checked before the body is looked at: who may not do it need not be told how.
    func creation<Body: RequestBodyFields>(
        _: Body.Type, _ permission: Permission, _ request: Request, _ context: AppContext
    ) async throws -> (caller: Caller, body: Body, repeatable: IdempotentRequest?) {
        var caller = try await caller(request, context)
        try caller.require(permission)
        let key = try request.idempotencyKey()
        let (bytes, value) = try await JSONBody.bytesAndValue(from: request, context)
        caller.about = caller.about.adding(value)
        let body = try JSONBody.read(Body.self, from: value)
        let repeatable = key.map { IdempotentRequest(caller: caller, key: $0, request: request, body: bytes) }
        return (caller, body, repeatable)
    }

    /// An action on something that exists: who asks and what. All fields may be optional, then no body is fine too.
    func action<Body: RequestBodyFields>(
        _: Body.Type, _ permission: Permission, _ request: Request, _ context: AppContext, emptyAllowed: Bool = false
    ) async throws -> (caller: Caller, body: Body) {
        var caller = try await caller(request, context)
        try caller.require(permission)
        let value = try await JSONBody.value(from: request, context, emptyAllowed: emptyAllowed)
        caller.about = caller.about.adding(value)
        return (caller, try JSONBody.read(Body.self, from: value))
    }
}
