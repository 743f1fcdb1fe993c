/**
 * Values that every room uses when it speaks of certificates: addresses, certificates, statuses, and the handle of a key. The sources, the validation of
 * paths, the database and the keys are in the packages below.
 */
@NullMarked
package org.postseal.certstore;

import org.jspecify.annotations.NullMarked;
