import Logging
import Postgres
import ServiceLifecycle
import Tenancy

/// Tells the directory that this process is alive, so that a contracting migration can see who still runs older code.
struct Heartbeat: Service {
    let database: AgencyDatabase
    let agencies: [AgencyScope]
    let node: String
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                for agency in agencies {
                    do {
                        _ = try await database.query(
                            agency, "SELECT directory.heartbeat(\(node), \(ServiceVersion.current)) IS NULL AS told")
                    } catch {
                        // The next beat comes soon; nothing depends on a single one.
                        logger.debug("no heartbeat", metadata: ["agency": "\(agency.code)", "error": "\(error)"])
                    }
                }
                // Ends with the task.
            } while (try? await Task.sleep(for: .seconds(30))) != nil
        }
    }
}

/// The release that this code belongs to.
public enum ServiceVersion {
    /// Semantic version; shown in `directory.node`.
    public static let current = "0.1.0"
}
