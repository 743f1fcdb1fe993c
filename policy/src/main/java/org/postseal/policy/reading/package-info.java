/**
 * Reads a policy from YAML and tells every problem with its line; conditions, people and settings have their readers in
 * their own packages. The same language is described as a JSON Schema here, so that both take their words from one
 * place.
 */
@NullMarked
package org.postseal.policy.reading;

import org.jspecify.annotations.NullMarked;
