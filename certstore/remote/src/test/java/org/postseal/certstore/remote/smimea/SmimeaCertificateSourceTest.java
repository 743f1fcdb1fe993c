package org.postseal.certstore.remote.smimea;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;

class SmimeaCertificateSourceTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);
    private static final MailCertificate LEAF = CA.issue(
                    MailAddress.of("alice@example.com"), KeyAlgorithm.P256, Profile.ENCRYPT, START, END)
            .certificate();
    private static final Duration TTL = Duration.ofMinutes(10);

    @Test
    void theUsageSaysWhoVouches() throws Exception {
        assertThat(read(whole(0, LEAF)).candidates())
                .containsExactly(candidate("SMIMEA 0 0 0", new Vouching.DnssecAuthority(LEAF, true)));
        assertThat(read(whole(1, LEAF)).candidates()).containsExactly(candidate("SMIMEA 1 0 0", new Vouching.Path()));
        assertThat(read(whole(2, LEAF)).candidates())
                .containsExactly(candidate("SMIMEA 2 0 0", new Vouching.DnssecAuthority(LEAF, false)));
        assertThat(read(whole(3, LEAF)).candidates())
                .containsExactly(candidate("SMIMEA 3 0 0", new Vouching.DnssecCertificate()));
    }

    @Test
    void anIssuerHelpsAndIsNoCandidate() throws Exception {
        SmimeaCertificateSource.Found found = read(whole(0, CA.issuer()), whole(3, LEAF));
        assertThat(found.candidates())
                .containsExactly(candidate("SMIMEA 3 0 0", new Vouching.DnssecCertificate(), CA.issuer()));
        assertThat(found.explanation())
                .isEqualTo(
                        "2 records: 1 certificates, 1 issuers, 0 without a certificate, 0 of unknown kind, 0 refused");
        assertThat(read(whole(2, CA.root())).candidates()).isEmpty();
    }

    @Test
    void anAnchorVouchesForWhatNeedsAPath() throws Exception {
        assertThat(read(whole(2, CA.issuer()), whole(1, LEAF)).candidates())
                .containsExactly(
                        candidate("SMIMEA 1 0 0", new Vouching.Path(), CA.issuer()),
                        candidate("SMIMEA 1 0 0", new Vouching.DnssecAuthority(CA.issuer(), false), CA.issuer()));
    }

    @Test
    void digestsAndBareKeysOfferNothing() throws Exception {
        byte[] der = LEAF.holder().getEncoded();
        SmimeaCertificateSource.Found found = read(
                SmimeaRecord.of(3, 0, 1, MessageDigest.getInstance("SHA-256").digest(der))
                        .orElseThrow(),
                SmimeaRecord.of(3, 1, 0, LEAF.holder().getSubjectPublicKeyInfo().getEncoded())
                        .orElseThrow());
        assertThat(found.candidates()).isEmpty();
        assertThat(found.explanation())
                .isEqualTo(
                        "2 records: 0 certificates, 0 issuers, 2 without a certificate, 0 of unknown kind, 0 refused");
    }

    @Test
    void capabilitiesComeFromTheCertificate() throws Exception {
        AlgorithmIdentifier gcm = new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_GCM);
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        X500Name name = new X500Name("CN=alice");
        MailCertificate certificate = MailCertificate.of(new X509v3CertificateBuilder(
                        name, BigInteger.ONE, Date.from(START), Date.from(END), name, key.publicKey())
                .addExtension(PKCSObjectIdentifiers.pkcs_9_at_smimeCapabilities, false, new DERSequence(gcm))
                .build(key.certificateSigner())
                .getEncoded());
        assertThat(read(whole(3, certificate)).candidates())
                .extracting(Candidate::capabilities)
                .containsExactly(Optional.of(new SmimeCapabilities(List.of(gcm))));
    }

    private static SmimeaCertificateSource.Found read(SmimeaRecord... records) {
        return SmimeaCertificateSource.read(new SmimeaAnswer.Secure(List.of(records), 0, TTL));
    }

    private static SmimeaRecord whole(int usage, MailCertificate certificate) throws Exception {
        return SmimeaRecord.of(usage, 0, 0, certificate.holder().getEncoded()).orElseThrow();
    }

    private static Candidate candidate(String origin, Vouching vouching, MailCertificate... helpers) {
        return new Candidate(
                LEAF, origin, 0, false, List.of(), List.of(helpers), Optional.empty(), vouching, Optional.of(TTL));
    }
}
