package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Harvest.State;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.smime.VerifiedSigner;
import org.postseal.gateway.testkit.Await;

class HarvesterTest {
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create(
            "Harvest", Parties.NOW.minus(Duration.ofDays(100)), Parties.NOW.plus(Duration.ofDays(100)));
    private static final MailCertificate CARLS = Parties.issued(Parties.CARL).certificate();
    private static final SmimeCapabilities GCM = reads(NISTObjectIdentifiers.id_aes256_GCM);
    private static final SmimeCapabilities CBC = reads(NISTObjectIdentifiers.id_aes256_CBC);

    @TempDir
    private Path folder;

    private CertificateDatabase database;
    private Harvester harvester;

    @BeforeEach
    void open() {
        database = CertificateDatabase.open(folder.resolve("directory.db"));
        harvester = new Harvester(
                database,
                _ -> new PathVerdict(new CertificateStatus.Usable(), List.of(), Parties.NOW),
                RevocationMode.SOFT,
                Clock.fixed(Parties.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        harvester.close();
        database.close();
    }

    @Test
    void capabilitiesOfACertificateInUseAreRemembered() {
        MailCertificate first = certificate();
        teach(first, GCM, 10);
        assertThat(capabilities(first)).contains(GCM);
        assertThat(states()).containsExactly(State.ACTIVE);
        // The newest announcement counts, also for a certificate that is known already.
        teach(first, CBC, 5);
        assertThat(capabilities(first)).contains(CBC);
    }

    @Test
    void thoseOfOneThatIsHeldOrDismissedAreNot() {
        MailCertificate first = certificate();
        MailCertificate second = certificate();
        teach(first, GCM, 10);
        teach(second, CBC, 9);
        assertThat(states()).containsExactly(State.ACTIVE, State.HELD);
        assertThat(capabilities(second)).isEmpty();

        // By now it is known as held.
        teach(second, GCM, 8);
        assertThat(capabilities(second)).isEmpty();
        database.harvest().dismiss(Parties.BOB, second.id(), Act.of("tester", Parties.NOW));
        teach(second, reads(NISTObjectIdentifiers.id_aes128_CBC), 7);
        assertThat(capabilities(second)).isEmpty();
        assertThat(capabilities(first)).contains(GCM);
    }

    /**
     * Waits until the certificate is learnt or passed over. Lessons are taken in turn, and the lesson about Carl that
     * comes after it leaves a trace.
     */
    private void teach(MailCertificate certificate, SmimeCapabilities capabilities, int minutesAgo) {
        SmimeCapabilities trace = reads(new ASN1ObjectIdentifier("1.2.3." + minutesAgo));
        harvester.verified(signer(Parties.BOB, certificate, capabilities, minutesAgo));
        harvester.verified(signer(Parties.CARL, CARLS, trace, minutesAgo));
        Await.until(() -> capabilities(CARLS).equals(Optional.of(trace)), () -> "nothing is learnt at all");
    }

    private static VerifiedSigner signer(
            MailAddress address, MailCertificate certificate, SmimeCapabilities capabilities, int minutesAgo) {
        return new VerifiedSigner(
                address,
                certificate,
                new VerifiedSigner.Claims(
                        Optional.of(Parties.NOW.minus(Duration.ofMinutes(minutesAgo))),
                        Optional.of(capabilities),
                        Optional.of(certificate)),
                Parties.NOW,
                List.of(),
                false,
                Optional.of("NeoMutt/" + minutesAgo));
    }

    private static MailCertificate certificate() {
        return AUTHORITY
                .request(Parties.BOB)
                .validity(Parties.NOW.minus(Duration.ofDays(1)), Parties.NOW.plus(Duration.ofDays(1)))
                .issue()
                .certificate();
    }

    private Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
        return database.capabilities().of(certificate);
    }

    private List<State> states() {
        return database.harvest().of(Parties.BOB).stream()
                .map(each -> each.state())
                .toList();
    }

    private static SmimeCapabilities reads(ASN1ObjectIdentifier algorithm) {
        return new SmimeCapabilities(List.of(new AlgorithmIdentifier(algorithm)));
    }
}
