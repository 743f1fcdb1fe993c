package org.postseal.gateway.assembly;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.config.ConfigChange;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.policy.RuleSet;
import org.postseal.policy.yaml.Words;

/** What the audit log is told of policies that were read. */
final class PolicyEvents {
    private PolicyEvents() {}

    /**
     * Another configuration counts.
     *
     * @param changes what of it counts now
     */
    static AuditEvent configuration(
            Instant time, String trigger, PolicyFile file, List<String> changes, ConfigChange change) {
        return new AuditEvent.ConfigurationReloaded(
                time, trigger, file.path().toString(), file.sha256(), changes, change.fromNextStart());
    }

    /** With which policies a gateway starts. */
    static List<AuditEvent> start(Setup setup, Instant time) {
        List<AuditEvent> events = new ArrayList<>();
        GatewayConfig.Mode mode = setup.config().mode();
        events.add(new AuditEvent.PolicyRead(
                time,
                "policy-loaded",
                START,
                Words.word(mode),
                setup.config().policyFile().toString(),
                Optional.empty(),
                Optional.of(setup.rules().sha256()),
                List.of()));
        // That there is none yet is no fault: it may come and go
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
        return new AuditEvent.PolicyRead(
                time,
                action,
                trigger,
                Words.word(mode),
                reading.file().path().toString(),
                before,
                reading.file().sha256(),
                problems(reading.checked()));
    }

    private static List<String> problems(Checked<RuleSet> checked) {
        List<String> lines =
                new ArrayList<>(checked.problems().stream().map(Checked::line).toList());
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
