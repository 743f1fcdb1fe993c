package org.postseal.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.certstore.directory.DirectorySettings;
import org.postseal.certstore.directory.Lifetimes;
import org.postseal.certstore.directory.SelectionRules;
import org.postseal.certstore.key.token.TokenSettings;
import org.postseal.certstore.key.token.TokenSettings.Slot;
import org.postseal.certstore.remote.smimea.SmimeaSettings;
import org.postseal.certstore.remote.smimea.SmimeaSettings.Transport;
import org.postseal.gateway.config.DirectoryConfig.Mirror;
import org.postseal.gateway.config.LdapReader.Server;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code directory}, {@code trust} and {@code revocation}. */
final class DirectoryReader {
    private final Section root;
    private final PathReader paths;

    DirectoryReader(Section root, PathReader paths) {
        this.root = root;
        this.paths = paths;
    }

    /** @param fleet with it, the database is the one that all gateways share */
    DirectoryConfig read(Optional<FleetConfig> fleet) {
        RevocationConfig revocation = RevocationConfig.read(root.section("revocation"));
        Key<List<String>> collections = root.section("trust").key("collections", Type.oneOrMore(YamlValue::string));
        Section directory = root.section("directory");
        Key<Path> file = directory.key("database", paths::writableFile);
        if (fleet.isPresent()) {
            file.error("is the file of a gateway that is alone, and this one is of a fleet, which keeps all of it in"
                    + " fleet.database: take this key out; postseal database copy FILE brings what is in the file");
        }
        Optional<DatabasePlace> database = fleet.<DatabasePlace>map(
                        shared -> new DatabasePlace.OnServer(shared.database(), shared.node()))
                .or(() -> file.value().map(DatabasePlace.InFile::new));
        // A fleet that is written and wrong has a database, too.
        boolean hasDatabase = file.isWritten() || root.place("fleet").isMapping();
        // The file need not exist yet: `key import` says how to make it
        Key<Path> masterKey = directory.key("masterKey", paths::writableSecret);
        Key<Path> publicCopy = directory.key("publicCopy", paths::fileInMadeFolder);
        if (publicCopy.value().isPresent() && publicCopy.value().equals(file.value())) {
            publicCopy.error("is the database itself, which holds keys");
        }
        LdapReader ldap = new LdapReader(paths, hasDatabase);
        List<Server> servers = directory.value("ldap", Type.named(name -> server(name, ldap)), List.of());
        Key<SmimeaSettings> smimea = directory.key("smimea", Type.section(this::smimea));
        List<TokenSettings> tokens = directory.value("tokens", Type.named(this::token), List.of());
        Key<Boolean> harvest = directory.key("harvest", Type.bool());
        if (!hasDatabase) {
            collections.error("needs directory.database, where collections are kept");
            masterKey.error("needs directory.database, whose keys it wraps");
            if (harvest.or(false)) {
                harvest.error("needs a database to remember in");
            }
        }
        return new DirectoryConfig(
                database,
                masterKey.value(),
                publicCopy.value(),
                sources(directory, known(hasDatabase, servers, smimea.isWritten()), servers),
                servers.stream().map(Server::settings).toList(),
                servers.stream()
                        .flatMap(server -> server.sync().map(sync -> new Mirror(server.settings(), sync)).stream())
                        .toList(),
                smimea.value(),
                tokens,
                harvest.or(hasDatabase),
                collections.or(List.of()),
                revocation,
                settings(directory, revocation),
                true,
                DirectoryConfig.GROUP_LIMIT);
    }

