package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.Deadline;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;

/** Checks which of two lists from one address is taken. */
class ListSupplyTest {
    private static final String ADDRESS = "http://pki.ours.example/issuing.crl";

    private static final IssuerFinder FINDER = new IssuerFinder() {
        @Override
        public List<MailCertificate> named(X500Name name) {
            return List.of();
        }

        @Override
        public Optional<List<MailCertificate>> path(MailCertificate certificate, MailCertificate anchor) {
            return Optional.empty();
        }
    };

    private final TestAuthority root = new TestAuthority("root");
    private final RevocationStore store = new MemoryRevocationStore(1_000_000);
    private final ListSupply supply = new ListSupply(
            RevocationSettings.DEFAULTS,
            new Downloads(
                    new BoundedFetcher(FetchSettings.DEFAULTS), Duration.ofSeconds(1), Duration.ZERO, System::nanoTime),
            store,
            List.of());

    @Test
    void aListIsParsedOnceAlsoWhereTheStoreKnowsItsTimeMoreExactly() {
        put(ListMaker.current(root).list(), 500);
        assertThat(taken()).isSameAs(taken());
    }

    @Test
    void ofTwoListsOfTheSameSecondTheLaterOneCounts() {
        RevocationList first = ListMaker.current(root).list();
        RevocationList second =
                ListMaker.current(root).revoke(BigInteger.TEN, NOW, 1).list();
        put(first, 0);
        assertThat(taken().encoded()).isEqualTo(first.encoded());
        put(second, 0);
        assertThat(taken().encoded()).isEqualTo(second.encoded());
    }

    private void put(RevocationList list, int milliseconds) {
        store.put(
                "crl:" + ADDRESS,
                new StoredAnswer(
                        list.encoded(),
                        list.thisUpdate().plusMillis(milliseconds),
                        list.nextUpdate().orElseThrow()));
    }

    private RevocationList taken() {
        Run run = new Run(NOW, FINDER, Deadline.in(Duration.ofSeconds(1)), List.of(), 0);
        return supply.at(ADDRESS, run).offers().getFirst().list();
    }
}
