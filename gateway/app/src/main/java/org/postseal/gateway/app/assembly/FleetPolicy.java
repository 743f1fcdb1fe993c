package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.postseal.certstore.database.Postgres;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.UnfinishedFile;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.FleetConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.road.fleet.PolicyBundle;
import org.postseal.gateway.road.fleet.PolicyEpochs;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a gateway decide by the policy of its fleet. It compiles and tests what {@link PolicyEpochs} brings, and hands
 * it to {@link Reload} when it counts. What is in force is also written to a file, for the console and for commands.
 */
public final class FleetPolicy implements AutoCloseable {
    private final PolicyEpochs epochs;
    private final Path copy;

    private FleetPolicy(PolicyEpochs epochs, Path copy) {
        this.epochs = epochs;
        this.copy = copy;
    }

    /**
     * Reads the policy that counts, if the configuration says that the fleet has one.
     *
     * @throws UncheckedIOException if there is none that can be read now
     */
    static Optional<FleetPolicy> open(GatewayConfig config) {
        return config.fleet()
                .flatMap(fleet -> fleet.policy().map(policy -> {
                    try {
                        return open(config, fleet, policy);
                    } catch (IOException e) {
                        throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
                    }
                }));
    }

    private static FleetPolicy open(GatewayConfig config, FleetConfig fleet, FleetConfig.SharedPolicy policy)
            throws IOException {
        return new FleetPolicy(
                PolicyEpochs.open(
                        new Postgres(fleet.database(), config.journal().timeLimit()),
                        fleet.node(),
                        CheckpointKey.readPublic(policy.signers()).values()),
                policy.copy());
    }

    /** Compiles the policy with which the gateway begins. */
    PolicyReading first(Assembly assembly, Optional<GatewayConfig> config) {
        return reading(epochs.first(), assembly, config);
    }

    private PolicyReading reading(PolicyBundle bundle, Assembly assembly, Optional<GatewayConfig> config) {
        return PolicyReading.of(assembly, file(bundle), config).within(epochs.term(bundle.epoch()));
    }

    private static PolicyFile file(PolicyBundle bundle) {
        PolicyBundle.File policy = bundle.files().getFirst();
        return PolicyFile.of(Path.of(policy.name()), policy.octets());
    }

    /** Says why the gateway takes no mail now; the result is empty if it does. */
    Optional<String> fault() {
        return epochs.fault();
    }

    /**
     * Follows the fleet from now on.
     *
     * @param reload puts policies in force
     * @param tests runs the cases of a bundle, and returns what fails
     */
    public void follow(Reload reload, Assembly assembly, BiFunction<PolicyBundle, RuleSet, List<Problem>> tests) {
        write(epochs.first());
        epochs.follow(new PolicyEpochs.User() {
            @Override
            public PolicyEpochs.Prepared prepare(PolicyBundle bundle, boolean isSigned) {
                PolicyReading reading = isSigned
                        ? tested(reading(bundle, assembly, Optional.of(reload.config())), bundle, tests)
                        : new PolicyReading(file(bundle), new Checked<>(Optional.empty(), List.of(unsigned(bundle))));
                if (reading.checked().value().isEmpty()) {
                    return new PolicyEpochs.Prepared(
                            Optional.of(error(reading)),
                            () -> reload.refuseNext(reading, trigger(bundle)),
                            () -> false);
                }
                return new PolicyEpochs.Prepared(
                        Optional.empty(),
                        () -> LOG.info(
                                "the policy of epoch {} can be put in force: {}", bundle.epoch(), bundle.sha256()),
                        () -> {
                            boolean isTaken = reload.take(reading, trigger(bundle));
                            if (isTaken) {
                                write(bundle);
                            }
                            return isTaken;
                        });
            }

            @Override
            public void forget() {
                reload.forgetNext();
            }

            @Override
            public boolean isFenced() {
                return reload.isFenced();
            }
        });
    }

    private static String error(PolicyReading reading) {
        return Checked.line(reading.checked().problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .findFirst()
                .orElseThrow());
    }

    private static String trigger(PolicyBundle bundle) {
        return "epoch " + bundle.epoch();
    }

    private static Problem unsigned(PolicyBundle bundle) {
        return Problem.error(
                bundle.files().getFirst().name(),
                0,
                "",
                "epoch " + bundle.epoch() + " is not signed by one of fleet.policy.signers");
    }

    /** Runs the cases of a policy that could be compiled. It cannot be used if one of them fails. */
    private static PolicyReading tested(
            PolicyReading reading, PolicyBundle bundle, BiFunction<PolicyBundle, RuleSet, List<Problem>> tests) {
        List<Problem> problems = reading.checked()
                .value()
                .map(rules -> tests.apply(bundle, rules))
                .orElse(List.of());
        return problems.isEmpty() ? reading : reading.refused(problems);
    }

    private void write(PolicyBundle bundle) {
        try {
            Path unfinished = UnfinishedFile.beside(copy);
            UnfinishedFile.fill(unfinished, List.of(bundle.files().getFirst().octets()));
            UnfinishedFile.finish(unfinished, copy);
        } catch (IOException e) {
            // Nothing decides by the file.
            LOG.error("{} is not the policy in force: it cannot be written: {}", copy, e.toString());
        }
    }

    @Override
    public void close() {
        epochs.close();
    }

    private static final Logger LOG = LoggerFactory.getLogger(FleetPolicy.class);
}
