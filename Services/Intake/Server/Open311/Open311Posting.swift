import Foundation
import Hummingbird
import IntakeAPI
import Logging
import Media
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// A service request as a client files it.
extension Open311Controller {
    func create(_ request: Request, _ context: AppContext) async throws -> Answer {
        let (form, client) = try await posted(request, context)
        try jurisdiction(form["jurisdiction_id"], context)
        guard let service = form["service_code"] else { throw Open311Error.bad("service_code is required.") }
        let directory = try await directory.current()
        guard let category = directory.categories[service], category.active else {
            throw Open311Error.missing("service_code \(service)")
        }
        let body = try form.submission(
            category: category, attributes: Open311Attributes(questions: directory.questions(of: service)))
        let receipt = try await submissions.submit(
            SubmissionWorkflow.Request(
                reader: SubmissionReader(body), hash: Fingerprint.bytes(form.bytes),
                caller: SubmissionCaller(open311: client, key: try request.idempotencyKey()), scope: context.agency,
                trace: context.trace, channel: .open311, language: context.language,
                visitor: Visitor(client: SubmissionCaller.name(open311: client))))
        let notice = try await attached(form.files, receipt.trackingCode, client, context)
        return (
            "service_requests",
            .list(
                of: "request",
                [
                    .object([
                        ("service_request_id", .text(receipt.trackingCode)),
                        ("service_notice", .text("Laporan diterima oleh \(receipt.agency.name)." + notice)),
                        ("account_id", .optional(form["account_id"])),
                    ])
                ])
        )
    }

    /// Adds the files to what was filed. It is filed whatever becomes of them, so that is said in the notice.
    private func attached(
        _ files: [UnnamedFile], _ code: String, _ client: String, _ context: AppContext
    ) async throws -> String {
        guard !files.isEmpty else { return "" }
        do {
            let name = SubmissionCaller.name(open311: client)
            guard let record = try await following.own(code, client: name, in: context.agency) else {
                return " Berkas belum dapat disimpan. Kirim lagi nanti."
            }
            let refused = try await media.attach(files, to: record, addedBy: name, in: context.agency)
            return refused.isEmpty ? "" : " Berkas ditolak: \(refused.joined(separator: ", "))."
        } catch let error as PostgresError {
            context.logger.warning("files not stored", metadata: ["error": "\(String(reflecting: error))"])
            return " Berkas belum dapat disimpan. Kirim lagi nanti."
        }
    }
}

extension SubmissionCaller {
    /// The name under which an Open311 client's complaints stand.
    static func name(open311 client: String) -> String { "open311:\(client)" }

    init(open311 client: String, key: String?) {
        name = Self.name(open311: client)
        self.key = key
    }
}
