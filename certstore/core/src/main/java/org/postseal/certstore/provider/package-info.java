/** Which JCA provider does what: a provider of ours in front that hands a listed set of operations to native code, the JDK, Bouncy Castle last. */
@NullMarked
package org.postseal.certstore.provider;

import org.jspecify.annotations.NullMarked;
