package org.postseal.gateway.admin.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Requirements;

/**
 * Tests a time-stamping authority (OpenSSL) whose certificate is revoked before or after it stamps, or about which
 * nothing is known.
 */
final class StampRevocationIT {
    /** The serial number of {@code listed}, as OpenSSL writes it. */
    private static final String LISTED = "0C";

    @TempDir
    private static Path shared;

    @AutoClose
    private static OpensslTsa tsa;

    // OpenSSL stamps by the clock of the machine
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Instant before = now.minus(Duration.ofHours(1));
    private final Instant later = now.plus(Duration.ofHours(1));
    private final Instant muchLater = now.plus(Duration.ofHours(2));

    private final StampBench bench;

    StampRevocationIT(@TempDir Path folder) throws IOException {
        bench = new StampBench(folder, tsa);
        tsa.withhold();
        tsa.handle((exchange, query) -> OpensslTsa.answer(exchange, tsa.reply(query, "listed")));
    }

    @BeforeAll
    static void authority() throws Exception {
        Requirements.programs("openssl");
        tsa = new OpensslTsa(shared.resolve("tsa"));
    }

    @Test
    void listsOfTheDayAreKeptBesideTheStampAndOpensslReadsThem() throws Exception {
        none();
        String known = "            its certificate was not revoked, by the list of " + before;
        assertThat(stamp()).as(bench.err()).isZero();
        assertThat(bench.output()).contains(known);
        assertThat(StampBench.names(bench.stamps()))
                .containsExactly("audit-000000000002.crl", "audit-000000000002.json", "audit-000000000002.tsr");
        assertThat(bench.run("audit", "verify")).as(bench.err()).isZero();
        assertThat(bench.output()).contains(known);
        assertThat(openssl(bench.stamps().resolve("audit-000000000002.crl"))).contains("Verification: OK");

        Path evidence = bench.folder.resolve("evidence");
        assertThat(bench.run("audit", "export", "--queue-id", "Q1", "--out", evidence.toString()))
                .as(bench.err())
                .isZero();
        // The page verifies once without the lists and once with them
        assertThat(bench.evidence(evidence).lines().filter("Verification: OK"::equals))
                .hasSize(2);

        // The stamp is kept elsewhere: as a folder with its list, and as a file
        Path elsewhere = Files.move(bench.stamps(), bench.folder.resolve("elsewhere"));
        Path stamp = elsewhere.resolve("audit-000000000002.tsr");
        for (Path given : List.of(elsewhere, stamp)) {
            assertThat(verify(given)).as(bench.err()).isZero();
            assertThat(bench.output()).contains(known);
        }
        Files.delete(elsewhere.resolve("audit-000000000002.crl"));
        assertThat(verify(stamp)).isZero();
        assertThat(bench.output())
                .contains("            whether its certificate was revoked is not known:"
                        + " no list at hand that was current and speaks of each certificate");
    }

