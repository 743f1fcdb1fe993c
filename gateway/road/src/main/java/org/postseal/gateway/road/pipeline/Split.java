package org.postseal.gateway.road.pipeline;

import java.util.List;

/**
 * A message whose recipients are in groups that share a copy.
 *
 * @param readership says with which certificates the copies are encrypted
 * @param plans one per recipient, in the order of the envelope; a recipient above the copy limit has failed
 * @param groups the recipients who get a copy
 */
record Split(Decided decided, Readership readership, List<RecipientPlan> plans, List<Group> groups) {}
