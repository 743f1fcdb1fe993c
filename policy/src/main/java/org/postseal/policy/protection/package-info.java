/**
 * How messages are signed and encrypted: the algorithms, the kinds of keys, and the settings of one signature or one
 * encryption. Nothing here knows a policy.
 */
@NullMarked
package org.postseal.policy.protection;

import org.jspecify.annotations.NullMarked;
