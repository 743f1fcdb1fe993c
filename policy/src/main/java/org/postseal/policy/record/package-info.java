/**
 * Turns the facts of a decision, and the answers about certificates, keys and groups, into text for the audit log, and
 * reads that text so that the decision can be made again.
 */
@NullMarked
package org.postseal.policy.record;

import org.jspecify.annotations.NullMarked;
