import ArgumentParser
import Foundation
import Logging
import OperatorKit

/// `sinergi platform`
struct Platform: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Migrations, partitions, pruning, sweep, watchdog. Any number of copies may run.")

    func run() async throws {
        let configuration = try PlatformConfiguration(environment: ProcessInfo.processInfo.environment)
        try await PlatformProcess(configuration: configuration, logger: CommandLog.logger(.info)).run()
    }
}
