package org.postseal.gateway.directory;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStore;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.directory.Blocks;
import org.postseal.certstore.directory.CertificateExplanation;
import org.postseal.certstore.directory.DirectoryCertificateStore;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.source.FilesSource;
import org.postseal.certstore.source.StoreProblem;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.smime.VerifiedSigner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate directory in force. Thread-safe. What is changed in the database counts within a second; files count after {@link #reread}, which makes another directory
 * over the same connections. Closing any of them closes the connections of all.
 */
public final class CertificateDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateDirectory.class);

    private final DirectoryServices services;
    private final DirectoryConfig config;
    private final Clock clock;
    private final FilesSource files;
    private final DirectoryCertificateStore store;
    private final Optional<CertificateDatabase.Subscription> changes;
    private final Optional<Harvester> harvester;
    private volatile PathValidator validator;
    private volatile Blocks blocks;
    private volatile List<TrustedCollection> trust;

    private CertificateDirectory(DirectoryServices services, DirectoryConfig config, FilesSource files, Clock clock) {
        this.clock = clock;
        this.services = services;
        this.config = config;
        this.files = files;
        this.trust = collections(services);
        this.validator = services.validator(files);
        this.blocks = services.blocks();
        CertificateValidation validation = request -> validator.validate(request);
        this.store = new DirectoryCertificateStore(
                services.sources(files),
                services.keySources(files),
                validation,
                new CurrentBlocks(),
                services.preferences(),
                config.settings());
        this.harvester = services.database()
                .filter(_ -> config.harvest())
                .map(database -> new Harvester(
                        database, validation, config.settings().rules().outbound(), clock));
        this.changes = services.database().map(database -> database.onChange(this::takeUpChanges));
    }

    /** What came of opening or reading again. */
    public sealed interface Result {
        /** It can be used. */
        record Opened(CertificateDirectory directory) implements Result {}

        /** It cannot; each problem is for the administrator. */
        record Refused(List<String> problems) implements Result {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Opens everything that is configured and reads the files of {@code folder}. */
    public static Result open(DirectoryConfig config, Path folder, Clock clock) {
        return switch (FilesSource.load(folder)) {
            case FilesSource.Load.Refused(List<StoreProblem> problems) -> refused(problems);
            case FilesSource.Load.Loaded(FilesSource files) -> {
                try {
                    yield over(DirectoryServices.open(config, clock), config, files, clock);
                } catch (DirectoryRefusedException e) {
                    yield new Result.Refused(List.of(String.valueOf(e.getMessage())));
                }
            }
        };
    }

    /** Another directory over the same connections, with the files as they are now; one of the two is to be retired. */
    public Result reread(Path folder) {
        return switch (FilesSource.load(folder)) {
            case FilesSource.Load.Refused(List<StoreProblem> problems) -> refused(problems);
            case FilesSource.Load.Loaded(FilesSource found) -> over(services, config, found, clock);
        };
    }

    /** What the road of a message asks. */
    public CertificateStore store() {
        return store;
    }

    /** The own store, where one is configured. */
    public Optional<CertificateDatabase> database() {
        return services.database();
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

    /** Records changes of the database there from now on, and lets mail teach: what a running gateway does, and a command does not. */
    public void recordTo(ChangeSink log) {
        services.recordTo(log);
    }

    /** Every candidate of every source, and why one is chosen or none. */
    public CertificateExplanation explain(MailAddress address, CertificatePurpose purpose, Instant time) {
        return store.explain(address, purpose, time);
    }

    /** Takes up no more changes, as another one over the same connections is in force; it still answers. */
    public void retire() {
        changes.ifPresent(CertificateDatabase.Subscription::close);
        harvester.ifPresent(Harvester::close);
    }

    @Override
    public void close() {
        retire();
        services.close();
    }

    private static Result over(DirectoryServices services, DirectoryConfig config, FilesSource files, Clock clock) {
        try {
            return new Result.Opened(new CertificateDirectory(services, config, files, clock));
        } catch (DatabaseException e) {
            return new Result.Refused(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static Result refused(List<StoreProblem> problems) {
        return new Result.Refused(problems.stream().map(StoreProblem::toString).toList());
    }

    /** What directory servers and DNS answered stays; only what rests on the database is asked anew. */
    private void takeUpChanges() {
        try {
            List<TrustedCollection> now = collections(services);
            if (!now.equals(trust)) {
                validator = services.validator(files);
                trust = now;
            }
            blocks = services.blocks();
        } catch (DatabaseException e) {
            // the next look-up meets the same fault and defers its mail
            LOG.error("changes of the database cannot be taken up: {}", e.getMessage());
        }
        for (String source : List.of(DirectoryConfig.PINS, DirectoryConfig.OWN, DirectoryConfig.HARVESTED)) {
            store.invalidateSource(source);
        }
        config.mirrors().forEach(mirror -> store.invalidateSource(mirror.sync().source()));
        store.invalidateChoices();
        services.recordChanges();
    }

    private static List<TrustedCollection> collections(DirectoryServices services) {
        return services.trust().stream()
                .map(each -> new TrustedCollection(
                        each.name(),
                        each.anchors().stream().map(member -> member.id()).toList(),
                        each.intermediates().stream().map(member -> member.id()).toList()))
                .toList();
    }

    private record TrustedCollection(String name, List<CertificateId> anchors, List<CertificateId> intermediates) {}

    private final class CurrentBlocks implements Blocks {
        @Override
        public Optional<String> reason(CertificateId certificate) {
            return blocks.reason(certificate);
        }

        @Override
        public Optional<String> reason(MailAddress address) {
            return blocks.reason(address);
        }
    }
}
