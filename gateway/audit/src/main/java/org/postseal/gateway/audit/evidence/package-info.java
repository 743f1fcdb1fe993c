/**
 * Keeps what records rest on in a folder beside the log: revocation lists, OCSP responses, certificates, and the texts
 * of policies. Each file has the SHA-256 by which records name it.
 */
@NullMarked
package org.postseal.gateway.audit.evidence;

import org.jspecify.annotations.NullMarked;
