package org.postseal.gateway.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.assembly.GatewayAssembly;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.AuditLogs;
import org.postseal.gateway.cli.CommandLineInterface;
import org.postseal.gateway.cli.Console;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.e2e.Command;
import org.postseal.gateway.e2e.Requirements;

/** A time-stamping authority (OpenSSL) whose certificate is revoked, before it stamps and after, or about whom nothing is known. */
final class StampRevocationIT {
    /** Serial numbers, as OpenSSL writes them. */
    private static final String LISTED = "0C";

    @TempDir
    private static Path shared;

    private static OpensslTsa tsa;

    // OpenSSL stamps by the clock of the machine
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Instant before = now.minus(Duration.ofHours(1));
    private final Instant later = now.plus(Duration.ofHours(1));
    private final Instant muchLater = now.plus(Duration.ofHours(2));

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void authority() throws Exception {
        Requirements.programs("openssl");
        tsa = new OpensslTsa(shared.resolve("tsa"));
        tsa.handle((exchange, query) -> OpensslTsa.answer(exchange, tsa.reply(query, "listed")));
    }

    @AfterAll
    static void end() {
        tsa.close();
    }

    @BeforeEach
    void log() throws IOException {
        tsa.withhold();
        Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                revocation: { allowedNetworks: 127.0.0.0/8, allowedPorts: %d }
                audit: { file: audit.jsonl, timestamp: { trust: "%s", url: "%s" } }
                """.formatted(tsa.port(), tsa.file("root.pem"), tsa.url()));
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> before)) {
            log.append(List.of(new AuditEvent.NoticeSent(before, "Q1", "ann@ours.example", "250 2.0.0 ok")));
        }
    }

    @Test
    void listsOfTheDayAreKeptBesideTheStampAndOpensslReadsThem() throws Exception {
        none();
        String known = "            its certificate was not revoked, by the list of " + before;
        assertThat(stamp()).as(err()).isZero();
        assertThat(output()).contains(known);
        assertThat(names(stamps()))
                .containsExactly("audit-000000000002.crl", "audit-000000000002.json", "audit-000000000002.tsr");
        assertThat(run("audit", "verify")).as(err()).isZero();
        assertThat(output()).contains(known);
        assertThat(openssl(stamps().resolve("audit-000000000002.crl"))).contains("Verification: OK");

        Path evidence = folder.resolve("evidence");
        assertThat(run("audit", "export", "--queue-id", "Q1", "--out", evidence.toString()))
                .as(err())
                .isZero();
        Files.copy(tsa.file("root.pem"), evidence.resolve("tsa-root.pem"));
        String page = Files.readString(evidence.resolve("README.md"));
        Matcher commands = Pattern.compile("```sh\\n((?:when=|cat tsa-root).*?)```", Pattern.DOTALL)
                .matcher(page);
        StringBuilder all = new StringBuilder();
        commands.results().forEach(found -> all.append(found.group(1)));
        assertThat(all).contains("-crl_check_all");
        Command.Result checked =
                Command.of("env", "-C", evidence, "sh", "-e", "-c", all).run();
        assertThat(checked.isSuccess()).as(checked.toString()).isTrue();

        // elsewhere, with its list or without
        Path elsewhere = Files.move(stamps(), folder.resolve("elsewhere"));
        Path stamp = elsewhere.resolve("audit-000000000002.tsr");
        for (Path given : List.of(elsewhere, stamp)) {
            assertThat(verify(given)).as(err()).isZero();
            assertThat(output()).contains(known);
        }
        Files.delete(elsewhere.resolve("audit-000000000002.crl"));
        assertThat(verify(stamp)).isZero();
        assertThat(output())
                .contains(
                        "            whether its certificate was revoked is not known: no list at hand that was current and speaks of each certificate");
    }

    @Test
    void whoIsRevokedAlreadyStampsNothing() throws Exception {
        tsa.list("root", before, Map.of(), before);
        Path list = tsa.list("listing", before, Map.of(LISTED, ",superseded"), before);
        assertThat(stamp()).isEqualTo(ExitCode.REFUSED);
        String why = "the certificate that signed it, O=Example,CN=listed: was revoked on " + before + " (superseded)";
        assertThat(err())
                .startsWith(
                        "error: the authority's answer for audit.jsonl to record 2 is not kept: " + why + "\nhint: ");
        assertThat(stamps()).doesNotExist();

        // nor by hand
        assertThat(run("audit", "stamp", "--query", "--record", "1")).isZero();
        Path query = stamps().resolve("audit-000000000002.tsq");
        Path reply =
                Files.write(folder.resolve("audit-000000000002.tsr"), tsa.reply(Files.readAllBytes(query), "listed"));
        assertThat(run("audit", "stamp", "--reply", reply.toString(), "--crl", list.toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err()).contains(why);
        assertThat(stamps().resolve("audit-000000000002.tsr")).doesNotExist();
    }

    @Test
    void whoIsRevokedLaterLosesHisStampsUnlessTheReasonSaysThatTheyAreHis() throws Exception {
        none();
        assertThat(stamp()).as(err()).isZero();
        Path harmless = tsa.list("listing", muchLater, Map.of(LISTED, ",cessationOfOperation"), later);
        assertThat(run("audit", "verify", "--crl", harmless.toString()))
                .as(err())
                .isZero();
        assertThat(output())
                .contains("            its certificate was revoked later, on " + later
                        + " (cessation of operation): stamps from before count");

        for (Map.Entry<String, String> reason : Map.of(",keyCompromise", "key compromised", "", "no reason given")
                .entrySet()) {
            Path list = tsa.list("listing", muchLater, Map.of(LISTED, reason.getKey()), later);
            assertThat(run("audit", "verify", "--crl", list.toString())).isEqualTo(ExitCode.REFUSED);
            assertThat(err())
                    .isEqualTo(
                            "error: audit-000000000002.tsr: the stamp does not verify: the certificate that signed it,"
                                    + " O=Example,CN=listed: was revoked on " + later + " (" + reason.getValue()
                                    + "), which spoils the stamps of before as well\n");
            assertThat(output()).noneMatch(line -> line.startsWith("stamped "));
            // beside a stamp it is found without being named
            Path beside = Files.copy(list, stamps().resolve("later.crl"));
            assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
            Files.delete(beside);
        }
        assertThat(openssl(tsa.list("listing", before, Map.of(LISTED, ",keyCompromise"), before)))
                .as("OpenSSL knows the list of before alone")
                .contains("certificate revoked")
                .doesNotContain("Verification: OK");
    }

    @Test
    void aListThatDoesNotComeKeepsNoStampBackAndIsSaid() throws Exception {
        assertThat(stamp()).as(err()).isZero();
        assertThat(output())
                .anyMatch(line -> line.startsWith(
                                "            whether its certificate was revoked is not known: no list")
                        && line.contains("; its lists are not all here: http://127.0.0.1:" + tsa.port() + "/lists/"));
        assertThat(names(stamps())).containsExactly("audit-000000000002.json", "audit-000000000002.tsr");
        // later it is there
        Path ofRoot = tsa.list("root", before, Map.of(), before);
        Path ofIssuer = tsa.list("listing", before, Map.of(), before);
        assertThat(run("audit", "verify", "--crl", ofRoot.toString(), "--crl", ofIssuer.toString()))
                .isZero();
        assertThat(output()).contains("            its certificate was not revoked, by the list of " + before);
    }

    @Test
    void aListThatCannotBeReadIsNamed() throws Exception {
        none();
        assertThat(stamp()).isZero();
        Path list = Files.writeString(stamps().resolve("audit-000000000002.crl"), "no list");
        assertThat(run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(err())
                .isEqualTo("error: audit-000000000002.crl: cannot be read: " + list + " is no revocation list\n");
        assertThat(output()).anyMatch(line -> line.startsWith("stamped     to record 2 at "));
        assertThat(verify(stamps())).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(run("audit", "verify", "--crl", folder.resolve("none.crl").toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
    }

    /** Nobody is revoked. */
    private void none() throws IOException {
        tsa.list("root", before, Map.of(), before);
        tsa.list("listing", before, Map.of(), before);
    }

    private int stamp() {
        return run("audit", "stamp", "--record", "1");
    }

    private int verify(Path checkpoint) {
        return run("audit", "verify", "--checkpoint", checkpoint.toString());
    }

    /** The page's own commands on the stamp, with these lists. */
    private String openssl(Path lists) throws IOException {
        Matcher commands = Pattern.compile("#### Was the authority revoked\\?.*?```sh\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/audit.md")));
        assertThat(commands.find()).isTrue();
        Path trust = Files.createTempDirectory(folder, "openssl");
        Files.copy(tsa.file("root.pem"), trust.resolve("tsa-root.pem"));
        Files.copy(lists, trust.resolve("lists.crl"));
        Command.Result result = Command.of(
                        "env",
                        "-C",
                        trust,
                        "STAMP=" + stamps().resolve("audit-000000000002"),
                        "sh",
                        "-c",
                        commands.group(1))
                .run();
        return new String(result.output(), UTF_8) + result.messages();
    }

    private Path stamps() {
        return folder.resolve("audit-stamps");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<String> output() {
        return out.toString(UTF_8).lines().toList();
    }

    private String err() {
        return err.toString(UTF_8);
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        String[] all = new String[words.length + 2];
        all[0] = "-c";
        all[1] = folder.resolve("postseal.yaml").toString();
        System.arraycopy(words, 0, all, 2, words.length);
        Console console = new Console(
                InputStream.nullInputStream(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new CommandLineInterface(new GatewayAssembly(), console).execute(all);
    }
}
