package org.postseal.policy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.settings.SmimeParameter;

/** Tests every parameter of Set-SmimeConfig in both directions, with Microsoft's defaults. */
class SmimeParameterTest {
    /** The name, the default and another value, as the page of Set-SmimeConfig documents them. */
    private static final Map<String, List<String>> DOCUMENTED = Map.ofEntries(
            Map.entry("OWAAllowUserChoiceOfSigningCertificate", List.of("false", "true")),
            Map.entry("OWAAlwaysEncrypt", List.of("false", "true")),
            Map.entry("OWAAlwaysSign", List.of("false", "true")),
            Map.entry("OWABCCEncryptedEmailForking", List.of("0", "1", "2")),
            Map.entry("OWACheckCRLOnSend", List.of("false", "true")),
            Map.entry("OWAClearSign", List.of("true", "false")),
            Map.entry("OWACopyRecipientHeaders", List.of("false", "true")),
            Map.entry("OWACRLConnectionTimeout", List.of("60000", "1", "4294967295")),
            Map.entry("OWACRLRetrievalTimeout", List.of("10000", "4294967295")),
            Map.entry("OWADisableCRLCheck", List.of("false", "true")),
            Map.entry("OWADLExpansionTimeout", List.of("60000", "180000")),
            Map.entry("OWAEncryptionAlgorithms", List.of("6610", "660E;6610", "6610,2.16.840.1.101.3.4.1.42")),
            Map.entry("OWAEncryptTemporaryBuffers", List.of("true", "false")),
            Map.entry("OWAForceSMIMEClientUpgrade", List.of("true", "false")),
            Map.entry("OWAIncludeCertificateChainAndRootCertificate", List.of("false", "true")),
            Map.entry("OWAIncludeCertificateChainWithoutRootCertificate", List.of("false", "true")),
            Map.entry("OWAIncludeSMIMECapabilitiesInMessage", List.of("false", "true")),
            Map.entry("OWAOnlyUseSmartCard", List.of("false", "true")),
            Map.entry("OWASenderCertificateAttributesToDisplay", List.of("", "2.5.4.3,1.2.840.113549.1.9.1")),
            Map.entry("OWASignedEmailCertificateInclusion", List.of("true", "false")),
            Map.entry("OWASigningAlgorithms", List.of("8004", "800E;800D;800C")),
            Map.entry("OWATripleWrapSignedEncryptedMail", List.of("false", "true")),
            Map.entry("OWAUseKeyIdentifier", List.of("false", "true")),
            Map.entry("OWAUseSecondaryProxiesWhenFindingCertificates", List.of("true", "false")),
            Map.entry("NoSignOnReply", List.of("true", "false")));

    static Stream<SmimeParameter> imported() {
        return SmimeParameter.microsofts()
                .filter(parameter -> parameter.type() != SmimeParameter.Type.STORE && !parameter.isReserved());
    }

    @ParameterizedTest
    @MethodSource("imported")
    void everyParameterComesAndGoesWithEachOfItsValues(SmimeParameter parameter) {
        List<String> values = DOCUMENTED.getOrDefault(parameter.parameter(), List.of());
        assertThat(values.getFirst()).isEqualTo(parameter.microsoftDefault());
        for (String value : values) {
            boolean isText = Set.of(
                            SmimeParameter.Type.CIPHERS, SmimeParameter.Type.DIGESTS, SmimeParameter.Type.ATTRIBUTES)
                    .contains(parameter.type());
            String json = "{\"OWAClearSign\": true, \"" + parameter.parameter() + "\": "
                    + (isText ? "\"" + value + "\"" : value) + "}";
            String yaml = "  " + parameter.parameter() + ": " + (isText ? "\"" + value + "\"" : value);
            List<String> expected = value.isEmpty() ? List.of() : List.of(yaml);

            List<String> fromJson =
                    Exchange.body(parameter == SmimeParameter.CLEAR_SIGN ? "{\"OWAClearSign\": " + value + "}" : json);
            assertThat(fromJson.stream().filter(line -> line.startsWith("  " + parameter.parameter() + ":")))
                    .isEqualTo(expected);
            ExchangeExport.Exported exported = Exchange.exported(String.join("\n", fromJson));
            assertThat(Exchange.body(exported.list())).isEqualTo(fromJson);
            assertThat(Exchange.body(Exchange.json(exported.objects()))).isEqualTo(fromJson);
        }
    }

    @Test
    void theTableIsWhole() {
        assertThat(imported().map(SmimeParameter::parameter)).containsExactlyInAnyOrderElementsOf(DOCUMENTED.keySet());
        assertThat(SmimeParameter.microsofts().filter(parameter -> imported().noneMatch(parameter::equals)))
                .containsExactly(SmimeParameter.ISSUING_CA, SmimeParameter.IDENTITY, SmimeParameter.CONFIRM);
    }

