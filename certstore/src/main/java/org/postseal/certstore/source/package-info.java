/** Where certificates and keys come from. One source so far: the files of a directory. */
@NullMarked
package org.postseal.certstore.source;

import org.jspecify.annotations.NullMarked;
