package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.BOB;
import static org.postseal.certstore.directory.Fixture.CA;
import static org.postseal.certstore.directory.Fixture.END;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.START;
import static org.postseal.certstore.directory.Fixture.candidate;
import static org.postseal.certstore.directory.Fixture.certificate;
import static org.postseal.certstore.directory.Fixture.flagged;
import static org.postseal.certstore.directory.Fixture.owned;
import static org.postseal.certstore.directory.Fixture.tier;
import static org.postseal.certstore.directory.Fixture.vouched;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;

class EncryptionSelectionTest {
    private static final CertificateStatus USABLE = new CertificateStatus.Usable();
    private static final CertificateStatus EXPIRED = new CertificateStatus.Expired(NOW.minusSeconds(1));
    private static final MailAddress ALIAS = MailAddress.of("a.liddell@example.com");
    private static final MailAddress MAIDEN = MailAddress.of("alice.hargreaves@example.com");

    private final Fixture fixture = new Fixture();

    @Test
    void anEarlierSourceWinsAndLaterOnesAreNotAsked() {
        MailCertificate old = certificate(ALICE, START, END);
        MailCertificate newer = certificate(ALICE, NOW.minusSeconds(9), END);
        fixture.source("pins");
        fixture.source("own", candidate(old));
        Fixture.Script ldap = fixture.source("ldap:corp", candidate(newer));

        assertThat(choose(ALICE)).isEqualTo(chosen(old, considered(old, "own", USABLE)));
        assertThat(ldap.questions).hasValue(0);
    }

    @Test
    void aSourceWithOnlyUnusableOnesIsPassedOver() {
        MailCertificate expired = certificate(ALICE, START, NOW.minusSeconds(1));
        MailCertificate good = certificate(ALICE);
        fixture.source("own", candidate(expired));
        fixture.source("ldap:corp", candidate(good));

        assertThat(choose(ALICE))
                .isEqualTo(chosen(good, considered(good, "ldap:corp", USABLE), considered(expired, "own", EXPIRED)));
    }

    @Test
    void whileRevocationCannotBeAskedForTheOneToTakeNoOtherIsTaken() {
        MailCertificate right = certificate(ALICE, NOW.minusSeconds(9), END);
        MailCertificate older = certificate(ALICE, START, END);
        CertificateStatus offline = new CertificateStatus.RevocationOffline("ocsp.example: no answer");
        Fixture.Script corp = fixture.source("ldap:corp", candidate(right), candidate(older));
        fixture.source("harvested", candidate(certificate(ALICE)));
        fixture.verdicts.statuses.put(right.id(), offline);
        DirectoryCertificateStore store = fixture.store();

        assertThatThrownBy(() -> store.encryptionCertificate(ALICE, NOW))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("ldap:corp " + right.id().hex().substring(0, 16)
                        + ": revocation server offline: ocsp.example: no answer");
        assertThat(store.explain(ALICE, CertificatePurpose.ENCRYPT, NOW).outcome())
                .isInstanceOf(CertificateExplanation.Outcome.Unavailable.class);

        // A server that is offline does not matter if its certificate would not be chosen anyway.
        fixture.verdicts.statuses.clear();
        fixture.verdicts.statuses.put(older.id(), offline);
        store.invalidateChoices();
        assertThat(store.encryptionCertificate(ALICE, NOW))
                .isEqualTo(
                        chosen(right, considered(right, "ldap:corp", USABLE), considered(older, "ldap:corp", offline)));
        assertThat(corp.questions).hasValueGreaterThan(0);
    }

    @Test
    void anMlKemKeyComesBesideAnotherOneAndAloneWhereThereIsNone() {
        MailCertificate classical = certificate(ALICE, START, END);
        MailCertificate mlKem = Fixture.mlKem(ALICE);
        MailCertificate elsewhere = Fixture.mlKem(ALICE);
        fixture.source("own", tier(1, "userCertificate", mlKem), tier(0, "userSMIMECertificate", classical));
        Fixture.Script ldap = fixture.source("ldap:corp", candidate(elsewhere));
        DirectoryCertificateStore store = fixture.store();

        assertThat(store.encryptionCertificate(ALICE, NOW))
                .isEqualTo(chosen(classical, considered(classical, "own userSMIMECertificate", USABLE)));
        assertThat(store.mlKemCertificate(ALICE, NOW))
                .isEqualTo(chosen(mlKem, considered(mlKem, "own userCertificate", USABLE)));
        assertThat(ldap.questions).hasValue(0);

        fixture.verdicts.statuses.put(classical.id(), EXPIRED);
        fixture.verdicts.statuses.put(mlKem.id(), EXPIRED);
        store.invalidateChoices();
        assertThat(store.encryptionCertificate(ALICE, NOW))
                .isInstanceOfSatisfying(
                        CertificateChoice.Chosen.class,
                        choice -> assertThat(choice.choice()).isEqualTo(elsewhere));
        assertThat(store.mlKemCertificate(ALICE, NOW))
                .isEqualTo(chosen(
                        elsewhere,
                        considered(elsewhere, "ldap:corp", USABLE),
                        considered(mlKem, "own userCertificate", EXPIRED)));
    }

