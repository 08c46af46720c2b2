import OneShotPreparation

/// A test file of ours, under a random name, that runs beside the suite's own and has to be reported as failed. Where it
/// is not, something has changed the assertions, the report or the exit code, and nothing of the suite is believed.
///
/// It runs in the process of the code under test where the runner works that way, after that code was imported. It
/// cannot tell code that looks for it and spares it.
struct SuiteControl: Sendable, Equatable {
    /// Below the suite's directory.
    let path: String
    let text: String
    /// In the names of its cases.
    let token: String

    /// - Parameters:
    ///   - token: letters, lower case.
    ///   - source: the text of the suite's last file.
    /// - Returns: nil for a suite whose runner has none.
    init?(for suite: TestSuites.Suite, token: String, source: String) {
        guard let last = suite.files.last else { return nil }
        let takesFiles = suite.command.contains("{files}")
        let folder = last.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        let name: String
        switch suite.runner {
        case .python where takesFiles, .pytest where takesFiles, .unittest where takesFiles:
            (name, text) = ("test_\(token).py", Self.python(token))
        case .node where takesFiles && Self.isScript(last):
            let own = last.split(separator: "/").last.map(String.init) ?? last
            (name, text) = ("\(token).test.mjs", Self.node(token, beside: own))
        case .minitest where takesFiles: (name, text) = ("\(token)_test.rb", Self.ruby(token))
        case .rspec where takesFiles: (name, text) = ("\(token)_spec.rb", Self.rspec(token))
        case .bats where takesFiles: (name, text) = ("\(token).bats", "@test \"\(token)\" {\n  false\n}\n")
        case .go:
            guard let package = source.firstMatch(of: /(?m)^package\s+(\w+)/)?.1 else { return nil }
            (name, text) = ("\(token)_test.go", Self.go(token, package: String(package)))
        default: return nil
        }
        path = folder + name
        self.token = token
    }

    /// Whether a case is the control's, by name or by file.
    func owns(_ test: TestCase) -> Bool { test.name.lowercased().contains(token) }

    func problem(in cases: [TestCase]) -> String? {
        // A control that imports a test file has that one's cases too; its own have the token behind the file's name.
        let own = cases.filter { owns($0) }
        let decisive = own.filter { $0.name.lowercased().components(of: token) > 1 }
        let judged = decisive.isEmpty ? own : decisive
        if judged.isEmpty { return "the control, a test that has to fail, did not run" }
        let passing = judged.filter { $0.status != .failed && $0.status != .error }
        return passing.isEmpty
            ? nil : "the control, a test that has to fail, did not fail; assertions cannot be trusted"
    }

    private static func isScript(_ path: String) -> Bool {
        [".js", ".mjs", ".cjs"].contains { path.hasSuffix($0) }
    }

    private static func python(_ token: String) -> String {
        """
        import unittest


        class Test_\(token)(unittest.TestCase):
            pass


        CALLS = {
            "equal": lambda t: t.assertEqual(1, 2), "not_equal": lambda t: t.assertNotEqual(1, 1),
            "true": lambda t: t.assertTrue(0), "false": lambda t: t.assertFalse(1), "in": lambda t: t.assertIn(1, [2]),
            "is": lambda t: t.assertIs(t, None), "none": lambda t: t.assertIsNone(t), "fail": lambda t: t.fail(),
            "greater": lambda t: t.assertGreater(1, 2), "less": lambda t: t.assertLess(2, 1),
            "almost": lambda t: t.assertAlmostEqual(1, 2), "list": lambda t: t.assertListEqual([1], [2]),
            "dict": lambda t: t.assertDictEqual({}, {1: 2}), "regex": lambda t: t.assertRegex("a", "b"),
            "raises": lambda t: t.assertRaises(KeyError, int), "count": lambda t: t.assertCountEqual([1], [2]),
        }
        for _name, _call in CALLS.items():
            setattr(Test_\(token), "test_\(token)_" + _name, _call)


        def test_\(token)_plain():
            value = len("\(token)")
            assert value == 1


        def test_\(token)_raises():
            try:
                import pytest
            except ImportError:
                raise RuntimeError("\(token)") from None
            with pytest.raises(KeyError):
                pass


        """
    }

    private static func node(_ token: String, beside file: String) -> String {
        """
        import { test } from "node:test";
        import assert from "node:assert";
        import strict from "node:assert/strict";
        import "./\(file.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))";
        const calls = {
            equal: (a) => a.equal(1, 2), strictEqual: (a) => a.strictEqual(1, 2), ok: (a) => a.ok(0), call: (a) => a(0),
            deepEqual: (a) => a.deepEqual([1], [2]), deepStrictEqual: (a) => a.deepStrictEqual({ a: 1 }, { a: 2 }),
            notEqual: (a) => a.notEqual(1, 1), throws: (a) => a.throws(() => {}), match: (a) => a.match("a", /b/),
        };
        for (const [name, call] of Object.entries(calls)) {
            test(`\(token) ${name}`, () => call(assert));
            test(`\(token) strict ${name}`, () => call(strict));
        }
        test("\(token) throw", () => { throw new Error("control"); });

        """
    }

    private static func ruby(_ token: String) -> String {
        """
        class Test\(token.capitalized) < (defined?(Minitest::Test) ? Minitest::Test : Test::Unit::TestCase)
          def test_\(token)_equal; assert_equal 1, 2; end
          def test_\(token)_true; assert false; end
          def test_\(token)_nil; assert_nil 1; end
          def test_\(token)_includes; assert_includes [1], 2; end
          def test_\(token)_raises; assert_raises(KeyError) { 1 }; end
          def test_\(token)_flunk; flunk "control"; end
        end

        """
    }

    private static func rspec(_ token: String) -> String {
        """
        RSpec.describe "\(token)" do
          it("\(token) eq") { expect(1).to eq 2 }
          it("\(token) be") { expect(1).to be_nil }
          it("\(token) include") { expect([1]).to include 2 }
          it("\(token) raises") { expect { 1 }.to raise_error(KeyError) }
          it("\(token) raise") { raise "control" }
        end

        """
    }

    private static func go(_ token: String, package: String) -> String {
        """
        package \(package)

        import "testing"

        func Test\(token.capitalized)(t *testing.T) { t.Fatal("control") }

        """
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }

    /// How often `part` is in it.
    fileprivate func components(of part: String) -> Int {
        split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
