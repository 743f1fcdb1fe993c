package org.postseal.certstore.files;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.directory.Blocks;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.DirectoryCertificateStore;
import org.postseal.certstore.directory.DirectorySettings;
import org.postseal.certstore.directory.ForwardingCertificateStore;
import org.postseal.certstore.directory.Lifetimes;
import org.postseal.certstore.directory.SelectionRules;
import org.postseal.certstore.directory.SigningPreferences;
import org.postseal.certstore.path.PathValidator;

/**
 * A certificate store over the files of one directory and nothing else. Thread-safe. After changes, the caller reads
 * the directory again by {@link #reload} and uses the new store.
 */
public final class FileCertificateStore implements ForwardingCertificateStore {
    private final Path directory;
    private final DirectoryCertificateStore store;

    private FileCertificateStore(Path directory, DirectoryCertificateStore store) {
        this.directory = directory;
        this.store = store;
    }

    /** Reads {@code directory} and its {@code trust} folder. */
    public static StoreLoad load(Path directory) {
        return switch (FilesSource.load(directory, false)) {
            case FilesSource.Load.Loaded(FilesSource source) ->
                new StoreLoad.Loaded(new FileCertificateStore(directory, over(source)));
            case FilesSource.Load.Refused(List<StoreProblem> problems) -> new StoreLoad.Refused(problems);
        };
    }

    /** Returns a new store from the same directory. This one stays as it is. */
    public StoreLoad reload() {
        return load(directory);
    }

    @Override
    public CertificateStore store() {
        return store;
    }

    private static DirectoryCertificateStore over(FilesSource source) {
        PathValidator validator = new PathValidator(source.anchors(), source.certificates());
        return new DirectoryCertificateStore(
                List.of(source), List.of(source), validator, Blocks.NONE, SigningPreferences.NONE, SETTINGS);
    }

    // Files are read once and do not change afterwards.
    private static final Duration FOREVER = Duration.ofDays(36_500);
    private static final DirectorySettings SETTINGS = DirectorySettings.DEFAULTS
            .with(new Lifetimes(FOREVER, FOREVER, FOREVER, FOREVER, Duration.ZERO, 1))
            .with(new SelectionRules(RevocationMode.OFF, RevocationMode.OFF, false, true, false));
}
