package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.NOW;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateOrders.Count;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.CertificateOrders.State;

class CertificateOrdersTest extends DatabaseFixture {
    @Test
    void theyAreCountedByState() {
        assertThat(database.orders().counts()).isEmpty();
        Order _ = Samples.order(database, ALICE, "public");
        Order _ = Samples.order(database, MailAddress.of("carol@example.com"), "public");
        Order bob = Samples.order(database, BOB, "public");
        assertThat(database.orders().update(bob.after(State.REFUSED, NOW, "no")))
                .isTrue();
        assertThat(database.orders().counts())
                .containsExactlyInAnyOrder(new Count(State.OPEN, 2, NOW), new Count(State.REFUSED, 1, NOW));
        for (Order each : database.orders().list()) {
            assertThat(database.orders().end(each)).isTrue();
        }
        assertThat(database.orders().counts()).isEqualTo(List.of());
    }

    @Test
    void eachSaysWhatHappensNext() {
        Order order = Samples.order(database, ALICE, "public");
        assertThat(order.nextStep()).isEqualTo("asked again from 2026-06-01T00:00:00Z");
        assertThat(order.after(State.REFUSED, NOW, "no").nextStep())
                .isEqualTo("postseal enrol retry alice@example.com");
    }
}
