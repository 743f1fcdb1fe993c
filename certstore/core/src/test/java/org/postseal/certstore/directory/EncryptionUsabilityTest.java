package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.directory.Choices.ALIAS;
import static org.postseal.certstore.directory.Choices.EXPIRED;
import static org.postseal.certstore.directory.Choices.USABLE;
import static org.postseal.certstore.directory.Choices.chosen;
import static org.postseal.certstore.directory.Choices.considered;
import static org.postseal.certstore.directory.Choices.none;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.BOB;
import static org.postseal.certstore.directory.Fixture.CA;
import static org.postseal.certstore.directory.Fixture.END;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.START;
import static org.postseal.certstore.directory.Fixture.candidate;
import static org.postseal.certstore.directory.Fixture.certificate;
import static org.postseal.certstore.directory.Fixture.owned;
import static org.postseal.certstore.directory.Fixture.vouched;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateChoice.Considered;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.certstore.source.Candidate.Vouching;

/** Tests which certificates may be used to encrypt, and the reason that is told if none may. */
class EncryptionUsabilityTest {
    private static final MailAddress MAIDEN = MailAddress.of("alice.hargreaves@example.com");

    private final Fixture fixture = new Fixture();

    @Test
    void theReasonToldIsTheOneOfTheNearest() {
        MailCertificate early = certificate(ALICE, NOW.plusSeconds(5), END);
        MailCertificate revoked = certificate(ALICE);
        MailCertificate bobs = certificate(BOB);
        MailCertificate signOnly = certificate(ALICE, START, request -> request.profile(Profile.SIGN));
        MailCertificate blocked = certificate(ALICE);
        fixture.verdicts.statuses.put(revoked.id(), new CertificateStatus.Revoked(START));
        fixture.blocked.put(blocked.id(), "lost laptop");
        fixture.source("ldap:corp", candidate(bobs), candidate(blocked), candidate(signOnly), candidate(revoked));
        fixture.source("smimea", candidate(early));

        CertificateChoice<MailCertificate> choice = choose(ALICE);

        assertThat(choice)
                .isEqualTo(none(
                        new CertificateStatus.NotYetValid(NOW.plusSeconds(5)),
                        considered(early, "smimea", new CertificateStatus.NotYetValid(NOW.plusSeconds(5))),
                        considered(revoked, "ldap:corp", new CertificateStatus.Revoked(START)),
                        considered(
                                signOnly,
                                "ldap:corp",
                                new CertificateStatus.WrongUsage("keyUsage has no keyAgreement")),
                        choice.considered().get(3),
                        choice.considered().get(4)));
        assertThat(choice.considered().subList(3, 5))
                .containsExactlyInAnyOrder(
                        considered(
                                bobs, "ldap:corp", new CertificateStatus.AddressMismatch("it carries bob@example.net")),
                        considered(blocked, "ldap:corp", new CertificateStatus.Blocked("lost laptop")));
    }

    @Test
    void theFirstReasonIsKept() {
        MailCertificate everything = certificate(BOB, START, NOW.minusSeconds(1));
        fixture.source("own", candidate(everything));
        assertThat(choose(ALICE))
                .isEqualTo(none(
                        new CertificateStatus.AddressMismatch("it carries bob@example.net"),
                        considered(
                                everything,
                                "own",
                                new CertificateStatus.AddressMismatch("it carries bob@example.net"))));
        fixture.blocked.put(everything.id(), "no");
        assertThat(choose(ALICE))
                .isEqualTo(none(
                        new CertificateStatus.Blocked("no"),
                        considered(everything, "own", new CertificateStatus.Blocked("no"))));
        assertThat(fixture.verdicts.requests).isEmpty();
    }

    @Test
    void anOwnersOtherAddressIsGoodEnough() {
        MailCertificate ofPrimary = certificate(ALICE);
        fixture.source("ldap:corp", owned(ofPrimary, ALICE, ALIAS, MAIDEN));
        assertThat(choose(ALIAS)).isEqualTo(chosen(ofPrimary, considered(ofPrimary, "ldap:corp", USABLE)));
        assertThat(choose(MAIDEN)).isEqualTo(chosen(ofPrimary, considered(ofPrimary, "ldap:corp", USABLE)));
    }

    @Test
    void withoutSecondaryProxiesItIsTheAddressOrThePrimaryOne() {
        fixture.rules(
                rules -> new SelectionRules(rules.outbound(), rules.inbound(), false, false, rules.requireMailUsage()));
        MailCertificate ofPrimary = certificate(ALICE);
        MailCertificate ofMaiden = certificate(MAIDEN);
        fixture.source("ldap:corp", owned(ofPrimary, ALICE, ALIAS, MAIDEN), owned(ofMaiden, ALICE, ALIAS, MAIDEN));
        CertificateStatus mismatch = new CertificateStatus.AddressMismatch("it carries alice.hargreaves@example.com");

        assertThat(choose(ALIAS))
                .isEqualTo(chosen(
                        ofPrimary,
                        considered(ofPrimary, "ldap:corp", USABLE),
                        considered(ofMaiden, "ldap:corp", mismatch)));
        assertThat(choose(MAIDEN))
                .isEqualTo(chosen(
                        ofMaiden,
                        considered(ofMaiden, "ldap:corp", USABLE),
                        considered(ofPrimary, "ldap:corp", USABLE)));
    }

