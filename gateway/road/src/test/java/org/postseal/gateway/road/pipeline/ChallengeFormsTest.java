package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.mail.RawMessage;

/**
 * Tests which messages are the challenge that we wait for (RFC 8823 §3.1). Everything else is mail like any other: it
 * goes to its recipient, and no answer leaves.
 */
class ChallengeFormsTest {
    private static final String TRUSTED = "trustedAuthservIds: mx.example.com\n";

    private final Awaited awaited = new Awaited();

    /** Each row has a piece of the genuine mail, what stands in its place, and the token; none for other mail. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            From: ACME <acme@ca.example>  | From: ACME <acme@ca.example>              | whole
            Subject: ACME: LgYemJLy       | Subject: ACME:^ LgYemJLy                  | whole
            LgYemJLy3F1LDkiJ              | LgYemJLy^ 3F1LDkiJ                        | whole
            vBdyZ1TG3sME=                 | vBdyZ1TG3sME                              | unpadded
            Subject: ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME= | Subject: =?utf-8?Q?ACME=3A_LgYemJLy3F1LDkiJrdIGbEzyFJyO?= =?us-ascii?Q?yf6vBdyZ1TG3sME=3D?= | whole
            Subject: ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME= | Subject: =?iso-8859-1?Q?ACME=3A_LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME=3D?= | none
            ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME= | ACME: =?iso-8859-1?Q?LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME=3D?= | none
            Subject: ACME:                | Subject: Re: ACME:                        | none
            Subject: ACME: Lg             | Subject: ACME:Lg                          | none
            Subject: ACME: Lg             | Subject: acme: Lg                         | none
            Subject: ACME: Lg             | Subject: ACME: L+                         | none
            Subject: ACME: Lg             | Subject: ACME: =Lg                        | none
            TG3sME=                       | TG3sME===                                 | none
            TG3sME=                       | TG3sME=, please                           | none
            ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME= | ACME: LgYemJLy3F1LDkiJrdIGb | none
            ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME= | ACME:                | none
            Subject: ACME:                | Subject: Hello^Subject: ACME:             | none
            Subject: ACME:                | Subject : ACME:                           | none
            <acme@ca.example>             | <acme@evil.example>                       | none
            <acme@ca.example>             | <other@ca.example>                        | none
            <acme@ca.example>             | <acme@ca.example>, <eve@evil.example>     | none
            From: ACME                    | From: eve@evil.example^From: ACME         | none
            To: alice@example.com         | To: anna@example.com                      | none
            To: alice@example.com         | To: alice@example.com, anna@example.com   | none
            To: alice@example.com         | To: friends: alice@example.com;           | none
            To: alice@example.com         | To: alice@example.com^To: eve@evil.example | none
            To: alice@example.com         | X-To: alice@example.com                   | none
            To: alice@example.com         | To: alice@example.com^Cc: anna@example.com | whole
            To: alice@example.com         | To: alice@example.com^Reply-To: <answers@ca.example> | whole
            To: alice@example.com         | To: alice@example.com^Reply-To: a@ca.example, b@ca.example | none
            To: alice@example.com         | To: alice@example.com^Reply-To: a@ca.example^Reply-To: b@ca.example | none
            Auto-Submitted: auto-generated; type=acme | Auto-Submitted: AUTO-generated (acme) | whole
            Auto-Submitted: auto-generated | Auto-Submitted: auto-replied             | none
            Auto-Submitted: auto-generated | Auto-Submitted: no                       | none
            Auto-Submitted:               | X-Auto-Submitted:                         | none
            dkim=pass                     | dkim=fail                                 | none
            dkim=pass header.d=ca.example | dkim=pass header.d=evil.example           | none
            dkim=pass header.d=ca.example | dkim=pass header.d=mail.ca.example        | none
            dkim=pass header.d=ca.example | dkim=pass header.i=@ca.example            | whole
            dkim=pass header.d=ca.example | dkim=fail header.d=ca.example; dkim=pass header.d=ca.example | whole
            dkim=pass header.d=ca.example | dkim=pass                                 | none
            dkim=pass header.d=ca.example | dmarc=pass header.from=ca.example         | none
            mx.example.com; dkim          | mx.evil.example; dkim                     | none
            mx.example.com; dkim          | mx.example.com.; dkim                     | none
            DKIM-Signature: v=1           | X-DKIM-Signature: v=1                     | none
            h=From:Sender:Reply-To:To:Cc:Subject | h=From:Sender:Reply-To:To:Cc        | none
            h=From:Sender:Reply-To:To     | h=From:Sender:To                          | none
            :Message-ID:Auto-Submitted    | :Message-ID                               | none
            h=From:Sender:Reply-To:To:Cc:Subject | h=from : sender : REPLY-TO:to:cc:subject | whole
            DKIM-Signature: v=1           | DKIM-Signature: v=1; d=ca.example; h=From^DKIM-Signature: v=1 | none
            DKIM-Signature: v=1           | DKIM-Signature: v=1; d=bulk.example; h=From^DKIM-Signature: v=1 | whole
            DKIM-Signature: v=1           | DKIM-Signature: nonsense^DKIM-Signature: v=1 | none
            d=ca.example; s=acme          | d=ca.example; d=ca.example; s=acme        | none
            Date: Tue                     | garbage^Date: Tue                         | none
            """)
    void onlyWhatIsGenuineIsAnswered(String piece, String other, String token) {
        String lines = Awaited.MAIL.replace(":\r\n Message-ID", ":Message-ID");
        assertThat(lines).contains(piece);
        TestRoad road = road(TRUSTED);

        road.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), lines.replace(piece, other.replace("^", "\r\n")));

        boolean isAnswered = !token.equals("none");
        assertThat(road.audited(done -> done.decision().word())).containsExactly(isAnswered ? "answer" : "deliver");
        assertThat(road.sent().getFirst().recipients())
                .containsExactly(
                        !isAnswered
                                ? "alice@example.com"
                                : other.contains("answers@") ? "answers@ca.example" : "acme@ca.example");
        assertThat(awaited.answers().stream().findFirst().orElse("none"))
                .isEqualTo(token.replace("whole", Awaited.TOKEN).replace("unpadded", Awaited.TOKEN.replace("=", "")));
    }

    @Test
    void nobodyBelievesAPeerThatIsNotTrusted() {
        assertThat(decision(
                        road(TRUSTED),
                        Letter.inbound(TestRoad.LMTP, Parties.ALICE).untrusted()))
                .isEqualTo("deliver");
    }

    @Test
    void nobodyBelievesAServerThatThePolicyDoesNotName() {
        assertThat(decision(road(""), Letter.inbound(TestRoad.LMTP, Parties.ALICE)))
                .isEqualTo("deliver");
    }

    @Test
    void whatOurOwnUsersSubmitIsNoChallenge() {
        assertThat(decision(road(TRUSTED), Letter.submitted(TestRoad.LMTP, Parties.ALICE)))
                .isEqualTo("deliver");
        assertThat(awaited.asked()).isEmpty();
    }

    @Test
    void somebodyElseWhoGetsItHasNoOrder() {
        assertThat(decision(road(TRUSTED), Letter.inbound(TestRoad.LMTP, Parties.ANNA)))
                .isEqualTo("deliver");
    }

    @Test
    void anOrderThatHasEndedWaitsForNothing() {
        awaited.end();
        assertThat(decision(road(TRUSTED), Letter.inbound(TestRoad.LMTP, Parties.ALICE)))
                .isEqualTo("deliver");
    }

    @Test
    void anOrderThatHasExpiredWaitsForNothing() {
        awaited.expire();
        assertThat(decision(road(TRUSTED), Letter.inbound(TestRoad.LMTP, Parties.ALICE)))
                .isEqualTo("deliver");
    }

    /** The signature covers the header section, as RFC 9788 has it, and no server has to vouch for anything. */
    @ParameterizedTest
    @CsvSource({
        "true, Subject: ACME: Lg, Subject: ACME: Lg, answer",
        "true, Subject: ACME: Lg, Subject: ACME: Xg, deliver",
        "true, To: anna, Cc: eve@evil.example^To: anna, answer",
        "true, To: anna, Reply-To: eve@evil.example^To: anna, deliver",
        "true, Hello, Hullo, deliver",
        "false, Subject: ACME: Lg, Subject: ACME: Lg, deliver",
    })
    void aSignatureThatProtectsTheHeaderIsAProof(boolean isProtected, String piece, String other, String decision) {
        String mail = signed(isProtected);
        assertThat(mail).contains(piece);
        TestRoad road = TestRoad.awaiting(
                new Awaited(Parties.ANNA, Parties.ALICE), new PolicyInForce(TestRoad.rules(), Parties.STORE));

        road.send(
                Letter.inbound(TestRoad.LMTP, Parties.ANNA),
                RawMessage.of(TestRoad.octets(mail.replaceFirst(piece, other.replace("^", "\r\n")))));

        assertThat(road.audited(done -> done.decision().word())).containsExactly(decision);
    }

    private static String signed(boolean isProtected) {
        TestRoad out = TestRoad.with(
                "mailboxPolicies: { default: { headerProtection: " + isProtected + " } }\n",
                "{ id: sign, when: always, then: { sign: required } }");
        out.send(
                Letter.submitted(TestRoad.LMTP, Parties.ANNA),
                TestRoad.message(
                        "From: Alice <alice@example.com>\nTo: anna@example.com\nSubject: ACME: " + Awaited.TOKEN + "\n",
                        "Hello\n"));
        return "Auto-Submitted: auto-generated; type=acme\r\n"
                + new String(out.sent().getFirst().octets(), StandardCharsets.ISO_8859_1);
    }

    private TestRoad road(String lines) {
        return TestRoad.awaiting(
                awaited,
                new PolicyInForce(
                        TestRoad.load("version: 1\ninternal: [example.com]\n" + lines
                                + "rules:\n  - { id: all, when: always, then: mailboxPolicy }\n"),
                        Parties.STORE));
    }

    private static String decision(TestRoad road, Letter letter) {
        road.send(letter, Awaited.MAIL);
        List<String> words = road.audited(done -> done.decision().word());
        return words.getFirst();
    }
}
