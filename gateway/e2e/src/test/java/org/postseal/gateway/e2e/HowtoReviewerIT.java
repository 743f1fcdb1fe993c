package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.TestPki;

/**
 * A reviewer's day by the commands of {@code docs/howto-reviewer.md}, as they stand and in their order. The reviewer
 * may read the log of a gateway and nothing else of it.
 */
final class HowtoReviewerIT {
    private static final String ALICE = "alice@example.com";
    private static final String BOB = "bob@partner.example";
    private static final String CAROL = "carol@partner.example";
    private static final String POLICY = """
        version: 1
        internal: [example.com]
        mailboxPolicies: { default: { RequireSignedSMIMEMessages: true } }
        rules:
          - id: partner-only-encrypted
            when: { direction: outbound, recipientDomain: [partner.example] }
            then: { sign: required, encrypt: required, onMissingCertificate: reject }
          - { id: rest, when: always, then: mailboxPolicy }
        """;

    /** The user that owns the keys, who is no user of this machine. */
    private static final String SERVICE = "4711";

    /** Runs a command as the reviewer: root without the capabilities to read what the modes of others' files forbid. */
    private static final List<String> REVIEWER = List.of(
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown,-setuid",
            "--inh-caps=-dac_override,-dac_read_search,-fowner,-chown,-setuid");

    private static final Path DESK = TemporaryHome.create("reviewer");
    private static GatewayProcess gateway;
    private static PageShell reviewer;
    private static HowtoPage page;

    @BeforeAll
    static void mailOfAMonth() throws IOException {
        Requirements.programs("setpriv", "openssl");
        Requirements.root("whoever takes rights away has them");
        try (TestPki pki = new TestPki().user(ALICE, KeyAlgorithm.RSA2048).user(BOB, KeyAlgorithm.RSA2048);
                ScriptedNextHop hop = new ScriptedNextHop()) {
            gateway = new GatewayProcess(pki)
                    .own(List.of(pki.identity(ALICE)))
                    .partners(List.of(pki.identity(BOB)))
                    .configuration("directory: { database: private/postseal.db, masterKey: private/master.key }\n");
            Files.createDirectory(gateway.file("private"));
            gateway.start(POLICY, hop.port());
            send("news", ALICE, List.of("dave@other.example"));
            send("contract-4711", ALICE, List.of(BOB, CAROL));
            send("lunch", ALICE, List.of("erin@other.example"));
            send("answer", "dave@other.example", List.of(BOB));
            // The last records are signed when the gateway stops.
            gateway.stop();
        }
        for (String secret : List.of("store", "private", "audit-key.pem")) {
            Command.of("chown", "-R", SERVICE + ":" + SERVICE, gateway.file(secret))
                    .output();
            Command.of("chmod", "go-rwx", gateway.file(secret)).output();
        }
        reviewer = PageShell.make(DESK, gateway.file("postseal.yaml"), REVIEWER);
        Instant now = Instant.now();
        YearMonth month = YearMonth.from(now.atZone(ZoneOffset.UTC));
        page = new HowtoPage("howto-reviewer.md")
                .with(Map.of(
                        "/var/log/postseal", gateway.file("").toString().replaceFirst("/$", ""),
                        "2027-03-01", month.atDay(1).toString(),
                        "2027-04-01", month.plusMonths(2).atDay(1).toString(),
                        "2027-03", month.toString()));
    }

    private static void send(String id, String from, List<String> to) {
        int port = from.equals(ALICE) ? gateway.submissionLmtp() : gateway.inboundLmtp();
        try (SmtpSender sender = SmtpSender.lmtp(port)) {
            SmtpSender.Outcome _ = sender.send(
                    from,
                    to,
                    SmimeMail.message(id, from, String.join(", ", to), SmimeMail.entity("Dear all\r\n"))
                            .octets());
        }
    }

    @AfterAll
    static void leave() {
        TemporaryHome.delete(DESK);
        Closing.all(gateway);
    }

    @Test
    void aReviewersDay() throws IOException {
        // The reviewer can read nothing but the log.
        assertThat(reviewer.run("cat '" + gateway.file("audit-key.pem") + "'").isSuccess())
                .isFalse();
        String key = reviewer.said(page.block("sh key")).substring(0, 64);

        String found = reviewer.said(page.block("sh find"));
        assertThat(found.lines().map(HowtoReviewerIT::words))
                .anyMatch(line -> line.contains(BOB) && line.contains("deliver, signed") && line.contains("encrypted"))
                .anyMatch(line -> line.contains(CAROL) && line.endsWith("reject, NO_RECIPIENT_CERTIFICATE"))
                .hasSize(3);
        assertThat(words(found.lines().findFirst().orElseThrow()))
                .isEqualTo(words(page.block("text find").lines().findFirst().orElseThrow()));
        String queueId = words(found.lines().skip(1).findFirst().orElseThrow()).split(" ", -1)[1];
        HowtoPage day = page.with(with("4dKx1q2zPz", queueId));

        String story = reviewer.said(day.block("sh story"));
        assertThat(labels(story)).containsAll(labels(day.block("text story")));
        assertThat(story)
                .contains(
                        "<contract-4711@test>",
                        "rule            partner-only-encrypted",
                        "- id: partner-only-encrypted",
                        "NO_RECIPIENT_CERTIFICATE")
                .doesNotContain("<news@test>");

        assertThat(reviewer.said(day.block("sh whole"))).contains("no record up to ");
        assertThat(reviewer.said(day.block("sh export")))
                .startsWith("wrote 2 records, 4 of 4 certificates, 0 of 0 lists and responses and 1 of 1 policies to ")
                .endsWith("evidence/README.md has the commands that check them\n");
        assertThat(Files.readString(DESK.resolve("evidence/README.md"))).contains(key + "  key.der");
        proven();
        whateverIsChangedIsNot();

        Command.Result report = reviewer.run(day.block("sh report"));
        assertThat(report).matches(Command.Result::isSuccess);
        assertThat(report.messages())
                .contains(
                        "hint: not in the tables of certificates: the folder of certificates: ",
                        "hint: not in the tables of certificates: the database of certificates: ");
        String month = "report-" + page.places().get("2027-03") + ".html";
        assertThat(Files.readString(DESK.resolve(month)))
                .contains("Not in the tables of certificates, since it could not be read:")
                .contains("NO_RECIPIENT_CERTIFICATE")
                // This recipient's certificate was used, so it is kept beside the log.
                .containsPattern("<td>" + Pattern.quote(BOB) + "</td>.*<td>audit log</td>");
    }

