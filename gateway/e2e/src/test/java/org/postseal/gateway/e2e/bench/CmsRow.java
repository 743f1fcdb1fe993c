package org.postseal.gateway.e2e.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One row of the table.
 *
 * @param name operation, algorithm, recipients and size
 * @param level what is around the CMS object
 * @param job makes the operation that is repeated
 * @param command the same operation for {@code cms_loop}, without the time
 * @param target the lowest ratio to OpenSSL, and the aim; empty if none is set
 */
record CmsRow(String name, Level level, Supplier<Job> job, Supplier<String> command, Optional<Target> target) {
    private static final Map<String, CmsRow> KNOWN = new LinkedHashMap<>();

    /** What is around the CMS object. */
    enum Level {
        /** Only the CMS object in DER, as OpenSSL's CMS functions make and read it. */
        CMS,
        /**
         * A whole message with header, MIME and base64, as OpenSSL's S/MIME functions make it. The ratio still compares
         * with the bare CMS object.
         */
        MAIL
    }

    /** Ratios to OpenSSL. */
    record Target(double floor, double aim) {}

    /** One operation. Its result keeps the compiler from dropping it. */
    @FunctionalInterface
    interface Job {
        Object run() throws Exception;
    }

    /** Registers the row, so that the benchmark finds it by its key. */
    CmsRow register() {
        KNOWN.put(key(), this);
        return this;
    }

    String key() {
        return level + " " + name;
    }

    static Job job(String key) {
        CmsRow row = KNOWN.get(key);
        if (row == null) {
            throw new IllegalArgumentException("no row " + key);
        }
        return row.job.get();
    }
}
