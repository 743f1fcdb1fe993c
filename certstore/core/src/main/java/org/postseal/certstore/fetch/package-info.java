/**
 * A small HTTP client for the addresses that certificates name. It asks only where it is allowed to, and stays within
 * its limits on time and size.
 */
@NullMarked
package org.postseal.certstore.fetch;

import org.jspecify.annotations.NullMarked;
