/**
 * Lint of certificates, by rules of the S/MIME Baseline Requirements of the CA/Browser Forum and by our own. Each rule
 * has an id, the section that it comes from, a severity, and the conditions under which it applies. The lint says
 * nothing about trust, revocation, or whether a certificate is within its validity.
 */
@NullMarked
package org.postseal.certstore.authority.lint;

import org.jspecify.annotations.NullMarked;
