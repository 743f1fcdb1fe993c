/** A small certification authority that keeps everything in memory: root, issuing intermediate, mail certificates. */
@NullMarked
package org.postseal.certstore.ca;

import org.jspecify.annotations.NullMarked;
