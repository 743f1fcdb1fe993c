/**
 * What a policy says of all mail of a sender: mailbox policies and the {@code smime} section, how they are read, and
 * how several levels come to one value for each setting.
 */
@NullMarked
package org.postseal.policy.settings;

import org.jspecify.annotations.NullMarked;
