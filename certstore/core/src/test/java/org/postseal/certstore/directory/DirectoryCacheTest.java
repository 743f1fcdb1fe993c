package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.BOB;
import static org.postseal.certstore.directory.Fixture.END;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.START;
import static org.postseal.certstore.directory.Fixture.candidate;
import static org.postseal.certstore.directory.Fixture.certificate;
import static org.postseal.certstore.directory.Fixture.lasting;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CacheCounts;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.DirectoryStatistics.SourceStatistics;
import org.slf4j.LoggerFactory;

class DirectoryCacheTest {
    private static final Lifetimes WITHOUT_REFRESH = new Lifetimes(
            Duration.ofMinutes(15),
            Duration.ofMinutes(5),
            Duration.ofHours(24),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            1);
    private static final Duration TICK = Duration.ofNanos(1);

    private final Fixture fixture = new Fixture();
    private final MailCertificate alice = certificate(ALICE);
    private final MailCertificate other = certificate(ALICE);

    DirectoryCacheTest() {
        fixture.settings = fixture.settings.with(WITHOUT_REFRESH);
    }

    @Test
    void anAnswerHoldsForItsLifetime() {
        Fixture.Script ldap = fixture.source("ldap", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        assertThat(chosen(store, ALICE)).contains(alice);
        ldap.says(candidate(other));
        fixture.clock.advance(Duration.ofMinutes(15).minus(TICK));
        assertThat(chosen(store, ALICE)).contains(alice);
        fixture.clock.advance(TICK);
        assertThat(chosen(store, ALICE)).contains(other);
        assertThat(ldap.questions).hasValue(2);
        assertThat(store.statistics().hits()).isEqualTo(1);
        assertThat(store.statistics().misses()).isEqualTo(2);
    }

    @Test
    void nothingThereHoldsForItsOwn() {
        Fixture.Script ldap = fixture.source("ldap");
        DirectoryCertificateStore store = fixture.store();
        assertThat(chosen(store, ALICE)).isEmpty();
        ldap.says(candidate(alice));
        fixture.clock.advance(Duration.ofMinutes(5).minus(TICK));
        assertThat(chosen(store, ALICE)).isEmpty();
        fixture.clock.advance(TICK);
        assertThat(chosen(store, ALICE)).contains(alice);
    }

    @Test
    void aSourcesOwnWordShortensIt() {
        Fixture.Script smimea =
                fixture.source("smimea", lasting(alice, Duration.ofDays(3)), lasting(alice, Duration.ofSeconds(30)));
        DirectoryCertificateStore store = fixture.store();
        chosen(store, ALICE);
        fixture.clock.advance(Duration.ofSeconds(30).minus(TICK));
        chosen(store, ALICE);
        assertThat(smimea.questions).hasValue(1);
        fixture.clock.advance(TICK);
        chosen(store, ALICE);
        assertThat(smimea.questions).hasValue(2);
    }

    @Test
    void aChoiceHoldsForTheShortestOfItsAnswers() {
        Fixture.Script own = fixture.source("own");
        Fixture.Script ldap = fixture.source("ldap", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        chosen(store, ALICE);
        fixture.clock.advance(Duration.ofMinutes(5));
        own.says(candidate(other));
        assertThat(chosen(store, ALICE)).contains(other);
        assertThat(ldap.questions).hasValue(1);
    }

    @Test
    void aBetterOneIsTakenFromItsFirstSecondOn() {
        MailCertificate next = certificate(ALICE, NOW.plusSeconds(60), END);
        fixture.source("own", candidate(next), candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        assertThat(chosen(store, ALICE)).contains(alice);
        assertThat(chosen(store, ALICE, NOW.plusSeconds(59))).contains(alice);
        assertThat(chosen(store, ALICE, NOW.plusSeconds(60))).contains(next);
    }

    @Test
    void anExpiredOneIsDroppedInItsSecond() {
        MailCertificate ending = certificate(ALICE, START, NOW.plusSeconds(60));
        Fixture.Script own = fixture.source("own", candidate(ending));
        DirectoryCertificateStore store = fixture.store();
        assertThat(chosen(store, ALICE, NOW.plusSeconds(60))).contains(ending);
        assertThat(store.encryptionCertificate(ALICE, NOW.plusSeconds(61)))
                .isInstanceOfSatisfying(
                        CertificateChoice.NoneUsable.class,
                        none -> assertThat(none.status())
                                .isEqualTo(new CertificateStatus.Expired(NOW.plusSeconds(60))));
        assertThat(own.questions).hasValue(1);
    }

    @Test
    void aVerdictIsAskedAgainWhenItEnds() {
        fixture.source("own", candidate(alice));
        fixture.verdicts.until.put(alice.id(), NOW.plusSeconds(10));
        DirectoryCertificateStore store = fixture.store();
        assertThat(chosen(store, ALICE)).contains(alice);
        fixture.verdicts.statuses.put(alice.id(), new CertificateStatus.Revoked(NOW));
        assertThat(chosen(store, ALICE, NOW.plusSeconds(9))).contains(alice);
        assertThat(chosen(store, ALICE, NOW.plusSeconds(10))).isEmpty();
    }

    @Test
    void aVerdictThatEndsAtOnceIsNotAskedTwiceForOneMessage() {
        fixture.source("own", candidate(alice));
        fixture.verdicts.until.put(alice.id(), NOW);
        DirectoryCertificateStore store = fixture.store();
        assertThat(chosen(store, ALICE)).contains(alice);
        assertThat(fixture.verdicts.questions(alice, CertificatePurpose.ENCRYPT))
                .isEqualTo(1);
        assertThat(chosen(store, ALICE)).contains(alice);
        assertThat(fixture.verdicts.questions(alice, CertificatePurpose.ENCRYPT))
                .isEqualTo(2);
    }

    @Test
    void anEarlierTimeIsJudgedByItself() {
        MailCertificate early = certificate(ALICE, NOW.minusSeconds(60), END);
        fixture.source("own", candidate(early), candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        assertThat(chosen(store, ALICE)).contains(early);
        assertThat(chosen(store, ALICE, NOW.minusSeconds(61))).contains(alice);
    }

    @Test
    void anOldAnswerStandsInForAFailingSource() {
        Fixture.Script ldap = fixture.source("ldap", candidate(alice));
        Fixture.Script smimea = fixture.source("smimea", candidate(other));
        DirectoryCertificateStore store = fixture.store();
        chosen(store, ALICE);
        ldap.fails("down");
        fixture.clock.advance(Duration.ofHours(24).minus(TICK));
        assertThat(chosen(store, ALICE)).contains(alice);
        assertThat(chosen(store, ALICE)).contains(alice);
        assertThat(ldap.questions).hasValue(2);
        assertThat(store.statistics().sources().getFirst())
                .isEqualTo(new SourceStatistics("ldap", 2, 1, 0, 1, 0, true));
        fixture.clock.advance(Duration.ofSeconds(5));
        assertThatThrownBy(() -> chosen(store, ALICE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("ldap: down");
        assertThat(smimea.questions).hasValue(0);
        assertThat(store.statistics().failures()).isEqualTo(1);
    }

    @Test
    void lookUpsInTheAnswersOfSourcesAreCounted() {
        Fixture.Script ldap = fixture.source("ldap", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        CacheCounts before = CacheCounts.of("answers");
        chosen(store, ALICE);
        assertThat(before.since("answers")).isEqualTo(new CacheCounts(0, 1, 0, 0));
        store.invalidateChoices();
        chosen(store, ALICE);
        assertThat(before.since("answers")).isEqualTo(new CacheCounts(1, 1, 0, 0));
        fixture.clock.advance(Duration.ofMinutes(15));
        chosen(store, ALICE);
        assertThat(before.since("answers")).isEqualTo(new CacheCounts(1, 1, 1, 0));
        ldap.fails("down");
        fixture.clock.advance(Duration.ofMinutes(15));
        chosen(store, ALICE);
        assertThat(before.since("answers")).isEqualTo(new CacheCounts(1, 1, 1, 1));
    }

    @Test
    void anOldNothingStandsInForLess() {
        Fixture.Script ldap = fixture.source("ldap");
        fixture.source("smimea", candidate(other));
        DirectoryCertificateStore store = fixture.store();
        assertThat(chosen(store, ALICE)).contains(other);
        ldap.fails("down");
        fixture.clock.advance(Duration.ofHours(1).minus(TICK));
        assertThat(chosen(store, ALICE)).contains(other);
        fixture.clock.advance(Duration.ofSeconds(5));
        assertThatThrownBy(() -> chosen(store, ALICE)).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void aFailureIsRememberedForMomentsAndNeverAsNothing() {
        Fixture.Script ldap = fixture.source("ldap");
        ldap.fails("down");
        DirectoryCertificateStore store = fixture.store();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> chosen(store, ALICE)).hasMessage("ldap: down");
        }
        assertThat(ldap.questions).hasValue(1);
        ldap.says(candidate(alice));
        fixture.clock.advance(Duration.ofSeconds(5).minus(TICK));
        assertThatThrownBy(() -> chosen(store, ALICE)).hasMessage("ldap: down");
        fixture.clock.advance(TICK);
        assertThat(chosen(store, ALICE)).contains(alice);
    }

    @Test
    void aDeadServerDoesNotCostItsTimeOutForEveryAddress() {
        Fixture.Script ldap = fixture.source("ldap", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        chosen(store, ALICE);
        ldap.answer = _ -> {
            fixture.clock.advance(Duration.ofSeconds(3));
            throw new StoreUnavailableException("timed out", null);
        };
        for (int i = 0; i < 5; i++) {
            MailAddress address = MailAddress.of("user" + i + "@example.com");
            assertThatThrownBy(() -> chosen(store, address)).hasMessage("ldap: timed out");
        }
        assertThat(ldap.questions).hasValue(1 + SourceHealth.SLOW_FAILURES);
        assertThat(store.statistics().sources().getFirst())
                .isEqualTo(new SourceStatistics(
                        "ldap", 4, 3, 2, 0, Duration.ofSeconds(9).toNanos(), true));
        fixture.clock.advance(Duration.ofSeconds(5));
        ldap.says(candidate(other));
        assertThat(chosen(store, MailAddress.of("user0@example.com"))).isEmpty();
        assertThat(store.statistics().sources().getFirst().isFailing()).isFalse();
    }

    @Test
    void aQuickFailureAndOneOfManyServersSayNothingOfOtherAddresses() {
        Fixture.Script ldap = fixture.source("ldap");
        ldap.fails("ambiguous");
        Fixture slow = new Fixture();
        Fixture.Script smimea = slow.source("smimea");
        smimea.failsAsAWhole = false;
        smimea.answer = _ -> {
            slow.clock.advance(Duration.ofSeconds(3));
            throw new StoreUnavailableException("timed out", null);
        };
        DirectoryCertificateStore store = fixture.store();
        DirectoryCertificateStore slowStore = slow.store();
        for (int i = 0; i < 5; i++) {
            MailAddress address = MailAddress.of("user" + i + "@example.com");
            assertThatThrownBy(() -> chosen(store, address)).hasMessage("ldap: ambiguous");
            assertThatThrownBy(() -> chosen(slowStore, address)).hasMessage("smimea: timed out");
        }
        assertThat(ldap.questions).hasValue(5);
        assertThat(smimea.questions).hasValue(5);
    }

    @Test
    void anOutageIsLoggedOnceAndNotForEachMessage() {
        Fixture.Script ldap = fixture.source("ldap:logged", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        Logger logger = (Logger) LoggerFactory.getLogger(SourceHealth.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            for (int outage = 0; outage < 3; outage++) {
                ldap.fails("down");
                for (int i = 0; i < 5; i++) {
                    MailAddress address = MailAddress.of("user" + outage + i + "@example.com");
                    assertThatThrownBy(() -> chosen(store, address)).isInstanceOf(StoreUnavailableException.class);
                }
                ldap.says(candidate(alice));
                chosen(store, MailAddress.of("user" + outage + "@example.org"));
                // The second outage comes a second after the first, and the third comes a minute after the second.
                fixture.clock.advance(Duration.ofSeconds(outage == 0 ? 1 : 60));
            }
        } finally {
            logger.detachAppender(log);
        }
        // Other tests log about other sources at the same time.
        assertThat(log.list.stream()
                        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                        .filter(line -> line.contains("ldap:logged")))
                .containsExactly(
                        "WARN certificate source ldap:logged fails: down",
                        "INFO certificate source ldap:logged answers again",
                        "WARN certificate source ldap:logged fails: down",
                        "INFO certificate source ldap:logged answers again");
    }

    @Test
    void invalidationForgetsEverything() {
        Fixture.Script ldap = fixture.source("ldap", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        chosen(store, ALICE);
        ldap.says(candidate(other));
        store.invalidateSource("ldap");
        assertThat(chosen(store, ALICE)).contains(other);
        ldap.fails("down");
        store.invalidateSource("ldap");
        assertThatThrownBy(() -> chosen(store, ALICE)).hasMessage("ldap: down");
    }

    @Test
    void invalidationOfASourceLeavesTheOthers() {
        Fixture.Script own = fixture.source("own");
        Fixture.Script ldap = fixture.source("ldap", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        chosen(store, ALICE);
        own.says(candidate(other));
        ldap.fails("down");
        store.invalidateSource("own");
        assertThat(chosen(store, ALICE)).contains(other);
        own.says();
        store.invalidateSource("own");
        assertThat(chosen(store, ALICE)).contains(alice);
        assertThat(own.questions).hasValue(3);
        assertThat(ldap.questions).hasValue(1);
    }

    @Test
    void aChangeOfTrustJudgesAgainAndAsksNobody() {
        Fixture.Script ldap = fixture.source("ldap", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        chosen(store, ALICE);
        fixture.blocked.put(alice.id(), "lost");
        assertThat(chosen(store, ALICE)).contains(alice);
        store.invalidateChoices();
        assertThat(chosen(store, ALICE)).isEmpty();
        assertThat(ldap.questions).hasValue(1);
    }

    @Test
    void theCacheIsBounded() {
        fixture.settings =
                new DirectorySettings(WITHOUT_REFRESH, SelectionRules.DEFAULTS, 200_000, Duration.ofSeconds(15));
        fixture.source("ldap", candidate(alice));
        DirectoryCertificateStore store = fixture.store();
        for (int i = 0; i < 1000; i++) {
            chosen(store, MailAddress.of("user" + i + "@example.com"));
        }
        int entry = Weights.ofCandidates(java.util.List.of(candidate(alice)));
        assertThat(entry).isGreaterThan(2000);
        // The cache evicts entries a little later.
        org.assertj.core.api.Assertions.assertThatCode(() -> awaitAtMost(store, 125_000 / entry))
                .doesNotThrowAnyException();
    }

    private static void awaitAtMost(DirectoryCertificateStore store, long answers) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            if (store.statistics().answers() <= answers) {
                return;
            }
            Thread.sleep(10);
            chosen(store, BOB);
        }
        throw new AssertionError(store.statistics().answers() + " answers, not " + answers);
    }

    private static Optional<MailCertificate> chosen(DirectoryCertificateStore store, MailAddress address) {
        return chosen(store, address, NOW);
    }

    private static Optional<MailCertificate> chosen(
            DirectoryCertificateStore store, MailAddress address, Instant time) {
        return switch (store.encryptionCertificate(address, time)) {
            case CertificateChoice.Chosen<MailCertificate>(MailCertificate certificate, var _) ->
                Optional.of(certificate);
            case CertificateChoice.NoneUsable<MailCertificate> _ -> Optional.empty();
        };
    }
}
