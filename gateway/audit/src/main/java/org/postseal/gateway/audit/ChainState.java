package org.postseal.gateway.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * Says how far a chain is signed.
 *
 * @param log {@code mail} or {@code admin}
 * @param unsigned how many records there are since the last checkpoint
 * @param signed when the last checkpoint was signed; the time when the log was opened if there was none since
 * @param checkpoint the newest checkpoint since the log was opened, as a line of the log without its link
 */
public record ChainState(String log, int unsigned, Instant signed, Optional<String> checkpoint) {}
