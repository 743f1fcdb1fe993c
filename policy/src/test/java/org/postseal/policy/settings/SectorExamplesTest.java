package org.postseal.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.policy.reading.PolicyReader;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.yaml.Problems;

/** Tests that each profile of a standard has an example, and that the example does what the profile says. */
class SectorExamplesTest {
    private static final Path EXAMPLES = Path.of("../etc/examples");

    @Test
    void everyStandardHasAnExampleThatAgreesWithIt() throws IOException {
        Set<Profile> used = EnumSet.noneOf(Profile.class);
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            for (Path folder : folders.sorted().toList()) {
                String yaml = Files.readString(folder.resolve("policy.yaml"));
                MailboxPolicies policies = PolicyReader.read(yaml, new Problems(folder.toString()))
                        .map(Policy::mailboxPolicies)
                        .orElseThrow();
                policies.all()
                        .forEach(policy -> policy.profile().ifPresent(profile -> {
                            used.add(profile);
                            assertAgrees(folder, policies, policy, ProfileTable.of(profile));
                        }));
            }
        }
        assertThat(Stream.of(Profile.values())
                        .filter(each -> ProfileTable.of(each).isStandard()))
                .isNotEmpty()
                .allMatch(used::contains);
    }

    private static void assertAgrees(Path folder, MailboxPolicies policies, MailboxPolicy policy, ProfileTable table) {
        // The level of default is that of the organisation.
        Settings settings = policies.level(
                policies.organisation(), policy, policy.appliesTo().rank());
        MailboxParameter.all()
                .forEach(parameter -> table.get(parameter)
                        .ifPresent(value -> assertThat((Object) settings.value(parameter))
                                .as("%s: %s of %s", folder, parameter, policy.name())
                                .isEqualTo(value)));
    }
}
