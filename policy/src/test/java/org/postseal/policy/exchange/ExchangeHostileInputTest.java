package org.postseal.policy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.exchange.ExchangeImport.Imported;

/**
 * Tests hostile files: nothing expands, nothing is fetched, and nothing gets into the YAML that was not read as a
 * value.
 */
class ExchangeHostileInputTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE EASProvisionDoc [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                        + "<EASProvisionDoc>&x;</EASProvisionDoc>",
                "<!DOCTYPE EASProvisionDoc SYSTEM \"http://127.0.0.1:1/x.dtd\"><EASProvisionDoc/>",
                "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>"
                        + "<EASProvisionDoc>&b;</EASProvisionDoc>"
            })
    void aDocumentTypeIsRefused(String xml) {
        assertThat(Exchange.refused(xml)).containsExactly("1:1: a document type declaration; none is allowed here");
    }

    @Test
    void xmlIsBounded() {
        assertThat(Exchange.refused("<a>".repeat(100))).containsExactly("1:1: nested deeper than 32 levels");
        assertThat(Exchange.refused("<EASProvisionDoc>" + "<a>".repeat(100)))
                .containsExactly("1:1: nested deeper than 32 levels");
        assertThat(Exchange.refused("<a>" + " ".repeat(1 << 20))).containsExactly("1: larger than 1048576 characters");
        assertThat(Exchange.refused("<EASProvisionDoc>\n<AllowSMIMESoftCerts>&unknown;</AllowSMIMESoftCerts>"))
                .containsExactly("1:2: not well-formed XML, or an entity that XML itself does not have");
        assertThat(Exchange.refused("<EASProvisionDoc>\n<AllowSMIMESoftCerts>1"))
                .containsExactly("1:2: not well-formed XML, or an entity that XML itself does not have");
        assertThat(Exchange.refused("<a/>")).containsExactly("1: no EASProvisionDoc in it");
        assertThat(Exchange.refused("<a><EASProvisionDoc/>\n<EASProvisionDoc/></a>"))
                .containsExactly("1:2: a second EASProvisionDoc; only one is read");
        assertThat(Exchange.refused("<EASProvisionDoc><AllowSMIMESoftCerts>1</AllowSMIMESoftCerts>\n"
                        + "<AllowSMIMESoftCerts>0</AllowSMIMESoftCerts></EASProvisionDoc>"))
                .containsExactly("1:2: AllowSMIMESoftCerts: duplicate element, first given on line 1");
    }

    @Test
    void jsonIsBounded() {
        assertThat(Exchange.refused("[".repeat(100_000))).containsExactly("1:1: nested deeper than 32 levels");
        assertThat(Exchange.refused("{\"AllowSMIMESoftCerts\": true,\n\"AllowSMIMESoftCerts\": false}"))
                .containsExactly("1:2: AllowSMIMESoftCerts: duplicate key, first given on line 1");
        assertThat(Exchange.refused("[&a {}, *a]")).containsExactly("1:1: an anchor (&a); neither is allowed here");
        assertThat(Exchange.refused("[{\"AllowSMIMESoftCerts\": !!java.net.URL x}]"))
                .containsExactly("1:1: a tag (tag:yaml.org,2002:java.net.URL); none is allowed here");
        assertThat(Exchange.refused("[]")).containsExactly("1:1: no object in it");
        assertThat(Exchange.refused("[1]")).containsExactly("1:1: [0]: must be a mapping, not a single value");
        assertThat(Exchange.refused("{\"AllowSMIMESoftCerts\": true")).hasSize(1);
        assertThat(Exchange.refused(" \n")).containsExactly("1: empty");
        assertThat(Exchange.refused("{" + " ".repeat(8 << 20)))
                .containsExactly("1: larger than 8388608 characters; leave the issuers out: Select-Object *"
                        + " -ExcludeProperty SMIMECertificateIssuingCA");
    }

    @Test
    void aListIsTakenLineByLine() {
        assertThat(Exchange.refused("Name : x\nPS C:\\> what"))
                .containsExactly("1:2: neither Name : Value nor the rest of a value: 'PS C:\\> what'");
        assertThat(Exchange.refused("  indented"))
                .containsExactly("1:1: neither Name : Value nor the rest of a value: 'indented'");
        assertThat(Exchange.refused("Name : x\nAllowSMIMESoftCerts : True\nName : y"))
                .containsExactly(
                        "1:3: Name: duplicate property, first given on line 1; an empty line must part two objects");
        assertThat(Exchange.refused("\n\n")).containsExactly("1: empty");
    }

    @Test
    void storesOfIssuersFitAsPowerShellIndentsThem() {
        String octets = "                                      255,\r\n".repeat(50_000);

        assertThat(Exchange.imported("{\r\n\"OWAClearSign\": true,\r\n\"SMIMECertificateIssuingCA\":  [\r\n" + octets
                                + "                                      0\r\n]\r\n}")
                        .remarks())
                .contains("SMIMECertificateIssuingCA is left out:"
                        + " write it to a file and give that to postseal trust import");
    }

    @Test
    void namesAndTextsCannotAddALineToThePolicy() {
        Imported imported = Exchange.imported(
                "[{\"Name\": \"x\\nrules: []\\u2028\\ufffe\", \"IsDefault\": false, \"AllowSMIMESoftCerts\": true},"
                        + "{\"OWASenderCertificateAttributesToDisplay\": \"a\\\"\\nsmime: {}\\u0085\\ud800\","
                        + " \"\\nevil: 1\": 2}]");

        assertThat(imported.yaml()
                        .lines()
                        .filter(line -> line.startsWith("rules:")
                                || line.startsWith("smime:")
                                || line.startsWith("evil")
                                || line.contains("AttributesToDisplay")))
                .containsExactly(
                        "# - OWASenderCertificateAttributesToDisplay is left out:"
                                + " 'a\"?smime: {}??' is no list of OIDs such as 2.5.4.3,2.5.4.10",
                        "smime:",
                        "rules:");
    }

    @Test
    void anythingIsImportedOrRefusedWithAReason() {
        Random random = new Random(20);
        String[] parts = {
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "<",
            ">",
            "/",
            "&",
            "EASProvisionDoc",
            "AllowSMIMESoftCerts",
            "OWAClearSign",
            "Name",
            " : ",
            "\n",
            "\r\n",
            " ",
            "true",
            "1",
            "\u0000",
            "\uFEFF",
            "\ud800",
            "ü",
            "'",
            "#",
            "\\",
            "\\u00",
            "- ",
            "%",
            "*a",
            "&a",
            "!"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(30);
            for (int j = 0; j < length; j++) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            ExchangeImport.Result result =
                    ExchangeImport.of(List.of(new ExchangeImport.Source("x", text.toString())), List.of("example.com"));
            assertThat(result instanceof ExchangeImport.Refused(var problems) ? problems.size() : 1)
                    .as(text.toString())
                    .isPositive();
        }
    }
}
