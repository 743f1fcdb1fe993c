/**
 * Lint of certificates, by rules of the S/MIME Baseline Requirements of the CA/Browser Forum (1.0.16) and by our own.
 * Each rule has an id, the section that it comes from, and a severity. The lint says nothing about trust, revocation,
 * or whether a certificate is within its validity.
 */
@NullMarked
package org.postseal.certstore.authority.lint;

import org.jspecify.annotations.NullMarked;
