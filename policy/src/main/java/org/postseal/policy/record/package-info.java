/**
 * Turns the facts of a decision and the directory's answers into text for the audit log, and reads that text so that
 * the decision can be made again.
 */
@NullMarked
package org.postseal.policy.record;

import org.jspecify.annotations.NullMarked;
