package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.TrustCollections.Collected;

class ExpiryAlarmTest {
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");

    private final ExpiryAlarm alarm = new ExpiryAlarm();

    @Test
    void eachStepIsToldOnce() {
        assertThat(due(91)).isEmpty();
        assertThat(due(90)).containsExactly(line("partners", "AA", "expires on 2027-01-01T00:00:00Z, in 90 days"));
        assertThat(due(89)).isEmpty();
        assertThat(due(30)).containsExactly(line("partners", "AA", "expires on 2027-01-01T00:00:00Z, in 30 days"));
        assertThat(due(8)).isEmpty();
        assertThat(due(6)).containsExactly(line("partners", "AA", "expires on 2027-01-01T00:00:00Z, in 6 days"));
        assertThat(due(0))
                .containsExactly(line(
                        "partners", "AA", "expired on 2027-01-01T00:00:00Z: paths through it are not valid any more"));
        assertThat(due(-1)).isEmpty();
    }

    @Test
    void aRenewedCollectionStartsAnew() {
        due(5);

        assertThat(alarm.due(List.of(collection("partners", "BB")), END.minus(Duration.ofDays(20))))
                .containsExactly(line("partners", "BB", "expires on 2027-01-01T00:00:00Z, in 20 days"));
    }

    @Test
    void everyCollectionHasItsOwn() {
        assertThat(alarm.due(
                        List.of(collection("partners", "AA"), collection("others", "AA")),
                        END.minus(Duration.ofDays(1))))
                .hasSize(2);
    }

    private List<String> due(int daysBefore) {
        return alarm.due(List.of(collection("partners", "AA")), END.minus(Duration.ofDays(daysBefore)));
    }

    private static Collected collection(String name, String thumbprint) {
        return new Collected(name, END, thumbprint, List.of(), List.of(), Act.of("test", END));
    }

    private static String line(String collection, String thumbprint, String when) {
        return "trust collection " + collection + ": the certificate with SHA-1 " + thumbprint + " " + when;
    }
}
