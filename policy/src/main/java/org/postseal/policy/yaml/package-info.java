/**
 * Strict YAML: a document as nodes that know their line, and problems that say file, line, key, fault and the nearest valid name. Used for the policy and for the gateway configuration.
 */
@NullMarked
package org.postseal.policy.yaml;

import org.jspecify.annotations.NullMarked;
