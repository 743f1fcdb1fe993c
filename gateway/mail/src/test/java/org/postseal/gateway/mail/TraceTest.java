package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;

class TraceTest {
    @Test
    void writesReceived() throws IOException {
        HeaderField field = Trace.received(
                envelope("mx.example.com", "192.0.2.1", Peer.Protocol.LMTP, true, false, false, "bob@example.org"),
                "gw.example.com",
                ZoneId.of("Europe/Berlin"),
                true);

        assertThat(new String(field.raw(), UTF_8).split("(?<=\r\n)", -1))
                .containsExactly(
                        "Received: from mx.example.com ([192.0.2.1]) by gw.example.com with LMTP id Q1\r\n",
                        " for <bob@example.org>; Tue, 24 Nov 2026 17:03:18 +0100\r\n",
                        "");
    }

    @ParameterizedTest
    @CsvSource({
        "SMTP,false,false,false,SMTP",
        "SMTP,true,false,false,ESMTP",
        "SMTP,true,true,false,ESMTPS",
        "SMTP,true,false,true,UTF8SMTP",
        "SMTP,true,true,true,UTF8SMTPS",
        "LMTP,true,false,false,LMTP",
        "LMTP,true,true,false,LMTPS",
        "LMTP,true,false,true,UTF8LMTP",
        "LMTP,true,true,true,UTF8LMTPS",
    })
    void namesTheProtocol(Peer.Protocol protocol, boolean extended, boolean tls, boolean utf8, String with)
            throws IOException {
        HeaderField field =
                Trace.received(envelope("h", "2001:db8::1", protocol, extended, tls, utf8), "gw", ZoneOffset.UTC, true);

        String comment = tls ? " (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384)" : "";
        assertThat(field.unfolded())
                .isEqualTo("from h ([IPv6:2001:db8:0:0:0:0:0:1]) by gw with " + with + comment
                        + " id Q1; Tue, 24 Nov 2026 16:03:18 +0000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.example|a.example",
                "[192.0.2.9]|[192.0.2.9]",
                "'a b'|[192.0.2.1]",
                "'a\r\nX: y'|[192.0.2.1]",
                "a(b|[192.0.2.1]",
                "''|[192.0.2.1]",
                "a;b|[192.0.2.1]",
                "[a b]|[192.0.2.1]",
                "-|[192.0.2.1]"
            })
    void trustsNoName(String helo, String expected) throws IOException {
        HeaderField field = Trace.received(
                envelope(helo, "192.0.2.1", Peer.Protocol.SMTP, true, false, false), "gw", ZoneOffset.UTC, true);

        assertThat(field.unfolded())
                .isEqualTo(
                        "from " + expected + " ([192.0.2.1]) by gw with ESMTP id Q1; Tue, 24 Nov 2026 16:03:18 +0000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a@b.example|false|' for <a@b.example>'",
                "a@b.example c@d.example|false|''",
                "a@b.example a@b.example|false|''",
                "j\u00fcrgen@b.example|false|''",
                "j\u00fcrgen@b.example|true|' for <j\u00fcrgen@b.example>'"
            })
    void namesARecipientOnlyIfItIsTheOnlyOne(String recipients, boolean utf8, String expected) throws IOException {
        HeaderField field = Trace.received(
                envelope("h", "192.0.2.1", Peer.Protocol.LMTP, true, false, utf8, recipients.split(" ", -1)),
                "gw",
                ZoneOffset.UTC,
                true);

        String with = utf8 ? "UTF8LMTP" : "LMTP";
        assertThat(field.unfolded())
                .isEqualTo("from h ([192.0.2.1]) by gw with " + with + " id Q1" + expected
                        + "; Tue, 24 Nov 2026 16:03:18 +0000");
    }

    @Test
    void cutsNoAddress() throws IOException {
        String longest = "l".repeat(64) + "@" + ("d".repeat(60) + ".").repeat(4) + "example";
        HeaderField field = Trace.received(
                envelope("h", "192.0.2.1", Peer.Protocol.SMTP, true, false, false, longest),
                "gw",
                ZoneOffset.UTC,
                true);

        assertThat(field.unfolded())
                .isEqualTo("from h ([192.0.2.1]) by gw with ESMTP id Q1 for <" + longest
                        + ">; Tue, 24 Nov 2026 16:03:18 +0000");
    }

