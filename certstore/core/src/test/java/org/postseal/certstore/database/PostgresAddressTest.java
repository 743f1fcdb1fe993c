package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.database.PostgresAddress.Host;

class PostgresAddressTest {
    @Test
    void anAddressNamesUserHostsAndDatabase() {
        String text = "postgresql://gateway@db1.example.com,192.0.2.7:5433,[2001:db8::7]:5434/mail";
        PostgresAddress address = PostgresAddress.parse(text).orElseThrow();
        assertThat(address)
                .isEqualTo(new PostgresAddress(
                        "gateway",
                        List.of(
                                new Host("db1.example.com", 5432),
                                new Host("192.0.2.7", 5433),
                                new Host("[2001:db8::7]", 5434)),
                        "mail"));
        assertThat(address).hasToString(text);
        assertThat(address.jdbcUrl())
                .isEqualTo("jdbc:postgresql://db1.example.com:5432,192.0.2.7:5433,[2001:db8::7]:5434/mail");
    }

    @Test
    void theUserIsPostsealUnlessAnotherIsNamed() {
        assertThat(PostgresAddress.parse("postgresql://localhost/mail").orElseThrow())
                .hasToString("postgresql://postseal@localhost/mail");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "postgres://db/mail",
                "jdbc:postgresql://db/mail",
                "postgresql://db",
                "postgresql://db/",
                "postgresql:///mail",
                "postgresql://u:secret@db/mail",
                "postgresql://db,/mail",
                "postgresql://db:0/mail",
                "postgresql://db:70000/mail",
                "postgresql://db/mail?sslmode=disable",
                "postgresql://db/mail#x",
                "postgresql://d b/mail",
                "postgresql://2001:db8::7/mail",
            })
    void anythingElseIsRefused(String text) {
        assertThat(PostgresAddress.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.8.9.1:5433", "[::1]", "localhost,127.0.0.1"})
    void thisMachineIsLocal(String hosts) {
        assertThat(PostgresAddress.parse("postgresql://" + hosts + "/mail")
                        .orElseThrow()
                        .isLocal())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost,db1", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1"})
    void anotherMachineIsNotLocal(String hosts) {
        assertThat(PostgresAddress.parse("postgresql://" + hosts + "/mail")
                        .orElseThrow()
                        .isLocal())
                .isFalse();
    }
}
