package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hosts of one address take themselves for the primary: one was promoted, and the other one has not noticed. */
@Tag("thorough")
@Timeout(60)
class NewestPrimaryTest {
    @Test
    void onceTheNewerOneIsKnownNobodyUsesTheOlderOne() throws Exception {
        try (PostgresServer older = PostgresServer.start("fsync=off");
                PostgresServer newer = PostgresServer.start("fsync=off")) {
            Postgres both = new Postgres(
                    "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/postgres?user=postseal"
                            .formatted(older.port(), newer.port()),
                    Duration.ofSeconds(10));
            newer.stop();
            try (Sql open = both.connect()) {
                newer.promote();
                both.beginReading(open);
                both.commit(open);
                assertThat(both.isNewest(open)).isTrue();

                while (port(both) != newer.port()) {
                    Thread.sleep(10);
                }
                assertThat(both.isNewest(open)).isFalse();
                assertThatThrownBy(() -> both.beginReading(open))
                        .isInstanceOf(SQLException.class)
                        .hasMessage("another host has taken the place of this primary");
                assertThat(open.isOpen()).isFalse();
            }
            for (int i = 0; i < 20; i++) {
                assertThat(port(both)).isIn(REFUSED, newer.port());
            }
        }
    }

    /** Returns the port of the server that is connected to. */
    private static int port(Postgres both) {
        try (Sql sql = both.connect()) {
            return sql.first("SELECT inet_server_port()", row -> row.getInt(1)).orElseThrow();
        } catch (SQLException e) {
            return REFUSED;
        }
    }

    private static final int REFUSED = 0;
}
