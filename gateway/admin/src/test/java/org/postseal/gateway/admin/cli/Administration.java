package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/**
 * A configuration in a folder, and an administrator who types commands. Each command starts anew, as a process of its
 * own would, as far as that is possible inside one.
 */
public final class Administration {
    public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    public static final Act ACT = new Act("alice-admin", NOW, "because");

    private final Path folder;
    private Instant now = NOW;
    private OptionalInt terminal = OptionalInt.empty();
    private Duration patience = Duration.ofSeconds(5);

    /** The exit code and the output of a command. */
    public record Done(int exitCode, List<String> out, List<String> err) {}

    private Administration(Path folder) {
        this.folder = folder;
    }

    /** Makes a configuration that names a database and a master key, neither of which exists yet. */
    public static Administration in(Path folder) throws IOException {
        Administration administration = new Administration(folder);
        administration.configure(
                "directory: { database: postseal.db, masterKey: master.key }\ntrust: { collections: [partners] }");
        Files.createDirectory(folder.resolve("store"));
        Files.writeString(folder.resolve("policy.yaml"), """
            version: 1
            internal: [ours.example]
            rules:
              - { id: rest, when: always, then: mailboxPolicy }
            """);
        return administration;
    }

    /** Writes the configuration, with this text at its end. */
    public void configure(String directory) throws IOException {
        Files.writeString(config(), """
            listeners:
              - { protocol: lmtp, address: "127.0.0.1:0" }
            nextHop: "127.0.0.1:10026"
            policy: policy.yaml
            store: { directory: store }
            """ + directory + "\n");
    }

    public Path config() {
        return folder.resolve("postseal.yaml");
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Writes a file in the folder and returns its path. */
    public String write(String name, String... contents) throws IOException {
        return Files.writeString(file(name), String.join("", contents)).toString();
    }

    /** Lets the following commands run at this time. */
    public void at(Instant time) {
        now = time;
    }

    /** Lets the following commands print to a terminal. */
    public void atTerminal() {
        terminal = OptionalInt.of(120);
    }

    /** Lets the following commands wait for a locked database no longer than this. */
    public void patience(Duration time) {
        patience = time;
    }

    /** Runs a command; its words may not hold blanks. */
    public Done run(String command, Object... more) {
        CapturedConsole console = new CapturedConsole();
        Surroundings surroundings = new Surroundings(ACT.who(), terminal, Clock.fixed(now, ZoneOffset.UTC), patience);
        String[] words = java.util.stream.Stream.of(
                        Arrays.stream(command.split(" ")),
                        Arrays.stream(more).map(Object::toString),
                        java.util.stream.Stream.of("-c", config().toString()))
                .flatMap(each -> each)
                .toArray(String[]::new);
        int exitCode =
                new CommandLineInterface(new GatewayAssembly(), console.reading(""), surroundings).execute(words);
        return new Done(exitCode, console.lines(), console.err().lines().toList());
    }

    public <T> T database(Function<CertificateDatabase, T> look) {
        try (CertificateDatabase database = CertificateDatabase.open(file("postseal.db"))) {
            return look.apply(database);
        }
    }

    /** Returns the records that wait for the audit log. */
    public List<Change> changes() {
        return database(database -> database.changeLog().waiting(1000));
    }
}
