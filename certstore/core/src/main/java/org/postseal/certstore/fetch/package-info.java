/** A small HTTP client for the addresses that certificates name: it asks only where it may, for no longer and for no more than it was told. */
@NullMarked
package org.postseal.certstore.fetch;

import org.jspecify.annotations.NullMarked;
