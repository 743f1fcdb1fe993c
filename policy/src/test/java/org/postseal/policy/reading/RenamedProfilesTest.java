package org.postseal.policy.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;

/** Tests the names of profiles that have become older, and the days on which profiles do. */
class RenamedProfilesTest {
    @ParameterizedTest
    @CsvSource({"bsi-tr-02102, bsi-tr-02102-2026", "cnsa, cnsa-1", "edi-energy, edi-energy-2025"})
    void anOldNameWorksAndNamesItsSuccessor(String old, String now) {
        RuleSet.Loaded loaded = load(old);
        assertThat(loaded.warnings())
                .containsExactly(Problem.warning(
                        "policy.yaml",
                        4,
                        "mailboxPolicies.default.profile",
                        "is now called " + now + "; the old name still works"));
        MailAddress sender = MailAddress.of("a@example.com");
        assertThat(loaded.ruleSet().settingsOf(sender))
                .isEqualTo(load(now).ruleSet().settingsOf(sender));
    }

    @ParameterizedTest
    @CsvSource({
        "cnsa-1, 2026-12-31, 2027-01-01, new national security systems need CNSA 2.0: profile cnsa-2",
        "bsi-tr-02102-2026, 2030-12-31, 2031-01-01, 'the BSI takes classical key agreement alone until the end of 2031"
                + " only, and until the end of 2030 where very much is at stake'"
    })
    void aProfileWarnsFromItsDayOn(String profile, LocalDate before, LocalDate day, String message) {
        RuleSet rules = load(profile).ruleSet();
        assertThat(rules.warnings(before)).isEmpty();
        assertThat(rules.warnings(day))
                .containsExactly(Problem.warning("policy.yaml", 4, "mailboxPolicies.default.profile", message));
    }

    @Test
    void noOtherWarnsEver() {
        for (String profile : List.of("modern", "outlook-compatible", "cnsa-2", "edi-energy-2025", "danish-edag2")) {
            assertThat(load(profile).ruleSet().warnings(LocalDate.MAX)).isEmpty();
        }
    }

    private static RuleSet.Loaded load(String profile) {
        return (RuleSet.Loaded) RuleSet.read("policy.yaml", """
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { profile: %s }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """.formatted(profile));
    }
}
