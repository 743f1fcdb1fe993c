package org.postseal.gateway.road.directory;

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
import org.postseal.certstore.database.PublicCopy;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.certstore.directory.CertificateExplanation;
import org.postseal.certstore.directory.DirectoryCertificateStore;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.files.StoreProblem;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.PathSettings;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.PolicyInputs;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationChecker;
import org.postseal.certstore.revocation.RevocationStore;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.certstore.source.KeySource;
import org.postseal.gateway.config.DirectoryConfig;

/**
 * Shows the certificate store as it can be seen without keys, without writing and without asking any server. It shows
 * the public copy that the gateway writes, or, if none is configured, the database opened for reading and the
 * certificates of the files. Revocation is judged by the data at hand. It is meant for a process that only looks.
 * Thread-safe. A view should be short-lived, since it does not read again what it has read.
 */
public final class DirectoryView implements AutoCloseable {
    private final DirectoryConfig config;
    private final FilesSource files;
    private final Optional<CertificateDatabase> database;
    private final StoredParts stored;
    private final Optional<PublicCopy> copy;
    private final Map<String, String> unseen;
    private final Clock clock;

    private DirectoryView(DirectoryConfig config, Opened opened, Clock clock) {
        this.config = config;
        this.files = opened.files();
        this.database = opened.database();
        this.stored = new StoredParts(config, database);
        this.copy = opened.copy();
        this.unseen = unseen(config, opened);
        this.clock = clock;
    }

    /**
     * Holds the parts that could be opened.
     *
     * @param notRead why the files may hold more than was read; empty if they do not
     * @param noDatabase why there is no database
     */
    private record Opened(
            FilesSource files,
            String notRead,
            Optional<CertificateDatabase> database,
            String noDatabase,
            Optional<PublicCopy> copy) {}

    /** Opens what can be opened. {@link #unseen} names the rest. */
    public static DirectoryView open(DirectoryConfig config, Path folder, Clock clock) {
        return new DirectoryView(
                config,
                config.publicCopy().map(file -> copied(config, file)).orElseGet(() -> direct(config, folder)),
                clock);
    }

    private static Opened copied(DirectoryConfig config, Path file) {
        try {
            PublicCopy copy = PublicCopy.open(file, OPTIONS);
            return new Opened(
                    FilesSource.of(copy.anchors(), copy.certificates()),
                    "",
                    config.database().map(_ -> copy.database()),
                    "",
                    Optional.of(copy));
        } catch (DatabaseException e) {
            String why = "what the gateway writes down for this page cannot be read: " + e.getMessage();
            return new Opened(FilesSource.of(List.of(), List.of()), why, Optional.empty(), why, Optional.empty());
        }
    }

    private static Opened direct(DirectoryConfig config, Path folder) {
        FilesSource.Sight sight = FilesSource.look(folder);
        List<StoreProblem> closed = sight.notRead();
        String notRead = closed.isEmpty()
                ? ""
                : "may have more: " + closed.getFirst()
                        + (closed.size() > 1 ? " and " + (closed.size() - 1) + " more" : "");
        Optional<CertificateDatabase> database = Optional.empty();
        String noDatabase = "";
        if (config.database().isPresent()) {
            try {
                database = Optional.of(config.database().get().openReading(OPTIONS));
            } catch (DatabaseException e) {
                noDatabase = "cannot be read here: " + e.getMessage()
                        + (isClosedHere(e.fault())
                                ? "; with directory.publicCopy the gateway writes down what may be seen"
                                : "");
            }
        }
        return new Opened(sight.source(), notRead, database, noDatabase, Optional.empty());
    }

    /** The console may read neither the file nor the password of a server. */
    private static boolean isClosedHere(DatabaseException.Fault fault) {
        return fault == DatabaseException.Fault.CANNOT_OPEN || fault == DatabaseException.Fault.REFUSED;
    }

