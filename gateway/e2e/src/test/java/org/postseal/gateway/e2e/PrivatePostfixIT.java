package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * Tests the fixture and the documented configuration, with a filter in the place of the gateway that changes nothing.
 */
class PrivatePostfixIT {
    private static final Set<String> FAILED_ONCE = ConcurrentHashMap.newKeySet();

    private static PrivatePostfix partner;
    private static PrivatePostfix own;
    private static ScriptedNextHop submission;
    private static ScriptedNextHop inbound;

    @BeforeAll
    static void startAll() throws IOException {
        Requirements.postfix();
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = new PostfixLayout("mail.partner.example");
        submission = ScriptedNextHop.lmtp(passThrough(ours.reinjectionPort()));
        inbound = ScriptedNextHop.lmtp(passThrough(ours.reinjectionPort()));
        own = PrivatePostfix.start(ours.filters(submission.port(), inbound.port())
                .mailboxes("alice@example.com", "slow@example.com")
                .setting("mydestination = example.com, local.example.com")
                .setting("local_recipient_maps =")
                .setting("alias_maps = inline:{ { list = bob@partner.example } }")
                .alias("team@example.com", "alice@example.com", "bob@partner.example")
                .alias("crew", "bob@partner.example")
                .routeTo("partner.example", theirs.inboundPort()));
        partner = PrivatePostfix.start(
                theirs.mailboxes("bob@partner.example").routeTo("example.com", ours.inboundPort()));
    }

    @AfterAll
    static void stopAll() {
        Closing.all(own, partner, submission, inbound);
    }

    @Test
    void ownUsersMailPassesTheSubmissionFilterAndReachesThePartner() {
        SmtpSender.send(
                own.layout().submissionPort(), "alice@example.com", List.of("bob@partner.example"), mail("out-1"));

        assertThat(bodyOf(partner.awaitMail("bob@partner.example", "<out-1@test>")))
                .isEqualTo("Hello\r\n");
        assertThat(seenBy(submission, "out-1")).hasSize(1);
        assertThat(seenBy(inbound, "out-1")).isEmpty();
    }

    @Test
    void sendmailPassesTheSubmissionFilter() {
        own.sendmail("alice@example.com", List.of("bob@partner.example"), mail("out-2"));

        assertThat(bodyOf(partner.awaitMail("bob@partner.example", "<out-2@test>")))
                .isEqualTo("Hello\r\n");
        assertThat(seenBy(submission, "out-2")).hasSize(1);
    }

    @Test
    void mailFromOutsidePassesTheInboundFilter() {
        partner.sendmail("bob@partner.example", List.of("alice@example.com"), mail("in-1"));

        assertThat(bodyOf(own.awaitMail("alice@example.com", "<in-1@test>"))).isEqualTo("Hello\r\n");
        assertThat(seenBy(inbound, "in-1")).hasSize(1);
        assertThat(seenBy(submission, "in-1")).isEmpty();
    }

    @Test
    void anAliasIsExpandedBeforeTheFilterSoThatTheOutsideMemberIsSeen() {
        own.sendmail("alice@example.com", List.of("team@example.com"), mail("alias-1"));

        partner.awaitMail("bob@partner.example", "<alias-1@test>");
        own.awaitMail("alice@example.com", "<alias-1@test>");
        List<String> recipients = seenBy(submission, "alias-1").stream()
                .flatMap(message -> message.recipients().stream())
                .toList();
        assertThat(recipients).containsExactlyInAnyOrder("alice@example.com", "bob@partner.example");
    }

    /** The page says how {@code /etc/aliases} is read: its keys have no domain. */
    @Test
    void anAliasOfALocalNameIsExpandedBeforeTheFilterToo() {
        own.sendmail("alice@example.com", List.of("crew@local.example.com"), mail("alias-3"));

        partner.awaitMail("bob@partner.example", "<alias-3@test>");
        assertThat(seenBy(submission, "alias-3").stream().map(Received::recipients))
                .containsExactly(List.of("bob@partner.example"));
    }

