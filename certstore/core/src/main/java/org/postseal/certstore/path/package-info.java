/** Certification paths: building with budgets, validation by RFC 5280 and the rules RFC 8550 adds for mail. */
@NullMarked
package org.postseal.certstore.path;

import org.jspecify.annotations.NullMarked;
