package org.postseal.gateway.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.postseal.policy.yaml.YamlValue;

/** Reads paths, which are relative to the folder of the file that names them, and says what is wrong with what they lead to. */
record PathReader(Path folder) {
    Optional<Path> existingFile(YamlValue value) {
        return path(value).flatMap(path -> {
            if (!Files.exists(path)) {
                value.error("no such file: " + YamlValue.clean(path.toString()));
            } else if (!Files.isRegularFile(path)) {
                value.error("is not a file: " + YamlValue.clean(path.toString()));
            } else if (!Files.isReadable(path)) {
                value.error("cannot be read: " + YamlValue.clean(path.toString()));
            } else {
                return Optional.of(path);
            }
            return Optional.empty();
        });
    }

    Optional<Path> existingDirectory(YamlValue value) {
        return path(value).flatMap(path -> {
            if (Files.isDirectory(path)) {
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

    private Optional<Path> path(YamlValue value) {
        return value.parsed("a path", text -> {
            try {
                return Optional.of(folder.resolve(text).normalize());
            } catch (InvalidPathException notAPath) {
                return Optional.empty();
            }
        });
    }
}
