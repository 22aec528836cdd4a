public import Foundation
public import Hummingbird
import HTTPTypes
public import SinergiCore

extension Problem {
    /// The document of contract.md, in the language of the request.
    public func response(from request: Request, context: some RequestContext) throws -> Response {
        let context = context as? AppContext
        return response(language: context?.language ?? .id, requestID: context?.requestID)
    }

    func response(language: Language, requestID: UUID?) -> Response {
        let bytes = document(language: language, requestID: requestID)
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.contentLanguage] = language.rawValue
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The body alone, for places that carry problems inside other documents.
    public func json(language: Language, requestID: UUID?) -> JSONValue {
        var members: JSONObject = [
            "type": .string("urn:sinergi:problem:" + code), "title": .string(title[language]),
            "status": .integer(status.code), "detail": .string(detail[language]),
            "instance": requestID.map { .string("urn:uuid:" + $0.uuidString.lowercased()) } ?? .null,
        ]
        if status == .unprocessableContent {
            members["errors"] = .array(
                errors.map { error in
                    [
                        "pointer": .string(error.pointer), "code": .string(error.code),
                        "detail": .string(error.detail[language]),
                    ]
                })
        }
        if status == .conflict || status == .preconditionFailed { members["current"] = current ?? .null }
        for member in more.members { members[member.name] = member.value }
        return .object(members)
    }

    private func document(language: Language, requestID: UUID?) -> [UInt8] {
        let sink = JSONSink()
        sink.json(json(language: language, requestID: requestID))
        return sink.bytes
    }
}
