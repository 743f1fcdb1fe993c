package org.postseal.gateway.admin.cli.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.files.StoreProblem;
import org.postseal.gateway.audit.VisibleText;
import org.postseal.gateway.config.GatewayConfig;

/**
 * The certificates of a configuration as far as whoever gives the command may read them. What he may not is named and is no failure: a reviewer has no right to what holds keys.
 *
 * @param files of the store's folder that could be read
 * @param database that may be read; empty as well when none is configured or made yet
 * @param hidden what could not be read, in words
 */
record VisibleDirectory(FilesSource files, Optional<Path> database, List<String> hidden) {
    VisibleDirectory {
        hidden = List.copyOf(hidden);
    }

    /** Looks at what is there, for this user. */
    static VisibleDirectory of(GatewayConfig config, String user) {
        List<String> hidden = new ArrayList<>();
        FilesSource files = files(config.storeDirectory(), hidden);
        // of what lies in a folder that may not be searched nobody can say that it is not there
        Optional<Path> database = config.directory().database().filter(file -> !Files.notExists(file));
        database.filter(file -> !Files.isReadable(file))
                .ifPresent(file -> hidden.add("the database of certificates: %s: %s may not read it"
                        .formatted(VisibleText.of(file.toString()), VisibleText.of(user))));
        return new VisibleDirectory(files, database.filter(Files::isReadable), hidden);
    }

    private static FilesSource files(Path folder, List<String> hidden) {
        return switch (FilesSource.load(folder)) {
            case FilesSource.Load.Loaded(FilesSource files) -> files;
            case FilesSource.Load.Refused(List<StoreProblem> problems) -> {
                hidden.add("the folder of certificates: " + VisibleText.of(problems.getFirst() + "")
                        + (problems.size() > 1 ? " and " + (problems.size() - 1) + " more" : ""));
                yield FilesSource.look(folder).source();
            }
        };
    }

    /**
     * Reads the database, where there is one to be read, and changes nothing of it.
     *
     * @param hide takes what could not be read, in words: where it is damaged, locked or of another version, it counts as not given, also when the work has begun
     */
    <T> Optional<T> read(Function<CertificateDatabase, T> work, Consumer<String> hide) {
        if (database.isEmpty()) {
            return Optional.empty();
        }
        try (CertificateDatabase opened = CertificateDatabase.openReading(database.get(), READING)) {
            return Optional.of(work.apply(opened));
        } catch (DatabaseException | StoreUnavailableException e) {
            hide.accept("the database of certificates: " + VisibleText.of(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private static final CertificateDatabase.Options READING =
            new CertificateDatabase.Options(Duration.ofSeconds(2), 1);
}
