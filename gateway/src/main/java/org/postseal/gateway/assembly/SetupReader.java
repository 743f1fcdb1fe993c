package org.postseal.gateway.assembly;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateStore;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.TlsFiles;
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
        Optional<CertificateStore> store = storeDirectory.flatMap(folder -> switch (assembly.store(folder)) {
            case Assembly.StoreResult.Loaded(CertificateStore loaded) -> Optional.of(loaded);
            case Assembly.StoreResult.Refused(List<String> found) -> {
                found.forEach(
                        text -> problems.add(Problem.error(configFile.toString(), storeLine, "store.directory", text)));
                yield Optional.empty();
            }
        });
        boolean broken = problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
        return broken || config.isEmpty() || rules.isEmpty() || store.isEmpty()
                ? new Checked<>(Optional.empty(), problems)
                : new Checked<>(Optional.of(new Setup(config.get(), rules.get(), store.get())), problems);
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
