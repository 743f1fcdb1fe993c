package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop.Outcome;

/** Sends a unit, and requires that every accepted recipient was reported with the same reply, and no other. */
final class Hearing {
    private Hearing() {}

    static List<Outcome> send(NextHop hop, Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing) {
        Map<Integer, Reply> heard = new ConcurrentSkipListMap<>();
        List<Outcome> outcomes = hop.send(unit, envelope, allOrNothing, (recipient, reply) -> {
            Reply before = heard.put(recipient, reply);
            assertThat(before).isNull();
        });
        assertThat(heard)
                .isEqualTo(IntStream.range(0, outcomes.size())
                        .filter(i -> outcomes.get(i).isAccepted())
                        .boxed()
                        .collect(Collectors.toMap(i -> i, i -> outcomes.get(i).reply())));
        return outcomes;
    }
}
