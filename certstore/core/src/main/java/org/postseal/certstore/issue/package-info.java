/**
 * Certificates made in memory: a root, an issuing intermediate, mail certificates. The own authority ({@code ca}) keeps files around it; the demo and the
 * tests use it as it is. Nothing on the road of a message may.
 */
@NullMarked
package org.postseal.certstore.issue;

import org.jspecify.annotations.NullMarked;
