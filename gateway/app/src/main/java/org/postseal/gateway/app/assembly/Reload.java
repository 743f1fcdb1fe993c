package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.files.FilesSource;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.ConfigChange;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts changed files in force in a running gateway. A policy is compiled while the old one is in force, recorded, and
 * then put in its place at once. Messages on their way keep the policy they began with, and files that cannot be used
 * change nothing.
 *
 * <p>At a signal, configuration, policy and store take effect together or not at all, and the audit log is opened anew.
 * A changed policy file takes effect by itself, and so does the policy of a fleet. So does the shadow policy: a broken
 * one leaves the old one in force, and a missing one ends it. Thread-safe; one change waits for the other.
 */
public final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final SetupReader setups;
    private final Path configFile;
    private final RunningGateway gateway;
    private final InstantSource clock;
    private final Optional<FileWatch> policyWatch;
    private final Optional<FileWatch> shadowWatch;
    private Setup inForce;
    private List<String> tlsContents;
    private boolean isSignalOwed;

    /** @param started the setup with which the gateway was started */
    public Reload(SetupReader setups, Path configFile, RunningGateway gateway, Setup started, InstantSource clock) {
        this.setups = setups;
        this.configFile = configFile;
        this.gateway = gateway;
        this.clock = clock;
        this.inForce = started;
        this.tlsContents = TlsContents.of(started.config());
        this.policyWatch = started.shared().isPresent()
                ? Optional.empty()
                : Optional.of(new FileWatch(
                        started.config().policyFile(), started.rules().sha256()));
        this.shadowWatch = started.shadow()
                .map(reading ->
                        new FileWatch(reading.file().path(), reading.file().fingerprint()));
    }

    /**
     * Handles SIGHUP: it reads everything again, changed or not. It never throws; failures go to the log and into the
     * state of the gateway. While the reload cannot be recorded, nothing takes effect, and {@link #look} tries again.
     */
    public synchronized void signalled() {
        isSignalOwed = true;
        guarded(() -> {
            // This comes first: the records of this reload belong in the new file, and a broken policy must not stop a
            // log rotation.
            gateway.reopenAudit();
            SetupReader.Reread read = setups.reread(configFile, inForce);
            read.problems().forEach(problem -> LOG.warn("{}", Checked.line(problem)));
            // A good policy that another problem keeps out of force must be put in force later, when it is looked at by
            // itself.
            if (read.files().isPresent() || read.policy().checked().value().isEmpty()) {
                policyWatch.ifPresent(watch -> watch.taken(read.policy().file()));
            }
            shadowWatch.ifPresent(watch -> read.shadow().ifPresent(reading -> watch.taken(reading.file())));
            if (read.shadow().isPresent()) {
                takeShadow(read.shadow().get(), SIGNAL);
            }
            if (read.files().isPresent()) {
                takeAll(read, new ConfigChange(inForce.config(), read.config().orElseThrow()));
            } else {
                refuse(read, read.problems());
            }
            isSignalOwed = false;
        });
    }

    /** Returns true if a signal has had no effect yet because the audit log cannot be written. */
    public synchronized boolean isSignalOwed() {
        return isSignalOwed;
    }

    /** Looks whether a policy file has changed. This is called again and again, and never throws. */
    public synchronized void look() {
        if (isSignalOwed) {
            signalled();
            return;
        }
        guarded(() -> {
            if (shadowWatch.isPresent()) {
                look(shadowWatch.get(), reading -> takeShadow(reading, FILE_CHANGE));
            }
            if (policyWatch.isPresent()) {
                look(policyWatch.get(), reading -> {
                    if (reading.checked().value().isPresent()) {
                        takePolicy(reading, Optional.empty(), FILE_CHANGE);
                    } else {
                        refusePolicy(reading, FILE_CHANGE);
                    }
                });
            }
        });
    }

    synchronized GatewayConfig config() {
        return inForce.config();
    }

    /** Puts the policy of a fleet in force. Returns false if it cannot be recorded now; it never throws. */
    synchronized boolean take(PolicyReading reading, String trigger) {
        guarded(() -> takePolicy(reading, Optional.empty(), trigger));
        return inForce.policy().equals(reading);
    }

    /** Says that a policy that the fleet may come to cannot be used here. */
    synchronized void refuseNext(PolicyReading reading, String trigger) {
        reading.checked().problems().forEach(problem -> LOG.warn("{}", Checked.line(problem)));
        guarded(() -> refusePolicy(reading, trigger));
    }

    /** Says that what was refused is not wanted any more. */
    synchronized void forgetNext() {
        gateway.update(PolicyState::withoutProblems);
    }

    /** Returns true if a younger process has the name of this gateway in its fleet. */
    boolean isFenced() {
        return gateway.isFenced();
    }

    private void refusePolicy(PolicyReading reading, String trigger) throws IOException {
        refuse(
                reading.checked().problems(),
                List.of(event("policy-reload-refused", trigger, before(), reading)),
                trigger);
    }

    private void look(FileWatch watch, Taking taking) throws IOException {
        Optional<PolicyFile> next = watch.look();
        if (next.isEmpty()) {
            return;
        }
        PolicyReading reading = PolicyReading.of(setups.assembly(), next.get(), Optional.of(inForce.config()))
                .guarded();
        reading.checked().problems().forEach(problem -> LOG.warn("{}", Checked.line(problem)));
        try {
            taking.take(reading);
        } catch (IOException unrecorded) {
            watch.forget();
            throw unrecorded;
        }
    }

    private void takeAll(SetupReader.Reread read, ConfigChange change) throws IOException {
        if (!change.fromNextStart().isEmpty()) {
            LOG.warn("{}: counts from the next start: {}", configFile, String.join(", ", change.fromNextStart()));
        }
        if (!change.renamed().isEmpty()) {
            LOG.warn(
                    "{}: upstreams: {}: new, gone or meant for other peers: what they have in flight may be sent twice",
                    configFile,
                    String.join(", ", change.renamed()));
        }
        List<String> contents = TlsContents.of(change.inForce());
        List<String> changes = new ArrayList<>(change.atOnce());
        if (!contents.equals(tlsContents)) {
            changes.add("TLS files");
        }
        if (changes.isEmpty()) {
            takePolicy(read.policy(), read.files(), SIGNAL);
            return;
        }
        RuleSet rules = read.policy().checked().value().orElseThrow();
        Setup changed = inForce.withPolicy(read.policy()).withConfig(change.inForce(), read.written());
        try (RunningGateway.Prepared parts = gateway.prepare(changed)) {
            // Both events are recorded or neither, and before the change takes effect.
            List<AuditEvent> events = new ArrayList<>();
            events.add(PolicyEvents.configuration(clock.instant(), SIGNAL, read.written(), changes, change));
            events.addAll(storeEvents(read.files()));
            events.add(event("policy-reloaded", SIGNAL, before(), read.policy()));
            gateway.record(events);
            read.files().ifPresent(inForce.directory()::replaceFiles);
            parts.apply();
            inForce = changed;
            tlsContents = contents;
            gateway.update(state -> state.loaded(rules.sha256(), clock.instant()));
            LOG.info("reloaded ({}): {}; policy {}", SIGNAL, String.join(", ", changes), rules.sha256());
        } catch (CannotListenException taken) {
            Problem problem = Problem.error(
                    configFile.toString(),
                    read.lines().applyAsInt(taken.key()),
                    taken.key(),
                    String.valueOf(taken.getMessage()));
            LOG.warn("{}", Checked.line(problem));
            List<Problem> problems = new ArrayList<>(read.problems());
            problems.add(problem);
            refuse(read, problems);
        }
    }

    private List<AuditEvent> storeEvents(Optional<FilesSource> next) {
        List<String> changes =
                next.map(files -> inForce.directory().fileChanges(files)).orElse(List.of());
        return changes.isEmpty() ? List.of() : List.of(PolicyEvents.store(clock.instant(), inForce.config(), changes));
    }

    private void takePolicy(PolicyReading reading, Optional<FilesSource> files, String trigger) throws IOException {
        RuleSet next = reading.checked().value().orElseThrow();
        Setup changed = inForce.withPolicy(reading);
        Runnable swap = gateway.swap(changed);
        // This comes before it takes effect: a policy that could not be recorded must not decide.
        List<AuditEvent> events = new ArrayList<>(storeEvents(files));
        events.add(event("policy-reloaded", trigger, before(), reading));
        gateway.record(events);
        files.ifPresent(inForce.directory()::replaceFiles);
        swap.run();
        inForce = changed;
        gateway.update(state -> state.loaded(next.sha256(), clock.instant()));
        LOG.info("reloaded ({}), policy {}", trigger, next.sha256());
    }

    /** Refuses a reload at a signal because of the policy, of the files beside it, or of both. */
    private void refuse(SetupReader.Reread read, List<Problem> problems) throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        List<Problem> ofConfig = problems.stream()
                .filter(problem -> problem.file().equals(configFile.toString()))
                .toList();
        if (new Checked<>(Optional.empty(), ofConfig).errors() > 0) {
            events.add(PolicyEvents.refused(clock.instant(), SIGNAL, read.written(), ofConfig));
        }
        if (read.policy().checked().value().isEmpty()) {
            events.add(event("policy-reload-refused", SIGNAL, before(), read.policy()));
        }
        refuse(problems, events, SIGNAL);
    }

    private void refuse(List<Problem> problems, List<AuditEvent> events, String trigger) throws IOException {
        Checked<RuleSet> refused = new Checked<>(Optional.empty(), problems);
        gateway.update(state -> state.refused(refused.errors(), clock.instant()));
        LOG.error(
                "reload refused ({}), the old policy{} in force: {}",
                trigger,
                trigger.equals(SIGNAL) ? " and everything else stay" : " stays",
                inForce.rules().sha256());
        gateway.record(events);
    }

    private Optional<String> before() {
        return Optional.of(inForce.rules().sha256());
    }

    private void takeShadow(PolicyReading reading, String trigger) throws IOException {
        Optional<String> before = inForce.shadowRules().map(RuleSet::sha256);
        Optional<String> next = reading.checked().value().map(RuleSet::sha256);
        if (next.isEmpty() && !reading.file().isMissing()) {
            gateway.update(state -> state.shadowRefused(reading.checked().errors(), clock.instant()));
            LOG.error("shadow policy refused ({}), nothing changes", trigger);
            gateway.record(List.of(event("shadow-reload-refused", trigger, before, reading)));
            return;
        }
        Setup changed = inForce.withShadow(reading);
        Runnable swap = gateway.swap(changed);
        if (!before.equals(next)) {
            gateway.record(
                    List.of(event(next.isPresent() ? "shadow-reloaded" : "shadow-ended", trigger, before, reading)));
        }
        swap.run();
        inForce = changed;
        gateway.update(state -> state.shadowLoaded(next));
        LOG.info(
                "shadow policy ({}): {}",
                trigger,
                next.orElseGet(() -> "there is no " + reading.file().path() + ", nothing is decided in shadow"));
    }

    private AuditEvent event(String action, String trigger, Optional<String> before, PolicyReading reading) {
        return PolicyEvents.of(
                clock.instant(), action, trigger, inForce.config().mode(), before, reading);
    }

    private void guarded(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            LOG.error("reload failed, the configuration and the policies in force stay: {}", e.getMessage());
            gateway.update(state -> state.refused(Math.max(1, state.problems()), clock.instant()));
        } catch (RuntimeException e) {
            // This is a border like that of a session: a file on which a parser fails must not end a running gateway.
            isSignalOwed = false;
            LOG.error("reload failed, the configuration and the policies in force stay", e);
            gateway.update(state -> state.refused(Math.max(1, state.problems()), clock.instant()));
        }
    }

    @FunctionalInterface
    private interface Taking {
        void take(PolicyReading reading) throws IOException;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static final String SIGNAL = "signal";
    private static final String FILE_CHANGE = "file change";
}
