package org.postseal.gateway.road.pipeline;

import java.util.List;
import org.postseal.policy.Decision;

/**
 * Recipients whose copies may be the same octets under the same protection.
 *
 * @param decision common to all
 * @param view common to all where the decision looks into the content, else that of the first
 * @param plans at least one, in the order of the envelope
 */
record Group(Decision decision, ContentView view, List<RecipientPlan> plans) {}
