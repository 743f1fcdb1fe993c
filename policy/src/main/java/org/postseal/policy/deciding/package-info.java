/**
 * Decides what shall happen to a message, for one recipient: facts go in, a {@link org.postseal.policy.deciding.Ruling}
 * comes out. {@link org.postseal.policy.deciding.RuleSet} is the policy in force and the way into this module for all
 * others. Pure: no input or output, no clock, no store, no message body.
 */
@NullMarked
package org.postseal.policy.deciding;

import org.jspecify.annotations.NullMarked;
