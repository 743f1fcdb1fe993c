package org.postseal.gateway.road.pipeline;

import static org.postseal.gateway.road.pipeline.SpoofForge.ENTITY;
import static org.postseal.gateway.road.pipeline.SpoofForge.FROM_BOB;
import static org.postseal.gateway.road.pipeline.SpoofForge.certificate;
import static org.postseal.gateway.road.pipeline.SpoofForge.certificates;
import static org.postseal.gateway.road.pipeline.SpoofForge.clear;
import static org.postseal.gateway.road.pipeline.SpoofForge.detached;
import static org.postseal.gateway.road.pipeline.SpoofForge.signedData;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

/** Makes tricks with certificates (C4): the signer claims to be Bob, and no authority that we trust confirms it. */
final class TrustSpoofs {
    private static final Instant FROM = Parties.NOW.minus(Duration.ofDays(100));
    private static final Instant UNTIL = Parties.NOW.plus(Duration.ofDays(100));
    /** Another authority with the same name as ours. */
    private static final CertificateAuthority OTHER = CertificateAuthority.create("Postseal Test", FROM, UNTIL);

    private static final IssuedCertificate STRANGER =
            OTHER.issue(Parties.BOB, KeyAlgorithm.P256, Profile.DUAL, FROM, UNTIL);
    private static final SpoofForge.Signer EVE = SpoofForge.Signer.of(SpoofForge.EVE);
    private static final IssuedCertificate BOB = Parties.issued(Parties.BOB);

    private TrustSpoofs() {}

    static SpoofForge.Signer stranger() {
        return SpoofForge.Signer.of(STRANGER);
    }

    static List<Spoof> all() {
        X509CertificateHolder eve = EVE.certificate();
        X509CertificateHolder selfMade =
                certificate(new X500Name("CN=Bob"), EVE.key(), BigInteger.ONE, eve(), "bob@partner.example");
        X509CertificateHolder byEndEntity =
                certificate(eve.getSubject(), EVE.key(), BigInteger.TWO, eve(), "bob@partner.example");
        X509CertificateHolder namesake = certificate(
                BOB.certificate().holder().getIssuer(),
                EVE.key(),
                BOB.certificate().serialNumber(),
                eve(),
                "bob@partner.example");
        String untrusted = "smime=policy reason=\"certificate untrusted\" body.smime-part=2";
        return List.of(
                Spoof.of(
                        "C4 another authority of the same name, its certificates in the mail",
                        signed(stranger(), OTHER.issuer().holder(), OTHER.root().holder()),
                        "invalid CERTIFICATE_UNTRUSTED",
                        untrusted),
                Spoof.of("C4 signed by himself", signed(EVE.as(selfMade)), "invalid CERTIFICATE_UNTRUSTED", untrusted),
                Spoof.of(
                        "C4 issued by a user of an authority that we trust",
                        signed(EVE.as(byEndEntity), eve),
                        "invalid CERTIFICATE_UNTRUSTED",
                        untrusted),
                Spoof.of(
                        "C4 issuer and number of Bob's certificate with another key, alone",
                        signed(EVE.as(namesake)),
                        "invalid CERTIFICATE_UNTRUSTED",
                        untrusted),
                Spoof.of(
                        "C4 issuer and number of Bob's certificate with another key, beside it",
                        signed(EVE.as(namesake), BOB.certificate().holder()),
                        "invalid CERTIFICATE_UNTRUSTED",
                        untrusted),
                Spoof.of(
                        "C4 in the name of Bob's certificate, by another key",
                        signed(EVE.as(BOB.certificate().holder())),
                        "invalid SIGNATURE_WRONG",
                        "smime=fail reason=\"signature wrong\" body.smime-part=2"),
                Spoof.of(
                        "C4 run out, and signed by its own words when it had not",
                        signed(SpoofForge.Signer.of(Parties.request(Parties.BOB)
                                        .validity(FROM.minus(Duration.ofDays(900)), FROM)
                                        .issue())
                                .at(FROM.minus(Duration.ofDays(1)))),
                        "invalid CERTIFICATE_EXPIRED",
                        "smime=policy reason=\"certificate expired\" body.smime-part=2"),
                Spoof.of(
                        "C4 not valid yet, and signed by its own words when it will be",
                        signed(SpoofForge.Signer.of(Parties.request(Parties.BOB)
                                        .validity(UNTIL, UNTIL.plus(Duration.ofDays(900)))
                                        .issue())
                                .at(UNTIL.plus(Duration.ofDays(1)))),
                        "invalid CERTIFICATE_NOT_YET_VALID",
                        "smime=policy reason=\"certificate not yet valid\" body.smime-part=2"),
                Spoof.of(
                        "C4 a certificate for code",
                        signed(SpoofForge.Signer.of(Parties.request(Parties.BOB)
                                .extendedKeyUsage(KeyPurposeId.id_kp_codeSigning)
                                .issue())),
                        "invalid CERTIFICATE_WRONG_USAGE",
                        "smime=policy reason=\"certificate wrong usage\" body.smime-part=2"),
                Spoof.of(
                        "C4 a certificate for encryption only",
                        signed(SpoofForge.Signer.of(Parties.request(Parties.BOB)
                                .profile(Profile.ENCRYPT)
                                .issue())),
                        "invalid CERTIFICATE_WRONG_USAGE",
                        "smime=policy reason=\"certificate wrong usage\" body.smime-part=2"),
                Spoof.of(
                        "C4 by SHA-1",
                        clear(
                                FROM_BOB,
                                ENTITY,
                                detached(
                                        ENTITY,
                                        SpoofForge.Signer.of(Parties.BOB).by("SHA1withECDSA"))),
                        "unverifiable ALGORITHM_WEAK",
                        "smime=policy reason=\"algorithm weak\" body.smime-part=2"));
    }

    private static IssuedCertificate eve() {
        return Parties.issued(SpoofForge.EVE);
    }

    private static String signed(SpoofForge.Signer signer, X509CertificateHolder... beside) {
        List<X509CertificateHolder> all = new ArrayList<>(certificates(signer));
        all.addAll(List.of(beside));
        return clear(FROM_BOB, ENTITY, signedData(ENTITY, false, List.of(signer), all));
    }
}
