package org.postseal.gateway.road.pipeline;

import java.util.List;
import org.postseal.policy.Facts;

/**
 * What a ruling rests on.
 *
 * @param facts as the policy saw them
 * @param answers of the directory, as far as it was asked, in the form of {@link org.postseal.policy.record.DirectoryLog}
 * @param old what of the message was opened or believed, or not, by the recipient's right to old mail
 */
public record Basis(Facts facts, List<String> answers, List<String> old) {
    public Basis {
        answers = List.copyOf(answers);
        old = List.copyOf(old);
    }
}
