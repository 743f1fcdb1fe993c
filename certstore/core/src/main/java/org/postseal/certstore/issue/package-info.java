/**
 * Makes certificates in memory: a root, an issuing intermediate, mail certificates. The own authority keeps files around it, and the demo and the tests
 * use it as it is. Code on the road of a message must not use it.
 */
@NullMarked
package org.postseal.certstore.issue;

import org.jspecify.annotations.NullMarked;
