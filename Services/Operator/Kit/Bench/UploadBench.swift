private import Foundation

/// Measures intake's memory while many files of five megabytes and complaints beside them come in at the same time.
public struct UploadBench: Sendable {
    public struct Report: Codable, Sendable {
        public let uploads: Int
        public let errors: Int
        public let seconds: Double
        /// Complaints accepted meanwhile, and how many failed.
        public let complaints: Int
        public let complaintErrors: Int
        /// Resident memory of the intake process in megabytes of a million bytes: before, and the most that was seen.
        public let before: Double
        public let most: Double

        enum CodingKeys: String, CodingKey {
            case uploads, errors, seconds, complaints
            case complaintErrors = "complaint_errors"
            case before = "before_mb"
            case most = "most_mb"
        }
    }

    private let intakeURL: String
    private let pidFile: String

    /// - Parameters:
    ///   - intakeURL: Base address of the intake.
    ///   - pidFile: Names the intake process, on this machine.
    public init(intakeURL: String, pidFile: String) {
        self.intakeURL = intakeURL
        self.pidFile = pidFile
    }

    /// - Throws: `OperatorError` when intake cannot be reached or its process cannot be found.
    public func run(count: Int, progress: (String) -> Void) async throws -> Report {
        guard let process = ServiceMemory.process(pidFile), let before = ServiceMemory.reading(of: process) else {
            throw OperatorError("No process is named by \(pidFile).")
        }
        let generator = try LoadGenerator(address: intakeURL, connections: 4, complaint: IntakeBench.complaint)
        let uploads = UploadLoad(generator: generator, process: process)
        progress("\(count) files of \(UploadLoad.size) bytes, and 20 complaints a second")
        let start = ContinuousClock.now
        async let beside = generator.run(seconds: 5, rate: 20)
        let result = try await uploads.run(count: count)
        let took = start.duration(to: .now) / .seconds(1)
        let complaints = try await beside
        return Report(
            uploads: result.accepted, errors: result.errors, seconds: (took * 10).rounded() / 10,
            complaints: complaints.accepted, complaintErrors: complaints.errors, before: before.now, most: result.most)
    }
}

extension UploadBench.Report {
    /// As a sentence for people.
    public var text: String {
        "\(uploads) files accepted in \(seconds) s, \(errors) failed; \(complaints) complaints beside them, \(complaintErrors) failed. "
            + "Resident memory of intake: \(before) MB before, \(most) MB at most."
    }
}
