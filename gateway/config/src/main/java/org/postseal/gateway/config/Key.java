package org.postseal.gateway.config;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BiFunction;
import org.postseal.policy.yaml.YamlValue;

/**
 * A key of a section that was asked for.
 *
 * @param place where the key stands, or where it would stand
 * @param isWritten whether the file has the key
 * @param value empty where the key is not written or its value is wrong
 */
record Key<T>(YamlValue place, boolean isWritten, Optional<T> value) {
    T or(T standard) {
        return value.orElse(standard);
    }

    /** Whether the file has the key with a value that is wrong. */
    boolean isWrong() {
        return isWritten && value.isEmpty();
    }

    /** Adds an error where the key is not written. */
    Key<T> required() {
        if (!isWritten) {
            place.error("missing");
        }
        return this;
    }

    /** Adds an error about what is written; nothing where the key is not written. */
    void error(String message) {
        if (isWritten) {
            place.error(message);
        }
    }

    /** Adds a warning about what is written; nothing where the key is not written. */
    void warning(String message) {
        if (isWritten) {
            place.warning(message);
        }
    }

    /** Makes it an error when what the value names cannot be used. */
    void mustOpen(Opening<T> opening) {
        value.ifPresent(named -> {
            try {
                opening.open(named);
            } catch (IOException unusable) {
                place.error(TlsFiles.reason(unusable));
            }
        });
    }

    /** Makes one value of two; nothing where one of them is missing or wrong. */
    <U, R> Optional<R> with(Key<U> other, BiFunction<T, U, R> made) {
        return value.flatMap(one -> other.value.map(two -> made.apply(one, two)));
    }

    /** Opens what a value names. */
    @FunctionalInterface
    interface Opening<T> {
        /** @throws IOException saying why it cannot be used */
        void open(T named) throws IOException;
    }
}
