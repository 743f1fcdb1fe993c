package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

/** A recipient has two certificates, one of them for ML-KEM. */
class MlKemBesideTest {
    private static final Instant FROM = Parties.NOW.minus(Duration.ofDays(100));
    private static final Instant UNTIL = Parties.NOW.plus(Duration.ofDays(100));
    private static final IssuedCertificate SECOND = CertificateAuthority.create("Second", FROM, UNTIL)
            .issue(Parties.BOB, KeyAlgorithm.ML_KEM_768, Profile.ENCRYPT, FROM, UNTIL);
    private static final String MAIL =
            "From: alice@example.com\r\nTo: bob@partner.example\r\nSubject: x\r\n\r\nsecret\r\n";

    @ParameterizedTest
    @CsvSource({
        "'', true, true",
        "mlKem: beside, true, true",
        "mlKem: alone, false, true",
        "'keyAlgorithms: [RSA, EC]', true, false",
        "'mlKem: alone, keyAlgorithms: [EC]', true, false"
    })
    void theContentKeyGoesToTheKeysThatThePolicySays(String settings, boolean classical, boolean mlKem) {
        TestRoad road = road(settings, new CertificateChoice.Chosen<>(SECOND.certificate(), List.of()));

        road.send(Letter.submitted(LMTP, Parties.BOB), MAIL);

        Set<BigInteger> serials = new HashSet<>();
        Set<String> recorded = new HashSet<>();
        if (classical) {
            MailCertificate first = Parties.issued(Parties.BOB).certificate();
            serials.add(first.serialNumber());
            recorded.add("encrypt:" + first.id().hex());
        }
        if (mlKem) {
            serials.add(SECOND.certificate().serialNumber());
            recorded.add("encrypt:" + SECOND.certificate().id().hex());
        }
        assertThat(SealedCopy.readers(road.sent().getFirst().octets())).isEqualTo(serials);
        assertThat(new HashSet<>(
                        road.audited(done -> done.protection().certificates()).getFirst()))
                .isEqualTo(recorded);
    }

    @Test
    void whileNobodyCanSayWhetherThereIsASecondOneTheMailWaits() {
        TestRoad road = new TestRoad(true, new PolicyInForce(policy(""), new AlteredStore() {
            @Override
            public CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
                throw new StoreUnavailableException("directory is down");
            }
        }));

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), MAIL))
                .containsExactly(Reply.of(Reason.STORE_UNAVAILABLE));
        assertThat(road.sent()).isEmpty();
    }

    private static TestRoad road(String settings, CertificateChoice<MailCertificate> second) {
        return new TestRoad(true, new PolicyInForce(policy(settings), new AlteredStore() {
            @Override
            public CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
                return second;
            }
        }));
    }

    private static RuleSet policy(String settings) {
        return switch (RuleSet.read("policy.yaml", """
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true%s } }
                rules: [{ id: all, when: always, then: mailboxPolicy }]
                """.formatted(settings.isEmpty() ? "" : ", " + settings))) {
            case RuleSet.Loaded(RuleSet loaded, var _) -> loaded;
            case RuleSet.Broken(var problems) -> throw new AssertionError(problems.toString());
        };
    }
}