    private static Map<String, String> unseen(DirectoryConfig config, Opened opened) {
        Map<String, String> unseen = new LinkedHashMap<>();
        for (String source : config.sources()) {
            if (source.startsWith(DirectoryConfig.LDAP) || source.equals(DirectoryConfig.SMIMEA)) {
                unseen.put(source, "no server is asked from here");
            } else if (opened.database().isEmpty() && !source.equals(DirectoryConfig.FILES)) {
                unseen.put(source, opened.noDatabase());
            } else if (source.equals(DirectoryConfig.FILES) && !opened.notRead().isEmpty()) {
                // The certificates that were read are shown, although there may be more.
                unseen.put(source, opened.notRead());
            }
        }
        return unseen;
    }

    /**
     * Returns the time when the gateway wrote the copy that is shown; the result is empty if the present state is
     * shown.
     */
    public Optional<Instant> written() {
        return copy.map(PublicCopy::written);
    }

    /** Returns the database; the result is empty if none is configured or it cannot be read. */
    public Optional<CertificateDatabase> database() {
        return database;
    }

    /** Returns the certificates in files of the store, including anchors. */
    public List<MailCertificate> inFiles() {
        return List.copyOf(files.certificates());
    }

    /** Returns the sources of the configuration that were not looked into, or only in part, each with the reason. */
    public Map<String, String> unseen() {
        return unseen;
    }

    /** Returns the unseen sources in words: a sentence for each reason. */
    public List<String> unseenInWords() {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        unseen.forEach((source, why) ->
                byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(source));
        return byReason.entrySet().stream()
                .map(each -> String.join(", ", each.getValue()) + ": " + each.getKey())
                .toList();
    }

    /** Returns the names of the sources, in the order in which mail asks them. */
    public List<String> sources() {
        return config.sources();
    }

    /** Returns true if it can be seen for which certificates there are keys. */
    public boolean seesKeys() {
        return copy.isPresent();
    }

    /** Returns the sources that have the private key of a certificate, as far as that can be seen. */
    public List<String> keySourcesOf(MailCertificate certificate) {
        List<String> names = new ArrayList<>();
        for (KeySource source : keySources()) {
            try {
                if (certificate.addresses().stream()
                        .flatMap(address -> source.keysOf(address).stream())
                        .anyMatch(key -> key.certificate().equals(certificate))) {
                    names.add(source.name());
                }
            } catch (StoreUnavailableException e) {
                // The page about the address reports this failure.
            }
        }
        return names;
    }

    private List<KeySource> keySources() {
        return copy.map(PublicCopy::keySources).orElse(List.of());
    }

    /**
     * Explains a choice as {@code postseal cert explain} does, for the sources that can be seen.
     *
     * @param purpose {@code SIGN} only if {@link #seesKeys} is true; otherwise no certificate would seem to have a key
     * @throws StoreUnavailableException if the database cannot be read
     */
    public CertificateExplanation explain(MailAddress address, CertificatePurpose purpose, Instant time) {
        List<CertificateSource> seen = new ArrayList<>();
        for (String name : config.sources()) {
            source(name).ifPresent(seen::add);
        }
        try {
            return new DirectoryCertificateStore(
                            seen, keySources(), validation(), stored.blocks(), stored.preferences(), config.settings())
                    .explain(address, purpose, time);
        } catch (DatabaseException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<CertificateSource> source(String name) {
        if (name.equals(DirectoryConfig.FILES)) {
            return Optional.of(files);
        }
        if (unseen.containsKey(name)) {
            return Optional.empty();
        }
        return database.map(_ -> stored.source(name));
    }

    /** Returns a validation that asks no server and decides by the data at hand. */
    private CertificateValidation validation() {
        Set<MailCertificate> anchors = new HashSet<>(files.anchors());
        Set<MailCertificate> helpers = new HashSet<>(files.certificates());
        for (Collected collection : stored.trust()) {
            anchors.addAll(collection.anchors());
            helpers.addAll(collection.anchors());
            helpers.addAll(collection.intermediates());
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
                stored::issuers,
                new PathSettings(PolicyInputs.DEFAULTS, false),
                Optional.of(revocation),
                Optional.empty());
        return request -> validator.validate(request.asQuiet());
    }

    @Override
    public void close() {
        copy.ifPresentOrElse(PublicCopy::close, () -> database.ifPresent(CertificateDatabase::close));
    }

    private static final CertificateDatabase.Options OPTIONS =
            new CertificateDatabase.Options(Duration.ofSeconds(2), 1);
}
