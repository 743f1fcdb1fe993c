package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.postseal.certstore.Domain;
import org.postseal.certstore.files.FileGuard;
import org.postseal.certstore.files.FileGuard.Use;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.config.GatewayConfig.Limits;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads {@code postseal.yaml} strictly: every key is known, every value in its bounds, every file there, and all problems are told at once with line and key.
 * Values that are wrong are replaced by harmless ones so that reading goes on; such a configuration is never handed out.
 */
public final class ConfigReader {
    private final PathReader paths;
    private final PathReader ofGateway;
    private final Problems problems;
    private final TlsFiles tlsFiles;
    private final For who;

    private ConfigReader(Path folder, Problems problems, TlsFiles tlsFiles, For who) {
        this.paths = new PathReader(folder);
        this.ofGateway = who == For.GATEWAY ? paths : paths.ofOthers();
        this.problems = problems;
        this.tlsFiles = tlsFiles;
        this.who = who;
    }

    /** Who reads it, and so whose files have to be there. */
    private enum For {
        GATEWAY,
        CONSOLE,
        REVIEWER
    }

    /** As {@link #read(Path, TlsFiles)}, but the files of TLS only have to be there. */
    public static ConfigResult read(Path file) {
        return read(file, TlsFiles.UNOPENED);
    }

    /** Reads the file; paths in it are relative to it. Never throws for what is in the file or missing. */
    public static ConfigResult read(Path file, TlsFiles tlsFiles) {
        return read(ConfigText.read(file), tlsFiles);
    }

    /** The same of what was read already. */
    public static ConfigResult read(ConfigText text, TlsFiles tlsFiles) {
        return read(text, tlsFiles, For.GATEWAY);
    }

    /**
     * The same for the console, which has no right to most of what a gateway needs: files of keys, passwords and the journal need not be there or be readable, and count as not given where
     * they are not. Those of {@code audit}, {@code policy} and {@code console} must be.
     */
    public static ConfigResult readForConsole(Path file) {
        return read(ConfigText.read(file), TlsFiles.UNOPENED, For.CONSOLE);
    }

    /** The same for who reads the log, and has no right to what only the console needs either. */
    public static ConfigResult readForReviewer(Path file) {
        return read(ConfigText.read(file), TlsFiles.UNOPENED, For.REVIEWER);
    }

