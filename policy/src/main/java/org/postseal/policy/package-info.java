/**
 * What shall happen to a message, per recipient: facts in, {@link org.postseal.policy.Ruling} out. Pure: no I/O, no clock, no store, no message body.
 */
@NullMarked
package org.postseal.policy;

import org.jspecify.annotations.NullMarked;
