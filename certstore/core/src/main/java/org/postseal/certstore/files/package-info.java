/** Reads certificates and keys from the files of one directory. */
@NullMarked
package org.postseal.certstore.files;

import org.jspecify.annotations.NullMarked;
