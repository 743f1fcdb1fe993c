package org.postseal.gateway.admin.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.ChangeLog;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.support.Surroundings;

/** Runs commands in a temporary folder. The policy is broken, and so is everything else that only the gateway needs. */
public final class CommandBench {
    public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    public static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", NOW.minus(Duration.ofDays(500)), NOW.plus(Duration.ofDays(500)));

    public final Path folder;
    private final CapturedConsole console = new CapturedConsole();

    public CommandBench(Path folder) {
        this.folder = folder;
        write("policy.yaml", "no policy at all");
        directory("store");
        configure("""
            trust: { collections: [partners] }
            directory:
              database: directory.db
              masterKey: master.key
            """);
    }

    /** Makes another bench with the files of {@code shared}. */
    public CommandBench(CommandBench shared) {
        this.folder = shared.folder;
    }

    public void configure(String more) {
        write("postseal.yaml", """
            listeners:
              - { protocol: lmtp, address: "127.0.0.1:0" }
            nextHop: "127.0.0.1:10026"
            """ + more);
    }

    /** Issues a certificate for an address, valid for so many days from now. */
    public static IssuedCertificate issue(String address, int days) {
        return AUTHORITY
                .request(MailAddress.of(address))
                .validity(NOW.minus(Duration.ofDays(400)), NOW.plus(Duration.ofDays(days)))
                .issue();
    }

    public Path write(String name, String text) {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    public Path write(String name, byte[] octets) {
        try {
            return Files.write(folder.resolve(name), octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path directory(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path pem(String name, MailCertificate... certificates) {
        StringBuilder text = new StringBuilder();
        Stream.of(certificates).forEach(each -> text.append(each.toPem()));
        return write(name, text.toString());
    }

    /** Writes the file, with its password in a file beside it. */
    public Path pkcs12(String name, IssuedCertificate identity) {
        write(name + ".password", "secret\n");
        return write(name, identity.pkcs12("secret".toCharArray()));
    }

    public int run(Object... arguments) {
        return runWith(new byte[0], arguments);
    }

    public int runWith(byte[] input, Object... arguments) {
        List<String> line = new ArrayList<>();
        Stream.of(arguments).forEach(each -> line.add(each.toString()));
        line.addAll(List.of("-c", folder.resolve("postseal.yaml").toString()));
        Surroundings surroundings = new Surroundings(
                "tester", OptionalInt.empty(), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofMillis(200));
        return new CommandLineInterface(
                        new BrokenAssembly(), console.reading(new ByteArrayInputStream(input)), surroundings)
                .execute(line.toArray(String[]::new));
    }

    public List<String> out() {
        return console.lines();
    }

    public byte[] octets() {
        return console.octets();
    }

    public List<String> err() {
        return console.err().replace(folder + "/", "").lines().toList();
    }

    public <T> T database(Function<CertificateDatabase, T> work) {
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            return work.apply(database);
        }
    }

    /** Returns the records that wait for the audit log, as {@code action object}. */
    public List<String> changes() {
        return database(database -> database.changeLog().waiting(1000).stream()
                .map(each -> each.action() + " " + each.object())
                .toList());
    }

    public ChangeLog.Change lastChange() {
        return database(database -> database.changeLog().waiting(1000).getLast());
    }

    public int count(String source) {
        return database(database -> database.certificates()
                .list(CertificateFilter.ofSource(source, CertificateFilter.MAX_LIMIT))
                .size());
    }

    public static String brief(IssuedCertificate identity) {
        return identity.certificate().id().hex().substring(0, 16);
    }
}
