package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.road.acme.Challenge;
import org.postseal.policy.facts.Facts;

/**
 * What a ruling rests on.
 *
 * @param facts the facts as the policy saw them
 * @param answers the answers of the certificate store and of directory servers, in the form of {@link
 *     org.postseal.policy.record.DirectoryLog}
 * @param view the content as this recipient has the right to see it
 * @param old what the recipient's right to old mail allowed or forbade to open or believe
 * @param challenge the challenge of an authority that the message is; empty for any other mail
 */
public record Basis(
        Facts facts, List<String> answers, ContentView view, List<String> old, Optional<Challenge> challenge) {
    public Basis {
        answers = List.copyOf(answers);
        old = List.copyOf(old);
    }
}
