/**
 * The configuration as records with a strict reader, and the policy file as it was read.
 */
@NullMarked
package org.postseal.gateway.config;

import org.jspecify.annotations.NullMarked;
