package org.postseal.gateway.admin.cli.fleet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/** The configuration of a gateway of a fleet, and its commands over a real PostgreSQL. */
abstract class FleetFixture {
    static final Duration PATIENCE = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final String url = PostgresServer.shared().newDatabase();

    @BeforeEach
    final void files() throws IOException {
        Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        configureFleet("postseal", database(), "off");
    }

    final String database() {
        return url.replaceFirst("\\?.*", "").replaceFirst(".*/", "");
    }

    final void configureFleet(String user, String database, String tls) throws IOException {
        configure("""
                upstreams: { mx: { networks: 127.0.0.0/8 } }
                fleet: { node: one, database: { url: "postgresql://%s@127.0.0.1:%s/%s", tls: %s } }
                """.formatted(user, PostgresServer.shared().port(), database, tls));
    }

    final void configure(String lines) throws IOException {
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                """ + lines);
    }

    static String text(ByteArrayOutputStream printed) {
        return printed.toString(StandardCharsets.UTF_8);
    }

    final int run(String... words) {
        out.reset();
        err.reset();
        List<String> all =
                new ArrayList<>(List.of("-c", folder.resolve("postseal.yaml").toString()));
        all.addAll(List.of(words));
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        Surroundings surroundings = new Surroundings("tester", OptionalInt.empty(), Clock.systemUTC(), PATIENCE);
        return new CommandLineInterface(new GatewayAssembly(), console, surroundings)
                .execute(all.toArray(String[]::new));
    }
}
