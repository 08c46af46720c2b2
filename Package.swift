// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")

// Debian has RE2 where compilers look, and SwiftPM warns of the flag that its re2.pc has besides (-pthread).
#if os(macOS)
    let re2: String? = "re2"
#else
    let re2: String? = nil
#endif

/// A library target `OneShot<name>` with its unit tests in `Tests/OneShot<name>Tests`.
/// `tests` is what the tests need besides; `fixtures` are files of theirs that are not compiled.
func library(
    _ name: String,
    _ dependencies: [Target.Dependency],
    tests: [Target.Dependency] = [],
    fixtures: [String] = []
) -> [Target] {
    [
        .target(name: "OneShot\(name)", dependencies: dependencies, swiftSettings: settings),
        .testTarget(
            name: "OneShot\(name)Tests",
            dependencies: [.target(name: "OneShot\(name)"), "OneShotTesting"] + dependencies + tests,
            exclude: fixtures,
            swiftSettings: settings
        ),
    ]
}

// From the bottom of the house to its roof: a target depends only on targets above it in this list.
let package = Package(
    name: "oneshot",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "oneshot", targets: ["oneshot"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(
            name: "CRE2Library",
            pkgConfig: re2,
            providers: [.apt(["libre2-dev"]), .brew(["re2"])]
        ),
        .target(name: "CRE2", dependencies: ["CRE2Library"], linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "COneShotAgents", exclude: ["lists"]),
        .target(name: "COneShotRules", exclude: ["rules"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    ]
        + library("Core", [.product(name: "Crypto", package: "swift-crypto")])
        + library(
            "Process",
            [
                "OneShotCore",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        )
        + library("Git", ["OneShotCore", "OneShotProcess"])
        + library(
            "Client",
            [
                "OneShotCore", httpClient,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        )
        + library(
            "Redaction",
            [
                "CRE2", "COneShotRules", "OneShotCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            tests: ["OneShotProcess"]
        )
        + library("Wire", ["CBrotli", "CZlib", "CZstd", .product(name: "NIOCore", package: "swift-nio")])
        + library(
            "Store",
            [
                "OneShotCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            tests: ["OneShotProcess"]
        )
        + library(
            "Recorder",
            nio + [
                "OneShotCore", "OneShotWire", "OneShotStore", log,
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            tests: ["OneShotProcess", .product(name: "NIOEmbedded", package: "swift-nio")]
        )
        + library("Sessions", ["OneShotCore", "OneShotRedaction", "OneShotWire", "OneShotStore"])
        + library(
            "Export",
            [
                "OneShotCore", "OneShotRedaction", "OneShotSessions", "OneShotStore",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            tests: ["OneShotProcess", "oneshot"]
        )
        + library(
            "PracticeModel",
            nio + [
                "OneShotCore", "OneShotWire", "OneShotStore", "OneShotSessions", log,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            tests: ["OneShotProcess", "OneShotRecorder"]
        )
        + library(
            "Capture",
            [
                "OneShotClient", "OneShotCore", "OneShotGit", "OneShotProcess", "OneShotRedaction", "OneShotStore",
                "OneShotSessions",
            ]
        )
        + library("MCP", ["OneShotClient", "OneShotCore", "OneShotProcess", "OneShotCapture"])
        + library(
            "Preparation",
            ["OneShotClient", "OneShotCore", "OneShotProcess", "OneShotGit", "OneShotRedaction"]
        )
        + library("Sandbox", ["OneShotCore", "OneShotProcess", .product(name: "Crypto", package: "swift-crypto")])
        + library(
            "Admission",
            [
                "OneShotCore", "OneShotRedaction", "OneShotWire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            tests: ["OneShotProcess"]
        )
        + library(
            "Trials",
            [
                "COneShotAgents", "OneShotAdmission", "OneShotClient", "OneShotCore", "OneShotGit", "OneShotSandbox",
                "OneShotPreparation", "OneShotProcess", "OneShotRecorder", "OneShotRedaction", "OneShotSessions",
                "OneShotStore", .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            tests: ["OneShotPracticeModel"],
            fixtures: ["Fixtures"]
        )
        + library(
            "Publishing",
            [
                "OneShotCore", "OneShotProcess", "OneShotRedaction", "OneShotPreparation", "OneShotTrials", httpClient,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            fixtures: ["Fixtures"]
        )
        + library(
            "Workbench",
            nio + [
                "CMalloc", "OneShotCore", "OneShotProcess", "OneShotStore", "OneShotRecorder", "OneShotSessions", log,
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        )
        + library(
            "Commands",
            [
                "OneShotCore", "OneShotClient", "OneShotCapture", "OneShotExport", "OneShotMCP", "OneShotPreparation",
                "OneShotPublishing", "OneShotPracticeModel", "OneShotRecorder", "OneShotRedaction", "OneShotSandbox",
                "OneShotSessions", "OneShotTrials", "OneShotWorkbench",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        )
        + [
            .target(
                name: "OneShotTesting",
                dependencies: nio + [
                    "OneShotCore", "OneShotStore", .product(name: "NIOHTTP1", package: "swift-nio"),
                ],
                swiftSettings: settings
            ),
            .executableTarget(name: "oneshot", dependencies: ["OneShotCommands"], swiftSettings: settings),
            // What Benchmarks/sessions measures; no product, so that nobody installs it.
            .executableTarget(
                name: "SessionsBenchmark",
                dependencies: ["OneShotCore", "OneShotStore", "OneShotSessions", "OneShotRedaction", "OneShotTesting"],
                path: "Benchmarks/sessions/program",
                swiftSettings: settings
            ),
            // The program as a person meets it: the guide's commands, the promises of the product contract.
            .testTarget(
                name: "AcceptanceTests",
                dependencies: ["OneShotTesting", "OneShotProcess", "oneshot"],
                swiftSettings: settings
            ),
        ],
    cxxLanguageStandard: .cxx17
)
