package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.bouncycastle.cms.CMSSignedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Believed;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.DomainAuthority;

/** The key of the sender's domain signs mail (RFC 3183). */
class DomainSignatureTest {
    static final IssuedCertificate DOMAIN = Parties.domainAuthority(Parties.ALICE);
    private static final String SIGN = "{ id: sign, when: { direction: outbound }, then: { sign: required, signer: ";

    /** A certificate with the domain's address, and with a common name of a person. */
    private static final IssuedCertificate MISNAMED = Parties.request(DomainAuthority.addressFor(Parties.ALICE))
            .commonName("Postmaster")
            .issue();

    @Test
    void whoBelievesTheDomainBelievesItAndNobodyElse() throws Exception {
        TestRoad road = new TestRoad(with(DOMAIN), SIGN + "domain } }");

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        byte[] sent = road.sent().getFirst().octets();
        SignatureVerifier.Verification believing = check(sent, new Believed(Set.of(), true));
        assertThat(believing.verdict().certificate()).contains(DOMAIN.certificate());
        assertThat(believing.verdict()).isInstanceOf(SignatureVerdict.Valid.class);
        assertThat(believing.signers()).extracting(SignerReport::role).containsExactly(SignerReport.Role.DOMAIN);
        assertThat(check(sent, Believed.NOTHING).verdict())
                .isEqualTo(SignatureVerdict.of(
                        SignatureVerdict.Cause.ADDRESS_MISMATCH, Optional.of(DOMAIN.certificate())));
        assertThat(road.audited(done -> done.protection().added())).containsExactly("signed SHA256 by the domain");
        assertThat(road.audited(done -> done.protection().certificates()))
                .containsExactly(List.of("sign:" + DOMAIN.certificate().id()));
    }

    @Test
    void answersAreToBeEncryptedToTheAuthor() throws Exception {
        TestRoad road = TestRoad.withSmime("OWAClearSign: false", with(DOMAIN), SIGN + "domain } }");

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        road.send(
                Letter.submitted(LMTP, Parties.BOB).from(new ReversePath.Mailbox(Parties.ADAM)),
                TestRoad.message("From: adam@example.com\nTo: bob@partner.example\n", "Hi\n"));

        assertThat(preferred(road.sent().get(0).octets()))
                .contains(new IssuerAndSerialNumber(
                        Parties.issued(Parties.ALICE).certificate().issuer(),
                        Parties.issued(Parties.ALICE).certificate().serialNumber()));
        assertThat(preferred(road.sent().get(1).octets())).isEmpty();
    }

    @Test
    void forWhomHasNoKeyTheDomainSignsAndForTheOthersTheirOwn() {
        TestRoad road = new TestRoad(with(DOMAIN), SIGN + "ownOrDomain } }");

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        road.send(
                Letter.submitted(LMTP, Parties.BOB).from(new ReversePath.Mailbox(Parties.ADAM)),
                TestRoad.message("From: adam@example.com\nTo: bob@partner.example\n", "Hi\n"));

        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("signed SHA256", "signed SHA256 by the domain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"domain", "ownOrDomain"})
    void aKeyWithoutTheNamesOfADomainsSignerIsNone(String signer) {
        TestRoad road = new TestRoad(with(MISNAMED), SIGN + signer + " } }");

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB).from(new ReversePath.Mailbox(Parties.ADAM)),
                        TestRoad.message("From: adam@example.com\nTo: bob@partner.example\n", "Hi\n")))
                .containsExactly(Reply.of(Reason.NO_SIGNING_KEY));
        assertThat(road.sent()).isEmpty();
    }

    @Test
    void bothSignaturesOfATripleWrapAreTheDomains() throws Exception {
        TestRoad road = TestRoad.withSmime(
                "OWATripleWrapSignedEncryptedMail: true",
                with(DOMAIN),
                "{ id: both, when: always, then: { sign: required, encrypt: required, signer: domain } }");

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        assertThat(check(road.sent().getFirst().octets(), new Believed(Set.of(), true))
                        .verdict()
                        .certificate())
                .contains(DOMAIN.certificate());
        assertThat(road.audited(done -> done.protection().added()).getFirst())
                .startsWith("signed SHA256 by the domain, encrypted ")
                .endsWith(", signed SHA256 by the domain");
    }

    /** Returns a store that has this key for our domain. */
    static AlteredStore with(IssuedCertificate authority) {
        return new AlteredStore() {
            @Override
            public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
                return sender.equals(DomainAuthority.addressFor(Parties.ALICE))
                        ? new CertificateChoice.Chosen<>(authority.keyHandle(), List.of())
                        : super.signingKey(sender, place, time);
            }
        };
    }

    private static SignatureVerifier.Verification check(byte[] message, Believed believed) throws Exception {
        return new SignatureVerifier()
                .check(SealedCopy.scan(message), Optional.of(Parties.ALICE), Parties.STORE, Parties.NOW, believed);
    }

    private static Optional<IssuerAndSerialNumber> preferred(byte[] opaque) throws Exception {
        CMSSignedData signed = new CMSSignedData(SealedCopy.cms(opaque));
        return Optional.ofNullable(signed.getSignerInfos()
                        .iterator()
                        .next()
                        .getSignedAttributes()
                        .get(SMIMEAttributes.encrypKeyPref))
                .map(attribute -> IssuerAndSerialNumber.getInstance(ASN1Sequence.getInstance(
                        ASN1TaggedObject.getInstance(attribute.getAttrValues().getObjectAt(0)), false)));
    }
}
