package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.CA;
import static org.postseal.certstore.directory.Fixture.END;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.START;
import static org.postseal.certstore.directory.Fixture.candidate;
import static org.postseal.certstore.directory.Fixture.certificate;
import static org.postseal.certstore.directory.Fixture.flagged;
import static org.postseal.certstore.directory.Fixture.owned;
import static org.postseal.certstore.directory.Fixture.tier;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.HardwareKey;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.directory.CertificateExplanation.Asked;
import org.postseal.certstore.directory.CertificateExplanation.Beaten;
import org.postseal.certstore.directory.CertificateExplanation.KeyKind;
import org.postseal.certstore.directory.CertificateExplanation.Line;
import org.postseal.certstore.directory.CertificateExplanation.Outcome;
import org.postseal.certstore.directory.CertificateExplanation.Reply;

class CertificateExplanationTest {
    private static final CertificateStatus USABLE = new CertificateStatus.Usable();
    private static final CertificateStatus EXPIRED = new CertificateStatus.Expired(NOW.minusSeconds(1));
    private static final MailAddress ALIAS = MailAddress.of("a.liddell@example.com");

    private final Fixture fixture = new Fixture();

    @Test
    void everySourceIsAskedAndTheUnreachedAreMarked() {
        MailCertificate expired = certificate(ALICE, START, NOW.minusSeconds(1));
        MailCertificate taken = certificate(ALICE);
        MailCertificate newer = certificate(ALICE, START.plusSeconds(1), END);
        fixture.source("pins");
        fixture.source(
                "ldap:corp",
                tier(0, "userSMIMECertificate", expired),
                tier(1, "userCertificate", taken),
                tier(2, "other", newer));
        fixture.source("smimea").fails("SERVFAIL");
        Fixture.Script other = fixture.source("ldap:other", candidate(newer));
        fixture.source("ldap:third").covers = false;

        CertificateExplanation explanation = explain(ALICE);

        Line best = line(taken, "userCertificate", 1, true, USABLE);
        assertThat(explanation)
                .isEqualTo(new CertificateExplanation(
                        ALICE,
                        CertificatePurpose.ENCRYPT,
                        NOW,
                        List.of(
                                new Asked("pins", true, new Reply.Answered(false, List.of())),
                                new Asked(
                                        "ldap:corp",
                                        true,
                                        new Reply.Answered(
                                                false,
                                                List.of(
                                                        line(expired, "userSMIMECertificate", 0, true, EXPIRED),
                                                        best,
                                                        line(newer, "other", 2, false, USABLE)))),
                                new Asked("smimea", false, new Reply.Failed("smimea: SERVFAIL")),
                                new Asked(
                                        "ldap:other",
                                        false,
                                        new Reply.Answered(false, List.of(line(newer, "", 0, false, USABLE)))),
                                new Asked("ldap:third", false, new Reply.NotCovered())),
                        new Outcome.Chosen(
                                "ldap:corp",
                                best,
                                Optional.of(new Beaten(
                                        "ldap:corp", line(newer, "other", 2, false, USABLE), Criterion.TIER)))));
        assertThat(other.questions).hasValue(1);
    }

    @Test
    void tellsByWhatTheNextOneWasBeaten() {
        MailCertificate one = certificate(ALICE);
        MailCertificate newer = certificate(ALICE, START.plusSeconds(1), END);
        MailCertificate longer = certificate(ALICE, START, END.plusSeconds(1));
        MailCertificate proxy = certificate(ALIAS, START.plusSeconds(9), END);
        MailCertificate twin = certificate(ALICE);
        MailCertificate lower = Stream.of(one, twin)
                .min(Comparator.comparing(each -> each.id().hex()))
                .orElseThrow();
        assertThat(beatenBy(each -> {
                    each.source("pins", candidate(one));
                    each.source("ldap", candidate(newer));
                }))
                .isEqualTo(Criterion.SOURCE);
        assertThat(beatenBy(each -> each.source("ldap", candidate(newer), flagged(one))))
                .isEqualTo(Criterion.FLAGGED);
        assertThat(beatenBy(each -> each.source("ldap", owned(proxy, ALICE, ALIAS), owned(one, ALICE, ALIAS))))
                .isEqualTo(Criterion.EXACT_ADDRESS);
        assertThat(beatenBy(each -> each.source("ldap", candidate(longer), candidate(newer))))
                .isEqualTo(Criterion.NEWEST);
        assertThat(beatenBy(each -> each.source("ldap", candidate(one), candidate(longer))))
                .isEqualTo(Criterion.LONGEST);
        assertThat(beatenBy(each -> each.source("ldap", candidate(one), candidate(twin))))
                .isEqualTo(Criterion.LOWEST_ID);
        fixture.source("ldap", candidate(one), candidate(twin));
        assertThat(((Outcome.Chosen) explain(ALICE).outcome()).line().id()).isEqualTo(lower.id());
    }

    @Test
    void theSameCertificateElsewhereIsNoRival() {
        MailCertificate certificate = certificate(ALICE);
        fixture.source("pins", candidate(certificate));
        fixture.source("ldap", candidate(certificate));
        assertThat(explain(ALICE).outcome())
                .isEqualTo(new Outcome.Chosen("pins", line(certificate, "", 0, true, USABLE), Optional.empty()));
    }

