package org.postseal.gateway.config;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BiFunction;
import org.postseal.policy.yaml.YamlValue;

/**
 * A key of a section, as it was read.
 *
 * @param place where the key stands, or where it would stand
 * @param isWritten whether the file has the key
 * @param value empty if the key is not written or its value is wrong
 */
record Key<T>(YamlValue place, boolean isWritten, Optional<T> value) {
    T or(T standard) {
        return value.orElse(standard);
    }

    /** Returns true if the file has the key with a wrong value. */
    boolean isWrong() {
        return isWritten && value.isEmpty();
    }

    /** Adds an error if the key is not written. */
    Key<T> required() {
        if (!isWritten) {
            place.error("missing");
        }
        return this;
    }

    /** Adds an error about the key if it is written. */
    void error(String message) {
        if (isWritten) {
            place.error(message);
        }
    }

    /** Adds a warning about the key if it is written. */
    void warning(String message) {
        if (isWritten) {
            place.warning(message);
        }
    }

    /** Opens the file that the value names, and adds an error if it cannot be used. */
    void mustOpen(Opening<T> opening) {
        value.ifPresent(named -> {
            try {
                opening.open(named);
            } catch (IOException unusable) {
                place.error(TlsFiles.reason(unusable));
            }
        });
    }

    /** Makes one value of two; gives nothing if one of them is missing or wrong. */
    <U, R> Optional<R> with(Key<U> other, BiFunction<T, U, R> made) {
        return value.flatMap(one -> other.value.map(two -> made.apply(one, two)));
    }

    @FunctionalInterface
    interface Opening<T> {
        /** @throws IOException if the file cannot be used; its message says why */
        void open(T named) throws IOException;
    }
}
