package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.access;
import static org.postseal.certstore.path.ListMaker.listsAt;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathEvidence.Kind;
import org.postseal.certstore.PathEvidence.Part;
import org.postseal.certstore.PathEvidence.Revocation.Answered;
import org.postseal.certstore.PathEvidence.Revocation.Unanswered;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.ListMaker;

/** Checks which evidence a verdict names, and which answers are handed over to be kept. */
class PathEvidenceTest {
    private static final Instant THEN = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant TOMORROW = NOW.plusSeconds(86_400);

    @AutoClose
    private final Bench bench = new Bench(RevocationOrder.OCSP_THEN_CRL);

    private final MailCertificate leaf = bench.root.leaf(listsAt(bench.server.uri("/crl")));

    @Test
    void theListThatCountedIsNamedAndHandedOver() {
        RevocationList list = ListMaker.current(bench.root).list();
        bench.server.on("/crl", TestServer.body(list.encoded()));
        PathVerdict verdict = bench.validate(leaf);
        assertThat(verdict.evidence())
                .isEqualTo(path(new Answered(Kind.CRL, sha256(list.encoded()), list.thisUpdate(), list.nextUpdate())));
        assertThat(bench.kept).containsExactly(Kind.CRL + " " + sha256(list.encoded()));
        // The second verdict is remembered, and no server is asked.
        assertThat(bench.validate(leaf).evidence()).isEqualTo(verdict.evidence());
        assertThat(bench.server.hits()).isEqualTo(1);
    }

    @Test
    void soIsOneThatRevokes() {
        RevocationList list =
                ListMaker.current(bench.root).revoke(leaf, THEN, 1).list();
        bench.server.on("/crl", TestServer.body(list.encoded()));
        assertThat(bench.validate(leaf).evidence())
                .isEqualTo(path(new Answered(Kind.CRL, sha256(list.encoded()), list.thisUpdate(), list.nextUpdate())));
        assertThat(bench.kept).containsExactly(Kind.CRL + " " + sha256(list.encoded()));
    }

    @Test
    void anotherListOfTheSameTimesIsAnotherOne() {
        bench.server.on(
                "/crl", TestServer.body(ListMaker.current(bench.root).list().encoded()));
        PathVerdict verdict = bench.validate(leaf);
        RevocationList other = ListMaker.current(bench.root)
                .revoke(java.math.BigInteger.TEN, THEN, 1)
                .list();
        assertThat(verdict.evidence().parts().getFirst().revocation())
                .isNotEqualTo(List.of(
                        new Answered(Kind.CRL, sha256(other.encoded()), other.thisUpdate(), other.nextUpdate())));
    }

    @Test
    void theResponseThatCountedIsNamed() {
        MailCertificate asked = bench.root.leaf(access(AccessDescription.id_ad_ocsp, bench.server.uri("/ocsp")));
        bench.server.on("/ocsp", new OcspServerTest.Answer(bench.root).served());
        PathEvidence evidence = bench.validate(asked).evidence();
        assertThat(bench.kept).hasSize(1);
        String digits = bench.kept.getFirst().substring("OCSP ".length());
        assertThat(evidence)
                .isEqualTo(new PathEvidence(List.of(
                        new Part(
                                asked,
                                List.of(new Answered(
                                        Kind.OCSP, digits, NOW.minusSeconds(3_600), Optional.of(TOMORROW)))),
                        anchor())));
        assertThat(digits).hasSize(64);
    }

    @Test
    void whereNobodyAnswersThatIsSaid() {
        bench.server.on("/crl", TestServer.body(new byte[] {1}));
        assertThat(bench.validate(leaf, RevocationMode.SOFT).evidence())
                .isEqualTo(path(new Unanswered("unknown: no OCSP responder; no list at " + bench.server.uri("/crl"))));
        assertThat(bench.kept).isEmpty();
        assertThat(bench.validate(leaf, RevocationMode.OFF).evidence())
                .isEqualTo(path(new Unanswered("revocation is not asked for")));
    }

    private PathEvidence path(PathEvidence.Revocation ofLeaf) {
        return new PathEvidence(List.of(new Part(leaf, List.of(ofLeaf)), anchor()));
    }

    private Part anchor() {
        return new Part(bench.anchor, List.of(new Unanswered("trust anchor")));
    }

    private static String sha256(byte[] octets) {
        return CertificateId.of(octets).hex();
    }
}
