package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.postseal.certstore.Draft;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.files.StoreProblem;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.ConfigText;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.KeyLines;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.PolicyConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.config.TlsFiles;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.smtp.client.NettyNextHop;
import org.postseal.gateway.smtp.server.ServerTls;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/**
 * Reads configuration, policy and store, and reports all problems of the three at once. {@code check}, start and reload
 * use this same code.
 */
public final class SetupReader {
    private final Assembly assembly;

    public SetupReader(Assembly assembly) {
        this.assembly = assembly;
    }

    /** Makes the parts that are read. */
    Assembly assembly() {
        return assembly;
    }

    /**
     * Reads a setup to start with. The value is empty if anything prevents the start.
     *
     * @throws UncheckedIOException if the policy of a fleet cannot be read now
     */
    public Checked<Setup> read(Path configFile) {
        Reading reading = new Reading(configFile, Optional.empty(), FleetPolicy::open);
        // The database, servers and tokens are opened only if the configuration is right.
        return open(reading, wanted(reading));
    }

    /**
     * Reads a setup for a caller who only looks. A database that does not exist yet is not made, since the gateway will
     * make it.
     */
    public Checked<Setup> look(Path configFile) {
        Reading reading = new Reading(configFile, Optional.empty(), _ -> Optional.empty());
        DirectoryConfig wanted = wanted(reading);
        Optional<DatabasePlace> missing =
                wanted.database().filter(place -> place.isMissing(CertificateDatabase.Options.DEFAULT));
        missing.ifPresent(place -> reading.warn(
                new CertificateDirectory.Fault(wanted.databaseKey(), "there is no database yet: " + place)));
        return open(reading, missing.isPresent() ? wanted.withoutDatabase() : wanted);
    }

    /**
     * Returns the configuration of the certificate store, made stricter where the policy's {@code smime} section asks
     * for it.
     */
    private static DirectoryConfig wanted(Reading reading) {
        DirectoryConfig configured =
                reading.config.map(GatewayConfig::directory).orElse(DirectoryConfig.FILES_ONLY);
        return reading.rules.map(rules -> configured.with(rules.wishes())).orElse(configured);
    }

    private Checked<Setup> open(Reading reading, DirectoryConfig wanted) {
        Optional<CertificateDirectory> directory =
                reading.storeDirectory.flatMap(folder -> switch (assembly.directory(folder, wanted)) {
                    case CertificateDirectory.Result.Opened(CertificateDirectory opened) -> Optional.of(opened);
                    case CertificateDirectory.Result.Refused(List<CertificateDirectory.Fault> faults) -> {
                        reading.tell(faults);
                        yield Optional.empty();
                    }
                });
        if (reading.isBroken() || directory.isEmpty()) {
            directory.ifPresent(CertificateDirectory::close);
            reading.shared.ifPresent(FleetPolicy::close);
            return new Checked<>(Optional.empty(), reading.problems);
        }
        directory.get().warnings().forEach(reading::warn);
        return new Checked<>(
                Optional.of(new Setup(
                        reading.config.orElseThrow(),
                        reading.text,
                        reading.policy.orElseThrow(),
                        reading.shadow,
                        directory.get(),
                        reading.shared)),
                reading.problems);
    }

    /**
     * Reads everything that a running gateway can change, from the files that its configuration named at the start. The
     * policy of a fleet stays, and is compiled again.
     */
    Reread reread(Path configFile, Setup running) {
        Reading reading = new Reading(configFile, Optional.of(running), _ -> running.shared());
        GatewayConfig config = running.config();
        Optional<FilesSource> files = switch (CertificateDirectory.load(config.directory(), config.storeDirectory())) {
            case FilesSource.Load.Loaded(FilesSource loaded) -> Optional.of(loaded);
            case FilesSource.Load.Refused(List<StoreProblem> found) -> {
                reading.tell(CertificateDirectory.faults(found));
                yield Optional.empty();
            }
        };
        return new Reread(
                reading.config,
                reading.text,
                reading.policy.orElseThrow(),
                reading.shadow,
                reading.isBroken() ? Optional.empty() : files,
                reading.problems,
                reading.lines);
    }

    /**
     * Holds the result of reading everything again.
     *
     * @param config the configuration as it is now; empty if it is broken
     * @param written the octets from which it was read
     * @param files the files of the store; empty if anything but the shadow policy is wrong
     * @param problems all problems
     * @param lines the line on which a key of the configuration stands
     */
    record Reread(
            Optional<GatewayConfig> config,
            ConfigText written,
            PolicyReading policy,
            Optional<PolicyReading> shadow,
            Optional<FilesSource> files,
            List<Problem> problems,
            ToIntFunction<String> lines) {}

