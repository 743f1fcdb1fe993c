/**
 * Builds certification paths within budgets, and validates them by RFC 5280 and the additional rules of RFC 8550 for
 * mail.
 */
@NullMarked
package org.postseal.certstore.path;

import org.jspecify.annotations.NullMarked;
