package org.postseal.certstore.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.TestAuthority.END;
import static org.postseal.certstore.path.TestAuthority.NOW;
import static org.postseal.certstore.path.TestAuthority.extension;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.path.SignerRevocation.NotRevoked;
import org.postseal.certstore.path.SignerRevocation.RevokedLater;
import org.postseal.certstore.path.SignerRevocation.Spoilt;
import org.postseal.certstore.path.SignerRevocation.Unknown;
import org.postseal.certstore.revocation.RevocationList;

/** Checks what lists say about the signer of a time stamp that was made at {@code NOW} (RFC 3161 §4). */
final class SignerRevocationTest {
    private static final Instant BEFORE = NOW.minus(Duration.ofHours(2));
    private static final Instant AFTER = NOW.plus(Duration.ofDays(10));
    private static final Instant MUCH_LATER = NOW.plus(Duration.ofDays(20));
    private static final Unknown NOT_KNOWN =
            new Unknown("no list at hand that was current and speaks of each certificate");

    private final TestAuthority root = new TestAuthority("root");
    private final TestAuthority middle = new TestAuthority("middle");
    private final TimestampSigners signers = new TimestampSigners(List.of(root.root()));
    private final MailCertificate issuer = root.authority(middle);
    private final MailCertificate signer = middle.leaf(
            extension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping)));
    private final RevocationList ofRoot = from(root, BEFORE).list();

    @Test
    void listsOfTheTimeOfTheStampSayThatItWasNot() {
        assertThat(judged(from(middle, BEFORE).list())).isEqualTo(new NotRevoked(BEFORE));
        assertThat(judged(
                        from(middle, BEFORE).list(),
                        from(middle, MUCH_LATER).list(),
                        from(root, MUCH_LATER).list()))
                .isEqualTo(new NotRevoked(MUCH_LATER));
    }

    @Test
    void withoutAListOfEachIssuerThatWasCurrentNothingIsKnown() {
        assertThat(judged()).isEqualTo(NOT_KNOWN);
        assertThat(signers.revocation(
                        signer,
                        List.of(issuer),
                        NOW,
                        NOW,
                        List.of(from(middle, BEFORE).list())))
                .as("of the issuer nobody speaks")
                .isEqualTo(NOT_KNOWN);
        assertThat(judged(ListMaker.dated(middle, BEFORE, NOW.minusSeconds(1)).list()))
                .as("it had ended")
                .isEqualTo(NOT_KNOWN);
        TestAuthority other = new TestAuthority("middle");
        assertThat(judged(from(other, BEFORE).revoke(signer, BEFORE, 1).list()))
                .as("of another of that name")
                .isEqualTo(NOT_KNOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 9})
    void whoWasRevokedBeforeHasStampedNothing(int reason) {
        assertThat(judged(from(middle, BEFORE).revoke(signer, BEFORE, reason).list()))
                .isEqualTo(new Spoilt(BEFORE, RevocationReason.of(reason), true, false));
        assertThat(judged(from(middle, AFTER).revoke(signer, NOW, reason).list()))
                .as("by the time of the stamp, which may be that much off")
                .isEqualTo(new Spoilt(NOW, RevocationReason.of(reason), true, false));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0, false
            1, false
            2, false
            3, true
            4, true
            5, true
            6, false
            9, false
            10, false
            """)
    void whoWasRevokedLaterHasStampedWhereTheReasonSaysThatTheKeyWasHisOwn(int reason, boolean isHarmless) {
        RevocationReason why = RevocationReason.of(reason);
        SignerRevocation expected = isHarmless ? new RevokedLater(AFTER, why) : new Spoilt(AFTER, why, false, false);
        RevocationList then = from(middle, BEFORE).list();
        RevocationList later =
                from(middle, MUCH_LATER).revoke(signer, AFTER, reason).list();
        assertThat(judged(then, later)).as("the root's list has ended").isEqualTo(expected);
        // A younger list of the root does not hide the revocation.
        assertThat(judged(
                        then,
                        later,
                        from(root, MUCH_LATER.plus(Duration.ofDays(30))).list()))
                .isEqualTo(expected);
    }

    @Test
    void theSameHoldsForItsIssuers() {
        assertThat(signers.revocation(
                        signer,
                        List.of(issuer),
                        NOW,
                        NOW,
                        List.of(
                                from(middle, BEFORE).list(),
                                ofRoot,
                                from(root, MUCH_LATER).revoke(issuer, AFTER, 2).list())))
                .isEqualTo(new Spoilt(AFTER, RevocationReason.CA_COMPROMISE, false, true));
    }

    @Test
    void listsFromBehindItsEndSayNothing() {
        // Authorities leave out expired certificates, so this list need not know of a revocation.
        RevocationList known =
                from(middle, END.minusSeconds(60)).revoke(signer, AFTER, 1).list();
        RevocationList forgotten = from(middle, END.plus(Duration.ofDays(1))).list();
        assertThat(judged(known, forgotten))
                .isEqualTo(new Spoilt(AFTER, RevocationReason.KEY_COMPROMISE, false, false));
        assertThat(judged(forgotten)).isEqualTo(NOT_KNOWN);
    }

    @Test
    void whoIsTrustedByNameIsRevokedByNobody() {
        assertThat(new TimestampSigners(List.of(signer)).revocation(signer, List.of(), NOW, NOW, List.of()))
                .isEqualTo(new Unknown("it is itself trusted, and nobody revokes it"));
    }

    @Test
    void eachIsSaidInWords() {
        assertThat(new NotRevoked(NOW)).hasToString("its certificate was not revoked, by the list of " + NOW);
        assertThat(new RevokedLater(AFTER, RevocationReason.SUPERSEDED))
                .hasToString("its certificate was revoked later, on " + AFTER
                        + " (superseded): stamps from before then count");
        assertThat(new Spoilt(AFTER, RevocationReason.UNSPECIFIED, false, false))
                .hasToString(
                        "was revoked on " + AFTER + " (no reason given), which spoils the stamps of before as well");
        assertThat(new Spoilt(BEFORE, RevocationReason.SUPERSEDED, true, true))
                .hasToString("an issuer of it was revoked on " + BEFORE + " (superseded)");
    }

    private static ListMaker from(TestAuthority authority, Instant made) {
        return ListMaker.dated(authority, made, made.plus(Duration.ofDays(7)));
    }

    private SignerRevocation judged(RevocationList... lists) {
        List<RevocationList> all = new ArrayList<>(List.of(lists));
        all.add(ofRoot);
        return signers.revocation(signer, List.of(issuer), NOW, NOW.plusSeconds(1), all);
    }
}
