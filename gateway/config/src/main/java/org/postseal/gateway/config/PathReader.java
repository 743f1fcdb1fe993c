package org.postseal.gateway.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.postseal.certstore.files.FileGuard;
import org.postseal.certstore.files.FileGuard.Use;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads paths, and says what is wrong with what they lead to. {@code credential:NAME} is the file that systemd gives to the service under this name (systemd.exec(5), Credentials).
 *
 * @param folder of the file that names them, which they are relative to
 * @param credentials folder of the credentials; empty when systemd gives none
 * @param isOfOthers whether what they lead to is another process's affair: nothing is said of what is not there or may not be read, and such a file counts as not given
 * @param guard says what others can do to a file
 */
record PathReader(Path folder, Optional<Path> credentials, boolean isOfOthers, FileGuard guard) {
    /** With the credentials that this process has, or else those of the service while it runs: for commands by hand. */
    PathReader(Path folder) {
        this(
                folder,
                Optional.ofNullable(System.getenv("CREDENTIALS_DIRECTORY"))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of)
                        .or(() -> Optional.of(OF_THE_SERVICE).filter(Files::isDirectory)),
                false,
                new FileGuard());
    }

    /** The same for what this process has no need of. */
    PathReader ofOthers() {
        return new PathReader(folder, credentials, true, guard);
    }

    Optional<Path> existingFile(YamlValue value) {
        return existingFile(value, Use.RULE);
    }

    Optional<Path> secretFile(YamlValue value) {
        return existingFile(value, Use.SECRET);
    }

    /** Says what others can do to a file that need not be there yet. */
    void guard(YamlValue value, Path file, Use use) {
        if (isOfOthers) {
            return;
        }
        for (FileGuard.Finding finding : guard.look(file, use)) {
            String text = finding.text();
            if (finding.isRefused()) {
                value.error(text);
            } else {
                value.warning(text);
            }
        }
    }

    Optional<Path> existingFile(YamlValue value, Use use) {
        return path(value).flatMap(path -> {
            if (isOfOthers) {
                return Optional.of(path).filter(Files::isRegularFile).filter(Files::isReadable);
            }
            if (!Files.exists(path)) {
                value.error("no such file: " + YamlValue.clean(path.toString()));
            } else if (!Files.isRegularFile(path)) {
                value.error("is not a file: " + YamlValue.clean(path.toString()));
            } else if (!Files.isReadable(path)) {
                value.error("cannot be read: " + YamlValue.clean(path.toString()));
            } else {
                guard(value, path, use);
                return Optional.of(path);
            }
            return Optional.empty();
        });
    }

    /** The same for what must not be taken for not given where it cannot be read: of others, the file as it is named. */
    Optional<Path> namedFile(YamlValue value) {
        if (!isOfOthers) {
            return existingFile(value);
        }
        return value.text()
                .filter(text -> text.startsWith(CREDENTIAL) && credentials.isEmpty())
                .map(text -> OF_THE_SERVICE.resolve(text.substring(CREDENTIAL.length())))
                .or(() -> path(value));
    }

    /** The same for a file that may be the credential of another service alone: such a one that is not here counts as not given. */
    Optional<Path> existingFileOfConsole(YamlValue value, Use use) {
        return value.text().filter(text -> text.startsWith(CREDENTIAL)).isPresent()
                ? ofOthers().existingFile(value, use)
                : existingFile(value, use);
    }

    Optional<Path> existingDirectory(YamlValue value) {
        return path(value).flatMap(path -> {
            if (isOfOthers || Files.isDirectory(path)) {
                return Optional.of(path);
            }
            value.error((Files.exists(path) ? "is not a directory: " : "no such directory: ")
                    + YamlValue.clean(path.toString()));
            return Optional.empty();
        });
    }

    // Whether we may write is not asked: `check` may be run by somebody else than the service.
    Optional<Path> writableFile(YamlValue value) {
        return path(value).flatMap(path -> {
            Path parent = Optional.ofNullable(path.getParent()).orElse(folder);
            if (isOfOthers) {
                return Optional.of(path);
            }
            if (Files.isDirectory(path)) {
                value.error("is a directory: " + YamlValue.clean(path.toString()));
            } else if (!Files.isDirectory(parent)) {
                value.error("no such directory: " + YamlValue.clean(parent.toString()));
            } else {
                return Optional.of(path);
            }
            return Optional.empty();
        });
    }

    /** The same where the folder is made when it is missing, but not what is above it. */
    Optional<Path> fileInMadeFolder(YamlValue value) {
        return path(value).flatMap(path -> {
            Path parent = Optional.ofNullable(path.getParent()).orElse(folder);
            Path above = Optional.ofNullable(parent.getParent()).orElse(parent);
            if (isOfOthers) {
                return Optional.of(path);
            }
            if (Files.isDirectory(path)) {
                value.error("is a directory: " + YamlValue.clean(path.toString()));
            } else if (Files.exists(parent) && !Files.isDirectory(parent)) {
                value.error("is not a directory: " + YamlValue.clean(parent.toString()));
            } else if (!Files.isDirectory(above)) {
                value.error("no such directory: " + YamlValue.clean(above.toString()));
            } else {
                return Optional.of(path);
            }
            return Optional.empty();
        });
    }

    private Optional<Path> path(YamlValue value) {
        Optional<String> credential = value.text()
                .filter(text -> text.startsWith(CREDENTIAL))
                .map(text -> text.substring(CREDENTIAL.length()));
        if (credential.isPresent()) {
            return credential(value, credential.get());
        }
        return value.parsed("a path", text -> {
            try {
                return Optional.of(folder.resolve(text).normalize());
            } catch (InvalidPathException notAPath) {
                return Optional.empty();
            }
        });
    }

    private Optional<Path> credential(YamlValue value, String name) {
        // As systemd has it: a name of a file, nothing that leads elsewhere
        if (!name.matches("[A-Za-z0-9_.-]{1,255}") || name.matches("\\.{1,2}")) {
            value.error("is no name of a credential: " + YamlValue.clean(name));
            return Optional.empty();
        }
        if (credentials.isEmpty() && isOfOthers) {
            return Optional.empty();
        }
        if (credentials.isEmpty()) {
            value.error(
                    "there are no credentials here: CREDENTIALS_DIRECTORY is not set, and postseal.service does not run");
            return Optional.empty();
        }
        return Optional.of(credentials.get().resolve(name));
    }

    private static final Path OF_THE_SERVICE = Path.of("/run/credentials/postseal.service");
    private static final String CREDENTIAL = "credential:";
}
