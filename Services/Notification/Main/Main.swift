import NotificationServer
import ServiceKit

/// The process that tells reporters and offices what happened.
@main
enum Main {
    static func main() async {
        await ServiceMain.run(NotificationService.self)
    }
}