    /** This is why the page says to keep lists out of {@code /etc/aliases}. */
    @Test
    void anAliasOfLocalDeliveryIsExpandedAfterTheFilterAndLeavesUnseen() {
        own.sendmail("alice@example.com", List.of("list@local.example.com"), mail("alias-2"));

        partner.awaitMail("bob@partner.example", "<alias-2@test>");
        assertThat(seenBy(submission, "alias-2").stream().map(Received::recipients))
                .containsExactly(List.of("list@local.example.com"));
    }

    @Test
    void lineOf1500OctetsSurvivesInBothDirections() {
        String line = "x".repeat(1500);
        byte[] message = mail("long-1", line + "\r\n");
        SmtpSender.send(own.layout().submissionPort(), "alice@example.com", List.of("bob@partner.example"), message);
        SmtpSender.send(
                partner.layout().submissionPort(), "bob@partner.example", List.of("alice@example.com"), message);

        assertThat(bodyOf(partner.awaitMail("bob@partner.example", "<long-1@test>")))
                .isEqualTo(line + "\r\n");
        assertThat(bodyOf(own.awaitMail("alice@example.com", "<long-1@test>"))).isEqualTo(line + "\r\n");
    }

    @Test
    void onlyTheFailingRecipientIsTriedAgain() {
        // The message is sent over SMTP: what sendmail submits carries no IDENT in XFORWARD, only SOURCE=LOCAL.
        SmtpSender.send(
                own.layout().submissionPort(),
                "alice@example.com",
                List.of("alice@example.com", "slow@example.com"),
                mail("retry-1"));

        own.awaitMail("alice@example.com", "<retry-1@test>");
        assertThat(own.awaitDeferred("slow@example.com").reason())
                .endsWith("451 4.2.1 Later (in reply to end of DATA command)");
        own.flush();
        own.awaitMail("slow@example.com", "<retry-1@test>");
        assertThat(own.mailsWith("alice@example.com", "<retry-1@test>")).hasSize(1);
        List<Received> seen = seenBy(submission, "retry-1");
        assertThat(seen.stream().map(message -> Set.copyOf(message.recipients())))
                .containsExactly(Set.of("alice@example.com", "slow@example.com"), Set.of("slow@example.com"));
        assertThat(seen.stream().map(PrivatePostfixIT::ident).collect(Collectors.toSet()))
                .hasSize(1)
                .doesNotContain("");
    }

    private static Script passThrough(int reinjectionPort) {
        return moment -> moment.message().flatMap(message -> {
            String recipient = moment.address();
            if (recipient.startsWith("slow@") && FAILED_ONCE.add(recipient)) {
                return Optional.of(new Action.Say("451 4.2.1 Later\r\n"));
            }
            SmtpSender.send(reinjectionPort, message.sender(), List.of(recipient), message.content());
            return Optional.empty();
        });
    }

    private static List<Received> seenBy(ScriptedNextHop filter, String id) {
        return filter.ended().stream()
                .filter(message -> message.text().contains("<" + id + "@test>"))
                .toList();
    }

    private static String ident(Received message) {
        return String.join(" ", message.commandsOf("XFORWARD"))
                .transform(text -> text.contains(" IDENT=") ? text.replaceAll(".* IDENT=(\\S+).*", "$1") : "");
    }

    private static byte[] mail(String id) {
        return mail(id, "Hello\r\n");
    }

    private static byte[] mail(String id, String body) {
        return ("From: <someone@example.org>\r\nTo: <anyone@example.org>\r\nMessage-ID: <" + id
                        + "@test>\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nSubject: " + id + "\r\n\r\n" + body)
                .getBytes(ISO_8859_1);
    }

    private static String bodyOf(byte[] message) {
        String text = new String(message, ISO_8859_1);
        return text.substring(text.indexOf("\r\n\r\n") + 4);
    }
}
