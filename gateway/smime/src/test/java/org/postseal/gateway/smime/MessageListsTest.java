package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.TestAuthority.LEAF_KEY;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.path.IssuerLookup;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.PathSettings;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationChecker;
import org.postseal.certstore.revocation.RevocationSettings;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.gateway.smime.SignatureVerdict.Invalid;
import org.postseal.gateway.smime.SignatureVerdict.Unverifiable;
import org.postseal.gateway.smime.SignatureVerdict.Valid;
import org.postseal.gateway.testkit.Await;

/**
 * Uses revocation lists inside the signed-data of a message, while the place that the signer's certificate names cannot
 * be reached.
 */
class MessageListsTest {
    private static final Instant THEN = Instant.parse("2026-03-01T00:00:00Z");

    private final TestAuthority root = new TestAuthority("root");
    private final MailCertificate anchor = root.root();
    private final MailCertificate leaf =
            root.leaf(ListMaker.listsAt("http://127.0.0.1:" + Await.freePorts(1).getFirst() + "/crl"));
    private final KeyHandle key = LEAF_KEY.handle(leaf, List.of());
    private final SignatureVerdict valid = new Valid(leaf, List.of(leaf, anchor));
    private final SignatureVerdict revoked = new Invalid(Cause.CERTIFICATE_REVOKED, Optional.of(leaf));
    private final SignatureVerdict unknown = new Unverifiable(Cause.REVOCATION_UNKNOWN, Optional.of(leaf));

    @Test
    void withoutThemTheSignerIsNotKnownToBeRevoked() throws Exception {
        assertThat(verdict(RevocationMode.SOFT)).isEqualTo(valid);
        assertThat(verdict(RevocationMode.HARD)).isEqualTo(unknown);
    }

    @Test
    void aListOfTheIssuersThatNamesTheSignerRevokesHim() throws Exception {
        byte[] list = ListMaker.current(root).revoke(leaf, THEN, 1).der();
        assertThat(verdict(RevocationMode.SOFT, list)).isEqualTo(revoked);
        assertThat(verdict(RevocationMode.HARD, list)).isEqualTo(revoked);
        byte[] older = ListMaker.dated(root, NOW.minusSeconds(7_200), NOW.plusSeconds(3_600))
                .der();
        assertThat(verdict(RevocationMode.SOFT, older, list)).isEqualTo(revoked);
        assertThat(verdict(RevocationMode.OFF, list)).isEqualTo(valid);
    }

    @Test
    void aCurrentListOfTheIssuersThatDoesNotNameHimIsAnAnswer() throws Exception {
        assertThat(verdict(RevocationMode.HARD, ListMaker.current(root).der())).isEqualTo(valid);
    }

    @Test
    void whatTheIssuerDidNotSignOrIsOfAnotherTimeSaysNothing() throws Exception {
        byte[] forged = ListMaker.current(new TestAuthority("root"))
                .revoke(leaf, THEN, 1)
                .der();
        byte[] foreign = ListMaker.current(new TestAuthority("other"))
                .revoke(leaf, THEN, 1)
                .der();
        byte[] altered = ListMaker.current(root).der();
        altered[altered.length - 1] ^= 1;
        byte[] expired = ListMaker.dated(root, NOW.minusSeconds(7_200), NOW.minusSeconds(3_600))
                .der();
        byte[] future = ListMaker.dated(root, NOW.plusSeconds(86_400), NOW.plusSeconds(172_800))
                .der();
        byte[] noList = new DERSequence(new ASN1Integer(1)).getEncoded();
        for (byte[] useless : List.of(forged, foreign, altered, expired, future, noList)) {
            assertThat(verdict(RevocationMode.SOFT, useless)).isEqualTo(valid);
            assertThat(verdict(RevocationMode.HARD, useless)).isEqualTo(unknown);
        }
    }

    @Test
    void theirNumberIsLimited() throws Exception {
        byte[] list = ListMaker.current(root).der();
        int most = CmsLimits.DEFAULT.revocationLists();
        assertThat(verdict(RevocationMode.HARD, Collections.nCopies(most, list).toArray(byte[][]::new)))
                .isEqualTo(valid);
        assertThat(verdict(
                        RevocationMode.HARD, Collections.nCopies(most + 1, list).toArray(byte[][]::new)))
                .isEqualTo(SignatureVerdict.of(Cause.LIMIT_EXCEEDED, Optional.empty()));
    }

    private SignatureVerdict verdict(RevocationMode mode, byte[]... lists) throws Exception {
        ASN1EncodableVector vector = new ASN1EncodableVector();
        for (byte[] list : lists) {
            vector.add(ASN1Primitive.fromByteArray(list));
        }
        byte[] object = new ContentInfo(
                        CMSObjectIdentifiers.signedData,
                        new SignedData(
                                new DERSet(DigestAlgorithm.SHA256.identifier()),
                                new ContentInfo(CMSObjectIdentifiers.data, null),
                                new DERSet((ASN1Encodable) leaf.holder().toASN1Structure()),
                                lists.length == 0 ? null : new DERSet(vector),
                                new DERSet(SignedDataForge.signer(key, SignedDataForge.attributes(key)))))
                .getEncoded("DER");
        PathValidator validator = new PathValidator(
                List.of(anchor),
                List.of(),
                IssuerLookup.NONE,
                PathSettings.DEFAULTS,
                Optional.of(new RevocationChecker(
                        RevocationSettings.DEFAULTS,
                        new BoundedFetcher(FETCHING),
                        new MemoryRevocationStore(1_000_000),
                        List.of())),
                Optional.empty());
        return Mail.verify(SignedDataForge.clearSigned(object), Pki.ALICE, new TrustingStore(validator, mode), NOW);
    }

    private static final FetchSettings FETCHING = new FetchSettings(
            Duration.ofMillis(500),
            Duration.ofMillis(1_000),
            List.of(),
            List.of(AddressRange.of("127.0.0.1/32")),
            Set.of(),
            2);
}
