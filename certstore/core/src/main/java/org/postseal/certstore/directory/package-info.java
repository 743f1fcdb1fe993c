/** The certificate directory: sources, keys and validation put together, with its cache, its choice and the explanation of the choice. */
@NullMarked
package org.postseal.certstore.directory;

import org.jspecify.annotations.NullMarked;
