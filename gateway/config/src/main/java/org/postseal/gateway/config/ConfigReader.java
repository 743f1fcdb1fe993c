package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.Domain;
import org.postseal.certstore.files.FileGuard.Use;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.config.GatewayConfig.Limits;
import org.postseal.gateway.config.GatewayConfig.Mode;
import org.postseal.gateway.config.ListenerReader.Found;
import org.postseal.gateway.config.PathReader.Others;
import org.postseal.gateway.config.PolicyConfig.Reload;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;

/**
 * Reads {@code postseal.yaml} strictly: every key must be known, every value within its bounds, and every file must
 * exist, except those that the gateway makes or that may come later. All problems are reported together, each with its
 * line and key. {@link Section} describes how a section is read.
 */
public final class ConfigReader {
    private final PathReader paths;
    private final PathReader ofGateway;
    private final PathReader ofConsole;
    private final PathReader foldersOfConsole;
    private final TlsFiles tlsFiles;

    private ConfigReader(Path folder, TlsFiles tlsFiles, For who) {
        this.paths = new PathReader(folder);
        this.ofGateway = who == For.GATEWAY ? paths : paths.with(Others.ALL);
        this.ofConsole = switch (who) {
            case GATEWAY -> paths.with(Others.CREDENTIALS);
            case CONSOLE -> paths;
            case REVIEWER -> ofGateway;
        };
        // What the console shows may be mounted for it alone.
        this.foldersOfConsole = who == For.CONSOLE ? paths : paths.with(Others.ALL);
        this.tlsFiles = tlsFiles;
    }

    /** The process that reads the configuration. The files that it uses itself have to exist. */
    enum For {
        GATEWAY,
        CONSOLE,
        REVIEWER
    }

    /** Reads as {@link #read(Path, TlsFiles)} does, but the files of TLS only have to exist: they are not opened. */
    public static ConfigResult read(Path file) {
        return read(file, TlsFiles.UNOPENED);
    }

    /**
     * Reads the file. Paths in it are relative to its folder. Faults in the file, and a missing file, become problems
     * and are not thrown.
     */
    public static ConfigResult read(Path file, TlsFiles tlsFiles) {
        return read(ConfigText.read(file), tlsFiles);
    }

    /** Reads as {@link #read(Path, TlsFiles)} does, where the text was taken from the file before. */
    public static ConfigResult read(ConfigText text, TlsFiles tlsFiles) {
        return read(text, tlsFiles, For.GATEWAY);
    }

    /**
     * Reads the file for the console, which may not read most of the files that a gateway needs. A file that only the
     * gateway reads, such as one with a key or a password, counts as not given if it is missing or cannot be read.
     * Whether the certificate store, the database and the journal are there is not checked. The files of {@code policy}
     * and {@code console} must be readable, and the folders of the logs must exist.
     */
    public static ConfigResult readForConsole(Path file) {
        return read(ConfigText.read(file), TlsFiles.UNOPENED, For.CONSOLE);
    }

    /** Reads the file for a person who reads the audit log. They may not read the files of the console either. */
    public static ConfigResult readForReviewer(Path file) {
        return read(ConfigText.read(file), TlsFiles.UNOPENED, For.REVIEWER);
    }

    private static ConfigResult read(ConfigText written, TlsFiles tlsFiles, For who) {
        return read(written, tlsFiles, who, new Problems(written.file().toString()));
    }