    @Test
    void whoeverElseEncryptsMayHaveTakenAnotherUsableOne() {
        MailCertificate taken = certificate(ALICE, START, END);
        MailCertificate second = certificate(ALICE, START.minusSeconds(60), END);
        MailCertificate elsewhere = certificate(ALICE, START, END);
        MailCertificate expired = certificate(ALICE, START, END);
        fixture.source("own", candidate(taken), candidate(second), candidate(expired));
        Fixture.Script ldap = fixture.source("ldap:corp", candidate(elsewhere));
        fixture.verdicts.statuses.put(expired.id(), EXPIRED);
        DirectoryCertificateStore store = fixture.store();

        assertThat(store.usableCertificates(ALICE, second::equals, NOW)).containsExactly(second);
        assertThat(ldap.questions).hasValue(0);
        assertThat(store.usableCertificates(ALICE, elsewhere::equals, NOW)).containsExactly(elsewhere);
        assertThat(store.usableCertificates(ALICE, expired::equals, NOW)).isEmpty();
        assertThat(store.usableCertificates(ALICE, _ -> false, NOW)).isEmpty();
    }

    @Test
    void aClassicalKeyGoesBeforeANewerMlKemKeyOfTheSameTier() {
        MailCertificate classical = certificate(ALICE, START, END);
        MailCertificate mlKem = Fixture.mlKem(ALICE);
        fixture.source("own", candidate(mlKem), candidate(classical));

        assertThat(choose(ALICE))
                .isEqualTo(chosen(classical, considered(classical, "own", USABLE), considered(mlKem, "own", USABLE)));
    }

    @Test
    void anExpiredBetterTierHidesNothing() {
        MailCertificate expired = certificate(ALICE, START, NOW.minusSeconds(1));
        MailCertificate good = certificate(ALICE);
        fixture.source("ldap:corp", tier(1, "userCertificate", good), tier(0, "userSMIMECertificate", expired));

        assertThat(choose(ALICE))
                .isEqualTo(chosen(
                        good,
                        considered(good, "ldap:corp userCertificate", USABLE),
                        considered(expired, "ldap:corp userSMIMECertificate", EXPIRED)));
    }

    @Test
    void aBetterTierWinsOverANewerCertificate() {
        MailCertificate older = certificate(ALICE);
        MailCertificate newer = certificate(ALICE, NOW.minusSeconds(9), END);
        fixture.source("ldap:corp", tier(1, "userCertificate", newer), tier(0, "userSMIMECertificate", older));

        assertThat(choose(ALICE)).isEqualTo(chosen(older, considered(older, "ldap:corp userSMIMECertificate", USABLE)));
    }

    @Test
    void outlooksPrecedenceEndsAtTheFirstTierWithAnyCertificate() {
        MailCertificate expired = certificate(ALICE, START, NOW.minusSeconds(1));
        fixture.rules(rules -> new SelectionRules(
                rules.outbound(), rules.inbound(), true, rules.useSecondaryProxies(), rules.requireMailUsage()));
        fixture.source("pins");
        fixture.source(
                "ldap:corp", tier(0, "userSMIMECertificate", expired), tier(1, "userCertificate", certificate(ALICE)));
        Fixture.Script other = fixture.source("ldap:other", candidate(certificate(ALICE)));

        assertThat(choose(ALICE))
                .isEqualTo(none(EXPIRED, considered(expired, "ldap:corp userSMIMECertificate", EXPIRED)));
        assertThat(other.questions).hasValue(0);
    }

    @Test
    void aSourceThatDoesNotCoverTheAddressIsNotAsked() {
        Fixture.Script other = fixture.source("ldap:other", candidate(certificate(ALICE)));
        other.covers = false;

        assertThat(choose(ALICE)).isEqualTo(none(new CertificateStatus.Missing()));
        assertThat(other.questions).hasValue(0);
    }

