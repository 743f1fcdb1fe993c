/**
 * Runs tests of a policy that are written in YAML: messages, what is supposed about certificates, keys and groups, and
 * the outcomes that the policy must have. The package takes text and returns results; the caller reads the messages
 * that are in files.
 */
@NullMarked
package org.postseal.policy.cases;

import org.jspecify.annotations.NullMarked;
