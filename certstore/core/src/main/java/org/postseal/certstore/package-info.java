/**
 * The values that all modules use to talk about certificates: addresses, certificates, statuses, and the handle of a
 * key. The packages below hold the sources, path validation, the database and the keys.
 */
@NullMarked
package org.postseal.certstore;

import org.jspecify.annotations.NullMarked;