    /** Holds configuration and policy, and the problems found so far. */
    private final class Reading {
        private final String file;
        private final ConfigText text;
        private final List<Problem> problems = new ArrayList<>();
        private final Optional<GatewayConfig> config;
        private final Optional<Path> storeDirectory;
        private final Optional<PolicyReading> policy;
        private final Optional<PolicyReading> shadow;
        private final Optional<RuleSet> rules;
        private final ToIntFunction<String> lines;
        private final Optional<FleetPolicy> shared;

        /**
         * Reads the policies that the running gateway uses, or else those that the file itself names.
         *
         * @param opening finds where the policy comes from, if that is not a file
         */
        Reading(Path configFile, Optional<Setup> running, Function<GatewayConfig, Optional<FleetPolicy>> opening) {
            Optional<GatewayConfig> started = running.map(Setup::config);
            this.file = configFile.toString();
            this.text = ConfigText.read(configFile);
            Optional<PolicyConfig> written;
            switch (ConfigReader.read(text, TLS_FILES)) {
                case ConfigResult.Loaded(GatewayConfig loaded, List<Problem> warnings, KeyLines found) -> {
                    lines = found::of;
                    config = Optional.of(loaded);
                    if (running.isEmpty()) {
                        Draft.allow(loaded.crypto().drafts());
                    }
                    written = Optional.of(loaded.policy());
                    storeDirectory = Optional.of(loaded.storeDirectory());
                    problems.addAll(warnings);
                }
                case ConfigResult.Broken(
                        List<Problem> wrong,
                        Optional<PolicyConfig> found,
                        Optional<Path> store,
                        int line) -> {
                    lines = _ -> line;
                    config = Optional.empty();
                    written = found;
                    storeDirectory = store;
                    problems.addAll(wrong);
                }
            }
            Optional<PolicyConfig> meant = started.map(GatewayConfig::policy).or(() -> written);
            shared = started.or(() -> config).flatMap(opening);
            policy = shared.map(from ->
                            running.map(setup -> again(setup.policy())).orElseGet(() -> from.first(assembly, config)))
                    .or(() -> meant.map(PolicyConfig::file).map(path -> reading(path, started.or(() -> config))));
            shadow = meant.flatMap(PolicyConfig::shadow).map(path -> reading(path, started.or(() -> config)));
            rules = policy.flatMap(read -> told(read.checked(), problems));
            shadow.ifPresent(read -> tellShadow(read, started.isEmpty()));
        }

        private PolicyReading again(PolicyReading read) {
            return PolicyReading.of(assembly, read.file(), config).within(read.term());
        }

        private PolicyReading reading(Path path, Optional<GatewayConfig> where) {
            return PolicyReading.of(assembly, PolicyFile.read(path), where);
        }

        /**
         * Reports the problems of the shadow policy as warnings, since a policy that is not enforced must not prevent a
         * start.
         */
        private void tellShadow(PolicyReading read, boolean isStart) {
            read.checked().problems().stream()
                    .map(problem -> Problem.warning(problem.file(), problem.line(), problem.key(), problem.message()))
                    .forEach(problems::add);
            if (read.checked().value().isEmpty() && isStart) {
                warn(new CertificateDirectory.Fault(
                        "policy.shadow", read.file().path() + " cannot be used: nothing is decided in shadow"));
            }
        }

        boolean isBroken() {
            return config.isEmpty()
                    || rules.isEmpty()
                    || problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
        }

        void tell(List<CertificateDirectory.Fault> faults) {
            faults.forEach(fault ->
                    problems.add(Problem.error(file, lines.applyAsInt(fault.key()), fault.key(), fault.text())));
        }

        void warn(CertificateDirectory.Fault fault) {
            problems.add(Problem.warning(file, lines.applyAsInt(fault.key()), fault.key(), fault.text()));
        }
    }

    private static final TlsFiles TLS_FILES = new TlsFiles() {
        @Override
        public void requireServer(GatewayConfig.ListenerTls files) throws IOException {
            var _ = ServerTls.of(files.certificate(), files.key(), false, files.clients());
        }

        @Override
        public void requireTrust(Path anchors) throws IOException {
            NettyNextHop.requireTrust(anchors);
        }

        @Override
        public void requireClient(NextHopConfig.ClientTls files) throws IOException {
            NettyNextHop.requireClient(files);
        }
    };

    private static <T> Optional<T> told(Checked<T> checked, List<Problem> problems) {
        problems.addAll(checked.problems());
        return checked.value();
    }
}
