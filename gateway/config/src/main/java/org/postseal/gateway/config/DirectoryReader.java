package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.directory.DirectorySettings;
import org.postseal.certstore.directory.Lifetimes;
import org.postseal.certstore.directory.SelectionRules;
import org.postseal.certstore.files.FileGuard.Use;
import org.postseal.certstore.key.TokenSettings;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.smimea.SmimeaSettings;
import org.postseal.gateway.config.DirectoryConfig.Mirror;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code directory:}. */
final class DirectoryReader {
    private final YamlMapping directory;
    private final PathReader paths;

    DirectoryReader(YamlMapping directory, PathReader paths) {
        this.directory = directory;
        this.paths = paths;
    }

    /** The configuration; where something is wrong, with harmless values in its place. */
    DirectoryConfig read(List<String> trustCollections, RevocationConfig revocation) {
        Optional<Path> database = directory.value("database").flatMap(paths::writableFile);
        Optional<YamlValue> masterKeyValue = directory.value("masterKey");
        // The file need not be there yet: `key import` says how to make it
        Optional<Path> masterKey = masterKeyValue.flatMap(paths::writableFile);
        masterKey.ifPresent(file -> masterKeyValue.ifPresent(value -> paths.guard(value, file, Use.SECRET)));
        Optional<Path> publicCopy = directory.value("publicCopy").flatMap(value -> publicCopy(value, database));
        boolean hasDatabase = directory.value("database").isPresent();
        List<Mirror> mirrors = new ArrayList<>();
        List<LdapSettings> ldap = ldap(hasDatabase, mirrors);
        Optional<SmimeaSettings> smimea = directory.mapping("smimea").map(this::smimea);
        List<TokenSettings> tokens = tokens();
        if (!hasDatabase) {
            masterKeyValue.ifPresent(value -> value.error("wraps the keys of the database, and there is none"));
        }
        Optional<YamlValue> harvestValue = directory.value("harvest");
        boolean harvest = harvestValue.flatMap(YamlValue::bool).orElse(hasDatabase);
        if (harvest && !hasDatabase) {
            harvestValue.ifPresent(value -> value.error("needs a database to remember in"));
        }
        List<String> sources = sources(known(hasDatabase, ldap, mirrors, smimea.isPresent()), mirrors);
        DirectorySettings settings = settings(revocation);
        directory.refuseOthers();
        return new DirectoryConfig(
                database,
                masterKey,
                publicCopy,
                sources,
                ldap,
                mirrors,
                smimea,
                tokens,
                harvest,
                trustCollections,
                revocation,
                settings,
                true,
                DirectoryConfig.GROUP_LIMIT);
    }

    private Optional<Path> publicCopy(YamlValue value, Optional<Path> database) {
        Optional<Path> copy = paths.fileInMadeFolder(value);
        if (copy.isPresent() && copy.equals(database)) {
            value.error("is the database itself, which holds keys");
        }
        return copy;
    }

