package org.postseal.gateway.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer.Xforward;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;

/** Parses commands, their paths and their parameters, good and hostile ones. */
class CommandsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "NOOP|NOOP|''",
                "noop|NOOP|''",
                "NOOP |NOOP|''",
                "NOOP   |NOOP|''",
                "MAIL FROM:<a@b>|MAIL|FROM:<a@b>",
                "MAIL  FROM:<a@b> |MAIL| FROM:<a@b>",
                "''|''|''",
                " NOOP|''|NOOP",
                "'   '|''|''",
                "NOOP1 x|''|x",
                "r\u017fet|''|''",
                "\u00c9HLO x|''|x"
            })
    void splitsVerbAndArgument(String line, String verb, String argument) {
        assertThat(Command.parse(line.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Parsed.Accepted<>(new Command(verb, argument)));
    }

    @Test
    void refusesControlsAndBrokenUtf8Everywhere() {
        for (int c = 0; c < 0xA0; c++) {
            if (c < 0x20 || c >= 0x7F) {
                byte[] line = ("MAIL FROM:<a" + (char) c + "@example.com>").getBytes(StandardCharsets.UTF_8);
                assertThat(Command.parse(line)).as("U+%04X", c).isInstanceOf(Parsed.Refused.class);
            }
        }
        for (String hex : List.of("FF", "C0AF", "C3", "E282", "EDA080", "F4908080", "80", "C08D", "C08A")) {
            assertThat(Command.parse(HexFormat.of().parseHex("4E4F4F5020" + hex)))
                    .as(hex)
                    .isInstanceOf(Parsed.Refused.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FROM:<>|<>",
                "from:<alice@example.com>|<alice@example.com>",
                "FROM:<\"a b\"@example.com>|<\"a b\"@example.com>",
                "FROM:<\"a>b\"@example.com>|<\"a>b\"@example.com>",
                "FROM:<\"a\\\"> b\"@example.com>|<\"a\\\"> b\"@example.com>",
                "FROM:<@r.example:alice@example.com>|<alice@example.com>",
                "FROM:<a=b+c/d@example.com>|<a=b+c/d@example.com>",
                "FROM:<alice@[IPv6:2001:db8::1]>|<alice@[IPv6:2001:db8::1]>"
            })
    void readsReversePaths(String argument, String wire) {
        assertThat(MailCommand.parse(argument, true, 0)).isInstanceOfSatisfying(Parsed.Accepted.class, accepted -> {
            MailCommand mail = (MailCommand) accepted.value();
            assertThat(mail.reversePath().wire()).isEqualTo(wire);
            assertThat(mail.parameters()).isEqualTo(MailParameters.NONE);
        });
    }

    static List<String> hostilePaths() {
        return List.of(
                "",
                " ",
                "<",
                ">",
                "a",
                "a@example.com",
                "<a@example.com",
                "a@example.com>",
                "<<a@example.com>>",
                "<a@example.com>>",
                "<a@example.com> >",
                "<a@b.example,c@d.example>",
                "<a@b.example>,<c@d.example>",
                "<a@b@c.example>",
                "<a @example.com>",
                "<a@ example.com>",
                "< a@example.com>",
                "<a@example.com >",
                "<a(comment)@example.com>",
                "<a@example.com(comment)>",
                "<Alice <a@example.com>>",
                "<@example.com>",
                "<a@>",
                "<a@.example.com>",
                "<a@example..com>",
                "<a@example.com.>",
                "<.a@example.com>",
                "<a.@example.com>",
                "<a..b@example.com>",
                "<\"a@example.com>",
                "<\"a\"b@example.com>",
                "<a\"b\"@example.com>",
                "<\"a\\\"@example.com>",
                "<a@[192.0.2.1>",
                "<a@192.0.2.1]>",
                "<a@exa mple.com>",
                "<a@-example.com>",
                "<a\\@example.com>",
                "<a:b@example.com>",
                "<a;b@example.com>",
                "<a@example.com>BODY=8BITMIME",
                "<@relay.example>",
                "<@relay.example:>",
                "<@relay.example,a@example.com>",
                "<@:a@example.com>",
                "<relay.example:a@example.com>",
                "<@relay.example@other.example:a@example.com>",
                "<a@example.com\u3002x y>",
                "<=?utf-8?q?a?=@example.com",
                "<a@example.com>\u00a0SIZE=1",
                "<a\u202e@example.com>",
                "<" + "a".repeat(255) + "@example.com>",
                "<a@" + "a".repeat(64) + ".example>",
                "<a@" + "a.".repeat(130) + "example>");
    }

    @ParameterizedTest
    @MethodSource("hostilePaths")
    void refusesHostilePaths(String path) {
        assertThat(MailCommand.parse("FROM:" + path + " SMTPUTF8", true, 0)).isInstanceOf(Parsed.Refused.class);
        assertThat(RcptCommand.parse("TO:" + path, true, true, "gw.example.com"))
                .isInstanceOf(Parsed.Refused.class);
    }

    @Test
    void nonAsciiNeedsSmtpUtf8() {
        Reply refusal = Reply.of(553, "5.6.7", "Non-ASCII address needs SMTPUTF8");
        assertThat(MailCommand.parse("FROM:<j\u00f6rg@example.com>", true, 0)).isEqualTo(new Parsed.Refused<>(refusal));
        assertThat(RcptCommand.parse("TO:<a@b\u00fccher.example>", true, false, "gw.example.com"))
                .isEqualTo(new Parsed.Refused<>(refusal));
        assertThat(RcptCommand.parse("TO:<a@b\u00fccher.example>", true, true, "gw.example.com"))
                .isEqualTo(new Parsed.Accepted<>(Recipient.of(MailAddress.of("a@b\u00fccher.example"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SIZE",
                "SIZE=",
                "SIZE=a",
                "SIZE=-1",
                "SIZE=+1",
                "SIZE=1 SIZE=1",
                "SIZE=1 size=2",
                "BODY",
                "BODY=9BIT",
                "BODY=8B\u0131TMIME",
                "SMTPUTF8=1",
                "RET",
                "RET=ALL",
                "RET=HDR\u017f",
                "ENVID",
                "ENVID=",
                "ENVID=a b",
                "ENVID=+",
                "ENVID=+4",
                "ENVID=+4a",
                "ENVID=+0A",
                "ENVID=+00",
                "ENVID=+7F",
                "ENVID=+80",
                "ENVID=a=b",
                "ENVID=\u00e9",
                "=1",
                "-X",
                "X_Y=1",
                "AUTH=<>",
                "REQUIRETLS",
                "MT-PRIORITY=1",
                "HOLDFOR=1",
                "NOTIFY=NEVER",
                " SIZE=1  BODY",
                "SIZE=1\u2028"
            })
    void refusesBadMailParameters(String parameters) {
        assertThat(MailCommand.parse("FROM:<a@example.com> " + parameters, true, 0))
                .isInstanceOf(Parsed.Refused.class);
    }

    @Test
    void envelopeIdHasAtMostAHundredCharacters() {
        String longest = "a".repeat(100);
        assertThat(MailCommand.parse("FROM:<> ENVID=" + longest, true, 0))
                .isEqualTo(new Parsed.Accepted<>(new MailCommand(
                        new ReversePath.NullPath(),
                        new MailParameters(
                                MailParameters.NONE.size(),
                                MailParameters.NONE.body(),
                                false,
                                Optional.empty(),
                                Optional.of(longest)))));
        assertThat(MailCommand.parse("FROM:<> ENVID=a" + longest, true, 0)).isInstanceOf(Parsed.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOTIFY", "NOTIFY=", "NOTIFY=NEVER,NEVER", "NOTIFY=NEVER,DELAY", "NOTIFY=,DELAY", "NOTIFY=DELAY,",
                        "NOTIFY=ALWAYS",
                "NOTIFY=\u017fUCCESS", "NOTIFY=DELAY NOTIFY=DELAY", "ORCPT", "ORCPT=", "ORCPT=rfc822", "ORCPT=rfc822;",
                        "ORCPT=;a",
                "ORCPT=rfc_822;a", "ORCPT=rfc822;a+0D+0ADATA", "ORCPT=rfc822;a+1", "ORCPT=rfc822;\u00e9",
                        "ORCPT=rfc822;+C3+7F", "ORCPT=utf-8;\u0085", "RET=FULL"
            })
    void refusesBadRcptParameters(String parameters) {
        assertThat(RcptCommand.parse("TO:<a@example.com> " + parameters, true, true, "gw.example.com"))
                .isInstanceOf(Parsed.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rfc822;Bob@Example.net",
                "rfc822;b+C3+B6b@example.net",
                "utf-8;b+C3+B6b@example.net",
                "x400;+2FC=DE",
                "utf-8;j\u00f6rg@b\u00fccher.example",
                "utf-8;a\\x{E9}b@example.com"
            })
    void keepsOriginalRecipientsAsWritten(String original) {
        String argument = "TO:<a@example.com> ORCPT=" + original.replace("=", "+3D");
        assertThat(RcptCommand.parse(argument, true, true, "gw.example.com"))
                .isEqualTo(new Parsed.Accepted<>(new Recipient(
                        MailAddress.of("a@example.com"), Optional.empty(), Optional.of(original.replace("=", "+3D")))));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, true", "IPv6:2001:db8::1, true", "IPV6:::1, true", "1.2.3, false", "1.2.3.4.5, false",
                "256.1.1.1, false",
        "::1, false", "IPv6:1.2.3.4, false", "localhost, false", "IPv6:fe80::1%eth0, false", "1.2.3.4/8, false",
                "0x7f000001, false"
    })
    void readsClientAddressesWithoutAskingAnybody(String text, boolean isAddress) {
        assertThat(Xforward.literal(text).isPresent()).isEqualTo(isAddress);
        assertThat(XforwardCommand.parse("ADDR=" + text, Optional.empty()) instanceof Parsed.Accepted)
                .isEqualTo(isAddress);
    }

    @Test
    void oddNamesFromStrangersDoNotCostTheAddress() {
        assertThat(XforwardCommand.parse(
                        "HELO=a+0D+0A+00+FF+20b NAME=b+C3+BC.example ADDR=192.0.2.1", Optional.empty()))
                .isEqualTo(new Parsed.Accepted<>(new Xforward(
                        Optional.of("b\u00fc.example"),
                        Optional.of("192.0.2.1"),
                        Optional.empty(),
                        Optional.of("a???\u00ff?b"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
    }

    @Test
    void repliesCannotBeSplitByTheirText() {
        Reply reply =
                new Reply(550, EnhancedStatus.parse("5.7.1"), List.of("a\r\n250 ok", "b\u00e9\0", "", "x".repeat(600)));
        assertThat(new String(reply.wire(), StandardCharsets.ISO_8859_1))
                .isEqualTo(
                        "550-5.7.1 a??250 ok\r\n550-5.7.1 b??\r\n550-5.7.1 \r\n550 5.7.1 " + "x".repeat(500) + "\r\n");
    }
}
