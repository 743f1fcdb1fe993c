package org.postseal.gateway.console;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.locks.ReentrantLock;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.evidence.KeptPolicy;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.PolicyConfig;
import org.postseal.gateway.console.PolicyInView.Compiled;
import org.postseal.gateway.console.http.Page;
import org.postseal.policy.cases.Expectation.Difference;
import org.postseal.policy.cases.PolicyCase;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.settings.Setting;
import org.postseal.policy.telling.PolicyDescription;
import org.postseal.policy.telling.PolicyLines;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Words;

/**
 * Shows the policy of the file: whether it is the one in force, what its levels and rules say, and whether its tests
 * pass. It can show the text of an earlier policy instead. Thread-safe.
 */
public final class PolicyPage {
    private final GatewayConfig config;
    private final PolicyInView policy;
    private final LogsInView logs;
    private final PolicyTests tests;
    // Tests run for one page at a time, so that a page that is asked for again and again does not take all processors.
    private final ReentrantLock running = new ReentrantLock();

    PolicyPage(GatewayConfig config, PolicyInView policy, LogsInView logs, PolicyTests tests) {
        this.config = config;
        this.policy = policy;
        this.logs = logs;
        this.tests = tests;
    }

    /**
     * Holds the content of the page.
     *
     * @param standing whether the file is the policy in force
     * @param description what the policy says; empty if the file cannot be used
     * @param address the sender whose settings are asked for, as typed
     * @param wrongAddress what is wrong with that address; empty if nothing is
     * @param settings the settings of that sender
     * @param then the SHA-256 of an earlier policy that is shown in place of the file; empty if the file is shown
     * @param text the text of that earlier policy, each line after its number
     * @param inForce the SHA-256 of the policy in force if another one is shown; empty if they are the same
     */
    public record View(
            Standing standing,
            List<Entry> entries,
            List<Problem> problems,
            Optional<Tests> tests,
            Optional<PolicyDescription> description,
            String address,
            Optional<String> wrongAddress,
            List<Setting> settings,
            String then,
            List<String> text,
            String inForce) {}

    /**
     * Compares the file with what the gateway has recorded.
     *
     * @param state {@code verified}, {@code pending}, {@code broken} or {@code unknown}
     * @param says the state in words
     */
    public record Standing(String state, List<String> says) {}

    /** Holds the results of all cases. */
    public record Tests(int passed, int failed, List<TestFile> files) {}

    /**
     * Holds the results of a file of cases.
     *
     * @param problems why the file was not run
     */
    public record TestFile(String name, List<Case> cases, List<Problem> problems) {}

    /**
     * Holds the result of a case.
     *
     * @param says what differs from the expected outcome, and why; empty if the case has passed
     */
    public record Case(String name, int line, boolean isPassed, List<String> says) {}

    Page page(Parameters asked, Frame frame) throws IOException {
        SortedMap<String, EnforcedPolicy> gateways = logs.enforced();
        EnforcedPolicy enforced = EnforcedPolicy.newest(gateways.values());
        String then = asked.text("sha256");
        if (!then.isEmpty()) {
            View view = ofThen(then, enforced);
            return Renderer.page(
                    view.text().isEmpty() ? 404 : 200, output -> JtepolicyGenerated.render(output, null, frame, view));
        }
        Compiled compiled = policy.now();
        String address = asked.text("address");
        Optional<MailAddress> sender = MailAddress.parse(address);
        Optional<String> wrong = address.isEmpty() || sender.isPresent()
                ? Optional.empty()
                : Optional.of("Sender: write a mail address such as alice@example.com");
        View view = new View(
                standing(compiled, enforced, gateways),
                entries(compiled, enforced, gateways),
                compiled.problems(),
                compiled.rules().map(this::run),
                compiled.rules().map(RuleSet::described),
                address,
                wrong,
                sender.flatMap(who -> compiled.rules().map(rules -> rules.settingsOf(who))).orElse(List.of()).stream()
                        .sorted(Comparator.comparing(Setting::isBuiltIn))
                        .toList(),
                "",
                List.of(),
                enforced.sha256()
                        .filter(sha256 -> !compiled.sha256().equals(Optional.of(sha256)))
                        .orElse(""));
        return Renderer.page(
                wrong.isPresent() ? 400 : 200, output -> JtepolicyGenerated.render(output, null, frame, view));
    }

    /** Shows the kept text of a policy that records name. */
    private View ofThen(String sha256, EnforcedPolicy enforced) throws IOException {
        boolean isInForce = enforced.sha256().equals(Optional.of(sha256));
        String counts = isInForce
                ? " The gateway has taken it up, and decides by it."
                : " The gateway decides by another one now.";
        List<String> text = List.of();
        Standing standing = switch (policy.then(sha256)) {
            case KeptPolicy.Kept kept -> {
                text = PolicyLines.of(kept.text()).whole().numbered();
                yield new Standing(
                        "verified",
                        List.of("This is the text of the policy with this SHA-256,"
                                + " octet by octet, as it is kept beside the log."
                                + counts));
            }
            case KeptPolicy.Missing() ->
                new Standing("unknown", List.of("No text of a policy with this SHA-256 is kept beside the log."));
            case KeptPolicy.Changed() ->
                new Standing(
                        "broken",
                        List.of("The text that is kept under this SHA-256 does NOT have it any more:"
                                + " somebody has changed it."));
            case KeptPolicy.Unreadable(String why) ->
                new Standing(
                        "unknown",
                        List.of("The text of the policy with this SHA-256 is kept beside the log,"
                                + " and the console cannot read it: "
                                + why));
        };
        return new View(
                standing,
                List.of(Entry.of("SHA-256", sha256)),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.empty(),
                List.of(),
                sha256,
                text,
                isInForce ? "" : enforced.sha256().orElse(""));
    }

