package org.postseal.gateway.audit;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Who stamps checkpoints with the time (RFC 3161), and whom of them one believes.
 *
 * @param url where the authority is asked, http or https; empty where its answers come another way
 * @param trust its trust anchors, in PEM
 * @param tlsTrust anchors for https, which whoever only reads stamps may be unable to read; the JDK's own when empty
 * @param policy object identifier of the policy under which it is to stamp, dotted; empty for its own choice
 * @param timeLimit for a question with its answer
 */
public record TimestampConfig(
        Optional<URI> url, Path trust, Optional<Path> tlsTrust, Optional<String> policy, Duration timeLimit) {
    public static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(15);
}
