import ArgumentParser
import OneShotCore
import OneShotPreparation
import OneShotPublishing
import OneShotSessions

/// `oneshot push TASK OWNER/NAME [PATH]`
struct Push: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Share a prepared task as files of a dataset on the Hugging Face Hub.",
        discussion: """
            Without --yes nothing is sent: the files, their sizes, what the secret scan found and whether the task is
            validated are listed. With it they are uploaded in one commit, to HF_ENDPOINT with the token HF_TOKEN.

              oneshot push data/tasks/prepared/my-task me/one-shot-bench tasks/my-task --yes
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The directory of a prepared task, or its name.")
    var task: String

    @Argument(help: "The dataset repository, OWNER/NAME.")
    var repository: String

    @Argument(help: "The directory in the repository (default: tasks/<name of the task>).")
    var path: String?

    @Flag(help: "Upload.")
    var yes = false

    @Flag(help: "Make the repository private if it is created now.")
    var `private` = false

    @Flag(help: "Upload a task that is not validated.")
    var unvalidated = false

    @OptionGroup var allowed: AllowedFindings

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let workspace = try global.resolvedWorkspace()
        let prepared = try PreparedTask.load(PreparedTask.directory(named: task, in: workspace))
        let destination = try HubDestination(repository: repository, path: path, slug: prepared.slug)
        let plan = try await UploadPlan.make(
            for: prepared,
            to: destination,
            allowing: allowed.paths,
            redactor: try await RedactionPolicy.load(workspace).redactor()
        )
        if !global.json { for line in plan.lines { console.result(line) } }
        try plan.check(allowsUnvalidated: unvalidated, isPrivate: `private`)
        guard yes else {
            if global.json { console.result(plan.json(outcome: nil).prettyText) }
            console.note("nothing was uploaded; add --yes to upload")
            return
        }
        let outcome = try await HubUpload.run(plan, credentials: HubCredentials(), isPrivate: `private`) {
            console.note($0)
        }
        if global.json {
            console.result(plan.json(outcome: outcome).prettyText)
        } else if outcome.commit == nil {
            console.result("nothing to upload, all \(outcome.unchanged) files are there: \(outcome.url)")
        } else {
            console.result("uploaded \(outcome.uploaded) files: \(outcome.url)")
        }
    }
}
