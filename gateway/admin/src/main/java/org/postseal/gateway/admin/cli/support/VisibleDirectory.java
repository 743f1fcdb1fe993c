package org.postseal.gateway.admin.cli.support;

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
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.files.StoreProblem;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.config.GatewayConfig;

/**
 * The certificates of a configuration, as far as the user who gives the command may read them. What they may not read
 * is named. It is no failure, since a reviewer has no right to files with keys.
 *
 * @param files the certificates of the store folder that could be read
 * @param database the database; empty if none is configured, if it is not made yet, or if the user may not read it
 * @param hidden what could not be read, in words
 */
public record VisibleDirectory(FilesSource files, Optional<DatabasePlace> database, List<String> hidden) {
    public VisibleDirectory {
        hidden = List.copyOf(hidden);
    }

    public static VisibleDirectory of(GatewayConfig config, String user) {
        List<String> hidden = new ArrayList<>();
        FilesSource files = files(config.storeDirectory(), hidden);
        // If the folder may not be searched, the database counts as present, since nobody can say that it is not there
        Optional<DatabasePlace> database = config.directory().database().filter(place -> !isMissing(place));
        database.filter(place -> !mayBeReadable(place))
                .ifPresent(place -> hidden.add("the database of certificates: %s: %s may not read it"
                        .formatted(VisibleText.of(place.toString()), VisibleText.of(user))));
        return new VisibleDirectory(files, database.filter(VisibleDirectory::mayBeReadable), hidden);
    }

    /** A server says itself what is missing. */
    private static boolean isMissing(DatabasePlace place) {
        return place instanceof DatabasePlace.InFile && place.isMissing(READING);
    }

    private static boolean mayBeReadable(DatabasePlace place) {
        return switch (place) {
            case DatabasePlace.InFile(Path file) -> Files.isReadable(file);
            case DatabasePlace.OnServer _ -> true;
        };
    }

    private static FilesSource files(Path folder, List<String> hidden) {
        return switch (FilesSource.load(folder, true)) {
            case FilesSource.Load.Loaded(FilesSource files) -> files;
            case FilesSource.Load.Refused(List<StoreProblem> problems) -> {
                hidden.add("the folder of certificates: " + VisibleText.of(problems.getFirst() + "")
                        + (problems.size() > 1 ? " and " + (problems.size() - 1) + " more" : ""));
                yield FilesSource.look(folder).source();
            }
        };
    }

    /**
     * Reads the database if there is one that can be read, and changes nothing in it. A database that is damaged,
     * locked or of another version counts as not given, even if the work has already begun.
     *
     * @param hide takes what could not be read, in words
     */
    public <T> Optional<T> read(Function<CertificateDatabase, T> work, Consumer<String> hide) {
        if (database.isEmpty()) {
            return Optional.empty();
        }
        try (CertificateDatabase opened = database.get().openReading(READING)) {
            return Optional.of(work.apply(opened));
        } catch (DatabaseException | StoreUnavailableException e) {
            hide.accept("the database of certificates: " + VisibleText.of(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private static final CertificateDatabase.Options READING =
            new CertificateDatabase.Options(Duration.ofSeconds(2), 1);
}
