package org.postseal.gateway.road.directory;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.PublicCopy;
import org.postseal.certstore.database.PublicCopyWriter;
import org.postseal.certstore.database.PublicCopyWriter.HeldKeys;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.certstore.database.Turn;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.token.Token;
import org.postseal.certstore.key.token.TokenSettings;
import org.postseal.certstore.path.PathSettings;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.PolicyInputs;
import org.postseal.certstore.remote.ldap.LdapCertificateSource;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapFailureException;
import org.postseal.certstore.remote.ldap.LdapGroups;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.smimea.SmimeaCertificateSource;
import org.postseal.certstore.remote.smimea.SmimeaResolver;
import org.postseal.certstore.remote.sync.DatabaseMirror;
import org.postseal.certstore.remote.sync.DirectoryServer;
import org.postseal.certstore.remote.sync.StopSignal;
import org.postseal.certstore.remote.sync.SyncListener;
import org.postseal.certstore.remote.sync.SyncReport;
import org.postseal.certstore.remote.sync.SyncRunner;
import org.postseal.certstore.revocation.AnswerKeeper;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationChecker;
import org.postseal.certstore.revocation.RevocationStatistics;
import org.postseal.certstore.revocation.RevocationStore;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.certstore.source.KeySource;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.road.pipeline.GroupLookup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the services of the certificate store that outlive a reload: connections, tokens, and what is known of
 * revocation. Thread-safe.
 */
