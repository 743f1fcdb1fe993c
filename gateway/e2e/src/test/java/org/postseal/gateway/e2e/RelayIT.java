package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;

/** The gateway between an internal mail server and one at the edge, with TLS on every link. */
class RelayIT extends ModeContract {
    RelayIT() {
        super(Modes.relay());
    }

    @Test
    void mailBetweenOwnUsersComesBackToTheInternalServer() {
        road().submit(
                        SmimeMail.message("internal-1", ModeRoad.PLAIN, ModeRoad.ALICE, ENTITY),
                        ModeRoad.PLAIN,
                        ModeRoad.ALICE);

        assertThat(road().arrived(ModeRoad.ALICE, "internal-1").body()).isEqualTo(BODY);
        road().own().awaitEmptyQueue();
        assertThat(road().gateway().audit("internal-1")).hasSize(1);
    }

    /** What comes from elsewhere would pass the gateway by, with its field and its tag forged. */
    @Test
    void theInternalServerTakesMailOfTheGatewayAlone() {
        try (SmtpSender stranger =
                SmtpSender.smtpFrom("127.0.0.9", road().own().layout().inboundPort())) {
            assertThat(stranger.send(
                                    "mallory@evil.example",
                                    List.of(ModeRoad.PLAIN),
                                    SmimeMail.message("past-1", ModeRoad.CAROL, ModeRoad.PLAIN, ENTITY)
                                            .octets())
                            .recipients())
                    .singleElement()
                    .asString()
                    .startsWith("554 5.7.1 ");
        }
    }

    @Test
    void everyLinkIsUnderTls() {
        road().submit(fromAlice("tls-1", ModeRoad.BOB), ModeRoad.ALICE, ModeRoad.BOB);
        road().sendFromOutside(toAlice("tls-2"), ModeRoad.BOB, ModeRoad.ALICE);

        assertThat(hops(road().arrived(ModeRoad.BOB, "tls-1"))).isEqualTo("ESMTPS ESMTPS ESMTP");
        assertThat(hops(road().arrived(ModeRoad.ALICE, "tls-2"))).isEqualTo("ESMTPS ESMTPS ESMTP");
    }

    /** Returns the protocol of each Received (RFC 3848), newest first. */
    private static String hops(SmimeMail arrived) {
        return arrived.fields("Received").stream()
                .map(field -> field.replaceFirst(".*\\bwith (\\w+).*", "$1"))
                .reduce((one, other) -> one + " " + other)
                .orElse("");
    }
}
