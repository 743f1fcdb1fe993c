package org.postseal.gateway.app.assembly;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.ConfigChange;
import org.postseal.gateway.config.ConfigText;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Words;

/** Turns what a gateway reads from its files into events for the audit log. */
final class PolicyEvents {
    private PolicyEvents() {}

    /**
     * Says that another configuration is in force.
     *
     * @param changes the parts of it that take effect now
     */
    static AuditEvent configuration(
            Instant time, String trigger, ConfigText written, List<String> changes, ConfigChange change) {
        return new AuditEvent.ConfigurationReloaded(
                time, trigger, written.file().toString(), written.sha256(), changes, change.fromNextStart());
    }

    /**
     * Says that a configuration, or a file that it names, cannot be used.
     *
     * @param problems the problems of the configuration, including warnings
     */
    static AuditEvent refused(Instant time, String trigger, ConfigText written, List<Problem> problems) {
        return new AuditEvent.ConfigurationRefused(
                time, trigger, written.file().toString(), written.sha256(), errors(problems), lines(problems));
    }

    /** Says that the certificates and keys in the store's folder have changed. */
    static AuditEvent store(Instant time, GatewayConfig config, List<String> changes) {
        return new AuditEvent.DirectoryChanged(
                time, "postseal", "store-reloaded", "store:" + config.storeDirectory(), cut(changes));
    }

    /** Says with which configuration and policies a gateway starts. */
    static List<AuditEvent> start(Setup setup, Instant time) {
        List<AuditEvent> events = new ArrayList<>();
        GatewayConfig.Mode mode = setup.config().mode();
        events.add(new AuditEvent.GatewayStarted(
                time,
                Version.current(),
                Words.word(mode),
                setup.written().file().toString(),
                setup.written().sha256(),
                setup.rules().sha256(),
                setup.shadowRules().map(RuleSet::sha256)));
        events.add(new AuditEvent.PolicyRead(
                time,
                "policy-loaded",
                START,
                Words.word(mode),
                setup.policy().file().path().toString(),
                Optional.empty(),
                Optional.of(setup.rules().sha256()),
                List.of(),
                0,
                setup.policy().file().text()));
        // A missing shadow policy is no fault: it may come and go.
        setup.shadow()
                .filter(reading -> !reading.file().isMissing())
                .ifPresent(reading -> events.add(of(
                        time,
                        reading.checked().value().isPresent() ? "shadow-loaded" : "shadow-load-refused",
                        START,
                        mode,
                        Optional.empty(),
                        reading)));
        return events;
    }

    static AuditEvent of(
            Instant time,
            String action,
            String trigger,
            GatewayConfig.Mode mode,
            Optional<String> before,
            PolicyReading reading) {
        Checked<RuleSet> checked = reading.checked();
        Optional<PolicyText> text = checked.value().flatMap(_ -> reading.file().text());
        return new AuditEvent.PolicyRead(
                time,
                action,
                trigger,
                Words.word(mode),
                reading.file().path().toString(),
                before,
                reading.file().sha256(),
                lines(checked.problems()),
                action.endsWith("-refused") ? errors(checked.problems()) : 0,
                text);
    }

    private static int errors(List<Problem> problems) {
        return new Checked<>(Optional.empty(), problems).errors();
    }

    /** The errors come before the warnings. */
    private static List<String> lines(List<Problem> problems) {
        return cut(problems.stream()
                .sorted(Comparator.comparing(problem -> problem.severity() == Problem.Severity.WARNING))
                .map(Checked::line)
                .toList());
    }

    private static List<String> cut(List<String> all) {
        List<String> lines = new ArrayList<>(all);
        if (lines.size() > MOST) {
            int more = lines.size() - MOST;
            lines.subList(MOST, lines.size()).clear();
            lines.add("and " + more + " more, see the log");
        }
        return lines;
    }

    private static final String START = "start";
    private static final int MOST = 50;
}
