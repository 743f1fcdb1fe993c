package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;
import org.postseal.gateway.mail.Peer;

/** Checks what the record says about certificates that were not used, about settings, and about what left. */
final class RejectedTest {
    private static final CertificateStatus EXPIRED = new CertificateStatus.Expired(Instant.EPOCH);

    /** Bob has many certificates, and none is usable. */
    private record NothingOfBobs(CertificateStore store, int count) implements ForwardingCertificateStore {
        @Override
        public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
            return recipient.equals(Parties.BOB)
                    ? new CertificateChoice.NoneUsable<>(
                            EXPIRED,
                            java.util.stream.IntStream.range(0, count)
                                    .mapToObj(i -> new CertificateChoice.Considered(id(i), "ldap:corp", EXPIRED))
                                    .toList())
                    : store.encryptionCertificate(recipient, time);
        }
    }

    @Test
    void theRecordNamesThemWithSourceAndCause() {
        TestRoad road = road(2);
        road.send(Letter.submitted(Peer.Protocol.LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        assertThat(road.audited(done -> done.protection().rejected()))
                .containsExactly(List.of(
                        "bob@partner.example:" + id(0).hex() + ", ldap:corp, " + EXPIRED.text(),
                        "bob@partner.example:" + id(1).hex() + ", ldap:corp, " + EXPIRED.text()));
        assertThat(road.audited(done -> done.delivery().size())).containsExactly(Optional.empty());
    }

    @Test
    void noMoreThanTen() {
        TestRoad road = road(40);
        road.send(Letter.submitted(Peer.Protocol.LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        assertThat(road.audited(done -> done.protection().rejected()).getFirst())
                .hasSize(Rejected.MOST);
    }

    @Test
    void whoIsNotAskedAboutRejectsNothing() {
        TestRoad road = new TestRoad(new NothingOfBobs(Parties.STORE, 2));
        road.send(Letter.submitted(Peer.Protocol.LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        assertThat(road.audited(done -> done.protection().rejected())).containsExactly(List.of());
        assertThat(road.audited(done -> done.delivery().size()).getFirst())
                .contains((long) TestRoad.octets(TestRoad.toAll("bob@partner.example")).length);
    }

    private static TestRoad road(int count) {
        return new TestRoad(
                new NothingOfBobs(Parties.STORE, count),
                "{ id: encrypt, when: { direction: outbound }, then: { encrypt: required } }");
    }

    private static CertificateId id(int number) {
        return new CertificateId("%064x".formatted(number));
    }
}
