package org.postseal.gateway.admin.cli.policy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.config.Checked;
import org.postseal.policy.analysis.DemandsToEncrypt;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postseal policy check} prints what a start would say about a policy, without any configuration. */
@Command(
        name = "check",
        description = "Check a policy on its own, and print every problem.",
        footer = {"", "Exit code: 0 it can be put in force; 78 it cannot, or with --strict there is a warning."})
final class PolicyCheckCommand implements Callable<Integer> {
    private final Console console;
    private final Clock clock;
    private final PolicyFiles files;

    @Parameters(paramLabel = "FILE", description = "the policy")
    private Path file = Path.of("policy.yaml");

    @Option(names = "--strict", description = "fail on a warning, too")
    private boolean isStrict;

    @Mixin
    private Options.Json json = new Options.Json();

    PolicyCheckCommand(Console console, Clock clock, PolicyFiles files) {
        this.clock = clock;
        this.console = console;
        this.files = files;
    }

    @Override
    public Integer call() {
        Checked<RuleSet> checked = ofToday(files.check(file));
        List<Problem> problems = checked.problems();
        boolean isFine = checked.value().isPresent() && !(isStrict && !problems.isEmpty());
        if (json.isWanted()) {
            console.out().println(JsonText.of(members(checked, isFine)));
            return isFine ? ExitCode.OK : ExitCode.CONFIG;
        }
        files.tell(problems);
        RuleSet rules = checked.value().orElseThrow(() -> PolicyFiles.broken(problems));
        if (!isFine) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    Options.count(problems, "warning") + ", see above",
                    "without --strict the policy is accepted");
        }
        console.out().println("ok: " + file + " (SHA-256 " + rules.sha256() + ")");
        tell(rules.demandsToEncrypt());
        return ExitCode.OK;
    }

    private Checked<RuleSet> ofToday(Checked<RuleSet> checked) {
        List<Problem> problems = new ArrayList<>(checked.problems());
        checked.value().ifPresent(rules -> problems.addAll(rules.warnings(LocalDate.now(clock))));
        return new Checked<>(checked.value(), problems);
    }

    private void tell(DemandsToEncrypt found) {
        if (found.demands().isEmpty()) {
            return;
        }
        console.out().println("\nMust be encrypted, and what leaves all the same:");
        for (DemandsToEncrypt.Demand demand : found.demands()) {
            console.out().println("  " + demand.name());
            demand.sentences().forEach(sentence -> console.out().println("    " + sentence));
        }
        if (!found.changes().isEmpty()) {
            console.out().println("\nDecided otherwise than in versions before demands bound every kind of mail:");
            found.changes().forEach(sentence -> console.out().println("  " + sentence));
        }
    }

    private Map<String, Object> members(Checked<RuleSet> checked, boolean isFine) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("file", file);
        members.put("ok", isFine);
        checked.value().ifPresent(rules -> members.put("sha256", rules.sha256()));
        checked.value().map(RuleSet::demandsToEncrypt).ifPresent(found -> {
            members.put(
                    "demandsToEncrypt",
                    found.demands().stream()
                            .map(demand -> Map.of("name", demand.name(), "sentences", demand.sentences()))
                            .toList());
            members.put("decidedOtherwise", found.changes());
        });
        members.put(
                "problems",
                checked.problems().stream().map(PolicyCheckCommand::members).toList());
        return members;
    }

    private static Map<String, Object> members(Problem problem) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("severity", Words.word(problem.severity()));
        members.put("line", problem.line());
        members.put("key", problem.key());
        members.put("message", problem.message());
        return members;
    }
}