final class DirectoryServices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryServices.class);

    private final DirectoryConfig config;
    private final Optional<CertificateDatabase> database;
    private final StoredParts stored;
    private final ChangeRecorder changes;
    private final Optional<VaultKeys> vault;
    private final Map<String, LdapConnections> ldap = new LinkedHashMap<>();
    private final List<Token> tokens = new ArrayList<>();
    private final List<TokenKeys> tokenKeys = new ArrayList<>();
    private final Optional<SmimeaResolver> resolver;
    private final BoundedFetcher fetcher;
    private final RevocationChecker revocation;
    private final Clock clock;
    private final StopSignal stop = new StopSignal();
    private final List<Thread> followers = new ArrayList<>();
    private volatile AnswerKeeper keeper = AnswerKeeper.NONE;

    private DirectoryServices(
            DirectoryConfig config,
            Optional<CertificateDatabase> database,
            Optional<SmimeaResolver> resolver,
            Clock clock) {
        this.config = config;
        this.clock = clock;
        this.database = database;
        this.stored = new StoredParts(config, database);
        this.changes = new ChangeRecorder(database);
        this.vault = database.map(found -> new VaultKeys(found, config.masterKey()));
        this.resolver = resolver;
        RevocationStore known = database.<RevocationStore>map(found -> new DatabaseRevocationStore(found, clock))
                .orElseGet(() -> new MemoryRevocationStore(64L << 20));
        this.fetcher = new BoundedFetcher(config.revocation().fetch());
        this.revocation = new RevocationChecker(
                config.revocation().settings(),
                fetcher,
                known,
                List.of(),
                (kind, sha256, octets) -> keeper.keep(kind, sha256, octets));
    }

    /** Opens all services without asking a server yet. If one cannot be opened, the others are closed again. */
    static DirectoryServices open(DirectoryConfig config, Clock clock) throws DirectoryRefusedException {
        Optional<SmimeaResolver> resolver = resolver(config, clock);
        Optional<CertificateDatabase> database;
        try {
            database = config.database().map(place -> place.open(CertificateDatabase.Options.DEFAULT));
        } catch (DatabaseException e) {
            throw refused(config.databaseKey(), e);
        }
        DirectoryServices services = new DirectoryServices(config, database, resolver, clock);
        boolean isOpen = false;
        try {
            services.openRest();
            isOpen = true;
            return services;
        } finally {
            if (!isOpen) {
                services.close();
            }
        }
    }

    /** A server that is away, or at work for another process, is no fault of the configuration. */
    private static DirectoryRefusedException refused(String key, DatabaseException e) {
        if (e.mayPass()) {
            throw e;
        }
        return new DirectoryRefusedException(key, e);
    }

    private void openRest() throws DirectoryRefusedException {
        if (vault.isPresent()) {
            try {
                vault.get().demandOpenable();
            } catch (KeyFileException e) {
                throw new DirectoryRefusedException("directory.masterKey", e);
            } catch (DatabaseException e) {
                throw refused("directory.masterKey", e);
            }
        }
        for (LdapSettings settings : config.ldap()) {
            try {
                ldap.put(DirectoryConfig.LDAP + settings.name(), new LdapConnections(settings));
            } catch (LdapFailureException e) {
                throw new DirectoryRefusedException("directory.ldap." + settings.name(), e);
            }
        }
        for (TokenSettings settings : config.tokens()) {
            try {
                tokens.add(Token.open(settings));
            } catch (KeyFileException e) {
                throw new DirectoryRefusedException("directory.tokens." + settings.name(), e);
            }
        }
    }

    /** Says when keys expire, including those of these files, and when anchors do. */
    List<Expiry> expiries(FilesSource files) {
        Instant now = clock.instant();
        List<MailCertificate> withKey = new ArrayList<>(files.certificatesWithKey());
        vault.ifPresent(found -> withKey.addAll(found.certificates()));
        tokenKeys.forEach(keys -> withKey.addAll(keys.certificates()));
        Map<MailAddress, Expiry.End> ends = new HashMap<>();
        withKey.forEach(certificate -> certificate
                .addresses()
                .forEach(address -> ends.merge(
                        address,
                        Expiry.End.of(certificate),
                        (one, other) -> one.at().isAfter(other.at()) ? one : other)));
        Set<MailCertificate> anchors = new HashSet<>(files.anchors());
        stored.trust().forEach(collection -> anchors.addAll(collection.anchors()));
        return List.of(
                Expiry.of(Expiry.Kind.KEY, ends.values(), now),
                Expiry.of(
                        Expiry.Kind.ANCHOR, anchors.stream().map(Expiry.End::of).toList(), now));
    }

    /** Requires that the database can be read and its keys can be opened. */
    void requireOpenable() {
        try {
            if (database.isPresent()) {
                var _ = database.get().generation();
            }
            if (vault.isPresent()) {
                vault.get().demandOpenable();
            }
        } catch (KeyFileException | DatabaseException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    Optional<CertificateDatabase> database() {
        return database;
    }

    StoredParts stored() {
        return stored;
    }

    ChangeRecorder changes() {
        return changes;
    }

    /** From now on, hands to this keeper the revocation lists and OCSP responses that a verdict has relied on. */
    void keepAnswers(AnswerKeeper wanted) {
        keeper = wanted;
    }

    /** From now on, records changes of the database here, beginning with those that wait already. */
    void recordTo(ChangeSink log) {
        if (changes.recordTo(log)) {
            config.mirrors().forEach(this::follow);
            database.ifPresent(found -> {
                onOneNode(found, "directory-upkeep", signal -> keepTidy(found, signal));
                followers.add(Thread.ofVirtual().name("directory-changes").start(() -> changes.keepRecording(stop)));
            });
        }
        changes.record();
    }

    /**
     * Does work until {@link #close}, unless another node of the fleet does it. If that node is heard of no more, this
     * one takes over.
     */
    private void onOneNode(CertificateDatabase found, String name, Consumer<StopSignal> work) {
        followers.add(Thread.ofVirtual().name(name).start(() -> {
            do {
                try (Turn turn = found.turnOfFleet("gateway " + name).orElse(null)) {
                    if (turn != null) {
                        work.accept(stop.or(() -> !turn.isHeld()));
                    }
                } catch (DatabaseException e) {
                    LOG.debug("{}: whose turn it is cannot be asked: {}", name, e.getMessage());
                }
            } while (!stop.await(BETWEEN_TURNS));
        }));
    }

    /** Keeps the copy of a directory server up to date until {@link #close}. */
    private void follow(DirectoryConfig.Mirror mirror) {
        SyncRunner runner = new SyncRunner(
                mirror.sync(),
                DirectoryServer.of(Objects.requireNonNull(
                        ldap.get(DirectoryConfig.LDAP + mirror.server().name()))),
                new DatabaseMirror(database.orElseThrow(), clock),
                clock);
        String name = mirror.sync().source();
        SyncListener listener = new SyncListener() {
            @Override
            public void synced(SyncReport report) {
                if (report.added() + report.changed() + report.deleted() > 0) {
                    LOG.info(
                            "{}: {} added, {} changed, {} deleted, {} skipped",
                            name,
                            report.added(),
                            report.changed(),
                            report.deleted(),
                            report.skippedCount());
                }
            }

            @Override
            public void failed(Exception cause, Duration retryIn) {
                LOG.warn("{}: {}; tried again in {} s", name, cause.getMessage(), retryIn.toSeconds());
            }
        };
        onOneNode(database.orElseThrow(), name, signal -> runner.follow(signal, listener));
    }

    /** Removes revocation data some time after it went out of date, and warns of trust collections that expire soon. */
    private void keepTidy(CertificateDatabase found, StopSignal signal) {
        ExpiryAlarm alarm = new ExpiryAlarm();
        do {
            try {
                found.revocation().removeOutdated(clock.instant().minus(KEPT_OUT_OF_DATE));
                alarm.due(stored.trust(), clock.instant()).forEach(LOG::warn);
            } catch (DatabaseException e) {
                LOG.warn("the upkeep of the database failed: {}", e.getMessage());
            }
        } while (!signal.await(Duration.ofHours(12)));
    }

    /** Answers who is in the groups of the directory servers. */
    GroupLookup groups() {
        Map<String, LdapGroups> servers = new LinkedHashMap<>();
        ldap.forEach((name, connections) ->
                servers.put(name.substring(DirectoryConfig.LDAP.length()), new LdapGroups(connections)));
        return new ServerGroups(servers, config.groupLimit(), clock);
    }

    /** Returns the sources of certificates, in the order of the configuration. */
    List<CertificateSource> sources(CurrentFiles files) {
        List<CertificateSource> sources = new ArrayList<>();
        for (String name : config.sources()) {
            sources.add(source(name, files));
        }
        return sources;
    }

    /** Returns the sources of keys, all of which are always asked. */
    List<KeySource> keySources(CurrentFiles files) {
        List<KeySource> sources = new ArrayList<>(List.of(files));
        vault.ifPresent(sources::add);
        tokens.forEach(token -> tokenKeys.add(new TokenKeys(token, files.get(), paths(files.get()))));
        sources.addAll(tokenKeys);
        return sources;
    }

    /**
     * Pairs the keys of tokens with the certificates of these files, and returns the names of the tokens' sources. The
     * issuers that go out with their signatures come from the trust collections.
     */
    List<String> pairTokens(FilesSource files) {
        PathValidator paths = paths(files);
        tokenKeys.forEach(keys -> keys.replace(files, paths));
        return tokenKeys.stream().map(TokenKeys::name).toList();
    }

    /**
     * Returns the public part of the files, the tokens and the keys: everything in the public copy that is not in the
     * database.
     */
    PublicCopyWriter.Beside publicBeside(FilesSource files) {
        List<HeldKeys> keys = new ArrayList<>(List.of(new HeldKeys(files.name(), Optional.empty(), files.keys())));
        vault.ifPresent(found -> keys.add(new HeldKeys(PublicCopy.DATABASE, found.fault(), Map.of())));
        tokenKeys.forEach(each -> keys.add(new HeldKeys(each.name(), Optional.empty(), each.keys())));
        return new PublicCopyWriter.Beside(files.anchors(), files.certificates(), keys);
    }

    RevocationStatistics revocationStatistics() {
        return revocation.statistics();
    }

    /** Returns a validator of paths to the anchors of the files and of the trust collections in force. */
    PathValidator validator(FilesSource files) {
        return validator(files, config.revocation().fetchIssuers(), Optional.of(revocation), Optional.of(fetcher));
    }

    /** Returns a validator of paths that asks no server. */
    private PathValidator paths(FilesSource files) {
        return validator(files, false, Optional.empty(), Optional.empty());
    }

    private PathValidator validator(
            FilesSource files,
            boolean fetchIssuers,
            Optional<RevocationChecker> checker,
            Optional<BoundedFetcher> issuers) {
        List<MailCertificate> anchors = new ArrayList<>(files.anchors());
        List<MailCertificate> helpers = new ArrayList<>(files.certificates());
        for (Collected collection : stored.trust()) {
            anchors.addAll(collection.anchors());
            helpers.addAll(collection.anchors());
            helpers.addAll(collection.intermediates());
        }
        return new PathValidator(
                anchors,
                helpers,
                stored::issuers,
                new PathSettings(PolicyInputs.DEFAULTS, fetchIssuers),
                checker,
                issuers);
    }

    @Override
    public void close() {
        stop.request();
        changes.recordSoon();
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        for (Thread follower : followers) {
            try {
                follower.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            } catch (InterruptedException stopNow) {
                Thread.currentThread().interrupt();
            }
        }
        ldap.values().forEach(LdapConnections::close);
        database.ifPresent(CertificateDatabase::close);
    }

    /** Returns a source of the configuration, or the directory server of which there is a copy. */
    CertificateSource source(String name, CurrentFiles files) {
        return switch (name) {
            case DirectoryConfig.FILES -> files;
            case DirectoryConfig.SMIMEA -> new SmimeaCertificateSource(resolver.orElseThrow(), _ -> false);
            case String server
            when server.startsWith(DirectoryConfig.LDAP) ->
                new LdapCertificateSource(Objects.requireNonNull(ldap.get(server)));
            default -> stored.source(name);
        };
    }

    private static Optional<SmimeaResolver> resolver(DirectoryConfig config, Clock clock)
            throws DirectoryRefusedException {
        try {
            return config.smimea().isPresent()
                    ? Optional.of(SmimeaResolver.of(config.smimea().get(), clock))
                    : Optional.empty();
        } catch (IOException e) {
            throw new DirectoryRefusedException("directory.smimea", e);
        }
    }

    static final Duration BETWEEN_TURNS = Duration.ofSeconds(5);
    private static final Duration KEPT_OUT_OF_DATE = Duration.ofDays(7);
}
