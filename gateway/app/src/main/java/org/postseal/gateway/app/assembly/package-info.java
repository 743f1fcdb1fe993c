/**
 * Where the parts meet: files become a checked {@link org.postseal.gateway.app.assembly.Setup}, a setup becomes a running gateway. By constructors only.
 */
@NullMarked
package org.postseal.gateway.app.assembly;

import org.jspecify.annotations.NullMarked;
