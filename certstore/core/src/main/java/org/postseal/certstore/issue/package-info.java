/**
 * Makes certificates in memory: a root, an issuing intermediate and mail certificates. The gateway's own authority adds
 * files to it, and the demo and the tests use it as it is. Code that handles messages must not use it.
 */
@NullMarked
package org.postseal.certstore.issue;

import org.jspecify.annotations.NullMarked;
