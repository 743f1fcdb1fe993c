package org.postseal.gateway.assembly;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.postseal.certstore.source.FilesSource;
import org.postseal.certstore.source.StoreProblem;
import org.postseal.certstore.source.ldap.LdapSettings;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.KeyLines;
import org.postseal.gateway.config.TlsFiles;
import org.postseal.gateway.directory.CertificateDirectory;
import org.postseal.gateway.smtp.client.NettyNextHop;
import org.postseal.gateway.smtp.server.ServerTls;
import org.postseal.policy.RuleSet;
import org.postseal.policy.yaml.Problem;

/** Reads configuration, policy and store; all problems of all three at once. {@code check}, start and reload are this same code. */
public final class SetupReader {
    private final Assembly assembly;

    public SetupReader(Assembly assembly) {
        this.assembly = assembly;
    }

    /** Empty value when anything stops the start. */
    public Checked<Setup> read(Path configFile) {
        Reading reading = new Reading(configFile);
        // What is configured beside the files is opened only when the configuration is right
        DirectoryConfig wanted = reading.config.map(GatewayConfig::directory).orElse(DirectoryConfig.FILES_ONLY);
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
            return new Checked<>(Optional.empty(), reading.problems);
        }
        directory.get().warnings().forEach(reading::warn);
        return new Checked<>(
                Optional.of(new Setup(reading.config.orElseThrow(), reading.rules.orElseThrow(), directory.get())),
                reading.problems);
    }

    /** What a gateway that runs takes up: policy and files, both or neither. */
    public Checked<Reread> reread(Path configFile) {
        Reading reading = new Reading(configFile);
        Optional<FilesSource> files = reading.storeDirectory.flatMap(folder -> switch (FilesSource.load(folder)) {
            case FilesSource.Load.Loaded(FilesSource loaded) -> Optional.of(loaded);
            case FilesSource.Load.Refused(List<StoreProblem> found) -> {
                reading.tell(CertificateDirectory.faults(found));
                yield Optional.empty();
            }
        });
        return reading.isBroken() || files.isEmpty()
                ? new Checked<>(Optional.empty(), reading.problems)
                : new Checked<>(
                        Optional.of(new Reread(reading.config.orElseThrow(), reading.rules.orElseThrow(), files.get())),
                        reading.problems);
    }

    /**
     * Read again.
     *
     * @param config as it is now; what is new in it counts from the next start
     */
    public record Reread(GatewayConfig config, RuleSet rules, FilesSource files) {}

    /** Configuration and policy, and what is wrong so far. */
    private final class Reading {
        private final String file;
        private final List<Problem> problems = new ArrayList<>();
        private final Optional<GatewayConfig> config;
        private final Optional<Path> storeDirectory;
        private final Optional<RuleSet> rules;
        private final ToIntFunction<String> lines;

        Reading(Path configFile) {
            this.file = configFile.toString();
            Optional<Path> policyFile;
            switch (ConfigReader.read(configFile, TLS_FILES)) {
                case ConfigResult.Loaded(GatewayConfig loaded, List<Problem> warnings, KeyLines found) -> {
                    lines = found::of;
                    config = Optional.of(loaded);
                    policyFile = Optional.of(loaded.policyFile());
                    storeDirectory = Optional.of(loaded.storeDirectory());
                    problems.addAll(warnings);
                }
                case ConfigResult.Broken(
                        List<Problem> found,
                        Optional<Path> policy,
                        Optional<Path> store,
                        int line) -> {
                    lines = _ -> line;
                    config = Optional.empty();
                    policyFile = policy;
                    storeDirectory = store;
                    problems.addAll(found);
                }
            }
            rules = policyFile.flatMap(policy -> told(assembly.policy(policy), problems));
            if (config.isPresent() && rules.isPresent()) {
                demandServers(policyFile.orElseThrow(), rules.get(), config.get());
            }
        }

        /** A group whose server nobody can ask would defer all mail that its rule may match. */
        private void demandServers(Path policyFile, RuleSet policy, GatewayConfig gateway) {
            List<String> names =
                    gateway.directory().ldap().stream().map(LdapSettings::name).toList();
            policy.directoryGroups().forEach((group, at) -> {
                if (!names.contains(at.server())) {
                    problems.add(Problem.error(
                            policyFile.toString(),
                            0,
                            "groups." + group + ".server",
                            "directory.ldap of the configuration has no " + at.server()));
                }
            });
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
        public void requireServer(Path chain, Path key) throws IOException {
            var _ = ServerTls.context(chain, key);
        }

        @Override
        public void requireTrust(Path anchors) throws IOException {
            NettyNextHop.requireTrust(anchors);
        }
    };

    private static <T> Optional<T> told(Checked<T> checked, List<Problem> problems) {
        problems.addAll(checked.problems());
        return checked.value();
    }
}
