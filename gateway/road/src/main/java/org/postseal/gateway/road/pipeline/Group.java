package org.postseal.gateway.road.pipeline;

import java.util.List;
import org.postseal.policy.outcome.Decision;

/**
 * Recipients who may share one copy: the same octets under the same protection.
 *
 * @param decision the decision for all of them
 * @param view the view of all of them if the decision looks into the content, else that of the first
 * @param plans at least one plan, in the order of the envelope
 */
record Group(Decision decision, ContentView view, List<RecipientPlan> plans) {}
