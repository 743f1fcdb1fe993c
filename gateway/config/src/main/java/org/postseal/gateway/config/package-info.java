/**
 * The configuration as records, and its strict reader; the policy file as it is read beside it. Holds no logic.
 */
@NullMarked
package org.postseal.gateway.config;

import org.jspecify.annotations.NullMarked;
