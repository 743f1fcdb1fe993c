package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.policy.cases.Comparison;
import org.postseal.policy.deciding.RuleSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code postseal policy diff} says which cases, or which messages of an audit log, a new policy would treat
 * differently.
 */
@Command(
        name = "diff",
        description = "Show which messages a new policy would treat differently from an old one.",
        footer = {
            "",
            "The messages are cases (--cases), whatever they expect, or those of audit logs (--audit). A log keeps"
                    + " no header fields: where a condition on one decides, the command says so and guesses nothing.",
            "Exit code: 0 compared; 65 with --exit-code if one or more are treated differently or cannot be compared;"
                    + " 64 usage; 74 a log cannot be read; 78 a policy or a file of cases is broken."
        })
final class PolicyDiffCommand implements Callable<Integer> {
    private final Console console;
    private final PolicyFiles files;

    @Parameters(index = "0", paramLabel = "OLD", description = "the policy as it is")
    private Path before = Path.of("policy.yaml");

    @Parameters(index = "1", paramLabel = "NEW", description = "the policy as it may become")
    private Path after = Path.of("policy.yaml");

    @Option(
            names = "--cases",
            paramLabel = "DIR|FILE",
            description = "folder with cases, or a file of cases; may be repeated")
    private List<Path> cases = new ArrayList<>();

    @Option(names = "--audit", paramLabel = "FILE", description = "an audit log; may be repeated")
    private List<Path> audits = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "only records at or after this time: 2027-01-31, 2027-01-31T12:00:00Z")
    private @Nullable Instant since;

    @Option(names = "--exit-code", description = "exit with 65 unless everything is treated alike")
    private boolean isExitCode;

    @Mixin
    private Options.Json json = new Options.Json();

    PolicyDiffCommand(Console console, PolicyFiles files) {
        this.console = console;
        this.files = files;
    }

    @Override
    public Integer call() throws IOException {
        if (cases.isEmpty() == audits.isEmpty()) {
            throw new WrongUse("give either --cases or --audit");
        }
        if (since != null && audits.isEmpty()) {
            throw new WrongUse("--since goes with --audit");
        }
        RuleSet old = files.policy(before);
        RuleSet fresh = files.policy(after);
        DiffReport report = new DiffReport(before, old, after, fresh);
        if (audits.isEmpty()) {
            compareCases(old, fresh, report);
        }
        LogComparison logs = new LogComparison(new Comparison(old, fresh), Optional.ofNullable(since));
        for (Path audit : audits) {
            logs.run(audit, report);
        }
        if (json.isWanted()) {
            console.out().println(JsonText.of(report.members()));
        } else {
            report.lines().forEach(console.out()::println);
        }
        if (report.isNothingCompared()) {
            console.err().println("warning: nothing was compared, which says nothing about the policies");
        }
        return isExitCode && !report.isAllSame() ? ExitCode.REFUSED : ExitCode.OK;
    }

    private void compareCases(RuleSet old, RuleSet fresh, DiffReport report) {
        List<Suite> suites = Suite.find(cases, Optional.of(after));
        for (PolicyFiles.Loaded loaded : files.load(suites)) {
            loaded.cases()
                    .cases()
                    .forEach(each -> each.recipients()
                            .forEach(recipient -> report.add(
                                    loaded.cases().name() + ":" + each.line() + ": " + each.name(),
                                    recipient.toString(),
                                    Optional.empty(),
                                    Comparison.of(each.outcome(old, recipient), each.outcome(fresh, recipient)))));
        }
    }
}
