/**
 * The configuration as records, and its strict reader. Holds no logic.
 */
@NullMarked
package org.postseal.gateway.config;

import org.jspecify.annotations.NullMarked;
