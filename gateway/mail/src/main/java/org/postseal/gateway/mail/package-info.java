/**
 * Messages as octets: envelope, raw message, header block on raw bytes, MIME inspection under budgets. Nothing here decodes and re-encodes.
 */
@NullMarked
package org.postseal.gateway.mail;

import org.jspecify.annotations.NullMarked;