    @Test
    void aFailingSourceInTheWayIsTheOutcome() {
        fixture.source("ldap:corp").fails("connection refused");
        fixture.source("smimea", candidate(certificate(ALICE)));
        fixture.source("ldap:other").fails("also down");
        CertificateExplanation explanation = explain(ALICE);
        assertThat(explanation.outcome())
                .isEqualTo(new Outcome.Unavailable("ldap:corp", "ldap:corp: connection refused"));
        assertThat(explanation.sources()).extracting(Asked::isReached).containsExactly(true, false, false);
    }

    @Test
    void anOldAnswerIsMarked() {
        MailCertificate certificate = certificate(ALICE);
        Fixture.Script ldap = fixture.source("ldap", candidate(certificate));
        DirectoryCertificateStore store = fixture.store();
        store.encryptionCertificate(ALICE, NOW);
        ldap.fails("down");
        fixture.clock.advance(Duration.ofHours(1));
        assertThat(store.explain(ALICE, CertificatePurpose.ENCRYPT, NOW).sources())
                .containsExactly(new Asked(
                        "ldap", true, new Reply.Answered(true, List.of(line(certificate, "", 0, true, USABLE)))));
    }

    @Test
    void nothingAndNothingUsable() {
        assertThat(explain(ALICE).outcome()).isEqualTo(new Outcome.NoneUsable(new CertificateStatus.Missing()));
        fixture.source("ldap", candidate(certificate(ALICE, START, NOW.minusSeconds(1))));
        assertThat(explain(ALICE).outcome()).isEqualTo(new Outcome.NoneUsable(EXPIRED));
        fixture.blockedAddresses.put(ALICE, "left");
        CertificateExplanation blocked = explain(ALICE);
        assertThat(blocked.outcome()).isEqualTo(new Outcome.NoneUsable(new CertificateStatus.Blocked("left")));
        assertThat(blocked.sources()).extracting(Asked::isReached).containsExactly(false);
    }

    @Test
    void outlooksPrecedenceShowsInWhatIsReached() {
        fixture.rules(rules -> new SelectionRules(rules.outbound(), rules.inbound(), true, true, false));
        MailCertificate expired = certificate(ALICE, START, NOW.minusSeconds(1));
        fixture.source(
                "ldap", tier(0, "userSMIMECertificate", expired), tier(1, "userCertificate", certificate(ALICE)));
        assertThat(explain(ALICE).outcome()).isEqualTo(new Outcome.NoneUsable(EXPIRED));
    }

    @Test
    void keysAreSoftOrHardware() {
        KeyHandle soft = CA.request(ALICE).validity(START, END).issue().keyHandle();
        KeyHandle hardware = new HardwareKey(certificate(ALICE, START.plusSeconds(1), END));
        fixture.keys("files", soft);
        fixture.keys("token:hsm", hardware);
        fixture.preferred.put(ALICE, soft.certificate().id());
        Line first = keyLine(soft.certificate(), true, KeyKind.SOFT);
        Line second = keyLine(hardware.certificate(), false, KeyKind.HARDWARE);
        assertThat(fixture.store().explain(ALICE, CertificatePurpose.SIGN, NOW))
                .isEqualTo(new CertificateExplanation(
                        ALICE,
                        CertificatePurpose.SIGN,
                        NOW,
                        List.of(
                                new Asked("files", true, new Reply.Answered(false, List.of(first))),
                                new Asked("token:hsm", true, new Reply.Answered(false, List.of(second)))),
                        new Outcome.Chosen(
                                "files", first, Optional.of(new Beaten("token:hsm", second, Criterion.FLAGGED)))));
    }

    @Test
    void theExplanationIsThatOfTheChoice() {
        MailCertificate one = certificate(ALICE);
        fixture.source("own", candidate(certificate(ALICE, START, NOW.minusSeconds(1))));
        fixture.source("ldap", tier(0, "a", certificate(ALIAS)), tier(1, "b", one));
        DirectoryCertificateStore store = fixture.store();
        assertThat(store.encryptionCertificate(ALICE, NOW))
                .isInstanceOfSatisfying(
                        CertificateChoice.Chosen.class,
                        chosen -> assertThat(chosen.choice()).isEqualTo(one));
        assertThat(((Outcome.Chosen) store.explain(ALICE, CertificatePurpose.ENCRYPT, NOW)
                                .outcome())
                        .line()
                        .id())
                .isEqualTo(one.id());
    }

    private interface Setup {
        void on(Fixture fixture);
    }

    private static Criterion beatenBy(Setup setup) {
        Fixture each = new Fixture();
        setup.on(each);
        Outcome outcome =
                each.store().explain(ALICE, CertificatePurpose.ENCRYPT, NOW).outcome();
        return ((Outcome.Chosen) outcome).over().orElseThrow().by();
    }

    private CertificateExplanation explain(MailAddress address) {
        return fixture.store().explain(address, CertificatePurpose.ENCRYPT, NOW);
    }

    private static Line line(
            MailCertificate certificate, String origin, int tier, boolean isReached, CertificateStatus status) {
        return new Line(
                certificate.id(),
                "CN=alice@example.com",
                List.of(ALICE),
                certificate.notBefore(),
                certificate.notAfter(),
                origin,
                tier,
                false,
                true,
                isReached,
                Optional.empty(),
                status);
    }

    private static Line keyLine(MailCertificate certificate, boolean isFlagged, KeyKind key) {
        return new Line(
                certificate.id(),
                "CN=alice@example.com",
                List.of(ALICE),
                certificate.notBefore(),
                certificate.notAfter(),
                "",
                0,
                isFlagged,
                true,
                true,
                Optional.of(key),
                USABLE);
    }
}
