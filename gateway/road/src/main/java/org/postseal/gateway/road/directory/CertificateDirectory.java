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
import org.postseal.gateway.road.pipeline.GroupLookup;
import org.postseal.gateway.smime.VerifiedSigner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate directory in force. Thread-safe. What is changed in the database counts within a second; files count after {@link #replaceFiles}. What servers have
 * answered outlives both.
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
    private long generation = -1;

    private CertificateDirectory(DirectoryServices services, DirectoryConfig config, FilesSource files, Clock clock) {
        this.services = services;
        this.config = config;
        this.files = new CurrentFiles(files);
        this.trust = collections(services);
        this.groups = services.groups();
        this.validator = services.validator(files);
        this.blocks = services.blocks();
        CertificateValidation validation = request -> validator.validate(request);
        this.store = new DirectoryCertificateStore(
                services.sources(this.files),
                services.keySources(this.files),
                validation,
                new CurrentBlocks(),
                services.preferences(),
                config.settings());
        this.publicCopy = config.publicCopy().map(file -> new PublicCopyKeeper(file, new ForTheCopy(), clock));
        this.harvester = services.database()
                .filter(_ -> config.harvest())
                .map(database -> new Harvester(
                        database, validation, config.settings().rules().outbound(), clock));
    }

    /** What came of opening. */
    public sealed interface Result {
        /** It can be used. */
        record Opened(CertificateDirectory directory) implements Result {}

        /** It cannot; everything that stands against it. */
        record Refused(List<Fault> faults) implements Result {
            public Refused {
                faults = List.copyOf(faults);
            }
        }
    }

    /**
     * Why it cannot be opened.
     *
     * @param key of the configuration: {@code store.directory}, {@code directory.masterKey}
     * @param text for the administrator
     */
    public record Fault(String key, String text) {
        @Override
        public String toString() {
            return key + ": " + text;
        }
    }

    /** Opens everything that is configured and reads the files of {@code folder}. */
    public static Result open(DirectoryConfig config, Path folder, Clock clock) {
        return switch (FilesSource.load(folder)) {
            case FilesSource.Load.Refused(List<StoreProblem> problems) -> new Result.Refused(faults(problems));
            case FilesSource.Load.Loaded(FilesSource files) -> open(config, files, clock);
        };
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
            return new Result.Refused(List.of(new Fault("directory.database", String.valueOf(e.getMessage()))));
        } finally {
            if (!isOpen) {
                services.close();
            }
        }
    }

    /** What is wrong with files of a store. */
    public static List<Fault> faults(List<StoreProblem> problems) {
        return problems.stream()
                .map(problem -> new Fault("store.directory", problem.toString()))
                .toList();
    }

    /** What an administrator will hardly have meant. */
    public List<Fault> warnings() {
        Stream<Fault> missing = config.trustCollections().stream()
                .filter(name -> trust.stream().noneMatch(each -> each.name().equals(name)))
                .map(name -> new Fault(
                        "trust.collections", "there is no collection " + name + " yet: postseal trust import " + name));
        return Stream.concat(faults(files.get().warnings()).stream(), missing).toList();
    }

    /** What is other in these files than in those that count, a line for each certificate: for the record of {@link #replaceFiles}. */
    public List<String> fileChanges(FilesSource next) {
        return FileChanges.between(files.get(), next);
    }

    /** From now on, these files. */
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
        services.recordChanges();
    }

    /** What the road of a message asks. */
    public CertificateStore store() {
        return new KnowingStore(store, files, services.database());
    }

    /** What its caches have counted so far. */
    public DirectoryStatistics statistics() {
        return store.statistics();
    }

    /** What was asked of servers of revocation so far. */
    public RevocationStatistics revocationStatistics() {
        return services.revocationStatistics();
    }

    /**
     * Tries whether what is asked for keys and certificates of ours can be read, and private keys be opened.
     *
     * @throws StoreUnavailableException when mail would have to wait for it
     */
    public void requireOpenable() {
        var _ = upToDate();
        services.requireOpenable();
    }

    /**
     * When keys and anchors cease to be valid; reads all of them.
     *
     * @throws DatabaseException when the database cannot be read
     */
    public List<Expiry> expiries() {
        return services.expiries(files.get());
    }

    /** The own store, where one is configured. */
    public Optional<CertificateDatabase> database() {
        return services.database();
    }

    /** Who is in the groups of the directory servers; what they answered outlives a reload. */
    public GroupLookup groups() {
        return groups;
    }

    /** Paths to the anchors in force, and revocation. */
    public CertificateValidation validation() {
        return request -> validator.validate(request);
    }

    /** Learns from good signatures once {@link #recordTo} was called; before, and where nothing is configured to, it does nothing. */
    public VerifiedSigner.Observer observer() {
        return signer -> {
            if (services.isRecording()) {
                harvester.ifPresent(learning -> learning.verified(signer));
            }
        };
    }

    /** Lists and responses that have counted for a verdict go there from now on. */
    public void keepAnswers(AnswerKeeper keeper) {
        services.keepAnswers(keeper);
    }

    /** Records changes of the database there from now on, lets mail teach, and writes the public copy: what a running gateway does, and a command does not. */
    public void recordTo(ChangeSink log) {
        services.recordTo(log);
        publicCopy.ifPresent(PublicCopyKeeper::start);
    }

    /**
     * Writes the public copy now, where one is configured.
     *
     * @throws DatabaseException when it cannot be written, or the database not be read
     */
    public void writePublicCopy() {
        if (publicCopy.isPresent()) {
            Instant _ = publicCopy.get().write();
        }
    }

    /** How the public copy fares that {@link #recordTo} has begun; empty where none is configured. */
    public Optional<PublicCopyState> publicCopy() {
        return publicCopy.map(PublicCopyKeeper::state);
    }

    /** Every candidate of every source, and why one is chosen or none. */
    public CertificateExplanation explain(MailAddress address, CertificatePurpose purpose, Instant time) {
        return store.explain(address, purpose, time);
    }

    /**
     * As above, from one source alone, whether or not mail would come to it.
     *
     * @param source one of those of the configuration, or the server behind a copy: {@code ldap:corp}
     */
    public CertificateExplanation explain(String source, MailAddress address, Instant time) {
        return among(List.of(services.source(source, files))).explain(address, CertificatePurpose.ENCRYPT, time);
    }

    /** The certificate to encrypt with that is our own word: of pins, database and files. */
    public CertificateChoice<MailCertificate> ownCertificate(MailAddress address, Instant time) {
        return among(services.sources(files).stream()
                        .filter(source -> OUR_WORD.contains(source.name()))
                        .toList())
                .encryptionCertificate(address, time);
    }

    private DirectoryCertificateStore among(List<CertificateSource> sources) {
        return new DirectoryCertificateStore(
                sources, List.of(), validation(), new CurrentBlocks(), services.preferences(), config.settings());
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
        // what was changed since it was read
        takeUpChanges();
    }

    /** What directory servers and DNS answered stays; only what rests on the database is asked anew. */
    private void takeUpChanges() {
        taking.lock();
        boolean isTaken = false;
        try {
            takeUp();
            isTaken = true;
        } catch (DatabaseException e) {
            // once: until they can be, each look-up tries anew
            if (!isBehind) {
                LOG.error("changes of the database cannot be taken up: {}", e.getMessage());
            }
        } finally {
            isBehind = !isTaken;
            if (isBehind) {
                // those made before might be what is forbidden now
                store.invalidateChoices();
            }
            taking.unlock();
        }
        if (!isBehind) {
            services.recordChanges();
        }
    }

    private void takeUp() {
        if (services.database().isEmpty()) {
            return;
        }
        long now = services.database().get().generation();
        if (now == generation && !isBehind) {
            return;
        }
        trust = collections(services);
        // a new one even where the anchors stay: what it remembers as good may be on a list that has come into the
        // database
        validator = services.validator(files.get());
        services.pairTokens(files.get()).forEach(store::invalidateSource);
        blocks = services.blocks();
        for (String source : List.of(DirectoryConfig.PINS, DirectoryConfig.OWN, DirectoryConfig.HARVESTED)) {
            store.invalidateSource(source);
        }
        config.mirrors().forEach(mirror -> store.invalidateSource(mirror.sync().source()));
        store.invalidateChoices();
        generation = now;
    }

    /** What is forbidden must be known: with a change that could not be read nothing is chosen. */
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
        return services.trust().stream()
                .map(each -> new TrustedCollection(
                        each.name(),
                        each.anchors().stream().map(member -> member.id()).toList(),
                        each.intermediates().stream().map(member -> member.id()).toList()))
                .toList();
    }

    private static final Set<String> OUR_WORD =
            Set.of(DirectoryConfig.PINS, DirectoryConfig.OWN, DirectoryConfig.FILES);

    /** What is written down for who sees no key. */
    private final class ForTheCopy implements PublicCopyKeeper.Source {
        @Override
        public Object state() {
            // files that were read again are others
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
        public Optional<String> reason(CertificateId certificate) {
            return upToDate().reason(certificate);
        }

        @Override
        public Optional<String> reason(MailAddress address) {
            return upToDate().reason(address);
        }
    }
}
