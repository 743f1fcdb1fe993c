package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.MobileContract.ASPROV;
import static org.postseal.policy.deciding.MobileContract.CMDLET;
import static org.postseal.policy.deciding.MobileContract.MOBILE;
import static org.postseal.policy.deciding.SmimeContract.SMIME;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.settings.SmimeParameter;

/**
 * Tests each parameter of MobileDeviceMailboxPolicy and of Set-SmimeConfig with its values, codes and default. Every
 * row names where Microsoft documents it.
 */
@Tag("thorough")
class ExchangeContractTest {
    private static final String MOBILE_ROWS = "org.postseal.policy.deciding.MobileContract";
    private static final String SMIME_ROWS = "org.postseal.policy.deciding.SmimeContract";

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        MOBILE_ROWS + "#mobileDeviceMailboxPolicy",
        SMIME_ROWS + "#smimeConfig",
        SMIME_ROWS + "#smimeDefaults",
        SMIME_ROWS + "#certificatesInSignatures",
        SMIME_ROWS + "#algorithmLists"
    })
    void holds(ContractRow row) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", """
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { %s } }
                smime: { %s }
                rules:
                  - { id: both, when: { direction: outbound, subject: both },
                      then: { sign: required, encrypt: required } }
                  - { id: if, when: { direction: outbound, subject: if }, then: { sign: ifPossible } }
                  - { id: last, when: always, then: mailboxPolicy }
                """.formatted(
                row.section().equals(MOBILE) ? row.written() : "", row.section().equals("smime") ? row.written() : ""));
        assertThat(reading).as(() -> reading.problems().toString()).isInstanceOf(RuleSet.Loaded.class);
        assertThat(row.look().apply((RuleSet.Loaded) reading)).isEqualTo(row.expected());
    }

    /**
     * No documented value is left out: each parameter is tried with every value, with its default, and for ActiveSync
     * with each code.
     */
    @Test
    void everyRowOfTheReferenceIsTried() {
        List<ContractRow> mobile = MobileContract.mobileDeviceMailboxPolicy().toList();
        MobileContract.PARAMETERS.forEach((name, known) -> {
            String section = known.substring(0, known.indexOf(':'));
            for (String value : known.substring(section.length() + 2).split(" ", -1)) {
                assertThat(mobile)
                        .as(name + " " + value)
                        .anySatisfy(row -> assertThat(row.source() + " " + row.written())
                                .isEqualTo((value.matches("[0-9]") ? ASPROV + section : CMDLET + name) + " " + name
                                        + ": " + value));
            }
            assertThat(mobile)
                    .as(name)
                    .anySatisfy(row -> assertThat(row.source() + row.written()).isEqualTo(CMDLET + name));
        });
        List<ContractRow> smime = Stream.of(
                        SmimeContract.smimeConfig(),
                        SmimeContract.smimeDefaults(),
                        SmimeContract.certificatesInSignatures(),
                        SmimeContract.algorithmLists())
                .flatMap(Function.identity())
                .toList();
        SmimeContract.PARAMETERS.forEach((name, values) -> {
            for (String value : values) {
                assertThat(smime).as(name + " " + value).anySatisfy(row -> {
                    assertThat(row.source()).isEqualTo(SMIME + name);
                    assertThat(row.written().replace("'" + value + "'", value)).startsWith(name + ": " + value);
                });
            }
            assertThat(smime)
                    .as(name)
                    .anySatisfy(row -> assertThat(row.source() + row.written()).isEqualTo(SMIME + name));
        });
        SmimeContract.CIPHER_IDS.forEach(
                id -> assertThat(written(smime, "OWAEncryptionAlgorithms")).contains(id));
        SmimeContract.HASH_IDS.forEach(
                id -> assertThat(written(smime, "OWASigningAlgorithms")).contains(id));
        // The policy knows no parameter of Microsoft's that has no row; maxForks is ours.
        assertThat(Stream.of(SmimeParameter.values()).map(SmimeParameter::parameter))
                .filteredOn(name -> !name.equals(SmimeParameter.MAX_FORKS.parameter()))
                .containsExactlyInAnyOrderElementsOf(SmimeContract.PARAMETERS.keySet());
    }

    /** Returns the lists of one entry. */
    private static Set<String> written(List<ContractRow> rows, String parameter) {
        return rows.stream()
                .filter(row -> row.parameter().equals(parameter))
                .map(row -> row.written().replaceAll("^[^']*'|'$", "").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
