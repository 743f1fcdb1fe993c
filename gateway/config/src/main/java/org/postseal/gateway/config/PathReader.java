package org.postseal.gateway.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.files.FileGuard;
import org.postseal.certstore.files.FileGuard.Use;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads paths, and says what is wrong with the files that they lead to. {@code credential:NAME} is the file that
 * systemd gives to the service under this name (systemd.exec(5), Credentials). The methods that take a value serve as
 * a {@link Type} of keys.
 *
 * @param folder folder of the configuration, to which paths are relative
 * @param credentials folder of the credentials; empty if systemd gives none
 * @param others which files belong to another process
 * @param guard finds out what other users can do to a file
 */
record PathReader(Path folder, Optional<Path> credentials, Others others, FileGuard guard) {
    /**
     * Which files belong to another process. If such a file cannot be read, it counts as not given, and there is no
     * problem.
     */
    enum Others {
        NONE,
        /** Credentials may be given to another service alone. */
        CREDENTIALS,
        ALL
    }

    /**
     * Takes the credentials of this process. A command that somebody runs by hand takes those of the service, while
     * that runs.
     */
    PathReader(Path folder) {
        this(
                folder,
                Optional.ofNullable(System.getenv("CREDENTIALS_DIRECTORY"))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of)
                        .or(() -> Optional.of(OF_THE_SERVICE).filter(Files::isDirectory)),
                Others.NONE,
                new FileGuard());
    }

    /** Returns a reader for which these files belong to another process. */
    PathReader with(Others wanted) {
        return new PathReader(folder, credentials, wanted, guard);
    }

    Optional<Path> existingFile(YamlValue value) {
        return existingFile(value, Use.RULE);
    }

    Optional<Path> secretFile(YamlValue value) {
        return existingFile(value, Use.SECRET);
    }

    private Optional<Path> existingFile(YamlValue value, Use use) {
        if (isOfOthers(value)) {
            return path(value).filter(Files::isRegularFile).filter(Files::isReadable);
        }
        Optional<Path> file = path(
                value,
                path -> wrong(!Files.exists(path), "no such file", path)
                        .or(() -> wrong(!Files.isRegularFile(path), "is not a file", path))
                        .or(() -> wrong(!Files.isReadable(path), "cannot be read", path)));
        file.ifPresent(path -> guard(value, path, use));
        return file;
    }

    /**
     * Reads as {@link #existingFile(YamlValue)} does, but returns a file of another process also if it cannot be read.
     */
    Optional<Path> namedFile(YamlValue value) {
        if (!isOfOthers(value)) {
            return existingFile(value);
        }
        return credential(value)
                .filter(_ -> credentials.isEmpty())
                .map(OF_THE_SERVICE::resolve)
                .or(() -> path(value));
    }

    Optional<Path> existingDirectory(YamlValue value) {
        return path(
                value,
                path -> wrong(!Files.exists(path), "no such directory", path)
                        .or(() -> wrong(!Files.isDirectory(path), "is not a directory", path)));
    }

    /**
     * Reads the path of a file that is made if it is missing. It need not be writable for this process, since another
     * user than that of the service may run {@code check}.
     */
    Optional<Path> writableFile(YamlValue value) {
        return path(
                value,
                path -> wrong(Files.isDirectory(path), "is a directory", path)
                        .or(() -> wrong(!Files.isDirectory(above(path)), "no such directory", above(path))));
    }

    /** Reads as {@link #writableFile} does, and guards the file as a secret. */
    Optional<Path> writableSecret(YamlValue value) {
        Optional<Path> file = writableFile(value);
        file.ifPresent(path -> guard(value, path, Use.SECRET));
        return file;
    }

    /** Reads as {@link #writableFile} does, but the folder of the file may be missing too. */
    Optional<Path> fileInMadeFolder(YamlValue value) {
        return path(value, path -> {
            Path parent = above(path);
            return wrong(Files.isDirectory(path), "is a directory", path)
                    .or(() -> wrong(Files.exists(parent) && !Files.isDirectory(parent), "is not a directory", parent))
                    .or(() -> wrong(!Files.isDirectory(above(parent)), "no such directory", above(parent)));
        });
    }

    /** Adds a problem for each thing that other users can do to the file. The file need not exist. */
    void guard(YamlValue value, Path file, Use use) {
        if (isOfOthers(value)) {
            return;
        }
        for (FileGuard.Finding finding : guard.look(file, use)) {
            if (finding.isRefused()) {
                value.error(finding.text());
            } else {
                value.warning(finding.text());
            }
        }
    }

    private boolean isOfOthers(YamlValue value) {
        return switch (others) {
            case NONE -> false;
            case CREDENTIALS -> credential(value).isPresent();
            case ALL -> true;
        };
    }

    private static Path above(Path path) {
        return Optional.ofNullable(path.getParent()).orElse(path);
    }

    private static Optional<String> wrong(boolean isWrong, String what, Path path) {
        return isWrong ? Optional.of(what + ": " + YamlValue.clean(path.toString())) : Optional.empty();
    }

    /** @param wrong says what is wrong with a path; it is not asked about files of another process */
    private Optional<Path> path(YamlValue value, Function<Path, Optional<String>> wrong) {
        Optional<Path> path = path(value);
        Optional<String> problem = path.filter(_ -> !isOfOthers(value)).flatMap(wrong);
        problem.ifPresent(value::error);
        return path.filter(_ -> problem.isEmpty());
    }

    private Optional<Path> path(YamlValue value) {
        return credential(value)
                .map(name -> credentialFile(value, name))
                .orElseGet(() -> value.parsed("a path", text -> {
                    try {
                        return Optional.of(folder.resolve(text).normalize());
                    } catch (InvalidPathException notAPath) {
                        return Optional.empty();
                    }
                }));
    }

    private static Optional<String> credential(YamlValue value) {
        return value.text()
                .filter(text -> text.startsWith(CREDENTIAL))
                .map(text -> text.substring(CREDENTIAL.length()));
    }

    private Optional<Path> credentialFile(YamlValue value, String name) {
        // The name of a credential is that of a file: it must not lead to another folder
        if (!name.matches("[A-Za-z0-9_.-]{1,255}") || name.matches("\\.{1,2}")) {
            value.error("is not the name of a credential: " + YamlValue.clean(name));
            return Optional.empty();
        }
        if (credentials.isEmpty() && !isOfOthers(value)) {
            value.error("there are no credentials here:"
                    + " CREDENTIALS_DIRECTORY is not set, and postseal.service does not run");
        }
        return credentials.map(given -> given.resolve(name));
    }

    private static final Path OF_THE_SERVICE = Path.of("/run/credentials/postseal.service");
    private static final String CREDENTIAL = "credential:";
}
