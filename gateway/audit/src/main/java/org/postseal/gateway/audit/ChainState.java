package org.postseal.gateway.audit;

import java.time.Instant;

/**
 * How far a chain is signed.
 *
 * @param log {@code mail} or {@code admin}
 * @param unsigned records since the last checkpoint
 * @param signed when that was; when the log was opened, as long as there was none since
 */
public record ChainState(String log, int unsigned, Instant signed) {}
