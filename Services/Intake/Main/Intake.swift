import IntakeServer
import ServiceKit

/// The intake service: takes in complaints and shows reporters what becomes of them. `intake serve` (default), `intake check`.
@main
enum Intake {
    static func main() async {
        await ServiceMain.run(IntakeService.self)
    }
}
