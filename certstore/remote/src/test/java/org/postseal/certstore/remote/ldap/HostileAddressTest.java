package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.source.Candidate;

/**
 * Searches for addresses that would change the filter if they were pasted into it. The server must receive their octets
 * inside one assertion.
 */
@Tag("thorough")
class HostileAddressTest {
    private static final List<String> PAYLOADS = List.of(
            "*",
            "**",
            "*)(",
            "*)(uid=*",
            "*)(|(mail=*",
            "*))(|(objectClass=*",
            ")(mail=*)",
            ")",
            "(",
            "((",
            "))",
            "*)(objectClass=*))%00",
            "a*",
            "*a",
            "a*b*c",
            "admin)(&(objectClass=*",
            "admin)(!(mail=x",
            "\\",
            "\\\\",
            "\\2a",
            "\\28",
            "\\29",
            "\\00",
            "\\5c2a",
            "\\zz",
            "a\\",
            "&",
            "|",
            "!",
            "=",
            ">=",
            "<=",
            "~=",
            ":=",
            ":dn:=",
            "a=b",
            "a>=b",
            "mail=*",
            "(mail=*)",
            "#",
            "a#b",
            ",",
            "a,dc=com",
            "+",
            ";",
            "<",
            ">",
            "'",
            "''",
            "' or '1'='1",
            "--",
            "/*",
            "*/",
            "\0",
            "a\0b",
            "\0)(mail=*",
            "\r\n",
            "\n",
            "\t",
            " ",
            "  a  ",
            "a b",
            "%2a",
            "%28",
            "&#42;",
            "{address}",
            "{local}",
            "{domain}",
            "${jndi:ldap://x}",
            "$1",
            "\\$1",
            "ä",
            "ß",
            "Ünïcödé",
            "жук",
            "漢字",
            "😀",
            "K",
            "＊",
            "（",
            "）",
            "é",
            "e\u0301",
            "\u202e",
            "\u200b",
            "\ufeff",
            "\ud800",
            "a\u0000",
            "=?utf-8?q?=2a?=",
            "smtp:x",
            "SMTP:x",
            "x@y",
            "@",
            "\"",
            "\"\"",
            "a\"b",
            "a..b",
            ".a",
            "a.",
            "[",
            "]",
            "[127.0.0.1]");

    @Test
    void stayInsideTheirAssertion() throws Exception {
        List<MailAddress> addresses = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (String payload : PAYLOADS) {
            String escaped = payload.replace("\\", "\\\\").replace("\"", "\\\"");
            for (String local : List.of(payload, "\"" + escaped + "\"")) {
                Optional<MailAddress> address = MailAddress.parse(local + "@example.com");
                address.ifPresentOrElse(addresses::add, () -> refused.add(local));
            }
        }
        assertThat(PAYLOADS).hasSizeGreaterThanOrEqualTo(100);
        assertThat(addresses).hasSizeGreaterThanOrEqualTo(100);
        // The grammar of addresses allows no control character, quoted or not, so none ever gets into a filter.
        assertThat(refused).contains("\0", "\"\0\"", "\"a\0b\"", "\"\r\n\"", "\"\u202e\"", "\"\ud800\"", "*)(");
        try (FakeDirectory directory = new FakeDirectory()) {
            directory.add(
                    "cn=Somebody", new Attribute("objectClass", "user"), new Attribute("mail", "somebody@example.com"));
            LdapSettings settings = directory.settings();
            LdapSettings template = settings.with(LdapSettings.Query.of(
                    FakeDirectory.BASE,
                    new LdapShape.Template("(&(objectClass=user)(|(uid={local})(mail={address})))")));
            try (LdapConnections connections = new LdapConnections(settings);
                    LdapConnections templated = new LdapConnections(template)) {
                LdapCertificateSource source = new LdapCertificateSource(connections);
                LdapCertificateSource byTemplate = new LdapCertificateSource(templated);
                for (MailAddress address : addresses) {
                    directory.filters.clear();
                    assertThat(source.find(address)).isEqualTo(List.<Candidate>of());
                    assertThat(byTemplate.find(address)).isEqualTo(List.<Candidate>of());
                    assertThat(directory.filters).hasSize(2);
                    assertAssertions(directory.filters.getFirst(), address);
                    assertTemplate(directory.filters.getLast(), address);
                }
            }
        }
    }

    // Checks that the filter is (|(proxyAddresses=smtp:SPELLING)(mail=SPELLING)...), where each spelling is one of the
    // address.
    private static void assertAssertions(Filter filter, MailAddress address) {
        assertThat(filter.getFilterType()).isEqualTo(Filter.FILTER_TYPE_OR);
        Filter[] parts = filter.getComponents();
        assertThat(parts).hasSizeBetween(2, 6);
        for (int i = 0; i < parts.length; i++) {
            assertThat(parts[i].getFilterType()).isEqualTo(Filter.FILTER_TYPE_EQUALITY);
            assertThat(parts[i].getAttributeName()).isEqualTo(i % 2 == 0 ? "proxyAddresses" : "mail");
            String value = String.valueOf(parts[i].getAssertionValue());
            assertThat(value).startsWith(i % 2 == 0 ? "smtp:" : "");
            assertThat(MailAddress.parse(i % 2 == 0 ? value.substring(5) : value))
                    .contains(address);
        }
        assertThat(parts[0].getAssertionValue()).isEqualTo("smtp:" + address);
    }

    private static void assertTemplate(Filter filter, MailAddress address) {
        Filter first = filter.getFilterType() == Filter.FILTER_TYPE_OR ? filter.getComponents()[0] : filter;
        assertThat(first)
                .isEqualTo(Filter.createANDFilter(
                        Filter.createEqualityFilter("objectClass", "user"),
                        Filter.createORFilter(
                                Filter.createEqualityFilter("uid", address.localPart()),
                                Filter.createEqualityFilter("mail", address.toString()))));
    }
}
