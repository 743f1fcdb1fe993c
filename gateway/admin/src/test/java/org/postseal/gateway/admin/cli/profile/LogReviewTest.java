package org.postseal.gateway.admin.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.policy.settings.Profile;
import org.postseal.policy.settings.ProfileTable;

class LogReviewTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bsi-tr-02102-2026 | 2031-12-31 | encrypted AES256_GCM ECDH       | clear     | 0
            bsi-tr-02102-2026 | 2032-01-01 | encrypted AES256_GCM ECDH       | clear     | 1
            bsi-tr-02102-2026 | 2026-12-01 | encrypted AES256_GCM ML-KEM     | clear     | 1
            cnsa-2            | 2027-02-01 | encrypted AES256_GCM ML-KEM     | clear     | 0
            cnsa-2            | 2027-02-01 | encrypted AES128_GCM ML-KEM     | clear     | 1
            cnsa-1            | 2026-12-01 | signed SHA384 by the domain     | clear     | 0
            cnsa-1            | 2026-12-01 | signed SHA256 by the domain     | clear     | 1
            cnsa-1            | 2026-12-01 | opened TRIPLE_DES_CBC           | encrypted | 0
            danish-edag2      | 2026-12-01 | kept                            | signed    | 0
            danish-edag2      | 2026-12-01 | kept                            | clear     | 1
            edi-energy-2025   | 2026-12-01 | kept                            | encrypted | 0
            edi-energy-2025   | 2026-12-01 | opened AES128_GCM               | encrypted | 2
            edi-energy-2025   | 2026-12-01 | kept                            | signed    | 1
            """)
    void whatWasMadeAndWhatLeftAsItCameIsHeldAgainstTheProfile(
            String profile, String day, String made, String came, int findings) {
        ProfileTable table = ProfileTable.of(Objects.requireNonNull(Profile.WORDS.get(profile)));
        assertThat(findings(table, Set.of(), line(day, made, came))).hasSize(findings);
        assertThat(findings(table, Set.of("market"), line(day, made, came))).isEmpty();
    }

    private static List<Finding> findings(ProfileTable table, Set<String> scope, AuditLine line) {
        LogReview review = new LogReview(table, scope);
        review.take(line);
        return review.findings();
    }

    private static AuditLine line(String day, String made, String came) {
        return new AuditLine(
                "",
                Map.of(
                        "@timestamp", List.of(day + "T08:00:00Z"),
                        "event.action", List.of("recipient-done"),
                        "event.outcome", List.of("success"),
                        "postseal.decision", List.of("deliver"),
                        "postseal.direction", List.of("outbound"),
                        "postseal.mailbox_policy", List.of("default"),
                        "postseal.protection", List.of(made),
                        "postseal.facts.content", List.of(came),
                        "email.to.address", List.of("bob@partner.example"),
                        "rule.id", List.of("rest")));
    }
}