    /** By this field a gateway knows mail from outside again when one of our users sends it on. */
    @Test
    void saysThatTheOriginIsOutside() throws IOException {
        Envelope envelope =
                envelope("mx.example.com", "192.0.2.1", Peer.Protocol.SMTP, true, true, false, "a@b.example");

        HeaderField outside = Trace.received(envelope, "gw.example.com", ZoneOffset.UTC, false);

        assertThat(outside.unfolded())
                .isEqualTo("from mx.example.com ([192.0.2.1]) by gw.example.com with ESMTPS"
                        + " (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384) (postseal-origin=outside) id Q1"
                        + " for <a@b.example>; Tue, 24 Nov 2026 16:03:18 +0000");
        assertThat(Trace.wasOutside(header(outside))).isTrue();
        assertThat(Trace.wasOutside(header(Trace.received(envelope, "gw.example.com", ZoneOffset.UTC, true))))
                .isFalse();
    }

    /** The client names itself at will, and its address stands behind that. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from localhost (localhost [127.0.0.1])~by gw.example.com (Postfix) with ESMTP id 1; now|false",
                "from localhost (localhost [IPv6:::1])~by gw.example.com (Postfix) with ESMTP id 1; now|false",
                "from gw.example.com ([127.0.0.1]) by gw.example.com with LMTP id 1; now|false",
                "from x (localhost [127.0.0.1])~(using TLSv1.3)~by x (Postfix) with ESMTPS id 1; now|false",
                "from 203.0.113.7 by webmail.example.com with HTTP (HTTP/1.1 POST); now|false",
                "by gw.example.com (Postfix, from userid 1000) id 1; now|false",
                "(from root@localhost) by gw.example.com id 1; now|false",
                "from evil.example (evil.example [192.0.2.66])~by gw.example.com (Postfix) with ESMTP id 1; now|true",
                "from [127.0.0.1] (evil.example [192.0.2.66])~by gw.example.com (Postfix) with ESMTP id 1; now|true",
                "from ([127.0.0.1]) (unknown [192.0.2.66])~by gw.example.com (Postfix) with UTF8SMTPSA id 1; now|true",
                "FROM evil.example by gw.example.com with smtp id 1; now|true",
                "from~evil.example (unknown [192.0.2.66]) by localhost ([127.0.0.1]) by x~with ESMTPS; now|true"
            })
    void knowsWhatHasComeOverTheNetworkBeforeAProgramHandedItIn(String below, boolean isAgain) throws IOException {
        byte[] onTop = received("by mail.example.com (Postfix, from userid 104)~id B9E10B1E13A; now");
        byte[] field = received(below);

        assertThat(Trace.isHandedInAgain(header(onTop, field))).isEqualTo(isAgain);
        assertThat(Trace.isHandedInAgain(header(field))).isFalse();
    }

    private static byte[] received(String value) {
        return ("Received: " + value.replace("~", "\r\n\t") + "\r\n").getBytes(UTF_8);
    }

    private static HeaderBlock header(HeaderField field) throws IOException {
        return header(field.raw());
    }

    private static HeaderBlock header(byte[]... fields) throws IOException {
        List<RawMessage> all = new ArrayList<>();
        all.add(RawMessage.of("Subject: x\r\n".getBytes(UTF_8)));
        for (byte[] field : fields) {
            all.add(RawMessage.of(field));
        }
        all.add(RawMessage.of("\r\n".getBytes(UTF_8)));
        return HeaderBlock.read(RawMessage.join(all), Budget.standard()).orElseThrow();
    }

    @Test
    void countsHops() throws IOException {
        HeaderBlock header = HeaderBlock.read(
                        RawMessage.of("Received: a\r\nX: b\r\nRECEIVED: c\r\n\r\n".getBytes(UTF_8)), Budget.standard())
                .orElseThrow();
        assertThat(Trace.hops(header)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Authentication-Results: gw.example; none|true",
                "authentication-results: GW.Example; smime=pass|true",
                "Authentication-Results: gw.example|true",
                "Authentication-Results: gw.example 1; none|true",
                "Authentication-Results: gw.example 2; none|true",
                "Authentication-Results: other.example 2; none|true",
                "Authentication-Results: (c (d)) gw.example (e) 1 (f); none|true",
                "Authentication-Results: \"gw.example\"; none|true",
                "Authentication-Results: gw.example.; none|true",
                "Authentication-Results:!  gw.example;!  none|true",
                "Authentication-Results : other.example; none|false",
                "Authentication-Results : gw.example; none|true",
                "Authentication-Results: other.example?Authentication-Results: gw.example; none|true",
                "Authentication-Results: mta1.mail.gq1.yahoo.com  from=gmail.com; dkim=pass (ok)|false",
                "Authentication-Results: mta1.yahoo.com from=gw.example; dkim=pass (ok)|true",
                "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dkim=pass|false",
                "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; smime=pass|true",
                "Authentication-Results: smime=pass body.smime-identifier=a@b.example|true",
                "Authentication-Results: other.example (open; none|false",
                "Authentication-Results: other.example (gw.example; none|true",
                "Authentication-Results: g\\w.example; none|true",
                "Authentication-Results: \"g\\w.example\"; none|true",
                "Authentication-Results: gw(x).example; none|true",
                "Authentication-Results: gw(x(y)).example 2; none|true",
                "Authentication-Results: gw .example; none|true",
                "Authentication-Results: \"gw.example; none|true",
                "Authentication-Results: \"other.example\"; none|false",
                "Authentication-Results: \"other.example gw.example\"; none|true",
                "Authentication-Results: =?us-ascii?q?gw=2Eexample?=; none|true",
                "Authentication-Results: gw\u3002example; none|true",
                "Authentication-Results: \uFF47w.example; none|true",
                "Authentication-Results: g\u00ADw.example; none|true",
                "Authentication-Results: [192.0.2.1]; none|false",
                "Authentication-Results: m\u00FCnchen.example; none|false",
                "Authentication-Results: (open gw.example; none|true",
                "Authentication-Results: ; smime=pass|true",
                "Authentication-Results:|true",
                "Authentication-Results: other.example gw.example; none|true",
                "Authentication-Results: other.example; x=gw.example|false",
                "Authentication-Results: mx.gw.example; none|false",
                "Authentication-Results: other.example (gw.example); none|false",
                "ARC-Authentication-Results: i=1; gw.example; none|false",
                "X-Authentication-Results: gw.example; none|false",
            })
    void findsResultsThatMustGo(String field, boolean mustGo) {
        HeaderField header = HeaderField.of((field.replace("!", "\r\n").replace("?A", "\rA") + "\r\n").getBytes(UTF_8));

        assertThat(AuthenticationResults.mustGo(header, "gw.example")).isEqualTo(mustGo);
    }

    private static Envelope envelope(
            String helo,
            String address,
            Peer.Protocol protocol,
            boolean extended,
            boolean tls,
            boolean utf8,
            String... recipients)
            throws IOException {
        Optional<Peer.Tls> session = tls
                ? Optional.of(new Peer.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.empty()))
                : Optional.empty();
        Peer peer = new Peer(
                new InetSocketAddress(InetAddress.getByName(address), 4711),
                new Peer.Greeting(helo, extended),
                new Peer.Listener(protocol, Peer.Role.BOTH),
                true,
                Optional.empty(),
                session,
                Optional.empty(),
                Optional.empty());
        MailParameters parameters = new MailParameters(
                OptionalLong.empty(), MailParameters.Body.SEVEN_BIT, utf8, Optional.empty(), Optional.empty());
        List<Recipient> to =
                Stream.of(recipients).map(MailAddress::of).map(Recipient::of).toList();
        return new Envelope(
                new QueueId("Q1"),
                new ReversePath.NullPath(),
                to,
                parameters,
                peer,
                Instant.parse("2026-11-24T16:03:18Z"),
                Intake.now());
    }
}
