/**
 * Whether a certificate of a path is revoked: certificate revocation lists (RFC 5280 §6.3) and OCSP (RFC 6960), asked for over {@code fetch}, kept until
 * they are out of date. It is asked only about paths that are in order otherwise, so nobody is sent to an address that no issuer of ours wrote.
 */
@NullMarked
package org.postseal.certstore.revocation;

import org.jspecify.annotations.NullMarked;
