/** The result of a decision: the outcome with its reason, what is done to a copy, and the explanation. */
@NullMarked
package org.postseal.policy.outcome;

import org.jspecify.annotations.NullMarked;
