package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.postseal.gateway.e2e.Modes.Mode;
import org.postseal.gateway.testkit.PrivatePostfix;

/** The recommended way: each recipient gets their own reply. */
class AfterQueueLmtpIT extends ModeContract {
    AfterQueueLmtpIT() {
        super(Modes.start(Mode.AFTER_QUEUE_LMTP));
    }

    @Override
    void assertPartlyDeferred(String id) {
        assertThat(road().own().deferred().stream().map(PrivatePostfix.Deferred::recipient))
                .containsExactly(ModeRoad.DORA);
    }
}
