import OneShotCore

/// What stands in `evaluation/` before `oneshot prepare` writes checks: a rubric that says what is known, and a test
/// that fails, since nothing has been checked.
struct EvaluationSkeleton: Sendable {
    let title: String

    var criterion: TaskMetadata.Rubric {
        .init(
            id: "task-done",
            weight: 1,
            criterion: "The change that the instruction asks for is there, whole, and works."
        )
    }

    var rubric: String {
        """
        # Rubric: \(title)

        ## \(criterion.id) (weight: 1.0)
        \(criterion.criterion)
        - judge

        """
    }

    let tests = """
        \"\"\"Checks of this task. 'oneshot prepare' writes them into the prepared task, from what the session changed.\"\"\"

        import unittest


        class TestTask(unittest.TestCase):
            def test_has_checks(self):
                self.fail("no checks have been written yet; run 'oneshot prepare' on this task")


        if __name__ == "__main__":
            unittest.main()

        """
}
