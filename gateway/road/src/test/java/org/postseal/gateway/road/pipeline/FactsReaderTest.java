package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.gateway.smime.SignedParts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Facts.Trait;
import org.postseal.policy.facts.Part;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.header.FieldReadings;
import org.postseal.policy.header.FieldText;
import org.postseal.policy.outcome.Handling;

/** Reads what the policy is told about a message and about the peer that brings it. */
class FactsReaderTest {
    private static final Verification UNSIGNED =
            new Verification(new SignatureVerdict.Unsigned(), Optional.empty(), List.of());

    static Stream<Arguments> traits() {
        String text = "Content-Type: text/plain\n\nx\n";
        return Stream.of(
                Arguments.of(text, Set.of()),
                Arguments.of("In-Reply-To: <1@x>\n" + text, Set.of(Trait.REPLY)),
                Arguments.of("references: <1@x>\nList-Id: <l.x>\n" + text, Set.of(Trait.REPLY, Trait.MAILING_LIST)),
                Arguments.of("Precedence: list\n" + text, Set.of(Trait.MAILING_LIST)),
                Arguments.of("Precedence: bulk\n" + text, Set.of()),
                Arguments.of("msip_labels: MSIP_Label_1_Enabled=true\n" + text, Set.of(Trait.LABELLED)),
                Arguments.of("Content-Type: text/calendar; method=REQUEST\n\nx\n", Set.of(Trait.CALENDAR)),
                Arguments.of("Content-Type: text/calendar\n\nx\n", Set.of()),
                Arguments.of(
                        "Content-Type: text/calendar; method=REQUEST; method=REQUEST\n\nx\n", Set.of(Trait.CALENDAR)),
                Arguments.of("Content-Type: \"text/calendar\"; method=REQUEST\n\nx\n", Set.of(Trait.CALENDAR)),
                Arguments.of(
                        "Content-Type: =?us-ascii?q?text/=63alendar?=; method=REQUEST\n\nx\n", Set.of(Trait.CALENDAR)),
                Arguments.of(text.replace("\n\n", "\nContent-Type: application/ms-tnef\n\n"), Set.of(Trait.TNEF)),
                Arguments.of(
                        "Content-Type\n : text/calendar; method=REQUEST\n\nx\n",
                        Set.of(Trait.CALENDAR, Trait.MALFORMED_HEADER)),
                Arguments.of(
                        "\fmsip_labels: MSIP_Label_1_Enabled=true\n" + text,
                        Set.of(Trait.LABELLED, Trait.MALFORMED_HEADER)),
                Arguments.of(within("multipart/alternative", "text/calendar; method=reply"), Set.of(Trait.CALENDAR)),
                Arguments.of(within("multipart/mixed", "application/ms-tnef"), Set.of(Trait.TNEF)),
                Arguments.of(
                        within("multipart/mixed", "application/octet-stream; name=\"winmail.dat\""),
                        Set.of(Trait.TNEF)),
                Arguments.of(
                        within(
                                "multipart/mixed",
                                "application/octet-stream\nContent-Disposition: attachment; filename=WIN.DAT"),
                        Set.of(Trait.TNEF)),
                Arguments.of(within("multipart/mixed", "text/plain; name=winmail.dat"), Set.of()),
                Arguments.of(within("multipart/mixed", "application/octet-stream; name=mywinmail.dat"), Set.of()),
                Arguments.of("X-MS-TNEF-Correlator: <1@x>\n" + text, Set.of(Trait.TNEF)),
                Arguments.of("X-MS-TNEF-Correlator:\n" + text, Set.of()),
                Arguments.of("X-MS-TNEF-Correlator: \n" + text, Set.of()),
                Arguments.of(
                        within("multipart/mixed", "application/x-microsoft-rpmsg-message"),
                        Set.of(Trait.RIGHTS_PROTECTED)),
                Arguments.of("Content-Class: rpmsg.message\n" + text, Set.of()),
                Arguments.of("Content-Type: message/rfc822\n\nContent-Type: application/ms-tnef\n\nx\n", Set.of()));
    }

    private static String within(String multipart, String part) {
        return "Content-Type: " + multipart + "; boundary=b\n\n--b\n\nx\n--b\nContent-Type: " + part + "\n\nx\n--b--\n";
    }

    @ParameterizedTest
    @MethodSource("traits")
    void traitsAreFoundInHeaderAndParts(String message, Set<Trait> expected) throws Exception {
        assertThat(Traits.of(parts(message), false)).isEqualTo(expected);
    }

