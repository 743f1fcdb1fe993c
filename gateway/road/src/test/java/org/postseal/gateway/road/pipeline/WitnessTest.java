package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.directory.Brought;

class WitnessTest {
    /** A message with ten signers and eight certificates for each may otherwise begin eighty searches in a maze. */
    @Test
    void afterFiveCertificatesWithoutAPathNoOtherIsLookedAt() {
        Answering store = new Answering(new CertificateStatus.Untrusted("no path to a trust anchor"));
        Witness witness = new Witness(store);
        for (int i = 0; i < 5; i++) {
            assertThat(validate(witness).status()).isEqualTo(store.status);
        }

        assertThat(validate(witness).status())
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.INTERNAL, "gave up after 5 certificates without a path"));
        assertThat(store.times).hasSize(5);
        // Parts below the root must not use up the limit of the message.
        assertThat(validate(witness.apart()).status()).isEqualTo(store.status);
        assertThat(validate(new Witness(store)).status()).isEqualTo(store.status);
    }

    /** Such an answer costs no search, or the view of the next recipient asks again and gets the same answer. */
    @ParameterizedTest
    @CsvSource({"usable", "expired", "usage", "revocation"})
    void otherAnswersAreNotCounted(String answer) {
        Answering store = new Answering(
                switch (answer) {
                    case "usable" -> new CertificateStatus.Usable();
                    case "expired" -> new CertificateStatus.Expired(Instant.EPOCH);
                    case "usage" -> new CertificateStatus.WrongUsage("for encryption");
                    default -> new CertificateStatus.RevocationUnknown("no list");
                });
        Witness witness = new Witness(store);
        for (int i = 0; i < 9; i++) {
            assertThat(validate(witness).status()).isEqualTo(store.status);
        }

        assertThat(store.times).hasSize(9);
    }

    private static PathVerdict validate(Witness witness) {
        return witness.validate(
                Parties.issued(Parties.BOB).certificate(), Brought.of(List.of()), CertificatePurpose.SIGN, Parties.NOW);
    }

    private static final class Answering extends AlteredStore {
        private final CertificateStatus status;
        private final List<Instant> times = new ArrayList<>();

        Answering(CertificateStatus status) {
            this.status = status;
        }

        @Override
        public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
            times.add(time);
            return new PathVerdict(status, List.of(), time);
        }
    }
}
