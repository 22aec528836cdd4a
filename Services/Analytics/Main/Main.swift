import AnalyticsServer
import ServiceKit

/// The process that counts.
@main
enum Main {
    static func main() async {
        await ServiceMain.run(AnalyticsService.self)
    }
}
