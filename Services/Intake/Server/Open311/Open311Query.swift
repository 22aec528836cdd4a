import Foundation
import Hummingbird
import ServiceKit

extension Request {
    /// A query parameter; an empty one is as good as none.
    func open311(_ name: String) -> String? { query(name)?.trimmed }
}

extension Open311Filter {
    init(_ request: Request, client: String?, now: Date) throws {
        func list(_ name: String) -> [String]? {
            request.open311(name).map { $0.split(separator: ",").map { String($0).trimmed } }
        }
        let page = try Self.number(request, "page", in: 1...1_000_000) ?? 1
        let size =
            try Self.number(request, "page_size", in: 1...Open311Controller.maximumRows)
            ?? Open311Controller.maximumRows
        self.init(
            ids: list("service_request_id"), from: .distantPast, to: .distantFuture, client: client, limit: size,
            offset: (page - 1) * size)
        if let ids, ids.count > Open311Controller.maximumRows { throw Open311Error.bad("At most 1000 ids at once.") }
        // The ids override every other argument.
        guard ids == nil else { return }
        services = list("service_code")
        (from, to) = try Self.window(request, now: now)
        for word in list("status") ?? [] {
            guard word == "open" || word == "closed" else { throw Open311Error.bad("status must be open or closed.") }
            let open = word == "open"
            isOpen = list("status")?.contains(open ? "closed" : "open") == true ? nil : open
        }
    }

    /// `start_date` to `end_date`, at most 90 days; where one is missing, the 90 days beside the other; else the last 90.
    static func window(_ request: Request, now: Date) throws -> (Date, Date) {
        func time(_ name: String) throws -> Date? {
            guard let text = request.open311(name) else { return nil }
            guard let date = Open311Time.date(text) else {
                throw Open311Error.bad("\(name) must be like 2026-11-24T00:00:00Z, with its zone.")
            }
            return date
        }
        let span = Open311Controller.span
        switch (try time("start_date"), try time("end_date")) {
        case (let start?, let end?):
            guard start <= end else { throw Open311Error.bad("start_date must not be after end_date.") }
            guard end.timeIntervalSince(start) <= span else {
                throw Open311Error.bad("start_date and end_date may not span more than 90 days.")
            }
            return (start, end)
        case (let start?, nil): return (start, start.addingTimeInterval(span))
        case (nil, let end?): return (end.addingTimeInterval(-span), end)
        case (nil, nil): return (now.addingTimeInterval(-span), now.addingTimeInterval(60))
        }
    }

    static func number(_ request: Request, _ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = request.open311(name) else { return nil }
        guard let value = Int(text), value >= range.lowerBound else {
            throw Open311Error.bad("\(name) must be a whole number from \(range.lowerBound).")
        }
        return min(value, range.upperBound)
    }
}