    private static Map<String, String> with(String place, String value) {
        Map<String, String> all = new HashMap<>(page.places());
        all.put(place, value);
        return all;
    }

    /** Proves the evidence with OpenSSL, coreutils and a shell only, and with none of our programs. */
    private static Command.Result prove() throws IOException {
        String commands = String.join("\n", bundleCommands());
        return Command.of(
                        "env",
                        "-i",
                        "PATH=/usr/bin:/bin",
                        "sh",
                        "-c",
                        "cd '" + DESK.resolve("evidence") + "'\n" + commands)
                .run();
    }

    private static List<String> bundleCommands() throws IOException {
        return HowtoPage.blocks(Files.readString(DESK.resolve("evidence/README.md")), "sh");
    }

    /** Checks that the proof succeeds and prints what the page says. */
    private static void proven() throws IOException {
        Command.Result proof = prove();
        assertThat(said(proof))
                .as(proof.toString())
                .allMatch(GOOD.asMatchPredicate())
                .hasSizeGreaterThan(4);
        assertThat(page.block("text green").lines()).allMatch(GOOD.asMatchPredicate());
        assertThat(shapes(page.block("text green").lines())).isEqualTo(shapes(said(proof).stream()));
    }

    /**
     * Changes one octet of a file of each kind, and in a record and a checkpoint also at both ends and in the link,
     * which is not part of what is hashed.
     */
    private static void whateverIsChangedIsNot() throws IOException {
        List<String> unchanged = said(prove());
        List<Path> files;
        try (Stream<Path> all = Files.list(DESK.resolve("evidence"))) {
            Map<String, Path> kinds = new TreeMap<>();
            all.filter(file -> file.getFileName().toString().matches(".*\\.(json|signature|txt|pem|yaml)"))
                    .forEach(file -> kinds.put(file.getFileName().toString().replaceFirst("-.*\\.", "."), file));
            assertThat(kinds)
                    .containsOnlyKeys(
                            "record.json",
                            "checkpoint.json",
                            "checkpoint.signature",
                            "others.txt",
                            "key.pem",
                            "certificate.pem",
                            "policy.yaml");
            files = List.copyOf(kinds.values());
        }
        for (Path file : files) {
            byte[] octets = Files.readAllBytes(file);
            List<Integer> places = file.toString().endsWith(".json")
                    ? List.of(0, octets.length / 2, octets.length - 40, octets.length - 1)
                    : List.of(octets.length / 2);
            for (int place : places) {
                byte[] changed = octets.clone();
                changed[place] ^= 1;
                Files.write(file, changed);
                Command.Result proof = prove();
                assertThat(said(proof)).as(file + " at " + place + ": " + proof).isNotEqualTo(unchanged);
                assertThat(proof.messages() + String.join("\n", said(proof)))
                        .as(file + " at " + place)
                        .containsPattern("FAILED|Failure|does not fit|Could not|unable|[Ee]rror");
                Files.write(file, octets);
            }
        }
        assertThat(said(prove())).isEqualTo(unchanged);
    }

    /** Returns the lines without their numbers, each kind once. */
    private static List<String> shapes(Stream<String> lines) {
        return lines.map(line -> line.replaceAll("[0-9a-f]{64}|[0-9]+", "N"))
                .distinct()
                .toList();
    }

    private static List<String> said(Command.Result proof) {
        return new String(proof.output(), UTF_8).lines().toList();
    }

    private static String words(String line) {
        return line.strip().replaceAll(" +", " ");
    }

    /** Returns the words at the left of a story. */
    private static List<String> labels(String story) {
        List<String> labels = new ArrayList<>();
        for (String line : story.lines().toList()) {
            Matcher label = LABEL.matcher(line);
            if (label.find()) {
                labels.add(label.group(1).strip());
            }
        }
        return labels.stream().distinct().toList();
    }

    private static final Pattern LABEL = Pattern.compile("^ {2,4}([A-Za-z][A-Za-z' -]{0,14}) +\\S");
    private static final Pattern GOOD =
            Pattern.compile("(?:key|certificate)\\.der: OK|Signature Verified Successfully|checkpoint-[0-9]+\\.json: OK"
                    + "|policy-[0-9a-f]{64}\\.yaml: OK");
}
