package org.postseal.gateway.audit;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The authority that stamps checkpoints with the time (RFC 3161), and which authorities are trusted.
 *
 * @param url where the authority is asked, http or https; empty if its answers come in another way
 * @param trust the trust anchors of the authority, in PEM
 * @param tlsTrust the trust anchors for https; empty for those of the JDK. A process that only reads stamps may be
 * unable to read this file
 * @param policy the object identifier, dotted, of the policy under which the authority shall stamp; empty to let it
 * choose
 * @param timeLimit the limit for a question with its answer
 */
public record TimestampConfig(
        Optional<URI> url, Path trust, Optional<Path> tlsTrust, Optional<String> policy, Duration timeLimit) {
    public static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(15);
}
