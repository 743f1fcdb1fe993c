/**
 * Handles messages as octets: the envelope, the raw message, the header block on raw bytes, and MIME inspection under
 * budgets. Nothing here but {@link SevenBit} decodes and re-encodes.
 */
@NullMarked
package org.postseal.gateway.mail;

import org.jspecify.annotations.NullMarked;