    @Test
    void whoIsRevokedAlreadyStampsNothing() throws Exception {
        tsa.list("root", before, Map.of(), before);
        Path list = tsa.list("listing", before, Map.of(LISTED, ",superseded"), before);
        assertThat(stamp()).isEqualTo(ExitCode.REFUSED);
        String why = "the certificate that signed it, O=Example,CN=listed: was revoked on " + before + " (superseded)";
        assertThat(bench.err())
                .startsWith(
                        "error: the authority's answer for audit.jsonl to record 2 is not kept: " + why + "\nhint: ");
        assertThat(bench.stamps()).doesNotExist();

        // An answer that is brought by hand is refused too
        assertThat(bench.run("audit", "stamp", "--query", "--record", "1")).isZero();
        Path query = bench.stamps().resolve("audit-000000000002.tsq");
        Path reply = Files.write(
                bench.folder.resolve("audit-000000000002.tsr"), tsa.reply(Files.readAllBytes(query), "listed"));
        assertThat(bench.run("audit", "stamp", "--reply", reply.toString(), "--crl", list.toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).contains(why);
        assertThat(bench.stamps().resolve("audit-000000000002.tsr")).doesNotExist();
    }

    @Test
    void whoIsRevokedLaterLosesHisStampsUnlessTheReasonSaysThatTheyAreHis() throws Exception {
        none();
        assertThat(stamp()).as(bench.err()).isZero();
        Path harmless = tsa.list("listing", muchLater, Map.of(LISTED, ",cessationOfOperation"), later);
        assertThat(bench.run("audit", "verify", "--crl", harmless.toString()))
                .as(bench.err())
                .isZero();
        assertThat(bench.output())
                .contains("            its certificate was revoked later, on " + later
                        + " (cessation of operation): stamps from before then count");

        for (Map.Entry<String, String> reason : Map.of(",keyCompromise", "key compromised", "", "no reason given")
                .entrySet()) {
            Path list = tsa.list("listing", muchLater, Map.of(LISTED, reason.getKey()), later);
            assertThat(bench.run("audit", "verify", "--crl", list.toString())).isEqualTo(ExitCode.REFUSED);
            assertThat(bench.err())
                    .isEqualTo(
                            "error: audit-000000000002.tsr: the stamp does not verify: the certificate that signed it,"
                                    + " O=Example,CN=listed: was revoked on " + later + " (" + reason.getValue()
                                    + "), which spoils the stamps of before as well\n");
            assertThat(bench.output()).noneMatch(line -> line.startsWith("stamped "));
            // A list beside a stamp is found without being named
            Path beside = Files.copy(list, bench.stamps().resolve("later.crl"));
            assertThat(bench.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
            Files.delete(beside);
        }
        assertThat(openssl(tsa.list("listing", before, Map.of(LISTED, ",keyCompromise"), before)))
                .as("OpenSSL knows the list of before alone")
                .contains("certificate revoked")
                .doesNotContain("Verification: OK");
    }

    @Test
    void aListThatDoesNotComeKeepsNoStampBackAndIsSaid() throws Exception {
        assertThat(stamp()).as(bench.err()).isZero();
        assertThat(bench.output())
                .anyMatch(
                        line -> line.startsWith("            whether its certificate was revoked is not known: no list")
                                && line.contains("; not all of its revocation lists are here: http://127.0.0.1:"
                                        + tsa.port() + "/lists/"));
        assertThat(StampBench.names(bench.stamps()))
                .containsExactly("audit-000000000002.json", "audit-000000000002.tsr");
        // The lists appear later
        Path ofRoot = tsa.list("root", before, Map.of(), before);
        Path ofIssuer = tsa.list("listing", before, Map.of(), before);
        assertThat(bench.run("audit", "verify", "--crl", ofRoot.toString(), "--crl", ofIssuer.toString()))
                .isZero();
        assertThat(bench.output()).contains("            its certificate was not revoked, by the list of " + before);
    }

    @Test
    void aListThatCannotBeReadIsNamed() throws Exception {
        none();
        assertThat(stamp()).isZero();
        Path list = Files.writeString(bench.stamps().resolve("audit-000000000002.crl"), "no list");
        assertThat(bench.run("audit", "verify")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .isEqualTo("error: audit-000000000002.crl: cannot be read: " + list + " is no revocation list\n");
        assertThat(bench.output()).anyMatch(line -> line.startsWith("stamped     to record 2 at "));
        assertThat(verify(bench.stamps())).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.run(
                        "audit",
                        "verify",
                        "--crl",
                        bench.folder.resolve("none.crl").toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
    }

    /** Makes lists that revoke nobody. */
    private void none() throws IOException {
        tsa.list("root", before, Map.of(), before);
        tsa.list("listing", before, Map.of(), before);
    }

    private int stamp() {
        return bench.run("audit", "stamp", "--record", "1");
    }

    private int verify(Path checkpoint) {
        return bench.run("audit", "verify", "--checkpoint", checkpoint.toString());
    }

    /** Runs the page's own commands on the stamp with these lists, and returns what they print. */
    private String openssl(Path lists) throws IOException {
        return bench.page("Was the authority revoked?", Map.of("lists.crl", lists));
    }
}
