/**
 * Puts the parts together: files become a checked {@link org.postseal.gateway.app.assembly.Setup}, and a setup becomes
 * a running gateway. This is done by constructors only.
 */
@NullMarked
package org.postseal.gateway.app.assembly;

import org.jspecify.annotations.NullMarked;
