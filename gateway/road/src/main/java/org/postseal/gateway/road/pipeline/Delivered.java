package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postseal.gateway.smtp.client.NextHop;

/**
 * The outcome of a message.
 *
 * @param outcomes one per recipient, in the order of the envelope
 * @param suppressed positions of recipients who already had the message from an earlier attempt
 * @param sentAgain positions of recipients who may now have the message twice
 */
record Delivered(List<NextHop.Outcome> outcomes, Set<Integer> suppressed, Set<Integer> sentAgain) {
    /** The journal words of the audit record for one recipient. */
    List<String> journal(int position) {
        List<String> words = new ArrayList<>();
        if (suppressed.contains(position)) {
            words.add("suppressed");
        }
        if (sentAgain.contains(position)) {
            words.add("sent_again");
        }
        if (outcomes.get(position).inDoubt()) {
            words.add("in_doubt");
        }
        return words;
    }
}