    private List<LdapSettings> ldap(boolean hasDatabase, List<Mirror> mirrors) {
        List<LdapSettings> found = new ArrayList<>();
        directory
                .mapping("ldap")
                .ifPresent(servers -> servers.all().forEach((name, value) -> {
                    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
                        value.error("the name must be of letters, digits, dots, hyphens and underscores");
                    }
                    value.mapping().ifPresent(mapping -> {
                        LdapReader reader = new LdapReader(name, mapping, paths);
                        reader.read().ifPresent(server -> {
                            found.add(server);
                            reader.sync().ifPresent(sync -> mirrors.add(new Mirror(server, sync)));
                        });
                        if (!hasDatabase) {
                            mapping.value("sync").ifPresent(sync -> sync.error("needs a database to copy into"));
                        }
                    });
                }));
        return found;
    }

    private SmimeaSettings smimea(YamlMapping mapping) {
        SmimeaSettings standard = SmimeaSettings.DEFAULT;
        List<InetSocketAddress> servers = new ArrayList<>();
        for (YamlValue item : mapping.oneOrMore("resolvers")) {
            item.parsed("an IP address with a port such as 127.0.0.1:53", HostPort::listening)
                    .ifPresent(servers::add);
        }
        SmimeaSettings settings = new SmimeaSettings(
                servers,
                mapping.value("trustAnchors").flatMap(paths::existingFile),
                mapping.word("transport", SmimeaSettings.Transport.class).orElse(standard.first()),
                mapping.duration("timeLimit", LEAST, MOST).orElse(standard.timeLimit()));
        mapping.refuseOthers();
        return settings;
    }

    private List<TokenSettings> tokens() {
        List<TokenSettings> found = new ArrayList<>();
        directory
                .mapping("tokens")
                .ifPresent(tokens -> tokens.all()
                        .forEach((name, value) -> value.mapping()
                                .flatMap(mapping -> token(name, mapping))
                                .ifPresent(found::add)));
        return found;
    }

    private Optional<TokenSettings> token(String name, YamlMapping mapping) {
        boolean isNamed = name.matches("[A-Za-z0-9-]{1,32}");
        if (!isNamed) {
            mapping.error("the name must be of 1 to 32 letters, digits and hyphens");
        }
        Optional<Path> library = mapping.required("library").flatMap(paths::existingFile);
        Optional<Path> pinFile = mapping.required("pinFile").flatMap(paths::secretFile);
        Optional<String> label = mapping.string("label");
        Optional<Integer> slot = mapping.integer("slot", 0, 1_000_000);
        if (label.isPresent() == slot.isPresent()) {
            mapping.error("needs either the label of the token or the number of its slot");
        }
        mapping.refuseOthers();
        Optional<TokenSettings.Slot> where = label.<TokenSettings.Slot>map(TokenSettings.Slot.Label::new)
                .or(() -> slot.map(TokenSettings.Slot.Index::new));
        return isNamed && library.isPresent() && pinFile.isPresent()
                ? where.map(place -> new TokenSettings(name, library.get(), place, pinFile.get()))
                : Optional.empty();
    }

    private DirectorySettings settings(RevocationConfig revocation) {
        DirectorySettings standard = DirectorySettings.DEFAULTS;
        SelectionRules rules = new SelectionRules(
                revocation.outbound(),
                revocation.inbound(),
                directory
                        .bool("outlookStrictPrecedence")
                        .orElse(standard.rules().outlookStrictPrecedence()),
                directory.bool("useSecondaryProxies").orElse(standard.rules().useSecondaryProxies()),
                directory.bool("requireMailUsage").orElse(standard.rules().requireMailUsage()),
                revocation.askAfterDecrypting());
        Optional<YamlMapping> cache = directory.mapping("cache");
        Lifetimes lifetimes = cache.map(DirectoryReader::lifetimes).orElse(standard.lifetimes());
        long octets = cache.flatMap(mapping -> mapping.number("octets", 1 << 20, 64L << 30))
                .orElse(standard.cacheOctets());
        cache.ifPresent(YamlMapping::refuseOthers);
        return new DirectorySettings(lifetimes, rules, octets, standard.sourceDeadline());
    }

    private static Lifetimes lifetimes(YamlMapping mapping) {
        Lifetimes standard = Lifetimes.DEFAULTS;
        return new Lifetimes(
                mapping.duration("positive", Duration.ZERO, LONGEST).orElse(standard.positive()),
                mapping.duration("negative", Duration.ZERO, LONGEST).orElse(standard.negative()),
                mapping.duration("stale", Duration.ZERO, LONGEST).orElse(standard.stale()),
                mapping.duration("staleNegative", Duration.ZERO, LONGEST).orElse(standard.staleNegative()),
                mapping.duration("error", Duration.ZERO, LONGEST).orElse(standard.error()),
                mapping.integer("refreshAheadPercent", 1, 100)
                        .map(percent -> percent / 100.0)
                        .orElse(standard.refreshAhead()));
    }

    /** What can be asked, in the order that holds unless the admin gives another one (the certificate nearest to the admin's word first). */
    private static Map<String, String> known(
            boolean hasDatabase, List<LdapSettings> ldap, List<Mirror> mirrors, boolean hasSmimea) {
        List<String> names = new ArrayList<>();
        if (hasDatabase) {
            names.add(DirectoryConfig.PINS);
            names.add(DirectoryConfig.OWN);
        }
        names.add(DirectoryConfig.FILES);
        for (LdapSettings server : ldap) {
            if (isMirrored(mirrors, server.name())) {
                names.add(DirectoryConfig.MIRROR + server.name());
            }
            names.add(DirectoryConfig.LDAP + server.name());
        }
        if (hasDatabase) {
            names.add(DirectoryConfig.HARVESTED);
        }
        if (hasSmimea) {
            names.add(DirectoryConfig.SMIMEA);
        }
        Map<String, String> known = new LinkedHashMap<>();
        names.forEach(name -> known.put(name, name));
        return known;
    }

    private static boolean isMirrored(List<Mirror> mirrors, String name) {
        return mirrors.stream().anyMatch(mirror -> mirror.server().name().equals(name));
    }

    // a server and its copy say the same: one of them is enough, and the copy is quicker and never down
    private static boolean isCopied(List<Mirror> mirrors, String source) {
        return source.startsWith(DirectoryConfig.LDAP)
                && isMirrored(mirrors, source.substring(DirectoryConfig.LDAP.length()));
    }

    private List<String> sources(Map<String, String> known, List<Mirror> mirrors) {
        Optional<YamlValue> value = directory.value("sources");
        List<String> usual =
                known.keySet().stream().filter(name -> !isCopied(mirrors, name)).toList();
        if (value.isEmpty()) {
            return usual;
        }
        List<String> sources = new ArrayList<>();
        for (YamlValue item : value.get().oneOrMore()) {
            item.word(known).ifPresent(name -> {
                if (sources.contains(name)) {
                    item.error("is named twice");
                }
                sources.add(name);
            });
        }
        usual.stream()
                .filter(name -> !sources.contains(name))
                .forEach(name -> value.get().warning("does not name " + name + ", which is never asked"));
        return sources;
    }

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(30);
}
