/**
 * Tests of a policy, written in YAML: messages and what the directory knows, and what the policy must make of them. Pure: text in, results out; the facts of a message in a file come
 * from the caller.
 */
@NullMarked
package org.postseal.policy.cases;

import org.jspecify.annotations.NullMarked;
