package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.e2e.Modes.Mode;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;

/** The recommended way: each recipient gets their own reply. */
class AfterQueueLmtpIT extends ModeContract {
    private static final int POSTSCREEN = Await.freePorts(1).getFirst();

    AfterQueueLmtpIT() {
        super(Modes.start(
                Mode.AFTER_QUEUE_LMTP,
                layout -> layout.setting("postscreen_cache_map =")
                        .setting("smtpd_authorized_xclient_hosts = 127.0.0.0/8")
                        .service(Mode.AFTER_QUEUE_LMTP
                                .page()
                                .with(Map.of("smtp inet", "127.0.0.1:" + POSTSCREEN + " inet"))
                                .block("postscreen/master.cf"))));
    }

    @Override
    void assertPartlyDeferred(String id) {
        assertThat(road().own().deferred().stream().map(PrivatePostfix.Deferred::recipient))
                .containsExactly(ModeRoad.DORA);
    }

    /** The smtpd behind postscreen has the filter of main.cf, as has any smtpd that the page does not name. */
    @Test
    void mailByPostscreenInTheNameOfAnOwnUserIsNotSigned() {
        SmtpSender.send(
                POSTSCREEN,
                "mallory@evil.example",
                List.of(ModeRoad.PLAIN),
                SmimeMail.message("postscreen-1", ModeRoad.CAROL, ModeRoad.PLAIN, ENTITY)
                        .octets());

        assertThat(road().arrived(ModeRoad.PLAIN, "postscreen-1").kind()).isEqualTo("text/plain");
    }

    /** Postfix then hands it in as mail of its own machine. */
    @Test
    void whatAStrangerHasSentIsNotSignedWhenItIsRequeued() {
        road().gate().hold(ModeRoad.PLAIN);
        try (SmtpSender stranger = SmtpSender.smtp(road().own().layout().inboundPort())) {
            assertThat(stranger.exchange("XCLIENT ADDR=203.0.113.66 NAME=evil.example"))
                    .startsWith("220 ");
            assertThat(stranger.exchange("EHLO [127.0.0.1]")).startsWith("250");
            SmimeMail forged = SmimeMail.message("again-1", ModeRoad.CAROL, ModeRoad.PLAIN, ENTITY);
            assertThat(stranger.send(ModeRoad.CAROL, List.of(ModeRoad.PLAIN), forged.octets())
                            .isDelivered())
                    .isTrue();
        }
        assertThat(road().own().awaitDeferred(ModeRoad.PLAIN).reason()).contains("451 4.2.1");
        road().own().requeue();
        road().gate().release();
        SmimeMail own = SmimeMail.message("again-2", ModeRoad.CAROL, ModeRoad.PLAIN, ENTITY);
        road().own().sendmail(ModeRoad.CAROL, List.of(ModeRoad.PLAIN), own.octets());

        SmimeMail again = road().arrived(ModeRoad.PLAIN, "again-1");
        assertThat(again.text()).contains("(Postfix, from userid ");
        assertThat(again.kind()).isEqualTo("text/plain");
        assertThat(road().arrived(ModeRoad.PLAIN, "again-2").kind()).isEqualTo("multipart/signed");
    }

    /** The way back takes more than the port for users, since encryption makes a message larger. */
    @Test
    void aMessageThatEncryptionMakesTooLargeForPostfixArrives() {
        String text = "The quick brown fox jumps over the lazy dog.\r\n".repeat(LARGE / 46);
        assertThat(road().submit(
                                SmimeMail.message("large-1", ModeRoad.ALICE, ModeRoad.BOB, SmimeMail.entity(text)),
                                ModeRoad.ALICE,
                                ModeRoad.BOB)
                        .isDelivered())
                .isTrue();

        assertThat(road().arrived(ModeRoad.BOB, "large-1").octets().length).isGreaterThan(LARGE * 13 / 10);
    }

    /** Postfix takes this at its defaults, and not what becomes of it. */
    private static final int LARGE = 8_000_000;
}
