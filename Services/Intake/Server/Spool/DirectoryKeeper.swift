import Foundation
import Identity
import Logging
import ServiceLifecycle
import Tenancy

/// Writes the directory to a file beside the spool, again and again, so that a process that starts while the database is
/// away can go on accepting complaints.
struct DirectoryKeeper: Service {
    let file: URL
    let door: DoorKey
    let directory: DirectoryStore
    let finder: AreaFinder
    let agencies: [AgencyScope]
    let areas: KeptAreas
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = Duration.seconds(300)
                do {
                    try await keep()
                } catch {
                    pause = .seconds(5)
                    logger.warning("directory not kept", metadata: ["error": "\(String(reflecting: error))"])
                }
                // Cancelled by shutdown: the loop ends.
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func keep() async throws {
        guard let any = agencies.first else { return }
        let directory = try await directory.current()
        let codes = try await finder.codes(in: any)
        var choices: [Int: [AreaFinder.Area]] = [:]
        for agency in agencies {
            choices[agency.number] = try await AgencyAreas.look(finder, agency, directory)
        }
        areas.keep(codes: codes, choices: choices)
        try KeptDirectory(directory: DirectoryCopy(directory), areas: codes, choices: choices).write(
            to: file, door: door)
    }
}
