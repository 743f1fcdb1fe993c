/**
 * The certificate directory. It combines sources, keys and validation, caches their answers, chooses certificates and
 * explains the choice.
 */
@NullMarked
package org.postseal.certstore.directory;

import org.jspecify.annotations.NullMarked;