    @Test
    void thePartsAreThoseOfTheOuterMessage() throws Exception {
        String letter = "Content-Type: message/rfc822\n\nContent-Type: text/plain; name=inside.exe\n\nx\n";
        Parts parts = FactsReader.parts(parts("Content-Type: Multipart/Mixed; boundary=a\n\n--a\n"
                + within("multipart/alternative", "text/html")
                + "--a\n" + letter
                + "--a\nContent-Type: image/png; name=\"=?utf-8?q?gr=C3=BCn.png?=\"\n\nx\n--a--\n"));

        assertThat(parts.mediaType()).isEqualTo("multipart/mixed");
        assertThat(parts.all())
                .extracting(Part::mediaType)
                .containsExactly(
                        "multipart/mixed",
                        "multipart/alternative",
                        "text/plain",
                        "text/html",
                        "message/rfc822",
                        "image/png");
        assertThat(parts.fileNames()).containsExactly(new FieldReadings(List.of(FieldText.of("grün.png")), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Content-Type: Application/PDF; name=a!            | application/pdf
            Content-Type: application/pdf!                    | application/pdf
            Content-Type: text/html; charset="utf-8";!        | text/html
            Content-Type : text/html!                         | text/html
            Subject: x!                                       | text/plain
            Content-Type: text/plain!Content-Type: text/html! | unclear
            Content-Type: "application/pdf"!                  | unclear
            Content-Type: =?utf-8?q?application/pdf?=!        | unclear
            Content-Type: application(x)/pdf!                 | unclear
            Content-Type: application / pdf!                  | unclear
            Content-Type: pdf!                                | unclear
            """)
    void aLabelThatProgramsReadDifferentlyIsUnclear(String header, String type) throws Exception {
        assertThat(FactsReader.parts(parts(header.replace('!', '\n') + "\nx\n")).mediaType())
                .isEqualTo(type);
    }

    private static List<MimeEntity> parts(String message) throws Exception {
        return SealedCopy.scan(TestRoad.octets(message.replace("\n", "\r\n"))).ownParts();
    }

    @Test
    void theMessageIsDescribed() throws Exception {
        Facts facts = facts(peer(Optional.empty(), Optional.empty()), "carl@partner.example");

        assertThat(facts.visible()).isTrue();
        assertThat(facts.message().mediaType()).isEqualTo("text/plain");
        assertThat(facts.message().size())
                .isEqualTo(TestRoad.toAll("carl@partner.example").length());
        assertThat(facts.message().received()).isEqualTo(Parties.NOW);
        assertThat(facts.existing()).isEqualTo(Facts.Existing.NONE);
        assertThat(facts(peer(Optional.empty(), Optional.empty()), "bob@partner.example")
                        .visible())
                .isFalse();
    }

    @Test
    void thePeerIsTheClientBehindATrustedOne() throws Exception {
        assertThat(client(Optional.empty())).contains(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(client(Optional.of(xforward("198.51.100.7", "REMOTE"))))
                .contains(InetAddress.ofLiteral("198.51.100.7"));
        assertThat(client(Optional.of(xforward("IPv6:2001:db8::1", "REMOTE"))))
                .contains(InetAddress.ofLiteral("2001:db8::1"));
        assertThat(client(Optional.of(xforward("unknown", "REMOTE")))).isEmpty();
        assertThat(client(Optional.of(xforward("198.51.100.7", "LOCAL"))))
                .contains(InetAddress.ofLiteral("198.51.100.7"));
        assertThat(client(Optional.of(xforward("unknown", "LOCAL")))).contains(InetAddress.ofLiteral("192.0.2.1"));
    }

    @Test
    void tlsIsThatOfTheConnection() throws Exception {
        Peer.Tls verified = new Peer.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.of("CN=mx"));
        Peer.Tls plain = new Peer.Tls("TLSv1.2", "x", Optional.empty());

        assertThat(facts(peer(Optional.empty(), Optional.of(verified)), "x@y.example")
                        .peer())
                .isEqualTo(new Facts.Peer(
                        true,
                        false,
                        Optional.of(InetAddress.ofLiteral("192.0.2.1")),
                        Optional.of(new Facts.Tls(Facts.TlsVersion.TLS_1_3, true)),
                        Optional.of("CN=mx")));
        assertThat(facts(peer(Optional.empty(), Optional.of(plain)), "x@y.example")
                        .peer()
                        .tls())
                .contains(new Facts.Tls(Facts.TlsVersion.TLS_1_2, false));
    }

    private static Optional<InetAddress> client(Optional<Peer.Xforward> xforward) throws Exception {
        return facts(peer(xforward, Optional.empty()), "x@y.example").peer().address();
    }

    private static Facts facts(Peer peer, String recipient) throws Exception {
        Recipient to = Recipient.of(org.postseal.certstore.MailAddress.of(recipient));
        Envelope envelope = new Envelope(
                new QueueId("Q1"),
                new ReversePath.Mailbox(Parties.ALICE),
                List.of(to),
                MailParameters.NONE,
                peer,
                Parties.NOW,
                Intake.now());
        RawMessage message = RawMessage.of(TestRoad.octets(TestRoad.toAll("carl@partner.example")));
        return switch (new Inspector(
                        new OwnFields("", TestRoad.AUTHSERV, LoopMarks.NONE), new Origin(TestRoad.trusted()))
                .inspect(envelope, message, new Spool.Factory().open())) {
            case Parsed.Success<Inspection>(Inspection inspection) ->
                FactsReader.read(
                        inspection,
                        ContentView.of(
                                List.of(),
                                new ContentView.Closed(Handling.Closed.NO_KEY, Optional.empty()),
                                new Signatures.Found(List.of(), UNSIGNED, Optional.empty()),
                                SignedParts.NONE),
                        to.address(),
                        false);
            case Parsed.Refused<Inspection>(var reason, var _) -> throw new AssertionError(reason.toString());
        };
    }

    private static Peer peer(Optional<Peer.Xforward> xforward, Optional<Peer.Tls> tls) {
        return new Peer(
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 2525),
                new Peer.Greeting("mx.example.com", true),
                new Peer.Listener(Peer.Protocol.LMTP, Peer.Role.SUBMISSION),
                true,
                xforward,
                tls,
                Optional.empty(),
                Optional.empty());
    }

    private static Peer.Xforward xforward(String address, String source) {
        return new Peer.Xforward(
                Optional.empty(),
                Optional.of(address),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(source),
                Optional.empty());
    }
}
