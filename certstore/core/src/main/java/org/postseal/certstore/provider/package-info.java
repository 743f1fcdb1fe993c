/**
 * Decides which JCA provider does what. Our own provider comes first and passes a listed set of operations to native
 * code, then come the JDK's providers, and Bouncy Castle comes last.
 */
@NullMarked
package org.postseal.certstore.provider;

import org.jspecify.annotations.NullMarked;
