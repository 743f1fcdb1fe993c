package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.smtp.Reply;

class DataPhaseTest {
    private static final Reply TAKEN = Reply.of(250, "2.0.0", "taken");
    private static final Reply REFUSED = Reply.of(550, "5.1.1", "refused");
    private static final Reply LATER = Reply.of(451, "4.3.0", "later");

    @Test
    void worstReplyIsTemporaryThenPermanentThenPositive() {
        assertThat(DataPhase.worst(List.of(TAKEN, REFUSED, LATER))).isEqualTo(LATER);
        assertThat(DataPhase.worst(List.of(TAKEN, REFUSED, Reply.of(554, "5.0.0", "other"))))
                .isEqualTo(REFUSED);
        assertThat(DataPhase.worst(List.of(TAKEN, Reply.of(250, "2.0.0", "other"))))
                .isEqualTo(TAKEN);
    }
}
