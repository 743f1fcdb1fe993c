/**
 * The certificate store that chooses certificates and keys. It combines sources and validation, caches their answers,
 * and explains the choice.
 */
@NullMarked
package org.postseal.certstore.directory;

import org.jspecify.annotations.NullMarked;
