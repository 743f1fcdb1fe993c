package org.postseal.gateway.assembly;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
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
        return read(configFile, assembly::directory, CertificateDirectory::close);
    }

    /** The same for a gateway that runs: connections stay open, files are read again. */
    public Checked<Setup> reread(Path configFile, CertificateDirectory running) {
        return read(configFile, (folder, _) -> running.reread(folder), CertificateDirectory::retire);
    }

    private Checked<Setup> read(
            Path configFile,
            BiFunction<Path, DirectoryConfig, CertificateDirectory.Result> directories,
            Consumer<CertificateDirectory> whenUnused) {
        List<Problem> problems = new ArrayList<>();
        Optional<GatewayConfig> config;
        Optional<Path> policyFile;
        Optional<Path> storeDirectory;
        int storeLine;
        switch (ConfigReader.read(configFile, TLS_FILES)) {
            case ConfigResult.Loaded(GatewayConfig loaded, List<Problem> warnings, int line) -> {
                storeLine = line;
                config = Optional.of(loaded);
                policyFile = Optional.of(loaded.policyFile());
                storeDirectory = Optional.of(loaded.storeDirectory());
                problems.addAll(warnings);
            }
            case ConfigResult.Broken(List<Problem> found, Optional<Path> policy, Optional<Path> store, int line) -> {
                storeLine = line;
                config = Optional.empty();
                policyFile = policy;
                storeDirectory = store;
                problems.addAll(found);
            }
        }
        Optional<RuleSet> rules = policyFile.flatMap(file -> told(assembly.policy(file), problems));
        // What is configured beside the files is opened only when the configuration is right
        DirectoryConfig wanted = config.map(GatewayConfig::directory).orElse(DirectoryConfig.FILES_ONLY);
        Optional<CertificateDirectory> directory =
                storeDirectory.flatMap(folder -> switch (directories.apply(folder, wanted)) {
                    case CertificateDirectory.Result.Opened(CertificateDirectory opened) -> Optional.of(opened);
                    case CertificateDirectory.Result.Refused(List<String> found) -> {
                        found.forEach(text ->
                                problems.add(Problem.error(configFile.toString(), storeLine, "store.directory", text)));
                        yield Optional.empty();
                    }
                });
        boolean broken = problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
        if (broken || config.isEmpty() || rules.isEmpty() || directory.isEmpty()) {
            directory.ifPresent(whenUnused);
            return new Checked<>(Optional.empty(), problems);
        }
        return new Checked<>(Optional.of(new Setup(config.get(), rules.get(), directory.get())), problems);
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
