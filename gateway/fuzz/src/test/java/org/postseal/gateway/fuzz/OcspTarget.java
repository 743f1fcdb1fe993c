package org.postseal.gateway.fuzz;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.postseal.certstore.revocation.RevocationOrder;
import org.postseal.certstore.revocation.RevocationStore;
import org.postseal.certstore.revocation.StoredAnswer;

/** Takes the octets as the answer of a responder, which the store of answers gives for every question. */
final class OcspTarget implements Target {
    private static final Instant HOUR_AGO = Keys.NOW.minusSeconds(3_600);
    private static final Instant TOMORROW = Keys.NOW.plusSeconds(86_400);

    private byte[] answer = {};
    private final Revocation revocation = new Revocation(RevocationOrder.OCSP_ONLY, new RevocationStore() {
        @Override
        public Optional<StoredAnswer> get(String key) {
            return Optional.of(new StoredAnswer(answer, HOUR_AGO, TOMORROW));
        }

        @Override
        public void put(String key, StoredAnswer other) {
            // No server is asked, so there is nothing to keep.
        }
    });

    @Override
    public String take(byte[] octets) {
        answer = octets;
        return revocation.judge(List.of());
    }

    @Override
    public Map<String, byte[]> made() throws Exception {
        CertificateStatus revoked = new RevokedStatus(Date.from(HOUR_AGO), 1);
        return Map.of(
                "good", signed(Keys.ROOT, Map.of(Keys.ALICE, Optional.empty())),
                "revoked", signed(Keys.ROOT, Map.of(Keys.CAROL, Optional.of(revoked))),
                "revoked-both",
                        signed(Keys.ROOT, Map.of(Keys.ALICE, Optional.empty(), Keys.CAROL, Optional.of(revoked))),
                "unknown-signer", signed(Keys.CAROL, Map.of(Keys.CAROL, Optional.empty())),
                "unknown-later",
                        new OCSPRespBuilder()
                                .build(OCSPRespBuilder.TRY_LATER, null)
                                .getEncoded());
    }

    private static byte[] signed(Keys signer, Map<Keys, Optional<CertificateStatus>> answers) throws Exception {
        var digest = new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
        BasicOCSPRespBuilder builder =
                new BasicOCSPRespBuilder(new RespID(signer.certificate().subject()));
        answers.forEach((whose, status) -> {
            try {
                builder.addResponse(
                        new CertificateID(
                                digest,
                                Keys.ROOT.certificate().holder(),
                                whose.certificate().serialNumber()),
                        status.orElse(CertificateStatus.GOOD),
                        Date.from(HOUR_AGO),
                        Date.from(TOMORROW));
            } catch (org.bouncycastle.cert.ocsp.OCSPException e) {
                throw new IllegalStateException(e);
            }
        });
        var chain = new org.bouncycastle.cert.X509CertificateHolder[] {
            signer.certificate().holder()
        };
        return new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        builder.build(signer.key().certificateSigner(), chain, Date.from(Keys.NOW)))
                .getEncoded();
    }

    @Override
    public List<String> samples() {
        return List.of();
    }
}
