package org.postseal.policy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests every value of the six parameters by its name and its code (MS-ASPROV §2.2.2.13, .14, .47, .48, .50, .51), in
 * each format and in both directions.
 */
class MobileParameterTest {
    @ParameterizedTest
    @CsvSource({
        "AllowSMIMEEncryptionAlgorithmNegotiation, 0, BlockNegotiation",
        "AllowSMIMEEncryptionAlgorithmNegotiation, 1, OnlyStrongAlgorithmNegotiation",
        "AllowSMIMEEncryptionAlgorithmNegotiation, 2, AllowAnyAlgorithmNegotiation",
        "AllowSMIMESoftCerts, 0, false",
        "AllowSMIMESoftCerts, 1, true",
        "RequireEncryptedSMIMEMessages, 0, false",
        "RequireEncryptedSMIMEMessages, 1, true",
        "RequireEncryptionSMIMEAlgorithm, 0, TripleDES",
        "RequireEncryptionSMIMEAlgorithm, 1, DES",
        "RequireEncryptionSMIMEAlgorithm, 2, RC2128bit",
        "RequireEncryptionSMIMEAlgorithm, 3, RC264bit",
        "RequireEncryptionSMIMEAlgorithm, 4, RC240bit",
        "RequireSignedSMIMEAlgorithm, 0, SHA1",
        "RequireSignedSMIMEAlgorithm, 1, MD5",
        "RequireSignedSMIMEMessages, 0, false",
        "RequireSignedSMIMEMessages, 1, true"
    })
    void everyValueComesAndGoesInEveryFormat(String name, int code, String value) {
        boolean isBoolean = value.equals("true") || value.equals("false");
        List<String> expected = List.of(
                "version: 1",
                "internal: [\"example.com\"]",
                "mailboxPolicies:",
                "  default:",
                "    " + name + ": " + value,
                "    enforcement: minimum",
                "rules:",
                "  - { id: everything, when: always, then: mailboxPolicy }");
        String shown = isBoolean ? value.equals("true") ? "True" : "False" : value;

        assertThat(Exchange.body(
                        "{\"IsDefault\": true, \"" + name + "\": " + (isBoolean ? value : "\"" + value + "\"") + "}"))
                .isEqualTo(expected);
        assertThat(Exchange.body("{\"IsDefault\": true, \"" + name + "\": " + code + "}"))
                .isEqualTo(expected);
        assertThat(Exchange.body("IsDefault : True\n" + name + " : " + shown + "\n"))
                .isEqualTo(expected);
        String document = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<EASProvisionDoc xmlns=\"Provision\">\n  <"
                + name + ">" + code + "</" + name + ">\n</EASProvisionDoc>\n";
        assertThat(Exchange.body(document)).isEqualTo(expected);

        ExchangeExport.Exported exported = Exchange.exported(String.join("\n", expected), "default");
        assertThat(exported.objects())
                .isEqualTo(List.of(Map.of(
                        "Name",
                        "Default",
                        "IsDefault",
                        true,
                        name,
                        isBoolean ? (Object) Boolean.valueOf(value) : value)));
        assertThat(exported.provisionDocument()).isEqualTo(document);
        assertThat(exported.list()).endsWith(name + " : " + shown + "\n");
    }

    @Test
    void theTableIsWhole() {
        assertThat(Arrays.stream(MobileParameter.values())
                        .mapToInt(parameter -> parameter.names().size())
                        .sum())
                .isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({
        "AllowSMIMEEncryptionAlgorithmNegotiation, 3, 'unknown value ''3''"
                + " (valid: BlockNegotiation, OnlyStrongAlgorithmNegotiation, AllowAnyAlgorithmNegotiation)'",
        "AllowSMIMEEncryptionAlgorithmNegotiation, 'BlockNegotation',"
                + " 'unknown value ''BlockNegotation'' (nearest: BlockNegotiation)'",
        "AllowSMIMESoftCerts, 2, 'unknown value ''2'' (valid: false, true)'",
        "RequireEncryptedSMIMEMessages, yes, 'unknown value ''yes'' (valid: false, true)'",
        "RequireEncryptionSMIMEAlgorithm, 5,"
                + " 'unknown value ''5'' (valid: TripleDES, DES, RC2128bit, RC264bit, RC240bit)'",
        "RequireEncryptionSMIMEAlgorithm, AES256,"
                + " 'unknown value ''AES256'' (valid: TripleDES, DES, RC2128bit, RC264bit, RC240bit)'",
        "RequireEncryptionSMIMEAlgorithm, -1,"
                + " 'unknown value ''-1'' (valid: TripleDES, DES, RC2128bit, RC264bit, RC240bit)'",
        "RequireSignedSMIMEAlgorithm, SHA256, 'unknown value ''SHA256'' (nearest: SHA1)'",
        "RequireSignedSMIMEMessages, '[]', must be a single value"
    })
    void whatMicrosoftDoesNotHaveIsRefused(String name, String value, String fault) {
        String written = value.equals("[]") ? value : "\"" + value + "\"";

        assertThat(Exchange.refused("{\n\"IsDefault\": true,\n\"" + name + "\": " + written + "}"))
                .containsExactly("1:3: " + name + ": " + fault);
    }

    @Test
    void strengthFollowsWhatIsSafer() {
        assertThat(byStrength(MobileParameter.ENCRYPTION_ALGORITHM))
                .containsExactly("RC240bit", "DES", "RC264bit", "RC2128bit", "TripleDES");
        assertThat(byStrength(MobileParameter.SIGNED_ALGORITHM)).containsExactly("MD5", "SHA1");
        assertThat(byStrength(MobileParameter.MESSAGES_SIGNED)).containsExactly("false", "true");
        assertThat(byStrength(MobileParameter.MESSAGES_ENCRYPTED)).containsExactly("false", "true");
    }

    private static List<String> byStrength(MobileParameter parameter) {
        return parameter.names().stream()
                .sorted((one, other) -> Integer.compare(parameter.strength(one), parameter.strength(other)))
                .toList();
    }
}
