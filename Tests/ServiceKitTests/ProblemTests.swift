import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SinergiCore
import Testing

@testable import ServiceKit

@Suite("Problems")
struct ProblemTests {
    static let all: [Problem] = [
        .malformedJSON, .malformedRequest, .invalidToken, .tokenExpired, .invalidAccessKey, .wrongAgency,
        .insufficientRole,
        .fourEyes, .invalidForm, .notFound, .methodNotAllowed(allow: [.get]), .notAcceptable, .requestTimeout,
        .tooLarge(limit: 1), .unsupportedMediaType(), .wrongState(), .handoffAlreadyDecided(), .idempotencyInProgress,
        .changedMeanwhile(), .ifMatchRequired, .invalid("#/lat", "coordinates_swapped"), .idempotencyKeyReused,
        .rateLimited(retryAfter: 3), .overloaded, .databaseUnavailable, .internal,
    ]

    @Test("every problem has the members of the contract", arguments: all)
    func members(_ problem: Problem) throws {
        let id = UUID.v7()
        let response = problem.response(language: .en, requestID: id)
        #expect(response.headers[.contentType] == "application/problem+json")
        let document = problem.json(language: .en, requestID: id)
        #expect(document["type"]?.string == "urn:sinergi:problem:\(problem.code)")
        #expect(document["status"]?.integer == response.status.code)
        #expect(document["instance"]?.string == "urn:uuid:\(id.uuidString.lowercased())")
        #expect((document["errors"] != nil) == (response.status.code == 422))
        #expect((document["current"] != nil) == [409, 412].contains(response.status.code))
        if [429, 503].contains(response.status.code) { #expect(response.headers[.retryAfter] != nil) }
        if response.status.code == 401 { #expect(response.headers[.wwwAuthenticate] == "Bearer") }
    }

    @Test("sentences are short, in both languages", arguments: all)
    func sentences(_ problem: Problem) {
        for text in [problem.detail.id, problem.detail.en] {
            for sentence in text.split(separator: ". ") { #expect(sentence.split(separator: " ").count <= 20) }
        }
        #expect(problem.detail.id != problem.detail.en)
    }

    @Test(
        "errors raised by the database's functions keep their meaning",
        arguments: [
            ("SN404", "x", 404, "not_found"), ("SN409", "wrong_state", 409, "wrong_state"),
            ("SN409", "handoff_already_decided", 409, "handoff_already_decided"),
            ("SN412", "changed_meanwhile", 412, "changed_meanwhile"), ("SN429", "limit", 429, "rate_limited"),
            ("57P01", "", 503, "database_unavailable"), ("40P01", "", 503, "overloaded"),
        ])
    func database(_ state: String, _ message: String, _ status: Int, _ code: String) throws {
        let problem = try #require(Problem(sqlState: state, message: message, detail: nil))
        #expect(problem.status.code == status)
        #expect(problem.code == code)
    }

    @Test("a validation error of the database names its field", arguments: ["#/to", "/to", "to"])
    func databaseField(_ detail: String) throws {
        let problem = try #require(Problem(sqlState: "SN422", message: "unknown_office", detail: detail))
        #expect(problem.errors == [FieldError(pointer: "#/to", code: "unknown_office")])
        #expect(Problem(sqlState: "23505", message: "", detail: nil) == nil)
    }
}
