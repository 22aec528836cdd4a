// swift-tools-version: 6.2
// One package, one list of targets. The loop at the end gives every Swift target the same settings.
// What each dependency is for: docs/dependencies.md. Direct packages are pinned exactly (docs/adr/0001-foundations.md).
import Foundation
import PackageDescription

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")

/// What every service's Server target may use: its own and others' API, the doors to data, and the web stack.
let serverParts: [Target.Dependency] = [
    "Postgres", "PostgresMigrations", "SinergiCore", "Tenancy", "Exchange", "ServiceKit", "Identity",
    logging, lifecycle, configuration, crypto, hummingbird, httpTypes, httpClient, nioCore, metrics, mustache,
]

let package = Package(
    name: "Sinergi",
    products: [
        .executable(name: "intake", targets: ["intake"]),
        .executable(name: "routing", targets: ["routing"]),
        .executable(name: "notification", targets: ["notification"]),
        .executable(name: "analytics", targets: ["analytics"]),
        .executable(name: "sinergi", targets: ["sinergi"]),
        .executable(name: "media-worker", targets: ["media-worker"]),
        .library(name: "Postgres", targets: ["Postgres"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", exact: "1.4.0",
            traits: ["JSON", "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        // Shared
        .systemLibrary(name: "CLibPQ", path: "Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CQRencode", path: "Shared/CQRencode",
            providers: [.apt(["libqrencode-dev"])]),
        .target(
            name: "Postgres", dependencies: ["CLibPQ", logging, lifecycle], path: "Shared/Postgres",
            exclude: ["README.md"]),
        .target(
            name: "PostgresMigrations", dependencies: ["Postgres", logging, crypto], path: "Shared/PostgresMigrations"),
        .target(name: "PostgresTesting", dependencies: ["Postgres", logging], path: "Shared/PostgresTesting"),
        .target(name: "SinergiCore", path: "Shared/SinergiCore"),
        .target(
            name: "Tenancy", dependencies: ["Postgres", "PostgresMigrations", "SinergiCore", logging, lifecycle],
            path: "Shared/Tenancy", resources: [.copy("Schema")]),
        .target(
            name: "Identity", dependencies: ["SinergiCore", "Tenancy", "Postgres", jwt, crypto, cryptoExtras, logging],
            path: "Shared/Identity"),
        .target(
            name: "ServiceKit",
            dependencies: [
                "SinergiCore", "Postgres", "PostgresMigrations", "Tenancy", "Identity", logging, lifecycle,
                configuration,
                crypto, hummingbird, httpTypes, httpClient, nioCore, nioPosix, nioHTTP1, metrics, coreMetrics, mustache,
                "CQRencode",
            ],
            path: "Shared/ServiceKit", resources: [.copy("Assets")]),
        .target(
            name: "Exchange",
            dependencies: [
                "SinergiCore", "Postgres", "PostgresMigrations", "Tenancy", "Identity", "ServiceKit", logging,
                lifecycle, hummingbird,
                nioCore, httpTypes, metrics, configuration,
            ],
            path: "Shared/Exchange", resources: [.copy("Schema")]),

        // C, because libgd is; a process of its own, because pictures are hostile. Needs Debian's libgd-dev.
        .executableTarget(
            name: "media-worker", path: "Shared/MediaWorker", linkerSettings: [.linkedLibrary("gd")]),
        .target(
            name: "Media",
            dependencies: [
                "SinergiCore", "Postgres", "PostgresMigrations", "Tenancy", "ServiceKit", logging, lifecycle,
                configuration, crypto, hummingbird, httpTypes, nioCore, nioPosix, metrics,
            ],
            path: "Shared/Media", resources: [.copy("Schema")]),

        // Intake
        .target(name: "IntakeAPI", dependencies: ["SinergiCore"], path: "Services/Intake/API"),
        .target(
            name: "IntakeSchema", dependencies: ["PostgresMigrations"], path: "Services/Intake/Schema",
            resources: [.copy("SQL")]),
        .target(
            name: "IntakeServer",
            dependencies: serverParts + [
                "Media", "IntakeAPI", "IntakeSchema", "RoutingAPI", "NotificationAPI", "AnalyticsAPI", grdb,
                "RoutingClassifier", nioHTTP1,
            ],
            path: "Services/Intake/Server", resources: [.copy("Resources")]),
        .executableTarget(name: "intake", dependencies: ["IntakeServer", "ServiceKit"], path: "Services/Intake/Main"),

        // Routing
        .target(name: "RoutingAPI", dependencies: ["SinergiCore"], path: "Services/Routing/API"),
        .systemLibrary(
            name: "CLinear", path: "Services/Routing/CLinear", providers: [.apt(["liblinear-dev"])]),
        .systemLibrary(
            name: "CStemmer", path: "Services/Routing/CStemmer", providers: [.apt(["libstemmer-dev"])]),
        .target(
            name: "RoutingClassifier", dependencies: ["CLinear", "CStemmer", "SinergiCore"],
            path: "Services/Routing/Classifier",
            resources: [.copy("Resources")]),
        .target(
            name: "RoutingSchema", dependencies: ["PostgresMigrations"], path: "Services/Routing/Schema",
            resources: [.copy("SQL")]),
        // Training from the database, for the service and for the operator's command.
        .target(
            name: "RoutingLearning", dependencies: ["RoutingClassifier", "Postgres", crypto, logging],
            path: "Services/Routing/Learning"),
        .target(
            name: "RoutingServer",
            dependencies: serverParts + [
                "Media", "RoutingAPI", "RoutingSchema", "RoutingClassifier", "RoutingLearning", "IntakeAPI",
                "NotificationAPI",
                "AnalyticsAPI",
            ],
            path: "Services/Routing/Server", resources: [.copy("Resources")]),
        .executableTarget(
            name: "routing", dependencies: ["RoutingServer", "ServiceKit"], path: "Services/Routing/Main"),

        // Notification
        .systemLibrary(
            name: "CCurl", path: "Services/Notification/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "NotificationAPI", dependencies: ["SinergiCore"], path: "Services/Notification/API"),
        .target(
            name: "NotificationSchema", dependencies: ["PostgresMigrations"], path: "Services/Notification/Schema",
            resources: [.copy("SQL")]),
        .target(
            name: "NotificationServer",
            dependencies: serverParts + ["CCurl", "NotificationAPI", "NotificationSchema", nioHTTP1],
            path: "Services/Notification/Server", resources: [.copy("Resources")]),
        .executableTarget(
            name: "notification", dependencies: ["NotificationServer", "ServiceKit"], path: "Services/Notification/Main"
        ),

        // Analytics
        .target(name: "AnalyticsAPI", dependencies: ["SinergiCore"], path: "Services/Analytics/API"),
        .target(
            name: "AnalyticsSchema", dependencies: ["PostgresMigrations"], path: "Services/Analytics/Schema",
            resources: [.copy("SQL")]),
        .target(
            name: "AnalyticsServer", dependencies: serverParts + ["AnalyticsAPI", "AnalyticsSchema"],
            path: "Services/Analytics/Server", resources: [.copy("Resources")]),
        .executableTarget(
            name: "analytics", dependencies: ["AnalyticsServer", "ServiceKit"], path: "Services/Analytics/Main"),

        // Operator
        .target(
            name: "OperatorKit",
            dependencies: serverParts + [
                "IntakeAPI", "IntakeSchema", "RoutingAPI", "RoutingSchema", "NotificationSchema", "AnalyticsSchema",
                "Media", cryptoExtras, nioHTTP1,
            ],
            path: "Services/Operator/Kit", resources: [.copy("Resources")]),
        .executableTarget(
            name: "sinergi",
            dependencies: serverParts + ["OperatorKit", "RoutingClassifier", "RoutingLearning", arguments],
            path: "Services/Operator/Main"),

        // Tests
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", logging], path: "Tests/PostgresTests"),
        .testTarget(
            name: "PostgresServerTests", dependencies: ["Postgres", "PostgresMigrations", "PostgresTesting", logging],
            path: "Tests/PostgresServerTests"),
        .testTarget(name: "SinergiCoreTests", dependencies: ["SinergiCore"], path: "Tests/SinergiCoreTests"),
        .testTarget(
            name: "RoutingClassifierTests", dependencies: ["RoutingClassifier"], path: "Tests/RoutingClassifierTests"),
        .testTarget(
            name: "ServiceKitTests",
            dependencies: [
                "ServiceKit", "Identity", "Postgres", "Exchange", "SinergiCore", "Tenancy", hummingbird, httpTypes,
                nioCore,
                logging, configuration,
                .product(name: "HummingbirdTesting", package: "hummingbird"), crypto, metrics,
            ],
            path: "Tests/ServiceKitTests"),
        .testTarget(name: "MediaTests", dependencies: ["Media", "ServiceKit"], path: "Tests/MediaTests"),
        .testTarget(
            name: "BorderTests",
            dependencies: [
                "OperatorKit", "Postgres", "PostgresMigrations", "PostgresTesting", "SinergiCore", "Tenancy",
                "Exchange", logging,
            ],
            path: "Tests/BorderTests"),
        .testTarget(
            name: "ServicesTests",
            dependencies: [
                "IntakeServer", "RoutingServer", "NotificationServer", "AnalyticsServer", "OperatorKit", "IntakeAPI",
                "RoutingAPI", "IntakeSchema", "RoutingSchema", "RoutingClassifier", "RoutingLearning",
                "NotificationAPI", "NotificationSchema", "AnalyticsAPI", "AnalyticsSchema", "PostgresMigrations",
                httpClient,
                "ServiceKit", "Identity", "Exchange", "Tenancy", "SinergiCore", "Postgres", "PostgresTesting",
                hummingbird, httpTypes,
                nioCore, logging, configuration, .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            path: "Tests/ServicesTests"),
        .testTarget(
            name: "ContractTests",
            dependencies: [
                "IntakeServer", "RoutingServer", "NotificationServer", "AnalyticsServer", "ServiceKit", hummingbird,
                httpTypes,
                "NotificationAPI", "AnalyticsAPI", "SinergiCore", "Identity", "Tenancy", "Postgres", logging,
                configuration, httpClient,
            ],
            path: "Tests/ContractTests"),
    ],
    swiftLanguageModes: [.v6]
)

// `.ci/run` sets SINERGI_STRICT=1: every warning of our own code is an error there.
let strict = ProcessInfo.processInfo.environment["SINERGI_STRICT"] == "1"
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .enableUpcomingFeature("InferIsolatedConformances"),
            .enableUpcomingFeature("ImmutableWeakCaptures"),
        ] + (strict ? [.treatAllWarnings(as: .error)] : [])
}
