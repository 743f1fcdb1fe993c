package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.NOW;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.certstore.database.CertificateOrders.Order;

class AcmeChallengesTest extends DatabaseFixture {
    private static final AcmeChallenge FIRST =
            new AcmeChallenge(ALICE, MailAddress.of("acme@ca.example"), "token-2", "thumb", NOW, Set.of());
    private static final AcmeChallenge SECOND =
            new AcmeChallenge(ALICE, MailAddress.of("acme@ca.example"), "other", "thumb", NOW, Set.of());

    @Test
    void aChallengeWaitsAndIsAnswered() {
        Order order = begin(ALICE);
        assertThat(put(order, "https://ca.example/1", FIRST)).isTrue();
        assertThat(database.acmeChallenges().of(ALICE)).contains(FIRST);
        assertThat(database.acmeChallenges().url(ALICE)).contains("https://ca.example/1");
        assertThat(database.acmeChallenges().of(BOB)).isEmpty();
        assertThat(database.acmeChallenges().answered(FIRST, "token-1")).isTrue();
        assertThat(database.acmeChallenges().answered(FIRST, "token-1")).isTrue();
        assertThat(database.acmeChallenges().of(ALICE).orElseThrow().answered()).contains("token-1");
    }

    @Test
    void anotherChallengeIsNotAnsweredByTheOldOne() {
        Order order = begin(ALICE);
        put(order, "https://ca.example/1", FIRST);
        assertThat(put(order, "https://ca.example/2", SECOND)).isTrue();
        assertThat(database.acmeChallenges().answered(FIRST, "token-1")).isFalse();
        assertThat(database.acmeChallenges().of(ALICE)).contains(SECOND);
        assertThat(database.acmeChallenges().url(ALICE)).contains("https://ca.example/2");
    }

    @Test
    void anOrderWithoutAChallengeHasItsPlaceAlone() {
        Order order = begin(ALICE);
        assertThat(database.acmeChallenges().put(ALICE, order.key(), "https://ca.example/1", Optional.empty()))
                .isTrue();
        assertThat(database.acmeChallenges().of(ALICE)).isEmpty();
        assertThat(database.acmeChallenges().url(ALICE)).contains("https://ca.example/1");
        assertThat(database.acmeChallenges().remove(ALICE)).isTrue();
        assertThat(database.acmeChallenges().remove(ALICE)).isFalse();
        assertThat(database.acmeChallenges().url(ALICE)).isEmpty();
    }

    @Test
    void theChallengeEndsWithTheOrderAndWithItsKey() {
        Order order = begin(ALICE);
        put(order, "https://ca.example/1", FIRST);
        database.orders().end(order);
        assertThat(database.acmeChallenges().of(ALICE)).isEmpty();
        assertThat(put(order, "https://ca.example/1", FIRST)).isFalse();

        Order next = begin(ALICE);
        // The key of the order before is not that of this one.
        assertThat(put(order, "https://ca.example/1", FIRST)).isFalse();
        put(next, "https://ca.example/2", SECOND);
        database.wrappedKeys().remove(next.key());
        assertThat(database.acmeChallenges().url(ALICE)).isEmpty();
    }

    private boolean put(Order order, String url, AcmeChallenge challenge) {
        return database.acmeChallenges().put(order.address(), order.key(), url, Optional.of(challenge));
    }

    private Order begin(MailAddress address) {
        return Samples.order(database, address, "acme");
    }
}
