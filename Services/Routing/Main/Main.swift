import RoutingServer
import ServiceKit

/// The routing service: opens cases, decides where they go, and is the officers' workspace. `routing serve` (default),
/// `routing check`.
@main
enum Routing {
    static func main() async {
        await ServiceMain.run(RoutingService.self)
    }
}
