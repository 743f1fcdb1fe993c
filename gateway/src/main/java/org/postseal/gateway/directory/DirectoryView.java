package org.postseal.gateway.directory;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.DatabaseSources;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.certstore.directory.Blocks;
import org.postseal.certstore.directory.CertificateExplanation;
import org.postseal.certstore.directory.DirectoryCertificateStore;
import org.postseal.certstore.directory.SigningPreferences;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.PathSettings;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.PolicyInputs;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationChecker;
import org.postseal.certstore.revocation.RevocationStore;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.certstore.source.FilesSource;
import org.postseal.gateway.config.DirectoryConfig;

/**
 * The certificate directory as it can be seen without a key, without writing anything, and without asking anybody: the database opened for reading, the certificates of the
 * files, and what is at hand of revocation. For a process that only looks. Thread-safe; short-lived, since what it has read it does not read again.
 */
public final class DirectoryView implements AutoCloseable {
    private final DirectoryConfig config;
    private final FilesSource.Sight files;
    private final Optional<CertificateDatabase> database;
    private final Map<String, String> unseen;
    private final Clock clock;

    private DirectoryView(
            DirectoryConfig config,
            FilesSource.Sight files,
            Optional<CertificateDatabase> database,
            Map<String, String> unseen,
            Clock clock) {
        this.config = config;
        this.files = files;
        this.database = database;
        this.unseen = unseen;
        this.clock = clock;
    }

    /** Opens what can be opened; what cannot is among {@link #unseen}. */
    public static DirectoryView open(DirectoryConfig config, Path folder, Clock clock) {
        FilesSource.Sight files = FilesSource.look(folder);
        Optional<CertificateDatabase> database = Optional.empty();
        String noDatabase = "";
        if (config.database().isPresent()) {
            try {
                database = Optional.of(
                        CertificateDatabase.openReading(config.database().get(), OPTIONS));
            } catch (DatabaseException e) {
                noDatabase = "cannot be read here: " + e.getMessage();
            }
        }
        Map<String, String> unseen = new LinkedHashMap<>();
        for (String source : config.sources()) {
            if (source.startsWith(DirectoryConfig.LDAP) || source.equals(DirectoryConfig.SMIMEA)) {
                unseen.put(source, "no server is asked from here");
            } else if (database.isEmpty() && !source.equals(DirectoryConfig.FILES)) {
                unseen.put(source, noDatabase);
            } else if (source.equals(DirectoryConfig.FILES) && !files.notRead().isEmpty()) {
                // what was read of them is shown, and may not be all
                unseen.put(
                        source,
                        "may have more: " + files.notRead().getFirst()
                                + (files.notRead().size() > 1
                                        ? " and " + (files.notRead().size() - 1) + " more"
                                        : ""));
            }
        }
        return new DirectoryView(config, files, database, unseen, clock);
    }

    /** The database, where it is configured and can be read. */
    public Optional<CertificateDatabase> database() {
        return database;
    }

    /** Certificates in files of the store, anchors included. */
    public List<MailCertificate> inFiles() {
        return List.copyOf(files.source().certificates());
    }

    /** Sources of the configuration that were not looked into, or not wholly, each with the reason. */
    public Map<String, String> unseen() {
        return unseen;
    }

    /** The same for people: a sentence for each reason. */
    public List<String> unseenInWords() {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        unseen.forEach((source, why) ->
                byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(source));
        return byReason.entrySet().stream()
                .map(each -> String.join(", ", each.getValue()) + ": " + each.getKey())
                .toList();
    }

    /** Their names in the order in which mail asks them. */
    public List<String> sources() {
        return config.sources();
    }

    /**
     * As {@code postseal cert explain}, of the sources that can be seen.
     *
     * @throws StoreUnavailableException when the database cannot be read
     */
    public CertificateExplanation explain(MailAddress address, Instant time) {
        List<CertificateSource> seen = new ArrayList<>();
        for (String name : config.sources()) {
            source(name).ifPresent(seen::add);
        }
        try {
            return new DirectoryCertificateStore(
                            seen, List.of(), validation(), blocks(), SigningPreferences.NONE, config.settings())
                    .explain(address, CertificatePurpose.ENCRYPT, time);
        } catch (DatabaseException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<CertificateSource> source(String name) {
        if (name.equals(DirectoryConfig.FILES)) {
            return Optional.of(files.source());
        }
        if (unseen.containsKey(name)) {
            return Optional.empty();
        }
        return database.map(found -> switch (name) {
            case DirectoryConfig.PINS -> DatabaseSources.pins(found);
            case DirectoryConfig.OWN -> DatabaseSources.own(found);
            case DirectoryConfig.HARVESTED -> DatabaseSources.harvested(found);
            default -> DatabaseSources.mirror(found, name, skipsDisabled(name));
        });
    }

    private boolean skipsDisabled(String mirror) {
        return config.mirrors().stream()
                .filter(each -> each.sync().source().equals(mirror))
                .anyMatch(each -> each.server().query().skipDisabledAccounts());
    }

    private Blocks blocks() {
        return database.<Blocks>map(AdminBlocks::read).orElse(Blocks.NONE);
    }

    /** Each question is a quiet one: what is at hand decides. */
    private CertificateValidation validation() {
        Set<MailCertificate> anchors = new HashSet<>(files.source().anchors());
        Set<MailCertificate> helpers = new HashSet<>(files.source().certificates());
        for (String name : config.trustCollections()) {
            Optional<Collected> collection =
                    database.flatMap(found -> found.trust().find(name));
            collection.ifPresent(found -> {
                anchors.addAll(found.anchors());
                helpers.addAll(found.anchors());
                helpers.addAll(found.intermediates());
            });
        }
        RevocationStore known = database.<RevocationStore>map(found -> new DatabaseRevocationStore(found, clock))
                .orElseGet(() -> new MemoryRevocationStore(1 << 20));
        RevocationChecker revocation = new RevocationChecker(
                config.revocation().settings(),
                new BoundedFetcher(config.revocation().fetch()),
                known,
                List.of());
        PathValidator validator = new PathValidator(
                anchors,
                helpers,
                this::storedIssuers,
                new PathSettings(PolicyInputs.DEFAULTS, false),
                Optional.of(revocation),
                Optional.empty());
        return request -> validator.validate(request.asQuiet());
    }

    private List<MailCertificate> storedIssuers(MailCertificate certificate) {
        try {
            return database.map(found -> found.certificates().ofSubject(certificate.issuer()))
                    .orElse(List.of());
        } catch (DatabaseException e) {
            throw new StoreUnavailableException("issuers in the database: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        database.ifPresent(CertificateDatabase::close);
    }

    private static final CertificateDatabase.Options OPTIONS =
            new CertificateDatabase.Options(Duration.ofSeconds(2), 1);
}