    private static ConfigResult read(ConfigText written, TlsFiles tlsFiles, For who) {
        Path file = written.file();
        Problems problems = new Problems(file.toString());
        Optional<YamlMapping> root = written.text(problems).flatMap(text -> YamlReader.read(text, problems));
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file.toAbsolutePath());
        return root.map(mapping -> new ConfigReader(folder, problems, tlsFiles, who).config(file, mapping))
                .orElseGet(() -> new ConfigResult.Broken(problems.all(), Optional.empty(), Optional.empty(), 0));
    }

    private ConfigResult config(Path file, YamlMapping root) {
        guard(root.line(), "", file);
        String hostName = root.value("hostName")
                .flatMap(value -> value.parsed("a host name", ConfigReader::hostName))
                .orElseGet(ConfigReader::machineName);
        Optional<YamlValue> authservValue = root.value("authservId");
        String authservId = authservValue
                .flatMap(value -> value.parsed("a name of letters, digits, dots and hyphens", ConfigReader::authservId))
                .orElse("postseal." + hostName);
        if (authservId.equalsIgnoreCase(hostName)) {
            authservValue.ifPresent(value -> value.warning(
                    "is the host name; results that an MTA of that name wrote would be removed as forged"));
        }
        ListenerReader listenerReader = new ListenerReader(root, ofGateway::existingFile, tlsFiles);
        List<ListenerReader.Found> listeners = listenerReader.read();
        List<AddressRange> trustedPeers = trustedPeers(root);
        RecipientsConfig recipients =
                root.mapping("recipients").map(RecipientsConfig::read).orElse(RecipientsConfig.DEFAULT);
        ConfigChecks.noSocketTwice(listeners);
        Optional<NextHopsConfig> nextHops =
                new NextHopsReader(root, new NextHopReader(ofGateway, tlsFiles, listeners)).read();

        GatewayConfig.Mode mode = mode(root);
        Optional<PolicyConfig> policy = policy(root);
        Optional<YamlMapping> storeMapping = root.mapping("store");
        Optional<YamlValue> storeValue = storeMapping.flatMap(mapping -> mapping.value("directory"));
        int storeLine = storeValue.map(YamlValue::line).orElse(root.line());
        Optional<Path> store = pathOr(storeValue, "store", root, "store.directory", ofGateway::existingDirectory);
        storeMapping.ifPresent(YamlMapping::refuseOthers);
        DirectoryConfig directory = directory(root);
        Optional<YamlMapping> auditMapping = root.mapping("audit");
        Optional<Path> auditFile = pathOr(
                auditMapping.flatMap(mapping -> mapping.value("file")),
                "audit.jsonl",
                root,
                "audit.file",
                paths::writableFile);
        Optional<AuditConfig> audit =
                new AuditReader(paths, ofGateway, tlsFiles, hostName).read(auditMapping, auditFile);
        Optional<JournalConfig> journal = journal(root);
        LoopConfig loops = root.mapping("loops")
                .map(mapping -> new LoopReader(mapping, ofGateway).read())
                .orElse(LoopConfig.COUNTED);
        ConfigChecks.noSecretTwice(listeners, loops);
        MetricsConfig metrics = MetricsReader.read(root, listeners);
        BiFunction<YamlValue, Use, Optional<Path>> ofConsole = switch (who) {
            case GATEWAY -> paths::existingFileOfConsole;
            case CONSOLE -> paths::existingFile;
            case REVIEWER -> ofGateway::existingFile;
        };
        ConsoleConfig console =
                ConsoleReader.read(root, new ListenerReader(root, ofConsole, tlsFiles), listeners, metrics);
        Limits limits = root.mapping("limits").map(ConfigReader::limits).orElse(Limits.DEFAULT);
        root.refuseOthers();

        if (problems.hasErrors()
                || nextHops.isEmpty()
                || policy.isEmpty()
                || store.isEmpty()
                || audit.isEmpty()
                || journal.isEmpty()) {
            return new ConfigResult.Broken(problems.all(), policy, store, storeLine);
        }
        GatewayConfig config = new GatewayConfig(
                hostName,
                authservId,
                listeners.stream().map(ListenerReader.Found::listener).toList(),
                trustedPeers,
                recipients,
                nextHops.get(),
                mode,
                policy.get(),
                store.get(),
                directory,
                audit.get(),
                journal.get(),
                loops,
                metrics,
                console,
                limits);
        return new ConfigResult.Loaded(config, problems.all(), new KeyLines(root));
    }

    private Optional<JournalConfig> journal(YamlMapping root) {
        Optional<YamlMapping> section = root.mapping("journal");
        Optional<Path> file = pathOr(
                section.flatMap(mapping -> mapping.value("file")),
                "journal.db",
                root,
                "journal.file",
                ofGateway::writableFile);
        Duration retention = section.flatMap(
                        mapping -> mapping.duration("retention", Duration.ofHours(1), Duration.ofDays(90)))
                .orElse(JournalConfig.DEFAULT_RETENTION);
        Duration timeLimit = section.flatMap(
                        mapping -> mapping.duration("timeLimit", Duration.ofMillis(100), Duration.ofMinutes(1)))
                .orElse(JournalConfig.DEFAULT_TIME_LIMIT);
        section.ifPresent(YamlMapping::refuseOthers);
        return file.map(path -> new JournalConfig(path, retention, timeLimit));
    }

    private static GatewayConfig.Mode mode(YamlMapping root) {
        Optional<YamlValue> value = root.value("mode");
        GatewayConfig.Mode mode =
                value.flatMap(given -> given.word(GatewayConfig.Mode.class)).orElse(GatewayConfig.Mode.ENFORCE);
        if (mode == GatewayConfig.Mode.OBSERVE) {
            value.ifPresent(
                    given -> given.warning(
                            "every message is relayed as it came: nothing is signed, encrypted, opened or refused by the policy"));
        }
        return mode;
    }

    private Optional<PolicyConfig> policy(YamlMapping root) {
        Optional<YamlValue> value = root.value("policy");
        if (value.filter(YamlValue::isMapping).isEmpty()) {
            return pathOr(value, "policy.yaml", root, "policy", paths::existingFile)
                    .map(PolicyConfig::of);
        }
        return value.flatMap(YamlValue::mapping).flatMap(section -> {
            Optional<Path> file =
                    pathOr(section.value("file"), "policy.yaml", section, "policy.file", paths::existingFile);
            Optional<Path> shadow = section.value("shadow").flatMap(next -> shadow(next, file));
            PolicyConfig.Reload reload =
                    section.word("reload", PolicyConfig.Reload.class).orElse(PolicyConfig.Reload.ON_CHANGE);
            section.refuseOthers();
            return file.map(found -> new PolicyConfig(found, shadow, reload));
        });
    }

    // It may come and go while the gateway runs, so it need not be there
    private Optional<Path> shadow(YamlValue value, Optional<Path> policy) {
        Optional<Path> shadow = paths.writableFile(value);
        if (shadow.isPresent() && shadow.equals(policy)) {
            value.error("is the policy itself: it would never differ");
        }
        return shadow;
    }

    private DirectoryConfig directory(YamlMapping root) {
        RevocationConfig revocation = root.mapping("revocation")
                .map(mapping -> new RevocationReader(mapping).read())
                .orElse(RevocationConfig.DEFAULT);
        Optional<YamlMapping> trust = root.mapping("trust");
        List<String> collections = trust.map(mapping -> mapping.oneOrMore("collections").stream()
                        .flatMap(item -> item.string().stream())
                        .toList())
                .orElse(List.of());
        trust.ifPresent(YamlMapping::refuseOthers);
        Optional<YamlMapping> section = root.mapping("directory");
        if (section.flatMap(mapping -> mapping.value("database")).isEmpty()) {
            trust.flatMap(mapping -> mapping.value("collections"))
                    .ifPresent(value -> value.error("are kept in directory.database, and there is none"));
        }
        return section.map(mapping -> new DirectoryReader(mapping, ofGateway).read(collections, revocation))
                .orElse(DirectoryConfig.filesOnly(revocation));
    }

    private List<AddressRange> trustedPeers(YamlMapping root) {
        Optional<YamlValue> value = root.value("trustedPeers");
        if (value.isEmpty()) {
            return GatewayConfig.DEFAULT_TRUSTED_PEERS;
        }
        List<AddressRange> ranges = new ArrayList<>();
        for (YamlValue item : value.get().list()) {
            Optional<AddressRange> range =
                    item.parsed("an IP address or network such as 192.0.2.0/24", AddressRange::parse);
            range.filter(found -> found.prefix() == 0)
                    .ifPresent(_ -> item.warning("trusts every address: anybody may relay and have mail signed"));
            range.ifPresent(ranges::add);
        }
        return List.copyOf(ranges);
    }

    private static Limits limits(YamlMapping mapping) {
        Limits standard = Limits.DEFAULT;
        Limits limits = new Limits(
                mapping.number("messageOctets", 1 << 10, 2L << 30).orElse(standard.messageOctets()),
                // RFC 5321 §4.5.3.1.8: at least 100 recipients are to be taken.
                mapping.integer("recipients", 100, 100_000).orElse(standard.recipients()),
                mapping.value("lineOctets")
                        .flatMap(value -> value.integer(0, 1 << 30))
                        .orElse(standard.lineOctets()),
                mapping.integer("connections", 1, 100_000).orElse(standard.connections()),
                mapping.word("bareLineEnds", GatewayConfig.BareLineEnds.class).orElse(standard.bareLineEnds()),
                mapping.number("octetsInFlight", 1 << 20, 1L << 40).orElse(standard.octetsInFlight()),
                mapping.integer("heapOctets", 4 << 10, 64 << 20).orElse(standard.heapOctets()),
                mapping.duration("drain", Duration.ZERO, Duration.ofMinutes(10)).orElse(standard.drain()),
                mapping.duration("preparation", Duration.ofSeconds(1), Duration.ofMinutes(10))
                        .orElse(standard.preparation()),
                mapping.mapping("session").map(SessionLimits::read).orElse(standard.session()));
        // RFC 5321 §4.5.3.1.6: a text line has up to 1000 octets.
        if (limits.lineOctets() > 0 && limits.lineOctets() < 1000) {
            mapping.value("lineOctets").ifPresent(value -> value.error("must be 0 (no limit) or at least 1000"));
        }
        if (limits.octetsInFlight() < limits.messageOctets()) {
            mapping.value("octetsInFlight")
                    .or(() -> mapping.value("messageOctets"))
                    .ifPresent(value -> value.error("octetsInFlight (" + limits.octetsInFlight()
                            + ") is less than messageOctets (" + limits.messageOctets()
                            + "): the largest message would be put off for ever"));
        }
        mapping.refuseOthers();
        return limits;
    }

    /** A path that is given or, without, the default one; then the problem has the line of the file's root. */
    private Optional<Path> pathOr(
            Optional<YamlValue> value,
            String otherwise,
            YamlMapping root,
            String key,
            Function<YamlValue, Optional<Path>> checked) {
        if (value.isPresent()) {
            return checked.apply(value.get());
        }
        Path path = paths.folder().resolve(otherwise);
        if (Files.isRegularFile(path)) {
            guard(root.line(), key, path);
        }
        Path needed = otherwise.equals("audit.jsonl") || otherwise.equals("journal.db") ? paths.folder() : path;
        if (!Files.exists(needed) && !(key.equals("store.directory") && ofGateway.isOfOthers())) {
            problems.error(root.line(), key, "not given, and the default " + path + " does not exist");
            return Optional.empty();
        }
        return Optional.of(path);
    }

    private void guard(int line, String key, Path path) {
        if (who != For.GATEWAY) {
            return;
        }
        for (FileGuard.Finding finding : paths.guard().look(path, Use.RULE)) {
            String text = finding.text();
            if (finding.isRefused()) {
                problems.error(line, key, text);
            } else {
                problems.warning(line, key, text);
            }
        }
    }

    private static Optional<String> hostName(String text) {
        return Domain.parse(text).filter(domain -> !text.startsWith("[")).map(Domain::ascii);
    }

    // The token of RFC 8601 §2.2, and no character that needs quoting anywhere.
    private static Optional<String> authservId(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,254}") ? Optional.of(text) : Optional.empty();
    }

    private static String machineName() {
        try {
            return hostName(InetAddress.getLocalHost().getHostName()).orElse("localhost");
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