    /** @param problems collects the problems; afterwards it also knows which keys there are */
    static ConfigResult read(ConfigText written, TlsFiles tlsFiles, For who, Problems problems) {
        Path file = written.file();
        Optional<YamlMapping> root = written.text(problems).flatMap(text -> YamlReader.read(text, problems));
        if (root.isEmpty()) {
            return new ConfigResult.Broken(problems.all(), Optional.empty(), Optional.empty(), 0);
        }
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file.toAbsolutePath());
        ConfigReader reader = new ConfigReader(folder, tlsFiles, who);
        Section section = new Section(root.get());
        reader.ofGateway.guard(section.place(), file, Use.RULE);
        Optional<FleetConfig> fleet = section.key(
                        "fleet", Type.section(found -> FleetConfig.read(found, reader.ofGateway)))
                .value();
        Optional<PolicyConfig> policy = reader.policy(section, fleet.flatMap(FleetConfig::policy));
        Key<Path> store = reader.store(section.section("store"));
        GatewayConfig config = reader.config(section, fleet, policy.orElse(PolicyConfig.of(folder)), store.or(folder));
        section.close();
        return problems.hasErrors()
                ? new ConfigResult.Broken(
                        problems.all(), policy, store.value(), store.place().line())
                : new ConfigResult.Loaded(config, problems.all(), new KeyLines(root.get()));
    }

    private GatewayConfig config(Section root, Optional<FleetConfig> fleet, PolicyConfig policy, Path store) {
        String hostName = root.key("hostName", HOST_NAME).value().orElseGet(ConfigReader::machineName);
        Key<String> authservId = root.key(
                "authservId",
                // A token of RFC 8601 §2.2 without the characters that need quotes in some place
                Type.matching("a name of letters, digits, dots and hyphens", "[A-Za-z0-9][A-Za-z0-9._-]{0,254}"));
        if (authservId.or("").equalsIgnoreCase(hostName)) {
            authservId.warning("is the host name; results that an MTA of that name wrote would be removed as forged");
        }
        List<Found> listeners = new ListenerReader(ofGateway, tlsFiles).read(root);
        MetricsConfig metrics = MetricsConfig.read(root.section("metrics"), listeners);
        ConfigChecks.noSocketTwice(listeners);
        ConfigChecks.noReleaseOfNothing(listeners, root.place("held").isMapping());
        List<UpstreamConfig> upstreams = new UpstreamsReader(listeners).read(root);
        if (root.place("fleet").isMapping() && upstreams.isEmpty()) {
            root.place("fleet")
                    .error("needs upstreams: without names, two gateways take one mail server for two, or two for one");
        }
        NextHopReader hopReader = new NextHopReader(ofGateway, tlsFiles, listeners);
        JournalConfig journal = journal(root.section("journal"));
        GatewayConfig config = new GatewayConfig(
                hostName,
                authservId.or("postseal." + hostName),
                listeners.stream().map(Found::listener).toList(),
                root.value("trustedPeers", Type.list(TRUSTED_PEER), GatewayConfig.DEFAULT_TRUSTED_PEERS),
                upstreams,
                RecipientsConfig.read(root.section("recipients")),
                new NextHopsReader(root, hopReader).read(),
                root.value("mode", MODE, Mode.ENFORCE),
                policy,
                store,
                CryptoConfig.read(root.section("crypto")),
                new DirectoryReader(root, ofGateway).read(fleet),
                audit(root.section("audit"), fleet.map(FleetConfig::node)),
                journal,
                fleet,
                LoopConfig.read(root.section("loops"), ofGateway),
                root.key("held", Type.section(held -> HeldConfig.read(held, ofGateway, tlsFiles, journal.retention())))
                        .value(),
                root.key("enrolment", Type.section(new EnrolmentReader(ofGateway, tlsFiles)::read))
                        .value(),
                metrics,
                ConsoleConfig.read(
                        root.section("console"),
                        new ListenerReader(ofConsole, tlsFiles),
                        foldersOfConsole,
                        listeners,
                        metrics),
                Limits.read(root.section("limits")));
        ConfigChecks.noSecretTwice(listeners, config.loops());
        if (root.place("enrolment").isMapping()
                && config.directory().masterKey().isEmpty()) {
            root.place("enrolment").error("needs directory.masterKey, under which the keys of the users are kept");
        }
        return config;
    }

    private AuditConfig audit(Section audit, Optional<String> node) {
        Path file = beside(audit, "file", "audit.jsonl", paths::writableFile).or(paths.folder());
        return new AuditReader(paths, ofGateway, tlsFiles).read(audit, file, node);
    }

    private JournalConfig journal(Section journal) {
        Path file =
                beside(journal, "file", "journal.db", ofGateway::writableFile).or(paths.folder());
        return JournalConfig.read(journal, file);
    }

    /** @param shared present if the policy comes from the database of a fleet */
    private Optional<PolicyConfig> policy(Section root, Optional<FleetConfig.SharedPolicy> shared) {
        boolean isMapping = root.place("policy").isMapping();
        Section policy = isMapping ? root.section("policy") : Section.empty();
        Key<Path> written =
                beside(isMapping ? policy : root, isMapping ? "file" : "policy", "policy.yaml", paths::existingFile);
        if (shared.isPresent()) {
            written.error("is not read: the policy comes from the database (fleet.policy)");
        }
        Optional<Path> file = shared.isPresent()
                ? shared.map(FleetConfig.SharedPolicy::copy)
                : existing(written).value();
        // The shadow policy may come and go while the gateway runs, so it need not be there
        Key<Path> shadow = policy.key("shadow", paths::writableFile);
        if (shadow.value().isPresent() && shadow.value().equals(file)) {
            shadow.error("is the policy itself: it would never differ");
        }
        Reload reload = policy.value("reload", Type.word(Reload.class), Reload.ON_CHANGE);
        return file.map(found -> new PolicyConfig(found, shadow.value(), reload));
    }

    private Key<Path> store(Section store) {
        Key<Path> directory = beside(store, "directory", "store", ofGateway::existingDirectory);
        return ofGateway.others() == Others.ALL ? directory : existing(directory);
    }

    /** Reads a key that names a path. Its default is the standard name in the folder of the configuration. */
    private Key<Path> beside(Section section, String name, String standard, Type<Path> type) {
        Key<Path> key = section.key(name, type);
        if (key.isWritten()) {
            return key;
        }
        Path path = paths.folder().resolve(standard);
        if (Files.isRegularFile(path)) {
            ofGateway.guard(key.place(), path, Use.RULE);
        }
        return new Key<>(key.place(), false, Optional.of(path));
    }

    /** Adds an error if the key is not written and its default does not exist. */
    private static Key<Path> existing(Key<Path> key) {
        Optional<Path> missing = key.value().filter(path -> !key.isWritten() && !Files.exists(path));
        missing.ifPresent(path -> key.place().error("not given, and the default " + path + " does not exist"));
        return missing.isPresent() ? new Key<>(key.place(), false, Optional.empty()) : key;
    }

    private static Optional<String> hostName(String text) {
        return Domain.parse(text).filter(_ -> !text.startsWith("[")).map(Domain::ascii);
    }

    private static String machineName() {
        try {
            return hostName(InetAddress.getLocalHost().getHostName()).orElse("localhost");
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }

    private static final Type<String> HOST_NAME = Type.text("a host name", ConfigReader::hostName);
    private static final Type<Mode> MODE = Type.word(Mode.class)
            .warning(
                    mode -> mode == Mode.OBSERVE,
                    "every message is relayed as it came:"
                            + " nothing is signed, encrypted, opened or refused by the policy");
    private static final Type<AddressRange> TRUSTED_PEER = Type.addressRange()
            .warning(range -> range.bits() == 0, "trusts every address: anybody may relay and have mail signed");
}
