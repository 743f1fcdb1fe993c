/** Certificates and keys that lie as files in one directory. */
@NullMarked
package org.postseal.certstore.files;

import org.jspecify.annotations.NullMarked;
