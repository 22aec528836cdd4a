import Foundation
import Hummingbird
import Identity
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Finds out who asks.
struct CallerReader: Sendable {
    let verifier: TokenVerifier
    let directory: DirectoryStore
    let texts: SealedTexts
    let database: AgencyDatabase

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
        let body = try await read(Body.self, value, &caller)
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
        let body = try await read(Body.self, value, &caller)
        return (caller, body)
    }

    /// The body as it may stand in the database; its fields are held against their limits as they were sent and as they are kept.
    private func read<Body: RequestBodyFields>(_: Body.Type, _ value: JSONValue, _ caller: inout Caller) async throws
        -> Body
    {
        let body = try JSONBody.read(Body.self, from: value)
        caller.about = caller.about.adding(value)
        caller = try await knowing(caller)
        return caller.words.isEmpty ? body : try JSONBody.read(Body.self, from: caller.sealing(value))
    }

    /// The caller with the keys of the secret cases that the request names.
    /// - Throws: 404 where the caller must not read one of them.
    func knowing(_ caller: Caller) async throws -> Caller {
        guard !caller.about.ids.isEmpty else { return caller }
        var caller = caller
        let rows = try await database.query(
            caller, "SELECT w.case_id, w.sealed FROM casework.words_of(\(Array(caller.about.ids))) w")
        for row in rows {
            let id = try row.decode("case_id", as: UUID.self)
            let words = try texts.open(try row.decode("sealed", as: [UInt8].self), case: id, of: caller.scope)
            caller.words[id] = words.wordsKey.flatMap(WordsKey.init(text:))
        }
        return caller
    }
}
