package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.smimea.Named;
import org.postseal.certstore.remote.smimea.SmimeaName;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.HowtoPage;

/**
 * Writes an organization's SMIMEA records as {@code docs/howto-ca.md} says, lets BIND read them and sign the zone, and
 * compares that with the store. A partner finds the certificates in it.
 */
final class DnsCommandsIT {
    private static final HowtoPage PAGE = new HowtoPage("howto-ca.md");

    @TempDir
    private Path folder;

    @Test
    void recordsAreWrittenReadByBindAndCompared() throws Exception {
        Administration ours = organization();
        List<String> commands = PAGE.block("sh dns").lines().toList();
        Done written = page(ours, commands.get(0));
        assertThat(written.out())
                .as(written.toString())
                .singleElement()
                .asString()
                .startsWith("wrote 3 records to ");
        List<String> lines = Files.readAllLines(ours.file("smimea.zone"));
        assertThat(String.join("\n", lines)).doesNotContain("alice");
        Path zone = Files.writeString(
                folder.resolve("zone"),
                "$TTL 300\n$ORIGIN example.com.\n@ SOA ns host 1 1 1 1 1\n@ NS ns\nns A 127.0.0.1\n"
                        + String.join("\n", lines) + "\n");
        assertThat(new String(
                        Command.of("named-checkzone", "example.com.", zone).output(), StandardCharsets.UTF_8))
                .endsWith("OK\n");

        try (Named named = published(lines)) {
            configure(ours, named.address());
            Done checked = page(ours, commands.get(1));
            assertThat(checked.exitCode()).as(checked.toString()).isEqualTo(ExitCode.REFUSED);
            assertThat(checked.out().stream().map(each -> each.replaceAll(" {2,}", "  ")))
                    .containsExactly(
                            "WHAT  RESULT  DNS SAYS",
                            "issuemail  ok  these may issue: ca.example.com, by CAA of example.com, proven by DNSSEC",
                            "alice@example.com  ok  our certificate",
                            "bob@example.com  other  1 record, none with our certificate",
                            "carol@example.com  absent  no such name");
            assertThat(ours.run("dns check example.com --json --authority ca.example.com")
                            .out())
                    .contains("    \"what\": \"alice@example.com\",");
            assertThat(ours.run("dns check example.com --authority other.example.com")
                            .out()
                            .get(1))
                    .contains("issuemail", "other");

            Administration partner = administration("partner");
            configure(partner, named.address());
            ok(partner.run("directory test smimea --address alice@example.com"));
            assertThat(partner.run("directory test smimea --address alice@example.com")
                            .out()
                            .getLast())
                    .contains("1 certificate", "usable");
        }
        // The name server has ended.
        assertThat(ours.run("dns check example.com").exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    }

    @Test
    void nothingIsOrderedUnlessDnsLetsTheAuthorityIssue() throws Exception {
        Administration ours = organization();
        InetSocketAddress server;
        try (Named named = published(List.of())) {
            server = named.address();
            assertThat(enrolled(ours, server, "dana", "other.example.com"))
                    .isEqualTo("waiting: dana@example.com: other.example.com may not issue: these may issue:"
                            + " ca.example.com, by CAA of example.com, proven by DNSSEC");
            assertThat(ours.run("cert list --address dana@example.com").out()).containsExactly("0 certificates");
            ours.at(Instant.now().plus(Duration.ofHours(2)));
            assertThat(enrolled(ours, server, "dana", "CA.example.com")).startsWith("taken: dana@example.com: ");
        }
        // The name server has ended.
        assertThat(enrolled(ours, server, "erin", "ca.example.com"))
                .startsWith(
                        "waiting: erin@example.com: nobody knows whether ca.example.com may issue: CAA example.com");
    }

    /** Lets our own authority go by a name in CAA records, and returns the first line of a run for one user. */
    private String enrolled(Administration ours, InetSocketAddress server, String user, String issuerDomain)
            throws IOException {
        configure(ours, server, """
                enrolment:
                  authorities: { house: { own: {}, caa: %s } }
                  users: [{ for: %s@example.com, authority: house, key: p256 }]
                """.formatted(issuerDomain, user));
        Done done = ours.run("enrol run --passphrase-file", ours.file("pass"));
        assertThat(done.out()).as("%s", done.err()).isNotEmpty();
        return done.out().getFirst();
    }

    @Test
    void whoHasNoCertificateIsNamed() throws Exception {
        Administration ours = organization();
        assertThat(ours.run("dns smimea alice@example.com dana@example.com").err())
                .containsExactly(
                        "error: there is no certificate to publish of dana@example.com",
                        "hint: postseal cert list --source own");
        ok(ours.run("ca revoke alice@example.com --passphrase-file", ours.file("pass")));
        Done all = ours.run("dns smimea --all --json");
        assertThat(all.exitCode()).isZero();
        assertThat(all.err()).singleElement().asString().startsWith("warning: alice@example.com has no certificate");
        assertThat(all.out().stream().filter(each -> each.contains("\"address\"")))
                .hasSize(2);
    }

    /** Publishes CAA and, if there are lines, Alice's record, Carol's record under Bob's name, and none of Carol. */
    private Named published(List<String> lines) throws Exception {
        Path place = Files.createDirectory(folder.resolve("named"));
        Named.Zones zones = new Named.Zones(place);
        List<String> records = new ArrayList<>(List.of("@ CAA 0 issuemail \"ca.example.com\""));
        if (!lines.isEmpty()) {
            records.add(line(lines, "alice@example.com"));
            records.add(line(lines, "carol@example.com").replace(name("carol@example.com"), name("bob@example.com")));
        }
        String anchor = zones.signed("example.com.", List.of(), records.toArray(String[]::new));
        zones.unsigned(".");
        Files.writeString(folder.resolve("anchors"), anchor + "\n");
        return Named.start(place, zones);
    }

    private static String line(List<String> lines, String address) {
        return lines.stream().filter(each -> each.startsWith(name(address))).collect(Collectors.joining());
    }

    private static String name(String address) {
        return SmimeaName.of(MailAddress.of(address)).orElseThrow().text();
    }

    private Administration organization() throws IOException {
        Administration ours = administration("ours");
        ours.write("policy.yaml", """
                version: 1
                internal: [example.com]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        ours.write("root-pass", "correct horse battery\n");
        ours.write("pass", "staple battery horse\n");
        ok(ours.run("key init"));
        ok(ours.run(
                "ca init --key p256 --organization Ours --country DE --url http://pki.example.com/",
                "--root-passphrase-file",
                ours.file("root-pass"),
                "--passphrase-file",
                ours.file("pass")));
        ok(ours.run("trust import partners", ours.file("ca/root.pem"), ours.file("ca/issuing.pem")));
        ok(ours.run(
                "ca issue alice@example.com bob@example.com carol@example.com --key p256 --passphrase-file",
                ours.file("pass")));
        return ours;
    }

    private Administration administration(String name) throws IOException {
        Administration administration = Administration.in(Files.createDirectory(folder.resolve(name)));
        administration.at(Instant.now());
        return administration;
    }

    private void configure(Administration administration, InetSocketAddress server) throws IOException {
        configure(administration, server, "");
    }

    private void configure(Administration administration, InetSocketAddress server, String more) throws IOException {
        administration.configure("""
                trust: { collections: [partners] }
                directory:
                  database: postseal.db
                  masterKey: master.key
                  smimea: { resolvers: "127.0.0.1:%d", trustAnchors: %s }
                """.formatted(server.getPort(), folder.resolve("anchors")) + more);
    }

    /** Runs a command of the page. */
    private static Done page(Administration ours, String line) {
        return ours.run(line.substring("postseal ".length()).replace("smimea.zone", ours.file("smimea.zone") + ""));
    }

    private static void ok(Done done) {
        assertThat(done.exitCode()).as("%s %s", done.out(), done.err()).isZero();
    }
}
