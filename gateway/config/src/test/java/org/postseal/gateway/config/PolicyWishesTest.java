package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.RevocationMode;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.Words;
import org.postseal.policy.yaml.YamlReader;

/**
 * Tests that the stricter mode and the shorter time count if both the policy and the section {@code revocation} or
 * {@code directory} of the configuration set one.
 */
class PolicyWishesTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "-    | -                                                    | SOFT",
                "-    | OWACheckCRLOnSend: true                              | HARD",
                "-    | OWACheckCRLOnSend: false                             | SOFT",
                "-    | OWADisableCRLCheck: true                             | OFF",
                "-    | OWADisableCRLCheck: true, OWACheckCRLOnSend: true    | OFF",
                "SOFT | OWADisableCRLCheck: true                             | SOFT",
                "HARD | OWADisableCRLCheck: true                             | HARD",
                "HARD | OWACheckCRLOnSend: false                             | HARD",
                "SOFT | OWACheckCRLOnSend: true                              | HARD",
                "OFF  | OWACheckCRLOnSend: true                              | HARD",
                "OFF  | -                                                    | OFF",
            })
    void revocationMode(RevocationMode configured, String smime, RevocationMode inForce) {
        DirectoryConfig config = withRevocation(configured).with(wishes(smime));
        assertThat(config.revocation().outbound()).isEqualTo(inForce);
        assertThat(config.settings().rules().outbound()).isEqualTo(inForce);
        assertThat(config.settings().rules().inbound()).isEqualTo(RevocationMode.SOFT);
    }

    @ParameterizedTest
    @CsvSource({
        "OWACRLConnectionTimeout: 2000, 2000, 10000",
        "OWACRLConnectionTimeout: 90000, 60000, 10000",
        "OWACRLRetrievalTimeout: 3000, 60000, 3000",
        "OWACRLRetrievalTimeout: 60000, 60000, 10000"
    })
    void timeouts(String smime, long connection, long retrieval) {
        DirectoryConfig config = DirectoryConfig.FILES_ONLY.with(wishes(smime));
        assertThat(config.revocation().settings().crlConnectionTimeout()).isEqualTo(Duration.ofMillis(connection));
        assertThat(config.revocation().settings().crlRetrievalTimeout()).isEqualTo(Duration.ofMillis(retrieval));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, true, true",
                "OWAUseSecondaryProxiesWhenFindingCertificates: false, false, true",
                "OWAAllowUserChoiceOfSigningCertificate: false, true, false"
            })
    void choiceOfCertificates(String smime, boolean secondary, boolean chosen) {
        DirectoryConfig config = DirectoryConfig.FILES_ONLY.with(wishes(smime));
        assertThat(config.settings().rules().useSecondaryProxies()).isEqualTo(secondary);
        assertThat(config.chosenCertificates()).isEqualTo(chosen);
    }

    @ParameterizedTest
    @CsvSource({"60000, 60000", "5000, 5000", "90000, 60000"})
    void groupsAreWaitedForAsLongAsBothAllow(long asked, long inForce) {
        assertThat(DirectoryConfig.FILES_ONLY
                        .with(wishes("OWADLExpansionTimeout: " + asked))
                        .groupLimit())
                .isEqualTo(Duration.ofMillis(inForce));
    }

    private static DirectoryConfig withRevocation(RevocationMode configured) {
        String yaml = configured == null ? "{}" : "revocation: { outbound: " + Words.word(configured) + " }";
        Problems problems = new Problems("postseal.yaml");
        Section root = YamlReader.read(yaml, problems).map(Section::new).orElseThrow();
        DirectoryConfig config = new DirectoryReader(root, new PathReader(Path.of("/"))).read(Optional.empty());
        assertThat(problems.all()).isEmpty();
        return config;
    }

    private static org.postseal.policy.settings.GatewayWishes wishes(String smime) {
        return switch (RuleSet.read("policy.yaml", """
                version: 1
                internal: [example.com]
                smime: { %s }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """.formatted(smime == null ? "" : smime))) {
            case RuleSet.Loaded(RuleSet loaded, var _) -> loaded.wishes();
            case RuleSet.Broken(var problems) -> throw new AssertionError(problems.toString());
        };
    }
}
