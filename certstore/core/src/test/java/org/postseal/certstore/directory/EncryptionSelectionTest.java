package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.source.Candidate;

/** Tests which source a certificate to encrypt with is taken from, and what becomes of a source that fails. */
class EncryptionSelectionTest {
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
    void aSourceThatDoesNotCoverTheAddressIsNotAsked() {
        Fixture.Script other = fixture.source("ldap:other", candidate(certificate(ALICE)));
        other.covers = false;

        assertThat(choose(ALICE)).isEqualTo(none(new CertificateStatus.Missing()));
        assertThat(other.questions).hasValue(0);
    }

    @Test
    void aBlockedAddressAsksNobody() {
        Fixture.Script own = fixture.source("own", candidate(certificate(ALICE)));
        fixture.blockedAddresses.put(ALICE, "left the company");
        assertThat(choose(ALICE)).isEqualTo(none(new CertificateStatus.Blocked("left the company")));
        assertThat(own.questions).hasValue(0);
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

    private CertificateChoice<MailCertificate> choose(MailAddress address) {
        return fixture.store().encryptionCertificate(address, NOW);
    }
}
