/**
 * Lint of certificates: rules of the S/MIME Baseline Requirements of the CA/Browser Forum (1.0.16) and of our own, each with an id, the section it comes from, and how much
 * it weighs. Says nothing of trust, revocation, or whether a certificate is within its time.
 */
@NullMarked
package org.postseal.certstore.authority.lint;

import org.jspecify.annotations.NullMarked;