    private static Type<Server> server(String name, LdapReader reader) {
        Type<Server> type = Type.section(server -> reader.read(name, server));
        return value -> {
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
                value.error("the name must be of letters, digits, dots, hyphens and underscores");
            }
            return type.read(value);
        };
    }

    private Optional<SmimeaSettings> smimea(Section smimea) {
        SmimeaSettings standard = SmimeaSettings.DEFAULT;
        return Optional.of(new SmimeaSettings(
                smimea.value("resolvers", Type.oneOrMore(HostPort.address("127.0.0.1:53")), List.of()),
                smimea.key("trustAnchors", paths::existingFile).value(),
                smimea.value("transport", Type.word(Transport.class), standard.first()),
                smimea.value(
                        "timeLimit", Type.time(Duration.ofMillis(100), Duration.ofMinutes(1)), standard.timeLimit())));
    }

    private Type<TokenSettings> token(String name) {
        return Type.section(token -> token(name, token));
    }

    private Optional<TokenSettings> token(String name, Section token) {
        boolean isNamed = name.matches("[A-Za-z0-9-]{1,32}");
        if (!isNamed) {
            token.error("the name must be of 1 to 32 letters, digits and hyphens");
        }
        Key<Path> library = token.required("library", paths::existingFile);
        Key<Path> pinFile = token.required("pinFile", paths::secretFile);
        Key<String> label = token.key("label", YamlValue::string);
        Key<Integer> slot = token.key("slot", Type.whole(0, 1_000_000));
        if (label.isWritten() == slot.isWritten()) {
            token.error("needs either the label of the token or the number of its slot");
        }
        Optional<Slot> place =
                label.value().<Slot>map(Slot.Label::new).or(() -> slot.value().map(Slot.Index::new));
        return place.filter(_ -> isNamed)
                .flatMap(where -> library.with(pinFile, (module, pin) -> new TokenSettings(name, module, where, pin)));
    }

    private static DirectorySettings settings(Section directory, RevocationConfig revocation) {
        DirectorySettings standard = DirectorySettings.DEFAULTS;
        SelectionRules rules = standard.rules();
        Section cache = directory.section("cache");
        return new DirectorySettings(
                lifetimes(cache, standard.lifetimes()),
                new SelectionRules(
                        revocation.outbound(),
                        revocation.inbound(),
                        directory.value("outlookStrictPrecedence", Type.bool(), rules.outlookStrictPrecedence()),
                        directory.value("useSecondaryProxies", Type.bool(), rules.useSecondaryProxies()),
                        directory.value("requireMailUsage", Type.bool(), rules.requireMailUsage()),
                        revocation.askAfterDecrypting()),
                cache.value("octets", Type.whole(1L << 20, 64L << 30), standard.cacheOctets()),
                standard.sourceDeadline());
    }

    private static Lifetimes lifetimes(Section cache, Lifetimes standard) {
        Type<Duration> time = Type.time(Duration.ZERO, Duration.ofDays(30));
        return new Lifetimes(
                cache.value("positive", time, standard.positive()),
                cache.value("negative", time, standard.negative()),
                cache.value("stale", time, standard.stale()),
                cache.value("staleNegative", time, standard.staleNegative()),
                cache.value("error", time, standard.error()),
                cache.key("refreshAheadPercent", Type.whole(1, 100))
                        .value()
                        .map(percent -> percent / 100.0)
                        .orElse(standard.refreshAhead()));
    }

    /**
     * Returns the names of all sources, in the order that holds unless the administrator gives another one. The more
     * directly a source speaks for the administrator, the earlier it comes.
     */
    private static List<String> known(boolean hasDatabase, List<Server> servers, boolean hasSmimea) {
        List<String> names = new ArrayList<>();
        if (hasDatabase) {
            names.add(DirectoryConfig.PINS);
            names.add(DirectoryConfig.OWN);
        }
        names.add(DirectoryConfig.FILES);
        for (Server server : servers) {
            if (server.sync().isPresent()) {
                names.add(DirectoryConfig.MIRROR + server.settings().name());
            }
            names.add(DirectoryConfig.LDAP + server.settings().name());
        }
        if (hasDatabase) {
            names.add(DirectoryConfig.HARVESTED);
        }
        if (hasSmimea) {
            names.add(DirectoryConfig.SMIMEA);
        }
        return names;
    }

    private static List<String> sources(Section directory, List<String> known, List<Server> servers) {
        // A server and its copy have the same certificates. One of them is enough, and the copy is quicker and never
        // down
        List<String> copied = servers.stream()
                .filter(server -> server.sync().isPresent())
                .map(server -> DirectoryConfig.LDAP + server.settings().name())
                .toList();
        List<String> usual =
                known.stream().filter(name -> !copied.contains(name)).toList();
        Key<List<String>> sources = directory.key("sources", Type.distinct(Type.word(known)));
        sources.value()
                .ifPresent(named -> usual.stream()
                        .filter(name -> !named.contains(name))
                        .forEach(name -> sources.warning("does not name " + name + ", so that it is never asked")));
        return sources.or(usual);
    }
}
