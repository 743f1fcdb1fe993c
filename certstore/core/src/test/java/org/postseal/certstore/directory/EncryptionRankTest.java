package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.directory.Choices.ALIAS;
import static org.postseal.certstore.directory.Choices.EXPIRED;
import static org.postseal.certstore.directory.Choices.USABLE;
import static org.postseal.certstore.directory.Choices.chosen;
import static org.postseal.certstore.directory.Choices.considered;
import static org.postseal.certstore.directory.Choices.none;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.END;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.START;
import static org.postseal.certstore.directory.Fixture.candidate;
import static org.postseal.certstore.directory.Fixture.certificate;
import static org.postseal.certstore.directory.Fixture.flagged;
import static org.postseal.certstore.directory.Fixture.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateChoice.Considered;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;

/** Tests which of the usable certificates of one source is taken to encrypt with. */
class EncryptionRankTest {
    private final Fixture fixture = new Fixture();

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
}
