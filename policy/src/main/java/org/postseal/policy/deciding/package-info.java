/**
 * Decides what shall happen to a message, for one recipient: facts go in, a {@link org.postseal.policy.deciding.Ruling}
 * comes out. {@link org.postseal.policy.deciding.RuleSet} is the policy in force, and other modules enter here through
 * it. The package is pure: it has no input or output, no clock and no store, and sees no message body.
 */
@NullMarked
package org.postseal.policy.deciding;

import org.jspecify.annotations.NullMarked;