    private static Standing standing(
            Compiled compiled, EnforcedPolicy enforced, SortedMap<String, EnforcedPolicy> gateways) {
        List<String> says = new ArrayList<>();
        Optional<String> onDisk = compiled.sha256();
        boolean isSame = onDisk.isPresent() && onDisk.equals(enforced.sha256());
        String state;
        if (enforced.taken().isEmpty()) {
            state = "unknown";
            says.add("The gateway has not recorded yet which policy it enforces.");
        } else if (isSame) {
            state = "verified";
            says.add("This file is the policy that the gateway has taken up.");
        } else {
            state = "broken";
            says.add("This file is NOT the policy that the gateway enforces:"
                    + " it has changed since, and what follows is the file's.");
        }
        List<String> others = gateways.entrySet().stream()
                .filter(other -> !other.getValue().sha256().equals(enforced.sha256()))
                .map(Map.Entry::getKey)
                .toList();
        if (!others.isEmpty()) {
            state = "broken";
            says.add("NOT all gateways have recorded that they decide by the policy that was taken up last: "
                    + String.join(", ", others) + " (see below).");
        }
        if (compiled.rules().isEmpty()) {
            state = "broken";
            says.add("The file cannot be used as it stands; the gateway goes on with the policy that it has.");
        }
        enforced.refused()
                .filter(_ -> !isSame)
                .ifPresent(line -> says.add("The gateway has refused a file on " + time(line)
                        + (line.first(EnforcedPolicy.SHA256).equals(onDisk) ? ", this one:" : ":")));
        enforced.refused()
                .filter(_ -> !isSame)
                .ifPresent(line -> line.all("postseal.problems").stream()
                        .limit(MOST_PROBLEMS)
                        .forEach(says::add));
        return new Standing(state, says);
    }

    private List<Entry> entries(
            Compiled compiled, EnforcedPolicy enforced, SortedMap<String, EnforcedPolicy> gateways) {
        PolicyConfig files = config.policy();
        List<Entry> entries = new ArrayList<>();
        entries.add(Entry.of("File", files.file().toString()));
        entries.add(Entry.of("SHA-256 of the file", compiled.sha256().orElse("cannot be read")));
        if (logs.isFleet()) {
            gateways.forEach((node, own) -> entries.add(new Entry(
                    "SHA-256 in force at " + node,
                    own.taken().map(line -> inForce(own, line)).orElse(List.of("none recorded")))));
        } else {
            enforced.taken().ifPresent(line -> entries.add(new Entry("SHA-256 in force", inForce(enforced, line))));
        }
        entries.add(Entry.of(
                "Mode",
                enforced.mode().orElseGet(() -> Words.word(config.mode())).equals("observe")
                        ? "observe: decided and recorded, everything is relayed as it came"
                        : "enforce"));
        entries.add(Entry.of(
                "A changed file counts",
                files.reload() == PolicyConfig.Reload.ON_CHANGE ? "by itself, within seconds" : "at SIGHUP only"));
        files.shadow().ifPresent(shadow -> {
            List<String> says = new ArrayList<>(List.of(shadow.toString()));
            enforced.shadow()
                    .ifPresent(line -> says.add(line.first("event.action").orElse("") + " on " + time(line)
                            + line.first(EnforcedPolicy.SHA256)
                                    .map(hash -> ", SHA-256 " + hash)
                                    .orElse("")));
            entries.add(new Entry("Shadow policy", says));
        });
        compiled.rules().map(RuleSet::described).ifPresent(described -> {
            entries.add(Entry.of("Internal", described.internal()));
            entries.add(
                    Entry.of("Quarantine", described.undelivered().quarantine().orElse("none")));
        });
        return entries;
    }

    private static List<String> inForce(EnforcedPolicy enforced, AuditLine taken) {
        return List.of(enforced.sha256().orElse("none"), "since " + time(taken));
    }

    private Tests run(RuleSet rules) {
        running.lock();
        try {
            List<TestFile> files = new ArrayList<>();
            int passed = 0;
            int failed = 0;
            for (PolicyTests.OfFile file : tests.run(policy.file(), rules)) {
                List<Case> cases =
                        file.results().stream().map(PolicyPage::shown).toList();
                int good = (int) cases.stream().filter(Case::isPassed).count();
                passed += good;
                failed += cases.size() - good;
                files.add(new TestFile(
                        file.name(),
                        cases.stream()
                                .sorted(Comparator.comparing(Case::isPassed))
                                .limit(MOST_CASES)
                                .toList(),
                        file.problems()));
            }
            return new Tests(passed, failed, files);
        } finally {
            running.unlock();
        }
    }

    private static Case shown(PolicyCase.Result result) {
        List<String> says = new ArrayList<>();
        for (PolicyCase.OfRecipient each : result.recipients()) {
            for (Difference difference : each.differences()) {
                says.add(each.recipient() + ": " + difference.key() + " should be " + difference.expected() + " and is "
                        + difference.found().orElse("none"));
            }
            if (!each.differences().isEmpty()) {
                says.add("because " + String.join("; ", each.outcome().steps()));
            }
        }
        return new Case(result.ofCase().name(), result.ofCase().line(), result.isPassed(), says);
    }

    private static String time(AuditLine line) {
        return Times.read(line).map(Times::second).orElse("a day that is not known");
    }

    private static final int MOST_CASES = 200;
    private static final int MOST_PROBLEMS = 20;
}
