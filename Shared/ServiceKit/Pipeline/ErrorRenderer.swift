import Hummingbird
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Postgres

/// Turns whatever a handler threw into an answer: a problem document, or a page where a browser asks for one.
struct ErrorRenderer: Sendable {
    let pages: Pages?

    func response(for error: any Error, _ request: Request, _ context: AppContext) -> Response {
        let problem = problem(for: error, context)
        guard let pages, Self.isPage(request) else {
            return problem.response(language: context.language, requestID: context.requestID)
        }
        return pages.error(problem, request, context)
    }

    /// The problem behind an error. What is unknown becomes `internal`; its cause goes to the log and nowhere else.
    func problem(for error: any Error, _ context: AppContext) -> Problem {
        switch error {
        case let problem as Problem:
            return problem
        case let error as PostgresError:
            let problem = Problem(error)
            if problem == nil || problem?.status == .serviceUnavailable {
                context.logger.log(
                    level: problem == nil ? .error : .warning, "database error",
                    metadata: ["error": "\(String(reflecting: error))"])
            }
            return problem ?? .internal
        case let error as HTTPError:
            return Self.problem(status: error.status)
        case let error as ServiceClient.Failure:
            context.logger.warning("another service did not answer", metadata: ["error": "\(error)"])
            return .overloaded
        case is NIOTooManyBytesError:
            return .tooLarge(limit: context.maxUploadSize)
        case is CancellationError:
            return .overloaded
        case is ChannelError:
            return .requestTimeout
        default:
            context.logger.error("request failed", metadata: ["error": "\(String(reflecting: error))"])
            return .internal
        }
    }

    /// For errors that the web framework itself throws.
    private static func problem(status: HTTPResponse.Status) -> Problem {
        switch status {
        case .notFound: .notFound
        case .contentTooLarge: .tooLarge(limit: 0)
        case .unsupportedMediaType: .unsupportedMediaType()
        case _ where status.kind == .clientError: .malformedRequest
        default: .internal
        }
    }

    /// The API answers in JSON to everyone.
    static func isPage(_ request: Request) -> Bool {
        !request.uri.path.hasPrefix("/v1/") && MediaTypes.prefersHTML(request.headers[.accept])
    }
}

/// Inside the router, so that handlers' errors meet it before the router's own, mute treatment of errors.
struct ErrorMiddleware: RouterMiddleware {
    let renderer: ErrorRenderer
    let routes: @Sendable () -> RouteTable?

    func handle(
        _ request: Request, context: AppContext, next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            // The caller broke off, or sent what is no HTTP; the server itself ends the connection.
            throw error
        } catch let error as HTTPError where error.status == .notFound && context.endpointPath == "NotFound" {
            let methods = routes()?.methods(of: request.uri.path) ?? []
            let problem = methods.isEmpty ? Problem.notFound : .methodNotAllowed(allow: methods)
            return renderer.response(for: problem, request, context)
        } catch {
            return renderer.response(for: error, request, context)
        }
    }
}