    @Test
    void theAdministratorsWordStandsForTheAddressOnly() {
        MailCertificate gateway = certificate(MailAddress.of("gateway@partner.example"));
        MailCertificate expired = certificate(BOB, START, NOW.minusSeconds(1));
        fixture.source(
                "pins", vouched(gateway, new Vouching.Administrator()), vouched(expired, new Vouching.Administrator()));
        assertThat(choose(ALICE))
                .isEqualTo(chosen(gateway, considered(gateway, "pins", USABLE), considered(expired, "pins", EXPIRED)));
        assertThat(fixture.verdicts.questions(gateway, CertificatePurpose.ENCRYPT))
                .isEqualTo(1);
    }

    @Test
    void aCertificateFromTheDnsNeedsNoPathButAllElse() {
        Vouching dns = new Vouching.DnssecCertificate();
        MailCertificate good = certificate(BOB);
        MailCertificate expired = certificate(ALICE, START, NOW.minusSeconds(1));
        MailCertificate early = certificate(ALICE, NOW.plusSeconds(1), END);
        MailCertificate signOnly = certificate(ALICE, START, request -> request.profile(Profile.SIGN));
        MailCertificate blocked = certificate(ALICE);
        fixture.blocked.put(blocked.id(), "no");
        fixture.source(
                "smimea",
                vouched(good, dns),
                vouched(expired, dns),
                vouched(early, dns),
                vouched(signOnly, dns),
                vouched(blocked, dns));

        PathEvidence dnssec = new PathEvidence(List.of(
                new PathEvidence.Part(good, List.of(new PathEvidence.Revocation.Unanswered("DNSSEC vouches for it")))));
        assertThat(choose(ALICE))
                .isEqualTo(chosen(
                        good,
                        new Considered(good.id(), "smimea", USABLE, dnssec),
                        considered(early, "smimea", new CertificateStatus.NotYetValid(NOW.plusSeconds(1))),
                        considered(expired, "smimea", EXPIRED),
                        considered(
                                signOnly, "smimea", new CertificateStatus.WrongUsage("keyUsage has no keyAgreement")),
                        considered(blocked, "smimea", new CertificateStatus.Blocked("no"))));
        assertThat(fixture.verdicts.requests).isEmpty();
    }

    @Test
    void anAuthorityFromTheDnsMustBeInThePath() {
        MailCertificate one = certificate(ALICE);
        MailCertificate two = certificate(ALICE);
        MailCertificate bobs = certificate(BOB);
        fixture.source(
                "smimea",
                vouched(one, new Vouching.DnssecAuthority(CA.issuer(), true)),
                vouched(two, new Vouching.DnssecAuthority(CA.root(), false)),
                vouched(bobs, new Vouching.DnssecAuthority(CA.root(), false)));

        assertThat(choose(ALICE)).isInstanceOf(CertificateChoice.Chosen.class);

        assertThat(fixture.verdicts.requests)
                .containsExactlyInAnyOrder(
                        through(one, new ValidationRequest.Through(CA.issuer(), false)),
                        through(two, new ValidationRequest.Through(CA.root(), true)));
    }

    @Test
    void aBlockedIssuerBlocksWhatItIssued() {
        MailCertificate certificate = certificate(ALICE);
        fixture.blocked.put(CA.issuer().id(), "broken CA");
        fixture.source("own", candidate(certificate));
        CertificateStatus blocked = new CertificateStatus.Blocked("issuer: broken CA");
        assertThat(choose(ALICE)).isEqualTo(none(blocked, considered(certificate, "own", blocked)));
        assertThat(fixture.store()
                        .validate(certificate, List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isEqualTo(blocked);
    }

    @Test
    void outlooksMailUsageMustBeNamed() {
        MailCertificate any =
                certificate(ALICE, START, request -> request.extendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage));
        fixture.source("own", candidate(any));
        assertThat(choose(ALICE)).isInstanceOf(CertificateChoice.Chosen.class);
        fixture.rules(rules -> new SelectionRules(rules.outbound(), rules.inbound(), false, true, true));
        CertificateStatus wrong = new CertificateStatus.WrongUsage("extKeyUsage does not name emailProtection");
        assertThat(choose(ALICE)).isEqualTo(none(wrong, considered(any, "own", wrong)));
        MailCertificate named = certificate(ALICE);
        fixture.source("ldap:corp", candidate(named));
        assertThat(choose(ALICE))
                .isEqualTo(chosen(named, considered(named, "ldap:corp", USABLE), considered(any, "own", wrong)));
    }

    @Test
    void eachDirectionHasItsRevocation() {
        fixture.rules(_ -> new SelectionRules(RevocationMode.HARD, RevocationMode.OFF, false, true, false));
        MailCertificate certificate = certificate(ALICE);
        fixture.source("own", candidate(certificate));
        DirectoryCertificateStore store = fixture.store();
        store.encryptionCertificate(ALICE, NOW);
        store.validate(certificate, List.of(CA.issuer()), CertificatePurpose.SIGN, NOW);
        assertThat(fixture.verdicts.requests)
                .containsExactly(
                        new ValidationRequest(
                                certificate,
                                List.of(),
                                CertificatePurpose.ENCRYPT,
                                RevocationMode.HARD,
                                NOW,
                                Optional.empty()),
                        new ValidationRequest(
                                certificate,
                                List.of(CA.issuer()),
                                CertificatePurpose.SIGN,
                                RevocationMode.OFF,
                                NOW,
                                Optional.empty()));
    }

    private CertificateChoice<MailCertificate> choose(MailAddress address) {
        return fixture.store().encryptionCertificate(address, NOW);
    }

    private static ValidationRequest through(MailCertificate leaf, ValidationRequest.Through through) {
        return new ValidationRequest(
                leaf, List.of(), CertificatePurpose.ENCRYPT, RevocationMode.SOFT, NOW, Optional.of(through));
    }
}
