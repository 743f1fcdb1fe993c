/**
 * Decides what happens to a message for each recipient: it takes facts and returns a
 * {@link org.postseal.policy.Ruling}. It is pure: it has no I/O, no clock, no store and no message body.
 */
@NullMarked
package org.postseal.policy;

import org.jspecify.annotations.NullMarked;