    @ParameterizedTest
    @CsvSource({
        "OWAAlwaysSign, '\"maybe\"', 'must be true or false, not ''maybe'''",
        "OWABCCEncryptedEmailForking, 3, 'must be 0, 1 or 2, not ''3'''",
        "OWACRLConnectionTimeout, 4294967296, 'must be a number of milliseconds up to 4294967295, not ''4294967296'''",
        "OWACRLConnectionTimeout, -1, 'must be a number of milliseconds up to 4294967295, not ''-1'''",
        "OWADLExpansionTimeout, '\"00:01:00\"', 'must be a number of milliseconds up to 4294967295, not ''00:01:00'''",
        "OWATripleWrapSignedEncryptedMail, '{}', must be a single value"
    })
    void whatCannotBeReadIsRefused(String name, String value, String fault) {
        assertThat(Exchange.refused("{\n\"" + name + "\": " + value + "}"))
                .containsExactly("1:2: " + name + ": " + fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "OWAEncryptionAlgorithms | 6603;6602:128;6602:64;6601;6602:56"
                        + " | 6603;6602:128;6602:64;6601;6602:56 | names 3DES, RC2, DES: too old, and passed over",
                "OWAEncryptionAlgorithms | 660e; 6610 | 660E;6610 | -",
                "OWAEncryptionAlgorithms | 6610;6602 | 6610;6602:128 | : 6602 without a key length is 6602:128",
                "OWAEncryptionAlgorithms | 6610;6603 | 6610;6603 | names 3DES: too old, and passed over",
                "OWAEncryptionAlgorithms | 6610; | 6610"
                        + " | is 6610 (AES-256): '6610;' cannot be read, algorithm 2 is not ID[:BITS][,OID]",
                "OWAEncryptionAlgorithms | AES256 | 6610"
                        + " | is 6610 (AES-256): 'AES256' cannot be read, algorithm 1 is not ID[:BITS][,OID]",
                "OWAEncryptionAlgorithms | 6602:57 | 6610 | is 6610 (AES-256):"
                        + " '6602:57' cannot be read, RC2 has keys of 40, 56, 64 or 128 bits, not 57",
                "OWAEncryptionAlgorithms | 6610:256 | 6610"
                        + " | is 6610 (AES-256): '6610:256' cannot be read, only RC2 (6602) has a key length",
                "OWAEncryptionAlgorithms | 800C | 6610 | is 6610 (AES-256): '800C' cannot be read,"
                        + " 800C is not the identifier of a cipher (valid: 6601, 6602, 6603, 660E, 660F, 6610)",
                "OWAEncryptionAlgorithms | - | 6610 | is 6610 (AES-256): it was not set",
                "OWASigningAlgorithms | 800E;8004;8003 | 800E;8004;8003 | names SHA-1, MD5: too old, and passed over",
                "OWASigningAlgorithms | 8804 | 800C | is 800C (SHA-256): '8804' cannot be read,"
                        + " 8804 is a slip in Microsoft's page for 8004; Exchange takes SHA-1 then",
                "OWASigningAlgorithms | 6610 | 800C | is 800C (SHA-256): '6610' cannot be read, 6610 is not"
                        + " the identifier of a hash (valid: 8003, 8004, 800C, 800D, 800E); Exchange takes SHA-1 then",
                "OWASigningAlgorithms | - | 800C | is 800C (SHA-256): it was not set; Exchange takes SHA-1 then"
            })
    void algorithmListsAreReadOrSubstituted(String name, String given, String kept, String remark) {
        String other = name.equals("OWASigningAlgorithms")
                ? "\"OWAEncryptionAlgorithms\": \"6610\""
                : "\"OWASigningAlgorithms\": \"800C\"";
        ExchangeImport.Imported imported = Exchange.imported(
                "{" + other + ", \"" + name + "\": " + (given == null ? "null" : "\"" + given + "\"") + "}");

        assertThat(imported.yaml().lines().filter(line -> line.startsWith("  " + name + ":")))
                .containsExactly("  " + name + ": \"" + kept + "\"");
        List<String> remarks = remark == null ? List.of() : List.of((name + " " + remark).replace(" :", ":"));
        assertThat(imported.remarks().stream().limit(1)).isEqualTo(remarks);
    }

    @Test
    void aListHasAtMostThirtyOneAlgorithms() {
        String most = "6610;".repeat(30) + "6610";

        assertThat(AlgorithmList.read(AlgorithmList.Kind.ENCRYPTION, most)).isInstanceOf(AlgorithmList.Read.class);
        assertThat(AlgorithmList.read(AlgorithmList.Kind.ENCRYPTION, most + ";6610"))
                .isEqualTo(new AlgorithmList.Malformed("more than 31 algorithms"));
    }

    @Test
    void timesOfMicrosoftsDefaultsAreRemarkedOnAndZeroIsNotKept() {
        ExchangeImport.Imported imported = Exchange.imported("""
                OWACRLConnectionTimeout : 60000
                OWACRLRetrievalTimeout  : 0
                OWAEncryptionAlgorithms : 6610
                OWASigningAlgorithms    : 800C
                """);

        assertThat(imported.yaml().lines().filter(line -> line.contains("Timeout: ")))
                .containsExactly("  OWACRLConnectionTimeout: 60000", "  OWACRLRetrievalTimeout: 10000");
        assertThat(imported.remarks())
                .containsExactly(
                        "OWACRLRetrievalTimeout is 10000, Microsoft's default: what 0 means is documented nowhere",
                        "OWACRLConnectionTimeout is longer than OWACRLRetrievalTimeout,"
                                + " which is for all of them together: 10000 ms is what a connection gets at most");
    }
}
