/**
 * Determines whether a certificate of a path is revoked, by certificate revocation lists (RFC 5280 §6.3) and OCSP (RFC
 * 6960). Both are fetched by {@code fetch} and kept until they are out of date. Only paths that are otherwise in order
 * are checked, so no server is asked at an address that was not written by an issuer we trust.
 */
@NullMarked
package org.postseal.certstore.revocation;

import org.jspecify.annotations.NullMarked;
