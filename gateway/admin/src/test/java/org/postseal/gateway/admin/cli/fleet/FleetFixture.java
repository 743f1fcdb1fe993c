package org.postseal.gateway.admin.cli.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.admin.cli.support.Surroundings;

/** The configuration of a gateway of a fleet, and its commands over a real PostgreSQL. */
abstract class FleetFixture {
    static final Duration PATIENCE = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    GatewayFolder gateway;
    final String url = PostgresServer.shared().newDatabase();

    @BeforeEach
    final void files() throws IOException {
        gateway =
                new GatewayFolder(folder, new Surroundings("tester", OptionalInt.empty(), Clock.systemUTC(), PATIENCE));
        configureFleet("postseal", database(), "off");
    }

    final String database() {
        return url.replaceFirst("\\?.*", "").replaceFirst(".*/", "");
    }

    final void configureFleet(String user, String database, String tls) throws IOException {
        gateway.configure("""
            upstreams: { mx: { networks: 127.0.0.0/8 } }
            fleet: { node: one, database: { url: "postgresql://%s@127.0.0.1:%s/%s", tls: %s } }
            """.formatted(user, PostgresServer.shared().port(), database, tls));
    }

    final int run(String... words) {
        return gateway.run(words);
    }
}
