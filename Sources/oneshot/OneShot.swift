import OneShotCommands

@main
struct OneShot {
    static func main() async {
        await EntryPoint.run()
    }
}
