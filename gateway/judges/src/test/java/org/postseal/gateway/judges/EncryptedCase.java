package org.postseal.gateway.judges;

import java.util.Set;

/**
 * A message of a user of ours for somebody to whom nothing may leave in clear.
 *
 * @param message as it comes
 * @param marker a word of its content
 * @param isNullSender it comes with the null reverse path
 * @param used productions of the grammar
 */
record EncryptedCase(byte[] message, String marker, boolean isNullSender, Set<String> used) {}
