package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;

/**
 * If the next hop may not carry opened mail, mail that can be opened and mail that cannot look the same from outside.
 */
class UnsafeChannelTest {
    @Test
    void whatCouldBeOpenedLeavesAndIsAnsweredLikeWhatCouldNot() throws Exception {
        TestRoad road = new TestRoad(false, Parties.STORE);
        byte[] good = SealedCopy.encrypt(
                TestRoad.message("From: Bob <bob@partner.example>\nTo: alice@example.com\n", "Hello\n"), Parties.ALICE);
        byte[] damaged = good.clone();
        damaged[damaged.length - 30] = (byte) (damaged[damaged.length - 30] == 'A' ? 'B' : 'A');

        List<Reply> answered = road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(good));
        List<Reply> answeredDamaged = road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(damaged));

        assertThat(answered).isEqualTo(answeredDamaged);
        assertThat(answered).allMatch(Reply::isPositive).hasSize(1);
        assertThat(road.sent()).allMatch(sent -> sent.unit() instanceof Sendable.Untouched);
        assertThat(road.sent().stream().map(RecordingDelivery.Sent::octets)).containsExactly(good, damaged);
        assertThat(road.audited(done -> done.decision().detail()))
                .containsOnly(
                        Optional.of("not opened: the next hop is neither loopback nor reached over verified TLS"));
    }
}
