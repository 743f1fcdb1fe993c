package org.postseal.gateway.road.directory;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateDatabase.Generations;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.PublicCopyWriter;
import org.postseal.certstore.directory.Blocks;
import org.postseal.certstore.directory.CertificateExplanation;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.DirectoryCertificateStore;
import org.postseal.certstore.directory.DirectoryStatistics;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.files.StoreProblem;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.revocation.AnswerKeeper;
import org.postseal.certstore.revocation.RevocationStatistics;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.road.acme.Challenges;
import org.postseal.gateway.road.pipeline.GroupLookup;
import org.postseal.gateway.smime.VerifiedSigner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives access to the certificate store in force. A change in the database takes effect within a second, and changed
 * files take effect after {@link #replaceFiles}. The answers of directory servers and DNS outlive both. Thread-safe.
 */
public final class CertificateDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateDirectory.class);

    private final DirectoryServices services;
    private final DirectoryConfig config;
    private final CurrentFiles files;
    private final DirectoryCertificateStore store;
    private final GroupLookup groups;
    private final Optional<Harvester> harvester;
    private final Optional<PublicCopyKeeper> publicCopy;
    private final ReentrantLock taking = new ReentrantLock();
    private Optional<CertificateDatabase.Subscription> changes = Optional.empty();
    private volatile PathValidator validator;
    private volatile Blocks blocks;
    private volatile boolean isBehind;
    private List<TrustedCollection> trust;
    private Generations generations = new Generations(-1, 0);

    private CertificateDirectory(DirectoryServices services, DirectoryConfig config, FilesSource files, Clock clock) {
        this.services = services;
        this.config = config;
        this.files = new CurrentFiles(files);
        this.trust = collections(services);
        this.groups = services.groups();
        this.validator = services.validator(files);
        this.blocks = services.stored().blocks();
        CertificateValidation validation = request -> validator.validate(request);
        this.store = new DirectoryCertificateStore(
                services.sources(this.files),
                services.keySources(this.files),
                validation,
                new CurrentBlocks(),
                services.stored().preferences(),
                config.settings());
        this.publicCopy = config.publicCopy().map(file -> new PublicCopyKeeper(file, new ForTheCopy(), clock));
        this.harvester = services.database()
                .filter(_ -> config.harvest())
                .map(database -> new Harvester(
                        database, validation, config.settings().rules().outbound(), clock));
    }

    /** Says whether the certificate store could be opened. */
    public sealed interface Result {
        /** The certificate store can be used. */
        record Opened(CertificateDirectory directory) implements Result {}

        /** The certificate store cannot be used, for all of these reasons. */
        record Refused(List<Fault> faults) implements Result {
            public Refused {
                faults = List.copyOf(faults);
            }
        }
    }

    /**
     * Names one thing that is wrong with the certificate store.
     *
     * @param key the configuration key it belongs to, such as {@code store.directory} or {@code directory.masterKey}
     * @param text the explanation for the administrator
     */
    public record Fault(String key, String text) {
        @Override
        public String toString() {
            return key + ": " + text;
        }
    }

    /**
     * Opens everything that is configured and reads the files of {@code folder}.
     *
     * @throws DatabaseException if the database is away or locked, so that a later attempt may succeed
     */
    public static Result open(DirectoryConfig config, Path folder, Clock clock) {
        return switch (load(config, folder)) {
            case FilesSource.Load.Refused(List<StoreProblem> problems) -> new Result.Refused(faults(problems));
            case FilesSource.Load.Loaded(FilesSource files) -> open(config, files, clock);
        };
    }

    /** Reads the files of the store. */
    public static FilesSource.Load load(DirectoryConfig config, Path folder) {
        return FilesSource.load(folder, !config.trustCollections().isEmpty());
    }

    private static Result open(DirectoryConfig config, FilesSource files, Clock clock) {
        DirectoryServices services;
        try {
            services = DirectoryServices.open(config, clock);
        } catch (DirectoryRefusedException e) {
            return new Result.Refused(List.of(new Fault(e.key(), String.valueOf(e.getMessage()))));
        }
        boolean isOpen = false;
        try {
            CertificateDirectory directory = new CertificateDirectory(services, config, files, clock);
            directory.subscribe();
            isOpen = true;
            return new Result.Opened(directory);
        } catch (DatabaseException e) {
            if (e.mayPass()) {
                throw e;
            }
            return new Result.Refused(List.of(new Fault(config.databaseKey(), String.valueOf(e.getMessage()))));
        } finally {
            if (!isOpen) {
                services.close();
            }
        }
    }

    public static List<Fault> faults(List<StoreProblem> problems) {
        return problems.stream()
                .map(problem -> new Fault("store.directory", problem.toString()))
                .toList();
    }

    /** Returns what in the certificate store the administrator hardly intended. */
    public List<Fault> warnings() {
        Stream<Fault> missing = config.trustCollections().stream()
                .filter(name -> trust.stream().noneMatch(each -> each.name().equals(name)))
                .map(name -> new Fault(
                        "trust.collections", "there is no collection " + name + " yet: postseal trust import " + name));
        return Stream.concat(faults(files.get().warnings()).stream(), missing).toList();
    }

    /**
     * Says how these files differ from those in force, with a line for each certificate. The lines go on record when
     * {@link #replaceFiles} is called.
     */
    public List<String> fileChanges(FilesSource next) {
        return FileChanges.between(files.get(), next);
    }

    /** Puts these files in force. */
    public void replaceFiles(FilesSource next) {
        taking.lock();
        try {
            files.replace(next);
            validator = services.validator(next);
            store.invalidateSource(DirectoryConfig.FILES);
            services.pairTokens(next).forEach(store::invalidateSource);
            store.invalidateChoices();
        } finally {
            taking.unlock();
        }
        services.changes().record();
    }

    /** Returns the store that is asked while a message is handled. */
    public CertificateStore store() {
        return new KnowingStore(store, files, services.database());
    }

    public DirectoryStatistics statistics() {
        return store.statistics();
    }

    public RevocationStatistics revocationStatistics() {
        return services.revocationStatistics();
    }

    /**
     * Requires that everything that is needed to find our keys and certificates can be read, and that private keys can
     * be opened.
     *
     * @throws StoreUnavailableException if mail would have to wait for it
     */
    public void requireOpenable() {
        var _ = upToDate();
        services.requireOpenable();
    }

    /**
     * Says when keys and anchors expire. This reads all of them.
     *
     * @throws DatabaseException if the database cannot be read
     */
    public List<Expiry> expiries() {
        return services.expiries(files.get());
    }

    /** Returns the database; the result is empty if none is configured. */
    public Optional<CertificateDatabase> database() {
        return services.database();
    }

    /** Answers who is in the groups of the directory servers. What the servers answered outlives a reload. */
    public GroupLookup groups() {
        return groups;
    }

    /** Validates paths to the anchors in force, with revocation. */
    public CertificateValidation validation() {
        return request -> validator.validate(request);
    }

    /**
     * Returns an observer that learns certificates from good signatures once {@link #recordTo} was called. It does
     * nothing before that, or if harvesting is not configured.
     */
    public VerifiedSigner.Observer observer() {
        return signer -> {
            if (services.changes().isRecording()) {
                harvester.ifPresent(learning -> learning.verified(signer));
            }
        };
    }

    /**
     * Returns the challenges of ACME authorities. That one was answered is only kept once {@link #recordTo} was called.
     */
    public Challenges challenges() {
        return services.database()
                .<Challenges>map(database -> new StoredChallenges(
                        database.acmeChallenges(), () -> services.changes().isRecording()))
                .orElseGet(Challenges::none);
    }

    /** From now on, hands to this keeper the revocation lists and OCSP responses that a verdict has relied on. */
    public void keepAnswers(AnswerKeeper keeper) {
        services.keepAnswers(keeper);
    }

    /**
     * Starts the tasks of a running gateway, which a command does without: changes of the database are recorded in this
     * log, certificates are learned from verified mail, and the public copy is written.
     */
    public void recordTo(ChangeSink log) {
        services.recordTo(log);
        publicCopy.ifPresent(PublicCopyKeeper::start);
    }

    /**
     * Writes the public copy now, if one is configured.
     *
     * @throws DatabaseException if the copy cannot be written, or the database cannot be read
     */
    public void writePublicCopy() {
        if (publicCopy.isPresent()) {
            Instant _ = publicCopy.get().write();
        }
    }

    /** Returns the state of the public copy that {@link #recordTo} has started; empty if none is configured. */
    public Optional<PublicCopyState> publicCopy() {
        return publicCopy.map(PublicCopyKeeper::state);
    }

    /** Explains every candidate of every source, and why one is chosen or none is. */
    public CertificateExplanation explain(MailAddress address, CertificatePurpose purpose, Instant time) {
        return store.explain(address, purpose, time);
    }

    /**
     * Explains the candidates of one source alone, whether or not mail would ask it.
     *
     * @param source a source of the configuration, or the server behind a copy, such as {@code ldap:corp}
     */
    public CertificateExplanation explain(String source, MailAddress address, Instant time) {
        return among(List.of(services.source(source, files))).explain(address, CertificatePurpose.ENCRYPT, time);
    }

    /** Returns the certificate to encrypt with that we ourselves vouch for: from pins, database and files. */
    public CertificateChoice<MailCertificate> ownCertificate(MailAddress address, Instant time) {
        return among(services.sources(files).stream()
                        .filter(source -> OUR_WORD.contains(source.name()))
                        .toList())
                .encryptionCertificate(address, time);
    }

    private DirectoryCertificateStore among(List<CertificateSource> sources) {
        return new DirectoryCertificateStore(
                sources,
                List.of(),
                validation(),
                new CurrentBlocks(),
                services.stored().preferences(),
                config.settings());
    }

    @Override
    public void close() {
        publicCopy.ifPresent(PublicCopyKeeper::close);
        changes.ifPresent(CertificateDatabase.Subscription::close);
        harvester.ifPresent(Harvester::close);
        services.close();
    }

    private void subscribe() {
        changes = services.database().map(database -> database.onChange(this::takeUpChanges));
        // The database may have changed since it was read.
        takeUpChanges();
    }

    /**
     * Takes up changes of the database. Answers of directory servers and DNS stay; only what rests on the database is
     * read anew.
     */
    private void takeUpChanges() {
        taking.lock();
        boolean isTaken = false;
        try {
            takeUp();
            isTaken = true;
        } catch (DatabaseException e) {
            // This is logged once. Until the changes can be read, each look-up tries again.
            if (!isBehind) {
                LOG.error("changes of the database cannot be read: {}", e.getMessage());
            }
        } finally {
            isBehind = !isTaken;
            if (isBehind) {
                // A choice that was made before may now be forbidden.
                store.invalidateChoices();
            }
            taking.unlock();
        }
        if (!isBehind) {
            services.changes().recordSoon();
        }
    }

    private void takeUp() {
        if (services.database().isEmpty()) {
            return;
        }
        Generations now = services.database().get().generations();
        if (now.equals(generations) && !isBehind) {
            return;
        }
        if (now.differOnlyByHarvest(generations) && !isBehind) {
            store.invalidateSource(DirectoryConfig.HARVESTED);
            generations = now;
            return;
        }
        trust = collections(services);
        // The validator is replaced even if the anchors stay the same: a certificate that it remembers as good may be
        // on a revocation list that has just come into the database.
        validator = services.validator(files.get());
        services.pairTokens(files.get()).forEach(store::invalidateSource);
        blocks = services.stored().blocks();
        for (String source : List.of(DirectoryConfig.PINS, DirectoryConfig.OWN, DirectoryConfig.HARVESTED)) {
            store.invalidateSource(source);
        }
        config.mirrors().forEach(mirror -> store.invalidateSource(mirror.sync().source()));
        store.invalidateChoices();
        generations = now;
    }

    /**
     * Returns the blocks in force. While a change of the database cannot be read, a new block might be missing, so this
     * throws and no certificate is chosen.
     */
    private Blocks upToDate() {
        if (isBehind) {
            takeUpChanges();
            if (isBehind) {
                throw new StoreUnavailableException("changes of the database cannot be read");
            }
        }
        return blocks;
    }

    private static List<TrustedCollection> collections(DirectoryServices services) {
        return services.stored().trust().stream()
                .map(each -> new TrustedCollection(
                        each.name(),
                        each.anchors().stream().map(member -> member.id()).toList(),
                        each.intermediates().stream().map(member -> member.id()).toList()))
                .toList();
    }

    private static final Set<String> OUR_WORD =
            Set.of(DirectoryConfig.PINS, DirectoryConfig.OWN, DirectoryConfig.FILES);

    /** Gives the content of the public copy, which is for readers who must see no key. */
    private final class ForTheCopy implements PublicCopyKeeper.Source {
        @Override
        public Object state() {
            // When files are read again, they become another object, so the state differs.
            return List.of(
                    services.database().map(CertificateDatabase::generation).orElse(0L), files.get());
        }

        @Override
        public Optional<CertificateDatabase> database() {
            return services.database();
        }

        @Override
        public PublicCopyWriter.Beside beside() {
            return services.publicBeside(files.get());
        }
    }

    private record TrustedCollection(String name, List<CertificateId> anchors, List<CertificateId> intermediates) {}

    private final class CurrentBlocks implements Blocks {
        @Override
        public Optional<String> reason(MailCertificate certificate) {
            return upToDate().reason(certificate);
        }

        @Override
        public Optional<String> reason(MailAddress address) {
            return upToDate().reason(address);
        }
    }
}
