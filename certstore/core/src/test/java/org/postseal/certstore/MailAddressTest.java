package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressTest {
    private static final Domain EXAMPLE = Domain.of("example.com");

    /** Returns addresses and the key that each must have. */
    static Stream<Arguments> valid() {
        return Stream.of(
                Arguments.of("alice@example.com", "alice@example.com"),
                Arguments.of("Alice@Example.COM", "alice@example.com"),
                Arguments.of("a@b", "a@b"),
                Arguments.of("root@localhost", "root@localhost"),
                Arguments.of("first.last@example.com", "first.last@example.com"),
                Arguments.of("user+tag@example.com", "user+tag@example.com"),
                Arguments.of("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
                Arguments.of("bounce=x=y@example.com", "bounce=x=y@example.com"),
                Arguments.of("what?@example.com", "what?@example.com"),
                Arguments.of("user%host@example.com", "user%host@example.com"),
                Arguments.of("host!user@example.com", "host!user@example.com"),
                Arguments.of("x@sub-domain.example.com", "x@sub-domain.example.com"),
                Arguments.of("x@1.example", "x@1.example"),
                Arguments.of("x@3com.com", "x@3com.com"),
                Arguments.of("x@xn--bcher-kva.example", "x@xn--bcher-kva.example"),
                Arguments.of("x@XN--BCHER-KVA.example", "x@xn--bcher-kva.example"),
                Arguments.of("x@b\u00fccher.example", "x@xn--bcher-kva.example"),
                Arguments.of("x@B\u00dcCHER.example", "x@xn--bcher-kva.example"),
                Arguments.of("x@bu\u0308cher.example", "x@xn--bcher-kva.example"),
                Arguments.of("x@\u4f8b\u3048.jp", "x@xn--r8jz45g.jp"),
                Arguments.of("j\u00f6rg@example.com", "j\u00f6rg@example.com"),
                Arguments.of("J\u00d6RG@example.com", "j\u00d6rg@example.com"),
                Arguments.of("\u7528\u6237@\u4f8b\u3048.jp", "\u7528\u6237@xn--r8jz45g.jp"),
                Arguments.of("\ud83d\udce7@example.com", "\ud83d\udce7@example.com"),
                Arguments.of("\u212aelvin@example.com", "\u212aelvin@example.com"),
                Arguments.of("\"alice\"@example.com", "alice@example.com"),
                Arguments.of("\"Al\\ice\"@example.com", "alice@example.com"),
                Arguments.of("\"a b\"@example.com", "\"a b\"@example.com"),
                Arguments.of("\"a\\ b\"@example.com", "\"a b\"@example.com"),
                Arguments.of("\"a@b\"@example.com", "\"a@b\"@example.com"),
                Arguments.of("\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com"),
                Arguments.of("\"a\\\\b\"@example.com", "\"a\\\\b\"@example.com"),
                Arguments.of("\".a\"@example.com", "\".a\"@example.com"),
                Arguments.of("\"a..b\"@example.com", "\"a..b\"@example.com"),
                Arguments.of("\"\"@example.com", "\"\"@example.com"),
                Arguments.of("\"<a>\"@example.com", "\"<a>\"@example.com"),
                Arguments.of("x@[192.0.2.1]", "x@[192.0.2.1]"),
                Arguments.of("x@[255.255.255.255]", "x@[255.255.255.255]"),
                Arguments.of("x@[IPv6:2001:db8::1]", "x@[ipv6:2001:db8:0:0:0:0:0:1]"),
                Arguments.of("x@[ipv6:2001:DB8:0:0::1]", "x@[ipv6:2001:db8:0:0:0:0:0:1]"),
                Arguments.of("x".repeat(254) + "@example.com", "x".repeat(254) + "@example.com"),
                Arguments.of("news@My_Shop.example", "news@my_shop.example"),
                Arguments.of("news@_shop_.example", "news@_shop_.example"),
                Arguments.of("x@" + "y".repeat(63) + ".example", "x@" + "y".repeat(63) + ".example"));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void hasOneKey(String text, String key) {
        assertThat(MailAddress.parse(text)).hasValueSatisfying(address -> {
            assertThat(address.key()).isEqualTo(key);
            assertThat(address.toString()).isEqualTo(text);
            assertThat(address).isEqualTo(MailAddress.of(key)).hasSameHashCodeAs(MailAddress.of(key));
        });
    }

    /** Texts that must not become an address. The name of each group gives the reason. */
    static Stream<String> invalid() {
        Stream<String> structure = Stream.of(
                "", "@", "alice", "alice@", "@example.com", "a@@b.example", "a@b@example.com", "a@b.example@c.example");
        Stream<String> blanksAndControls = Stream.of(
                " a@example.com",
                "a@example.com ",
                "a b@example.com",
                "a@exam ple.com",
                "a\t@example.com",
                "a@example.com\r\n",
                "a\r\nRCPT TO:<x@y.example>@example.com",
                "a\0@example.com",
                "a\u007f@example.com",
                "a\u0085@example.com",
                "a\u00a0b@example.com",
                "\"a\r\n b\"@example.com",
                "\"a\0\"@example.com");
        Stream<String> decoration = Stream.of(
                "<a@example.com>",
                "<a@b>c@example.com",
                "Alice <a@example.com>",
                "a(comment)@example.com",
                "a@(comment)example.com",
                "@relay.example:a@example.com",
                "a,b@example.com",
                "a;b@example.com",
                "mailto:a@example.com",
                "a[1]@example.com",
                "a\\@b@example.com");
        Stream<String> dots = Stream.of(
                ".a@example.com",
                "a.@example.com",
                "a..b@example.com",
                "a@.example.com",
                "a@example.com.",
                "a@example..com");
        Stream<String> quotes = Stream.of(
                "\"a@example.com",
                "a\"@example.com",
                "\"a\"b@example.com",
                "a.\"b\"@example.com",
                "\"a\\\"@example.com",
                "\"a\"b\"@example.com",
                "\"a\"@b\"@example.com");
        Stream<String> encodedWords =
                Stream.of("=?utf-8?q?admin=40evil.example=3e?=@example.com", "=?x?B?YQ==?=@example.com");
        Stream<String> domains = Stream.of(
                "a@-example.com",
                "a@example-.com",
                "a@exa!mple.com",
                "a@127.0.0.1",
                "a@1",
                "a@1.2",
                "a@" + "y".repeat(64) + ".example",
                "a@" + "y.".repeat(128) + "z",
                "a@example.com/x");
        Stream<String> literals = Stream.of(
                "a@[]",
                "a@[1.2.3]",
                "a@[1.2.3.4.5]",
                "a@[256.1.1.1]",
                "a@[01.2.3.4]",
                "a@[1.2.3.4",
                "a@1.2.3.4]",
                "a@[1.2.3.4.]",
                "a@[IPv6:]",
                "a@[IPv6:1:2]",
                "a@[IPv6:::1%eth0]",
                "a@[::1]",
                "a@[X400:abc]",
                "a@[1.2.3.4]x");
        Stream<String> lookAlikes = Stream.of(
                "a@exam\u00adple.com",
                "a@example\u3002com",
                "a@\uff45xample.com",
                "a@stra\u00dfe.example",
                "a@\u212aelvin.example",
                "a@exa\u200dmple.com",
                "a@ex\u202eample.com",
                "a@\u03b2\u03bf\u03c2.example",
                "a@xn--a\u00e4.example",
                "a@evil.example\uff0fgood.example",
                "\u202ea@example.com",
                "a\u200b@example.com",
                "a\ufeff@example.com",
                "\ud800@example.com",
                "\u200da@example.com");
        Stream<String> length = Stream.of("x".repeat(255) + "@example.com", "\u00e9".repeat(128) + "@example.com");
        return Stream.of(
                        structure,
                        blanksAndControls,
                        decoration,
                        dots,
                        quotes,
                        encodedWords,
                        domains,
                        literals,
                        lookAlikes,
                        length)
                .flatMap(group -> group);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void isRefused(String text) {
        assertThat(MailAddress.parse(text)).isEmpty();
    }

    @Test
    void cannotBeMadeAroundTheParser() {
        assertThatThrownBy(() -> new MailAddress("a\r\nDATA", EXAMPLE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MailAddress.of("nobody")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void foldsNoLetterBeyondAscii() {
        assertThat(MailAddress.of("\u212aim@example.com")).isNotEqualTo(MailAddress.of("kim@example.com"));
        assertThat(MailAddress.of("d\u0131m@example.com")).isNotEqualTo(MailAddress.of("dim@example.com"));
        assertThat(MailAddress.of("\u0430lice@example.com")).isNotEqualTo(MailAddress.of("alice@example.com"));
        assertThat(MailAddress.of("e\u0301@example.com")).isNotEqualTo(MailAddress.of("\u00e9@example.com"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "news+x|news",
                "news+a+b|news",
                "NE\u017fS|ness",
                "bo\u1e9e|boss",
                "fran\u212a+x|frank",
                "\"news+ x\"|news",
                "\"a b+x\"|\"a b\"",
                "\"a\\\"b+x\"|\"a\\\"b\""
            })
    void aServerMayKnowItByAnotherName(String localPart, String other) {
        assertThat(MailAddress.of(localPart + "@example.com").otherName())
                .contains(MailAddress.of(other + "@example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"news", "NEWS", "\"news\"", "+news", "\"a b\"", "j\u00fcrgen"})
    void mostAddressesHaveNoOtherName(String localPart) {
        assertThat(MailAddress.of(localPart + "@example.com").otherName()).isEmpty();
    }

    @Test
    void knowsWhenItNeedsSmtpUtf8() {
        assertThat(MailAddress.of("a@example.com").isAscii()).isTrue();
        assertThat(MailAddress.of("\u00e9@example.com").isAscii()).isFalse();
        assertThat(MailAddress.of("a@b\u00fccher.example").isAscii()).isFalse();
        assertThat(MailAddress.of("a@xn--bcher-kva.example").isAscii()).isTrue();
    }
}