    @Test
    void rankIsFlagThenExactAddressThenDatesThenId() {
        MailCertificate plain = certificate(ALICE, START, END);
        MailCertificate plainToo = certificate(ALICE, START, END);
        MailCertificate longer = certificate(ALICE, START, END.plus(Duration.ofDays(1)));
        MailCertificate newest = certificate(ALICE, START.plusSeconds(1), END);
        MailCertificate proxyButNewest = certificate(ALIAS, START.plusSeconds(2), END);
        MailCertificate flaggedProxy = certificate(ALIAS, START, END);
        List<MailCertificate> byId = new ArrayList<>(List.of(plain, plainToo));
        byId.sort(Comparator.comparing(each -> each.id().hex()));
        List<MailCertificate> ranked = List.of(flaggedProxy, newest, longer, byId.get(0), byId.get(1), proxyButNewest);
        List<Candidate> candidates = new ArrayList<>();
        for (MailCertificate each : ranked) {
            candidates.add(new Candidate(
                    each,
                    "",
                    0,
                    each.equals(flaggedProxy),
                    List.of(ALICE, ALIAS),
                    List.of(),
                    Optional.empty(),
                    new Vouching.Path(),
                    Optional.empty()));
        }
        CertificateChoice<MailCertificate> expected = chosen(
                flaggedProxy,
                ranked.stream()
                        .map(each -> considered(each, "ldap:corp", USABLE))
                        .toArray(Considered[]::new));
        for (int seed = 0; seed < 20; seed++) {
            List<Candidate> shuffled = new ArrayList<>(candidates);
            Collections.shuffle(shuffled, new Random(seed));
            Fixture each = new Fixture();
            each.source("ldap:corp", shuffled.toArray(Candidate[]::new));
            assertThat(each.store().encryptionCertificate(ALICE, NOW)).isEqualTo(expected);
        }
    }

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
    void aBlockedAddressAsksNobody() {
        Fixture.Script own = fixture.source("own", candidate(certificate(ALICE)));
        fixture.blockedAddresses.put(ALICE, "left the company");
        assertThat(choose(ALICE)).isEqualTo(none(new CertificateStatus.Blocked("left the company")));
        assertThat(own.questions).hasValue(0);
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

    @Test
    void aFailingSourceEndsTheSearchUnlessOneBeforeItHadSomething() {
        MailCertificate good = certificate(ALICE);
        Fixture.Script own = fixture.source("own", candidate(certificate(ALICE, START, NOW.minusSeconds(1))));
        fixture.source("ldap:corp").fails("connection refused");
        Fixture.Script smimea = fixture.source("smimea", candidate(good));

        assertThatThrownBy(() -> choose(ALICE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("ldap:corp: connection refused");
        assertThat(smimea.questions).hasValue(0);

        own.says(candidate(good));
        assertThat(choose(ALICE)).isEqualTo(chosen(good, considered(good, "own", USABLE)));
    }

    @Test
    void aFaultOfASourceIsAnOutage() {
        fixture.source("ldap:corp").answer = _ -> {
            throw new IllegalStateException("a bug");
        };
        assertThatThrownBy(() -> choose(ALICE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("ldap:corp: failed unexpectedly: java.lang.IllegalStateException: a bug");
    }

    @Test
    void tooManyCertificatesAreNoAnswer() {
        Candidate one = candidate(certificate(ALICE));
        fixture.source(
                "ldap:corp", Collections.nCopies(AskedSource.MAX_ITEMS, one).toArray(Candidate[]::new));
        assertThat(choose(ALICE)).isInstanceOf(CertificateChoice.Chosen.class);
        fixture.sources.clear();
        fixture.source(
                "ldap:corp", Collections.nCopies(AskedSource.MAX_ITEMS + 1, one).toArray(Candidate[]::new));
        assertThatThrownBy(() -> choose(ALICE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("ldap:corp: more than 256 for one address");
    }

    @Test
    void aFlaggedOneThatMayNotBeUsedIsPassedOver() {
        MailCertificate marked = certificate(ALICE, START, NOW.minusSeconds(1));
        MailCertificate rsa = certificate(ALICE, START, request -> request.algorithm(KeyAlgorithm.RSA2048));
        fixture.source("ldap:corp", flagged(marked), candidate(rsa));
        assertThat(choose(ALICE))
                .isEqualTo(chosen(rsa, considered(rsa, "ldap:corp", USABLE), considered(marked, "ldap:corp", EXPIRED)));
    }

    private CertificateChoice<MailCertificate> choose(MailAddress address) {
        return fixture.store().encryptionCertificate(address, NOW);
    }

    private static ValidationRequest through(MailCertificate leaf, ValidationRequest.Through through) {
        return new ValidationRequest(
                leaf, List.of(), CertificatePurpose.ENCRYPT, RevocationMode.SOFT, NOW, Optional.of(through));
    }

    private static CertificateChoice<MailCertificate> chosen(MailCertificate certificate, Considered... considered) {
        return new CertificateChoice.Chosen<>(certificate, List.of(considered));
    }

    private static CertificateChoice<MailCertificate> none(CertificateStatus status, Considered... considered) {
        return new CertificateChoice.NoneUsable<>(status, List.of(considered));
    }

    private static Considered considered(MailCertificate certificate, String source, CertificateStatus status) {
        return new Considered(certificate.id(), source, status);
    }
}
