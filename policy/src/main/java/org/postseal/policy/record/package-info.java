/** What the audit log keeps of a decision: the facts, and what the directory answered, as text that can be read and decided on again. */
@NullMarked
package org.postseal.policy.record;

import org.jspecify.annotations.NullMarked;
