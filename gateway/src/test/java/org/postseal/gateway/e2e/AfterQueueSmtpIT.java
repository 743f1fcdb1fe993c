package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postseal.gateway.e2e.ModeRoad.Mode;

/** Postfix hands what is in its queue to the gateway over SMTP: one reply for all. */
class AfterQueueSmtpIT extends ModeContract {
    AfterQueueSmtpIT() {
        super(ModeRoad.start(Mode.AFTER_QUEUE_SMTP));
    }

    @Test
    void whenOneIsRefusedNobodyGetsIt() {
        assertThat(road().submit(fromAlice("mixed-1", ModeRoad.NINA), ModeRoad.ALICE, ModeRoad.BOB, ModeRoad.NINA)
                        .isDelivered())
                .isTrue();

        SmimeMail bounce = road().arrived(ModeRoad.ALICE, "mixed-1");
        road().own().awaitEmptyQueue();
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Final-Recipient:")))
                .containsExactlyInAnyOrder(
                        "Final-Recipient: rfc822; " + ModeRoad.BOB, "Final-Recipient: rfc822; " + ModeRoad.NINA);
        assertThat(road().count(ModeRoad.BOB, "mixed-1")).isZero();
    }
}
