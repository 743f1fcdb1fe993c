package org.postseal.gateway.e2e.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One thing to measure.
 *
 * @param name operation, algorithm, recipients and size
 * @param level what is around the CMS object
 * @param job makes what is to be run again and again
 * @param command the same for {@code cms_loop}, without the time
 * @param target at least this many times OpenSSL, and the aim; empty where none was set
 */
record CmsRow(String name, Level level, Supplier<Job> job, Supplier<String> command, Optional<Target> target) {
    private static final Map<String, CmsRow> KNOWN = new LinkedHashMap<>();

    /** What is done. */
    enum Level {
        /** The CMS object in DER, as OpenSSL's CMS functions make and read it. */
        CMS,
        /** A whole message with header, MIME and base64, as OpenSSL's S/MIME functions do; its ratio still is to the bare CMS. */
        MAIL
    }

    /** Ratios to OpenSSL. */
    record Target(double floor, double aim) {}

    /** One operation; what it returns keeps the compiler from dropping it. */
    @FunctionalInterface
    interface Job {
        Object run() throws Exception;
    }

    /** Makes it known to the benchmark by its key. */
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
