package org.postseal.gateway.admin.cli.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postseal policy test} runs the cases beside a policy. */
@Command(
        name = "test",
        description = "Run the cases of policies, and print what is not as expected, and why.",
        footer = {
            "",
            "In a folder: policy.yaml with *.test.yaml beside it and *.yaml in tests/ below it."
                    + " A file of cases finds its policy the same way.",
            "Exit code: 0 all passed; 65 one or more failed;"
                    + " 78 a policy or a file of cases is broken, or there is no case."
        })
final class PolicyTestCommand implements Callable<Integer> {
    private final Console console;
    private final PolicyFiles files;

    @Parameters(arity = "1..*", paramLabel = "DIR|FILE", description = "folder of a policy, or a file of cases")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--policy", paramLabel = "FILE", description = "the policy for all of them")
    private @Nullable Path policy;

    @Mixin
    private Options.Json json = new Options.Json();

    PolicyTestCommand(Console console, PolicyFiles files) {
        this.console = console;
        this.files = files;
    }

    @Override
    public Integer call() {
        List<TestReport.OfSuite> suites = files.load(Suite.find(paths, Optional.ofNullable(policy))).stream()
                .map(TestReport.OfSuite::run)
                .toList();
        TestReport report = new TestReport(suites);
        if (json.isWanted()) {
            console.out().println(JsonText.of(report.members()));
        } else {
            report.lines().forEach(console.out()::println);
        }
        return report.failed() == 0 ? ExitCode.OK : ExitCode.REFUSED;
    }
}
